import type { Database } from '@pileus/database';
import { type Answer, type Bound, handle, type Rights } from '@pileus/http';
import { Failure, type Id, newId, type PrincipalId } from '@pileus/model';
import { sql } from 'kysely';
import { oldestFirst, pageOf } from '../page.ts';
import { taken } from '../row.ts';
import type { Given, Queries } from './given.ts';
import { refuseGiving } from './giving.ts';
import { keepAnAdministrator } from './last-administrator.ts';
import { policiesOf, principalNames } from './naming.ts';
import { attachedPolicies } from './rights.ts';
import { visibleGroups } from './visible.ts';

type GroupView = Answer<'get /groups/{group}'>;

export function groupHandlers({ database }: Given): Bound[] {
  const one = async (id: string): Promise<GroupView> => {
    const row = await groups(database)
      .where('id', '=', id as Id<'group'>)
      .executeTakeFirst();
    if (!row) throw new Failure('not-found', { kind: 'group', id });
    return view(row);
  };

  return [
    handle('get /groups', async ({ query: { limit, cursor, q }, actor }) => {
      const found = await groups(database)
        .where(visibleGroups(actor, 'group.read'))
        .$call(oldestFirst({ limit, cursor, q }))
        .execute();
      return pageOf(found, limit, view);
    }),
    handle('post /groups', async ({ body: { name, description }, actor, audit }) => {
      const id = newId('group');
      audit(id);
      await database
        .insertInto('user_group')
        .values({ id, organization: actor.organization, name, description, created_by: actor.user.name })
        .execute()
        .catch(taken(name));
      return one(id);
    }),
    handle('get /groups/{group}', ({ params }) => one(params.group)),
    handle('patch /groups/{group}', async ({ params, body: { name, description, members }, actor, audit }) => {
      const group = params.group as Id<'group'>;
      audit(group);
      const known = members && (await principalNames(database, actor.organization, members));
      const unknown = members?.find((id) => !known?.has(id) || known.get(id)?.kind === 'group');
      if (unknown !== undefined) throw new Failure('not-found', { kind: 'user', id: unknown });
      await database.transaction().execute(async (transaction) => {
        const changes = { ...(name !== undefined && { name }), ...(description !== undefined && { description }) };
        if (Object.keys(changes).length > 0)
          await transaction
            .updateTable('user_group')
            .set(changes)
            .where('id', '=', group)
            .execute()
            .catch(taken(name ?? ''));
        if (!members) return;
        await refuseMoving(transaction, actor.rights, group, members);
        await transaction.deleteFrom('group_member').where('user_group', '=', group).execute();
        const rows = [...new Set(members)].map((member) => ({ user_group: group, member: member as PrincipalId }));
        if (rows.length > 0) await transaction.insertInto('group_member').values(rows).execute();
        await keepAnAdministrator(transaction, group);
      });
      return one(group);
    }),
    handle('delete /groups/{group}', async ({ params, actor, audit }) => {
      const group = params.group as Id<'group'>;
      audit(group);
      await database.transaction().execute(async (transaction) => {
        await refuseMoving(transaction, actor.rights, group, []);
        await transaction.deleteFrom('policy_attachment').where('principal', '=', group).execute();
        await keepAnAdministrator(transaction, group);
        await transaction.deleteFrom('user_group').where('id', '=', group).execute();
      });
      return {};
    }),
  ];
}

/** Whoever comes into a group gains what it may do, and whoever leaves it what it must not. */
async function refuseMoving(
  transaction: Queries,
  rights: Rights,
  group: Id<'group'>,
  members: readonly string[],
): Promise<void> {
  const rows = await transaction.selectFrom('group_member').select('member').where('user_group', '=', group).execute();
  const [before, after] = [new Set<string>(rows.map(({ member }) => member)), new Set(members)];
  const through = await attachedPolicies(transaction, group);
  // Those who come and those who go are different people: what is denied to the ones is no comfort for the others.
  if (!after.isSubsetOf(before)) refuseGiving(rights, through);
  if (!before.isSubsetOf(after)) refuseGiving(rights, [], through);
}

function groups(database: Database) {
  return database
    .selectFrom('user_group')
    .selectAll()
    .select([membersOf.as('members'), policiesOf('user_group.id').as('policies')]);
}

const membersOf = sql<GroupView['members']>`(
  select coalesce(json_agg(json_build_object('id', member, 'name', coalesce(people.name, programs.name, member),
    'kind', case when programs.name is null then 'user' else 'service-account' end)), '[]')
  from group_member
  left join user_account as people on people.id = member
  left join service_account as programs on programs.id = member
  where group_member.user_group = user_group.id)`;

type GroupRow = Awaited<ReturnType<ReturnType<typeof groups>['executeTakeFirstOrThrow']>>;

function view({ id, name, description, members, policies, created_at }: GroupRow): GroupView {
  return {
    id,
    name,
    description,
    members: members.toSorted((a, b) => a.name.localeCompare(b.name)),
    policies,
    createdAt: created_at.toISOString(),
  };
}
