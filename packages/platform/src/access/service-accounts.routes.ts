import type { Database } from '@pileus/database';
import { type Answer, type Bound, handle } from '@pileus/http';
import { Failure, type Id, newId } from '@pileus/model';
import { sql } from 'kysely';
import { oldestFirst, pageOf } from '../page.ts';
import { taken } from '../row.ts';
import { addToken, revokeToken, tokensOf } from './access-tokens.ts';
import type { Given } from './given.ts';
import { refuseGiving } from './giving.ts';
import { groupsOf, policiesOf } from './naming.ts';
import { attachedPolicies } from './rights.ts';
import { removePrincipal } from './users.routes.ts';
import { visibleServiceAccounts } from './visible.ts';

type ServiceAccountView = Answer<'get /service-accounts'>['items'][number];

/** Service accounts: programs that act by keys of their own. */
export function serviceAccountHandlers(given: Given): Bound[] {
  const { database, clock } = given;
  const one = async (id: Id<'service-account'>): Promise<ServiceAccountView> => {
    const row = await serviceAccounts(database).where('id', '=', id).executeTakeFirst();
    if (!row) throw new Failure('not-found', { kind: 'service-account', id });
    return view(row);
  };
  const idOf = (params: { readonly service: string }) => params.service as Id<'service-account'>;

  return [
    handle('get /service-accounts', async ({ query: { limit, cursor, q }, actor }) => {
      const found = await serviceAccounts(database)
        .where(visibleServiceAccounts(actor, 'service-account.read'))
        .$call(oldestFirst({ limit, cursor, q }))
        .execute();
      return pageOf(found, limit, view);
    }),
    handle('post /service-accounts', async ({ body: { name, description }, actor, audit }) => {
      const id = newId('service-account');
      audit(id);
      await database
        .insertInto('service_account')
        .values({
          id,
          organization: actor.organization,
          name,
          description,
          created_by: actor.user.name,
          disabled_at: null,
        })
        .execute()
        .catch(taken(name));
      return one(id);
    }),
    handle('get /service-accounts/{service}', ({ params }) => one(idOf(params))),
    handle(
      'patch /service-accounts/{service}',
      async ({ params, body: { name, description, isDisabled }, actor, audit }) => {
        const id = idOf(params);
        if (isDisabled === false) refuseGiving(actor.rights, await attachedPolicies(database, id));
        audit(id);
        const changes = {
          ...(name !== undefined && { name }),
          ...(description !== undefined && { description }),
          ...(isDisabled !== undefined && { disabled_at: isDisabled ? new Date(clock.now()) : null }),
        };
        if (Object.keys(changes).length > 0)
          await database
            .updateTable('service_account')
            .set(changes)
            .where('id', '=', id)
            .execute()
            .catch(taken(name ?? ''));
        return one(id);
      },
    ),
    handle('delete /service-accounts/{service}', async ({ params, audit }) => {
      audit(params.service);
      await removePrincipal(given, idOf(params));
      return {};
    }),
    handle('get /service-accounts/{service}/tokens', async ({ params }) => ({
      items: await tokensOf(database, idOf(params)),
    })),
    handle('post /service-accounts/{service}/tokens', async ({ params, body, actor, audit }) => {
      const { organization, user } = actor;
      refuseGiving(actor.rights, await attachedPolicies(database, idOf(params)));
      const made = await addToken(given, { ...body, owner: idOf(params), organization, by: user.name });
      audit(made.id);
      return made;
    }),
    handle('delete /service-accounts/{service}/tokens/{token}', async ({ params, audit }) => {
      audit(params.token);
      await revokeToken(database, idOf(params), params.token);
      return {};
    }),
  ];
}

function serviceAccounts(database: Database) {
  return database
    .selectFrom('service_account')
    .selectAll()
    .select([
      groupsOf('service_account.id').as('groups'),
      policiesOf('service_account.id').as('policies'),
      sql<number>`(select count(*) from access_token where owner = service_account.id)`.as('tokens'),
    ]);
}

type ServiceAccountRow = Awaited<ReturnType<ReturnType<typeof serviceAccounts>['executeTakeFirstOrThrow']>>;

function view(row: ServiceAccountRow): ServiceAccountView {
  const { id, name, description, groups, policies, tokens } = row;
  return {
    id,
    name,
    description,
    isDisabled: row.disabled_at !== null,
    groups,
    policies,
    tokens,
    createdAt: row.created_at.toISOString(),
  };
}
