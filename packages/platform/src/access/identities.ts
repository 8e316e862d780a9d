import type { Transaction } from '@pileus/database';
import { mapGroups } from '@pileus/identity';
import { because, Failure, type Id, type OrganizationId, type UserId } from '@pileus/model';
import { type RawBuilder, sql } from 'kysely';
import type { Given, Queries } from './given.ts';
import { isLastAdministrator, keepAnAdministrator } from './last-administrator.ts';
import type { MethodRow } from './methods.ts';
import { insertUser } from './users.ts';

/** Who somebody is at an identity provider or in a directory. */
export interface Identity {
  /** By issuer and subject somebody is known, whatever it is called. */
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  readonly groups: readonly string[];
}

/** Where the people of a directory are from: ids are unique in one directory. */
export const issuerOfDirectory = (id: Id<'sign-in-method'>) => `ldap:${id}`;

/**
 * The user that somebody is, made where there is none yet and the method makes users; its groups follow those of the
 * provider. A user who is there is never taken over for having the same name. Throws `identity-refused`, `name-taken`.
 */
export async function userOf(given: Given, method: MethodRow, who: Identity): Promise<UserId> {
  const found = await given.database.transaction().execute(async (transaction) => {
    const known = await transaction
      .selectFrom('identity')
      .select(['user_id', 'gone_at'])
      .where('organization', '=', method.organization)
      .where('issuer', '=', who.issuer)
      .where('subject', '=', who.subject)
      .forUpdate()
      .executeTakeFirst();
    if (known) return known.gone_at ? comeBack(transaction, method, who, known.user_id) : known.user_id;
    if (!method.makes_users)
      throw new Failure('identity-refused', {
        provider: method.title,
        reason: because('nobody-by-identity'),
      });
    return make(transaction, given, method, who);
  });
  await followGroups(given, method, found, who.groups);
  return found;
}

/** Who came in by a method under this name before; guesses at the name keep it out from nowhere it has come from. */
export async function userNamed(database: Queries, method: MethodRow, name: string): Promise<UserId | undefined> {
  const row = await database
    .selectFrom('identity')
    .innerJoin('user_account', 'user_account.id', 'identity.user_id')
    .select('user_account.id')
    .where('identity.method', '=', method.id)
    .where(({ eb, fn }) => eb(fn<string>('lower', ['user_account.name']), '=', name.toLowerCase()))
    .executeTakeFirst();
  return row?.id;
}

/** By which provider or directory somebody signs in; undefined for who has a password here, or may choose one. */
export async function signsInBy(database: Queries, user: UserId): Promise<string | undefined> {
  const row = await database
    .selectFrom('user_account')
    .select(methodOf('user_account.id').as('method'))
    .where('id', '=', user)
    .executeTakeFirst();
  return row?.method ?? undefined;
}

/** The same for whom a column names, as one column. */
export function methodOf(user: string): RawBuilder<string | null> {
  return sql`(
    select coalesce(sign_in_method.title, identity.issuer)
    from identity left join sign_in_method on sign_in_method.id = identity.method
    where identity.user_id = ${sql.ref(user)} limit 1)`;
}

async function make(
  transaction: Transaction,
  { clock }: Given,
  { organization, title, id: method }: MethodRow,
  { issuer, subject, name }: Identity,
): Promise<UserId> {
  const free = name.trim().slice(0, 100) || subject.slice(0, 100);
  const user =
    (await insertUser(transaction, clock, { name: free, organization })) ??
    (await insertUser(transaction, clock, { name: `${free} (${title})`, organization }));
  if (!user) throw new Failure('name-taken', { name: free });
  await transaction
    .insertInto('identity')
    .values({ organization, issuer, subject, user_id: user, method, gone_at: null })
    .execute();
  return user;
}

