import { type Bound, handle } from '@pileus/http';
import { because, Failure, type Id, type PrincipalId } from '@pileus/model';
import { oldestFirst, pageOfViews } from '../page.ts';
import { gainsOf, whetherAllowed, whoMay } from './asking.ts';
import { isBuiltIn } from './built-in.ts';
import type { Given } from './given.ts';
import { refuseGiving } from './giving.ts';
import { keepAnAdministrator } from './last-administrator.ts';
import { principalNames } from './naming.ts';
import {
  addPolicy,
  builtInViews,
  changePolicy,
  holdVersion,
  policyDetail,
  policyViews,
  readDocument,
  refuseBuiltIn,
} from './policies.ts';
import { policyAsAttached } from './rights.ts';
import { vocabulary } from './vocabulary.ts';
import { visiblePolicies } from './visible.ts';

export function policyHandlers(given: Given): Bound[] {
  const { database, clock } = given;
  return [
    handle('get /policies/vocabulary', async () => ({
      actions: Object.entries(vocabulary.actions).map(([name, { kind, reads, title }]) => ({
        name,
        kind,
        reads,
        title,
      })),
      kinds: Object.entries(vocabulary.kinds).map(([name, { title, keys }]) => ({ name, title, keys: [...keys] })),
      keys: [
        ...Object.entries(vocabulary.resourceKeys).map(([name, { type, title }]) => ({
          name,
          of: 'resource' as const,
          type,
          title,
        })),
        ...Object.entries(vocabulary.requestKeys).map(([name, { type, title }]) => ({
          name,
          of: 'request' as const,
          type,
          title,
        })),
      ],
    })),
    handle('get /policies', async ({ query: { limit, cursor, q }, actor }) => {
      const { organization } = actor;
      const found = await database
        .selectFrom('policy')
        .selectAll()
        .where('deleted_at', 'is', null)
        .where(visiblePolicies(actor, 'policy.read'))
        .$call(oldestFirst({ limit, cursor, q }))
        .execute();
      const own = await pageOfViews(found, limit, (shown) => policyViews(database, organization, shown));
      if (cursor) return own;
      const given = (await builtInViews(database, organization)).filter(
        ({ id, name }) =>
          (!q || name.toLowerCase().includes(q.toLowerCase())) &&
          actor.rights.decide('policy.read', { kind: 'policy', id, name, keys: {} }).allowed,
      );
      return { ...own, items: [...given, ...own.items] };
    }),
    handle('post /policies', async ({ body: { name, description, document }, request, actor, audit }) => {
      const { organization, user } = actor;
      const read = readDocument(document, request.language);
      const id = await addPolicy(database, organization, {
        name,
        description,
        document: read,
        note: '',
        by: user.name,
      });
      audit(id);
      return policyDetail(database, organization, id);
    }),
    handle('get /policies/{policy}', ({ params, actor }) => policyDetail(database, actor.organization, params.policy)),
    handle('put /policies/{policy}', async ({ params, body, request, actor, audit }) => {
      audit(params.policy);
      const id = refuseBuiltIn(params.policy);
      if ('version' in body) await holdVersion(database, id, actor.rights, body.version);
      else {
        const { note, description } = body;
        const document = readDocument(body.document, request.language);
        await changePolicy(database, id, actor.rights, { document, note, description, by: actor.user.name });
      }
      return policyDetail(database, actor.organization, id);
    }),
    handle('delete /policies/{policy}', async ({ params, audit }) => {
      audit(params.policy);
      const id = refuseBuiltIn(params.policy);
      await database.transaction().execute(async (transaction) => {
        const row = await transaction
          .selectFrom('policy')
          .selectAll()
          .where('id', '=', id)
          .forUpdate()
          .executeTakeFirstOrThrow();
        const { count } = await transaction
          .selectFrom('policy_attachment')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .where('policy', '=', id)
          .executeTakeFirstOrThrow();
        if (count > 0) throw new Failure('conflict', { what: row.name, reason: because('policy-attached', { count }) });
        await transaction
          .updateTable('policy')
          .set({ deleted_at: new Date(clock.now()) })
          .where('id', '=', id)
          .execute();
      });
      return {};
    }),
    handle('put /policies/{policy}/attachments/{principal}', async ({ params, actor, audit }) => {
      const { policy, principal } = params;
      audit(`${policy} ${principal}`);
      const { organization, user } = actor;
      const known = await principalNames(database, organization, [principal]);
      if (!known.has(principal)) throw new Failure('not-found', { kind: 'principal', id: principal });
      await database.transaction().execute(async (transaction) => {
        // It may not be deleted meanwhile.
        if (!isBuiltIn(policy)) {
          const held = await transaction
            .selectFrom('policy')
            .select('id')
            .where('id', '=', policy as Id<'policy'>)
            .where('deleted_at', 'is', null)
            .forShare()
            .executeTakeFirst();
          if (!held) throw new Failure('not-found', { kind: 'policy', id: policy });
        }
        refuseGiving(actor.rights, await policyAsAttached(transaction, policy));
        await transaction
          .insertInto('policy_attachment')
          .values({ policy, principal: principal as PrincipalId, organization, created_by: user.name })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      });
      return {};
    }),
    handle('delete /policies/{policy}/attachments/{principal}', async ({ params, actor, audit }) => {
      const { policy, principal } = params;
      audit(`${policy} ${principal}`);
      await database.transaction().execute(async (transaction) => {
        refuseGiving(actor.rights, [], await policyAsAttached(transaction, policy));
        const { numDeletedRows } = await transaction
          .deleteFrom('policy_attachment')
          .where('policy', '=', policy)
          .where('principal', '=', principal as PrincipalId)
          .where('organization', '=', actor.organization)
          .executeTakeFirst();
        if (numDeletedRows === 0n) throw new Failure('not-found', { kind: 'attachment', id: `${policy} ${principal}` });
        if (policy === 'AdministratorAccess') await keepAnAdministrator(transaction, principal as PrincipalId);
      });
      return {};
    }),
    handle('post /policies/check', ({ actor, body }) => whetherAllowed(given, actor, body)),
    handle('post /policies/who', ({ actor, body }) => whoMay(given, actor, body)),
    handle('post /policies/preview', (context) => gainsOf(given, context)),
  ];
}
