import type { Database } from '@pileus/database';
import { Failure, type Id, type OrganizationId, type PrincipalId, type UserId } from '@pileus/model';
import { isBuiltIn } from './built-in.ts';

/** Something with a name, as other things show it. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/** Whoever policies are attached to. */
export interface PrincipalName extends Named {
  readonly kind: 'user' | 'group' | 'service-account';
}

/** Groups that each of these is a member of. */
export async function groupsOf(
  database: Database,
  members: readonly PrincipalId[],
): Promise<ReadonlyMap<string, Named[]>> {
  if (members.length === 0) return new Map();
  const rows = await database
    .selectFrom('group_member')
    .innerJoin('user_group', 'user_group.id', 'group_member.user_group')
    .select(['group_member.member', 'user_group.id', 'user_group.name'])
    .where('group_member.member', 'in', [...members])
    .orderBy('user_group.name')
    .execute();
  return grouped(rows, ({ member }) => member);
}

/** Policies that are attached to each of these itself. */
export async function policiesOf(
  database: Database,
  principals: readonly (PrincipalId | Id<'group'>)[],
): Promise<ReadonlyMap<string, Named[]>> {
  if (principals.length === 0) return new Map();
  const rows = await database
    .selectFrom('policy_attachment as attachment')
    .leftJoin('policy', 'policy.id', 'attachment.policy')
    .select(['attachment.principal', 'attachment.policy as id', 'policy.name'])
    .where('attachment.principal', 'in', [...principals])
    .where('policy.deleted_at', 'is', null)
    .orderBy('attachment.policy')
    .execute();
  return grouped(
    rows.flatMap(({ principal, id, name }) =>
      name !== null || isBuiltIn(id) ? [{ principal, id, name: name ?? id }] : [],
    ),
    ({ principal }) => principal,
  );
}

/** The names of principals by id; those that are gone are left out. */
export async function principalNames(
  database: Database,
  organization: OrganizationId,
  ids?: readonly string[],
): Promise<ReadonlyMap<string, PrincipalName>> {
  if (ids?.length === 0) return new Map();
  const [users, groups, services] = await Promise.all([
    database
      .selectFrom('user_account')
      .select(['id', 'name'])
      .where('organization', '=', organization)
      .$if(ids !== undefined, (rows) => rows.where('id', 'in', [...(ids ?? [])] as UserId[]))
      .execute(),
    database
      .selectFrom('user_group')
      .select(['id', 'name'])
      .where('organization', '=', organization)
      .$if(ids !== undefined, (rows) => rows.where('id', 'in', [...(ids ?? [])] as Id<'group'>[]))
      .execute(),
    database
      .selectFrom('service_account')
      .select(['id', 'name'])
      .where('organization', '=', organization)
      .$if(ids !== undefined, (rows) => rows.where('id', 'in', [...(ids ?? [])] as Id<'service-account'>[]))
      .execute(),
  ]);
  const all: PrincipalName[] = [
    ...users.map((row) => ({ ...row, kind: 'user' as const })),
    ...groups.map((row) => ({ ...row, kind: 'group' as const })),
    ...services.map((row) => ({ ...row, kind: 'service-account' as const })),
  ];
  return new Map(all.map((one) => [one.id, one]));
}

/** A user or service account by id or name. Throws `not-found`. */
export async function actingPrincipal(
  database: Database,
  organization: OrganizationId,
  named: string,
): Promise<PrincipalName & { id: PrincipalId }> {
  const all = await principalNames(database, organization);
  const acting = [...all.values()].filter(({ kind }) => kind !== 'group');
  const found =
    acting.find(({ id }) => id === named) ?? acting.find(({ name }) => name.toLowerCase() === named.toLowerCase());
  if (!found) throw new Failure('not-found', { kind: 'user', id: named });
  return { ...found, id: found.id as PrincipalId };
}

function grouped<Row extends Named>(rows: readonly Row[], by: (row: Row) => string): ReadonlyMap<string, Named[]> {
  const all = new Map<string, Named[]>();
  for (const row of rows) {
    const key = by(row);
    const list = all.get(key);
    const named = { id: row.id, name: row.name };
    if (list) list.push(named);
    else all.set(key, [named]);
  }
  return all;
}
