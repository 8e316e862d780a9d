import type { Database, Tables } from '@pileus/database';
import { handle, type Actor, type Answer, type Bound } from '@pileus/http';
import { Failure } from '@pileus/model';
import type { Selectable } from 'kysely';
import { by } from '../access/by.ts';
import { visibleAccounts, visibleDeployments, visibleSecrets } from '../access/visible.ts';
import { oldestFirst, pageOfViews } from '../page.ts';
import { taken } from '../row.ts';
import type { SecretId, SecretRow, Secrets } from './secrets.ts';

type SecretView = Answer<'get /secrets/{secret}'>;
type VersionView = SecretView['version'];

export function secretHandlers(secrets: Secrets, database: Database): Bound[] {
  const one = async (id: string, actor: Actor): Promise<SecretView> => {
    const row = await database
      .selectFrom('secret')
      .selectAll()
      .where('id', '=', id as SecretId)
      .executeTakeFirst();
    const [view] = row ? await views(database, [row], actor) : [];
    if (!view) throw new Failure('not-found', { kind: 'secret', id });
    return view;
  };

  return [
    handle('get /secrets', async ({ query: { limit, cursor, q, usable }, actor }) => {
      const found = await database
        .selectFrom('secret')
        .selectAll()
        .where(visibleSecrets(actor, 'secret.read'))
        .$if(usable === true, (rows) => rows.where(visibleSecrets(actor, 'secret.use')))
        .$call(oldestFirst({ limit, cursor, q }))
        .execute();
      return pageOfViews(found, limit, (rows) => views(database, rows, actor));
    }),
    handle('post /secrets', async ({ body, actor, audit }) => {
      const id = await secrets.create(body, by(actor));
      audit(id);
      return one(id, actor);
    }),
    handle('get /secrets/{secret}', ({ params, actor }) => one(params.secret, actor)),
    handle('patch /secrets/{secret}', async ({ params, body, actor, audit }) => {
      audit(params.secret);
      const { name, description } = body;
      const changes = { ...(name !== undefined && { name }), ...(description !== undefined && { description }) };
      if (Object.keys(changes).length > 0)
        await database
          .updateTable('secret')
          .set(changes)
          .where('id', '=', params.secret as SecretId)
          .execute()
          .catch(taken(name ?? ''));
      return one(params.secret, actor);
    }),
    handle('put /secrets/{secret}', async ({ params, body: { version }, actor, audit }) => {
      audit(params.secret);
      await secrets.bringBack(params.secret as SecretId, version, by(actor));
      return one(params.secret, actor);
    }),
    handle('get /secrets/{secret}/versions', async ({ params }) => {
      const rows = await database
        .selectFrom('secret_version')
        .selectAll()
        .where('secret', '=', params.secret as SecretId)
        .orderBy('number', 'desc')
        .execute();
      return { items: rows.map(versionView) };
    }),
    handle('post /secrets/{secret}/versions', async ({ params, body: { value }, actor, audit }) => {
      audit(params.secret);
      await secrets.rotate(params.secret as SecretId, value, by(actor));
      return one(params.secret, actor);
    }),
    handle('delete /secrets/{secret}', async ({ params, audit }) => {
      audit(params.secret);
      await secrets.remove(params.secret as SecretId);
      return {};
    }),
  ];
}

async function views(database: Database, rows: readonly SecretRow[], actor: Actor): Promise<SecretView[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const [versions, uses, inputs] = await Promise.all([
    database
      .selectFrom('secret_version')
      .innerJoin('secret', (join) =>
        join.onRef('secret.id', '=', 'secret_version.secret').onRef('secret.version', '=', 'secret_version.number'),
      )
      .selectAll('secret_version')
      .where('secret', 'in', ids)
      .execute(),
    database
      .selectFrom('account_secret')
      .innerJoin('account', 'account.id', 'account_secret.account')
      .select(['account_secret.secret', 'account_secret.setting', 'account.id', 'account.name'])
      .where('account_secret.secret', 'in', ids)
      // Who may not see it is not told of it.
      .where(visibleAccounts(actor, 'account.read'))
      .orderBy('account.name')
      .execute(),
    database
      .selectFrom('plan_secret')
      .innerJoin('deployment', 'deployment.plan', 'plan_secret.plan')
      .select(['plan_secret.secret', 'plan_secret.input', 'deployment.id', 'deployment.name'])
      .where('plan_secret.secret', 'in', ids)
      .where('deployment.deleted_at', 'is', null)
      .where(visibleDeployments(actor, 'deployment.read'))
      .orderBy('deployment.name')
      .orderBy('plan_secret.input')
      .execute(),
  ]);
  return rows.flatMap(({ id, name, description, kind, created_by, created_at }) => {
    const version = versions.find(({ secret }) => secret === id);
    // It was deleted or given another version a moment ago: whoever looks again sees that.
    if (!version) return [];
    const usedBy = [
      ...uses
        .filter(({ secret }) => secret === id)
        .map((use) => ({ kind: 'account' as const, id: use.id, name: use.name, setting: use.setting })),
      ...inputs
        .filter(({ secret }) => secret === id)
        .map((use) => ({ kind: 'deployment' as const, id: use.id, name: use.name, input: use.input })),
    ];
    return [
      {
        id,
        name,
        description,
        kind,
        version: versionView(version),
        usedBy,
        createdBy: created_by,
        createdAt: created_at.toISOString(),
      },
    ];
  });
}

function versionView(row: Selectable<Tables['secret_version']>): VersionView {
  return {
    number: row.number,
    isKept: row.value !== null,
    ...(row.fingerprint !== null && { fingerprint: row.fingerprint }),
    ...(row.brought_back_from !== null && { broughtBackFrom: row.brought_back_from }),
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
  };
}
