import type { Database } from '@pileus/database';
import { Failure, type Id, type OrganizationId, type PrincipalId, type UserId } from '@pileus/model';
import { type RawBuilder, sql } from 'kysely';
import type { Queries } from './given.ts';

/** Something with a name, as other things show it. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/** Whoever policies are attached to. */
export interface PrincipalName extends Named {
  readonly kind: 'user' | 'group' | 'service-account';
}

/** The groups of whom a column names, as one column. */
export function groupsOf(member: string): RawBuilder<Named[]> {
  return sql`(
    select coalesce(json_agg(json_build_object('id', user_group.id, 'name', user_group.name)
      order by user_group.name), '[]')
    from group_member join user_group on user_group.id = group_member.user_group
    where group_member.member = ${sql.ref(member)})`;
}

/** The policies that are attached to whom a column names itself, as one column. Those that come with the product are called by their id. */
export function policiesOf(principal: string): RawBuilder<Named[]> {
  return sql`(
    select coalesce(json_agg(json_build_object('id', attachment.policy, 'name', coalesce(policy.name, attachment.policy))
      order by attachment.policy), '[]')
    from policy_attachment as attachment left join policy on policy.id = attachment.policy
    where attachment.principal = ${sql.ref(principal)} and policy.deleted_at is null)`;
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
  database: Queries,
  organization: OrganizationId,
  named: string,
): Promise<PrincipalName & { id: PrincipalId }> {
  const { rows } = await sql<PrincipalName & { id: PrincipalId }>`
    select id, name, kind from (
      select id, name, 'user' as kind, organization from user_account
      union all select id, name, 'service-account', organization from service_account) as acting
    where organization = ${organization} and (id = ${named} or lower(name) = lower(${named}))
    order by id = ${named} desc, kind desc
    limit 1`.execute(database);
  const [found] = rows;
  if (!found) throw new Failure('not-found', { kind: 'user', id: named });
  return found;
}