/** Whom the directory has again is enabled, if it was the directory that had disabled it. */
async function comeBack(
  transaction: Transaction,
  { organization }: MethodRow,
  { issuer, subject }: Identity,
  user: UserId,
): Promise<UserId> {
  await ofIdentity(transaction, organization, issuer, subject).set({ gone_at: null }).execute();
  await transaction.updateTable('user_account').set({ disabled_at: null }).where('id', '=', user).execute();
  return user;
}

/**
 * Disables whom the directory has no more. Answers whether: the last administrator stays. Whom a person has disabled is left
 * as it is, so that the directory does not enable it again.
 */
export async function leave(
  given: Given,
  method: MethodRow,
  user: UserId,
  identity: Omit<Identity, 'name' | 'groups'>,
) {
  const now = new Date(given.clock.now());
  return unlessLast(() =>
    given.database.transaction().execute(async (transaction) => {
      const disabled = await transaction
        .updateTable('user_account')
        .set({ disabled_at: now })
        .where('id', '=', user)
        .where('disabled_at', 'is', null)
        .returning('id')
        .executeTakeFirst();
      if (!disabled) return;
      await ofIdentity(transaction, method.organization, identity.issuer, identity.subject)
        .set({ gone_at: now })
        .execute();
      await keepAnAdministrator(transaction, user);
      await transaction.deleteFrom('session').where('user_id', '=', user).execute();
    }),
  );
}

/** The groups that are mapped to, as far as there are any. */
async function governedBy(database: Queries, { organization, groups }: MethodRow): Promise<Id<'group'>[]> {
  const mapped = [...new Set(Object.values(groups).flat())] as Id<'group'>[];
  if (mapped.length === 0) return [];
  const rows = await database
    .selectFrom('user_group')
    .select('id')
    .where('organization', '=', organization)
    .where('id', 'in', mapped)
    .execute();
  return rows.map(({ id }) => id);
}

/** Tells whether somebody is in the groups that its groups there are: of a large directory that is most people. */
export async function followers({ database }: Given, method: MethodRow) {
  const governed = await governedBy(database, method);
  const rows =
    governed.length === 0
      ? []
      : await database
          .selectFrom('group_member')
          .select(['user_group', 'member'])
          .where('user_group', 'in', governed)
          .execute();
  const members = new Set(rows.map(({ user_group, member }) => `${user_group} ${member}`));
  return (user: UserId, theirs: readonly string[]): boolean => {
    const wanted = new Set(mapGroups(theirs, method.groups));
    return governed.every((group) => members.has(`${group} ${user}`) === wanted.has(group));
  };
}

/** Of the groups that are mapped to, somebody is in those that its groups there are; others are none of the method's. */
async function followGroups(given: Given, method: MethodRow, user: UserId, theirs: readonly string[]): Promise<void> {
  if (Object.keys(method.groups).length === 0) return;
  const wanted = new Set(mapGroups(theirs, method.groups));
  await unlessLast(() =>
    given.database.transaction().execute(async (transaction) => {
      for (const id of await governedBy(transaction, method)) {
        if (wanted.has(id))
          await transaction
            .insertInto('group_member')
            .values({ user_group: id, member: user })
            .onConflict((conflict) => conflict.doNothing())
            .execute();
        else
          await transaction
            .deleteFrom('group_member')
            .where('user_group', '=', id)
            .where('member', '=', user)
            .execute();
      }
      await keepAnAdministrator(transaction, user);
    }),
  );
}

/** Whether it was done: what would leave an organization without an administrator is not. */
async function unlessLast(change: () => Promise<void>): Promise<boolean> {
  try {
    await change();
    return true;
  } catch (error) {
    if (isLastAdministrator(error)) return false;
    throw error;
  }
}

function ofIdentity(transaction: Transaction, organization: OrganizationId, issuer: string, subject: string) {
  return transaction
    .updateTable('identity')
    .where('organization', '=', organization)
    .where('issuer', '=', issuer)
    .where('subject', '=', subject);
}
