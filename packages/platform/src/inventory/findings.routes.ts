import type { Database, Tables } from '@pileus/database';
import type { Engine, RunDefinition } from '@pileus/engine';
import { handle, type Answer, type Bound } from '@pileus/http';
import { because, Failure, stepName, type Clock } from '@pileus/model';
import type { Selectable } from 'kysely';
import { by } from '../access/by.ts';
import { behalfOf } from '../access/initiator.ts';
import type { Accounts } from '../clouds/accounts.ts';
import { changed, driverOf, type Removal } from './remove-finding.run.ts';
import { heldBy, placeOf } from './ledger.ts';
import { judge } from './sweep.ts';

type FindingView = Answer<'get /accounts/{account}/findings'>['items'][number];
type Row = Selectable<Tables['finding']> & { readonly deployment_name: string | null };

interface Parts {
  readonly database: Database;
  readonly accounts: Accounts;
  readonly engine: Pick<Engine, 'start'>;
  readonly clock: Clock;
  readonly removal: RunDefinition<Removal>;
}

/** What sweeps have found, and what a person decides about it. */
export function findingHandlers({ database, accounts, engine, clock, removal }: Parts): Bound[] {
  const rows = () =>
    database
      .selectFrom('finding')
      .leftJoin('deployment', 'deployment.id', 'finding.deployment')
      .selectAll('finding')
      .select('deployment.name as deployment_name');
  const find = async (id: string): Promise<Row> => {
    const row = await rows().where('finding.id', '=', id).executeTakeFirst();
    if (!row) throw new Failure('not-found', { kind: 'finding', id });
    return row;
  };
  /** What the cloud shows of it now. */
  const look = async ({ account, kind, ref }: Row, signal: AbortSignal) =>
    (await driverOf(accounts, account, kind)).read(ref, signal);

  return [
    handle('get /accounts/{account}/findings', async ({ params: { account } }) => {
      await accounts.find(account);
      const found = await rows()
        .where('finding.account', '=', account)
        .orderBy('last_seen', 'desc')
        .orderBy('finding.id')
        .limit(500)
        .execute();
      return { items: found.map(findingView) };
    }),
    handle('get /findings/{finding}', async ({ params: { finding }, signal }) => {
      const row = await find(finding);
      const resource = await look(row, signal);
      if (!resource) return findingView(row);
      const { kind, ref, name, state, native, zone, createdAt, details } = resource;
      return {
        ...findingView(row),
        resource: {
          kind,
          ref,
          name,
          state,
          native,
          account: row.account,
          ...(zone && { zone }),
          ...(createdAt && { createdAt: createdAt.toISOString() }),
          details: { ...details },
        },
      };
    }),
    handle('patch /findings/{finding}', async ({ params: { finding }, body: { ignored, note }, actor, audit }) => {
      const row = await find(finding);
      audit(row.account);
      await database
        .updateTable('finding')
        .set(
          ignored
            ? { ignored_at: new Date(clock.now()), ignored_by: actor.user.name, ignored_note: note }
            : { ignored_at: null, ignored_by: null, ignored_note: '' },
        )
        .where('id', '=', finding)
        .execute();
      return findingView(await find(finding));
    }),
    handle('post /findings/{finding}/delete', async ({ params: { finding }, body, actor, signal, audit }) => {
      const row = await find(finding);
      audit(row.account);
      const { account, kind, ref, name, token } = row;
      if (row.removed_at) throw new Failure('conflict', { what: name, reason: because('deleted-already') });
      const found = await look(row, signal);
      if (found && (found.name !== body.name || (found.token ?? '') !== token)) throw changed(name);
      const held = (await heldBy(database, account, kind, [{ ref, token }])).get(ref);
      const is = judge({ ref }, held, clock.now());
      const isAwaited = is === 'unknown' && (await placeOf(database, account, token)).is === 'busy';
      if (is === 'ours' || is === 'lost' || isAwaited)
        throw new Failure('conflict', { what: name, reason: because('belongs-to-deployment') });
      const run = await engine.start(
        removal,
        { finding, account, kind, ref, name, token, by: actor.user.name },
        {
          title: stepName('delete', { kind, name }),
          subject: finding,
          ...behalfOf(by(actor), [{ may: 'account.update', of: 'finding', id: finding }]),
          share: actor.organization,
        },
      );
      return { run };
    }),
  ];
}

function findingView(row: Row): FindingView {
  const { deployment, deployment_name: deploymentName } = row;
  return {
    id: row.id,
    account: row.account,
    kind: row.kind,
    ref: row.ref,
    name: row.name,
    is: row.is_a,
    ...(deployment !== null && { deployment: { id: deployment, name: deploymentName ?? deployment } }),
    firstSeen: row.first_seen.toISOString(),
    lastSeen: row.last_seen.toISOString(),
    ...(row.removed_at && { removedAt: row.removed_at.toISOString() }),
    ...(row.removed_by !== null && { removedBy: row.removed_by }),
    ...(row.ignored_at && {
      ignored: { at: row.ignored_at.toISOString(), by: row.ignored_by ?? '', note: row.ignored_note },
    }),
  };
}
