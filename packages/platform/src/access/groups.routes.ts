import type { Database, Tables } from '@pileus/database';
import { type Answer, type Bound, handle, type Rights } from '@pileus/http';
import { Failure, type Id, newId, type PrincipalId } from '@pileus/model';
import type { Selectable } from 'kysely';
import { oldestFirst, pageOfViews } from '../page.ts';
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
    const row = await database
      .selectFrom('user_group')
      .selectAll()
      .where('id', '=', id as Id<'group'>)
      .executeTakeFirst();
    const [found] = row ? await views(database, [row]) : [];
    if (!found) throw new Failure('not-found', { kind: 'group', id });
    return found;
  };

  return [
    handle('get /groups', async ({ query: { limit, cursor, q }, actor }) => {
      const found = await database
        .selectFrom('user_group')
        .selectAll()
        .where(visibleGroups(actor, 'group.read'))
        .$call(oldestFirst({ limit, cursor, q }))
        .execute();
      return pageOfViews(found, limit, (rows) => views(database, rows));
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

async function views(database: Database, rows: readonly Selectable<Tables['user_group']>[]): Promise<GroupView[]> {
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return [];
  const [policies, members] = await Promise.all([policiesOf(database, ids), membersOf(database, ids)]);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    description: row.description,
    members: [...(members.get(row.id) ?? [])],
    policies: [...(policies.get(row.id) ?? [])],
    createdAt: row.created_at.toISOString(),
  }));
}

async function membersOf(
  database: Database,
  groups: readonly Id<'group'>[],
): Promise<ReadonlyMap<string, GroupView['members']>> {
  const rows = await database
    .selectFrom('group_member')
    .leftJoin('user_account', 'user_account.id', 'group_member.member')
    .leftJoin('service_account', 'service_account.id', 'group_member.member')
    .select(['user_group', 'member as id', 'user_account.name as user', 'service_account.name as service'])
    .where('user_group', 'in', [...groups])
    .execute();
  const all = Map.groupBy(rows, ({ user_group }) => user_group);
  return new Map(
    [...all].map(([group, members]) => [
      group,
      members
        .map(({ id, user, service }) => ({
          id,
          name: user ?? service ?? id,
          kind: service === null ? ('user' as const) : ('service-account' as const),
        }))
        .toSorted((a, b) => a.name.localeCompare(b.name)),
    ]),
  );
}
