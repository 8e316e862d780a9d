import type { Database, Tables } from '@pileus/database';
import { isActive, type Engine, type RunDefinition } from '@pileus/engine';
import { handle, type Answer, type Bound } from '@pileus/http';
import { because, Failure, readTag, stepName, type Details } from '@pileus/model';
import { verbs, type Connection, type Verb } from '@pileus/provider';
import type { Selectable } from 'kysely';
import { by } from '../access/by.ts';
import { behalfOf } from '../access/initiator.ts';
import { theOne } from '../access/targets.ts';
import { visibleServers } from '../access/visible.ts';
import type { Accounts } from '../clouds/accounts.ts';
import { hasTag } from '../deployments/tags.ts';
import { containing, pageOf, positionOf } from '../page.ts';

type InstanceView = Answer<'get /instances'>['items'][number];

interface Parts {
  readonly database: Database;
  readonly engine: Engine;
  readonly accounts: Accounts;
  readonly operate: RunDefinition<{ resource: string; verb: Verb }>;
}

/** The servers of all deployments on all clouds. */
export function instanceHandlers({ database, engine, accounts, operate }: Parts): Bound[] {
  const rows = () =>
    database
      .selectFrom('resource')
      .innerJoin('deployment', 'deployment.id', 'resource.deployment')
      .innerJoin('account', 'account.id', 'resource.account')
      .innerJoin('node_instance', (join) =>
        join
          .onRef('node_instance.deployment', '=', 'resource.deployment')
          .onRef('node_instance.node', '=', 'resource.node'),
      )
      .selectAll('resource')
      .select([
        'deployment.name as deployment_name',
        'account.name as account_name',
        'account.provider',
        'node_instance.id as node_instance',
        'resource.asked_at as created_at',
      ])
      .where('resource.kind', '=', 'server')
      .where('resource.deleted_at', 'is', null);

  return [
    handle('get /instances', async ({ query: { limit, cursor, account, deployment, state, tag, q }, actor }) => {
      const position = positionOf(cursor);
      const sought = tag === undefined ? undefined : readTag(tag);
      let query = rows().where(visibleServers(actor, 'server.read'));
      if (sought) query = query.where(hasTag(sought));
      if (account !== undefined) query = query.where('resource.account', '=', account);
      if (deployment !== undefined) query = query.where('resource.deployment', '=', deployment);
      if (state !== undefined) query = query.where('resource.state', '=', state);
      if (q) {
        const pattern = containing(q);
        query = query.where((where) =>
          where.or([
            where('resource.name', 'ilike', pattern),
            where('resource.node', 'ilike', pattern),
            where('resource.ref', 'ilike', pattern),
            where('deployment.name', 'ilike', pattern),
            where(({ cast, ref }) => cast<string>(ref('resource.details'), 'text'), 'ilike', pattern),
          ]),
        );
      }
      if (position)
        query = query.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('resource.asked_at', 'resource.id'), '<', tuple(position.at, position.id)),
        );
      const found = await query
        .orderBy('resource.asked_at', 'desc')
        .orderBy('resource.id', 'desc')
        .limit(limit + 1)
        .execute();
      const able = await abilities(
        accounts,
        found.map((row) => row.account),
      );
      return pageOf(found, limit, (row) => view(row, accounts, able.get(row.account) ?? []));
    }),
    handle('post /instances/{instance}/{verb}', async ({ params: { instance, verb }, actor, audit, check }) => {
      check(`server.${verb}`, await theOne(database, actor, 'instance', instance));
      const row = await rows().where('resource.id', '=', instance).executeTakeFirst();
      if (!row) throw new Failure('not-found', { kind: 'instance', id: instance });
      audit(instance);
      const able = await abilities(accounts, [row.account]);
      if (!able.get(row.account)?.includes(verb))
        throw new Failure('not-supported', { provider: row.account_name, what: because(`do-${verb}`) });
      const busy = (await engine.lastRuns([row.deployment])).get(row.deployment);
      if (busy && isActive(busy)) {
        throw new Failure('conflict', {
          what: row.name,
          reason: because('changed-by-run', { run: busy.id }),
        });
      }
      const run = await engine.start(
        operate,
        { resource: instance, verb },
        {
          title: stepName(verb, { name: row.name }),
          subject: instance,
          ...behalfOf(by(actor), [{ may: `server.${verb}`, of: 'instance', id: instance }]),
          share: actor.organization,
        },
      );
      return { run };
    }),
  ];
}

/** What the drivers of each account can do with a server. An account that cannot be reached can do nothing just now. */
async function abilities(accounts: Accounts, ids: readonly string[]): Promise<Map<string, Verb[]>> {
  const able = new Map<string, Verb[]>();
  for (const id of new Set(ids)) {
    const connection: Connection | undefined = await accounts.connect(id).catch(() => undefined);
    able.set(
      id,
      verbs.filter((verb) => connection?.drivers.server?.[verb]),
    );
  }
  return able;
}

type Row = Selectable<Tables['resource']> & {
  readonly deployment_name: string;
  readonly account_name: string;
  readonly provider: string;
  readonly node_instance: string;
};

function view(row: Row, accounts: Accounts, able: readonly Verb[]): InstanceView {
  const provider = accounts.provider(row.provider);
  const { addresses = [] } = row.details as Partial<Details['server']>;
  const address = (reach: 'private' | 'public') => addresses.find((one) => one.reach === reach)?.address;
  const [privateAddress, publicAddress] = [address('private'), address('public')];
  return {
    id: row.id,
    type: provider.category === 'hosts' ? 'process host' : 'server',
    node: row.node,
    nodeInstance: row.node_instance,
    ...(privateAddress && { privateAddress }),
    ...(publicAddress && { publicAddress }),
    provider: provider.id,
    providerTitle: provider.title,
    simulated: provider.simulated,
    account: { id: row.account, name: row.account_name },
    ...(row.zone !== null && { region: row.zone }),
    ...(row.ref !== null && { ref: row.ref }),
    state: row.state,
    deployment: { id: row.deployment, name: row.deployment_name },
    verbs: able.filter((verb) => isUseful(verb, row.state)),
    ...(row.seen_at && { seenAt: row.seen_at.toISOString() }),
  };
}

function isUseful(verb: Verb, state: Row['state']): boolean {
  return verb === 'start' ? state === 'stopped' : state === 'running' || state === 'ready';
}
