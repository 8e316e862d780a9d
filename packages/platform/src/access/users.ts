import type { Database, Transaction } from '@pileus/database';
import { type Clock, Failure, newId, type OrganizationId, type UserId } from '@pileus/model';
import type { BuiltInName } from './built-in.ts';
import { home } from './organizations.ts';
import { hashPassword } from './password.ts';

export interface NewUser {
  readonly name: string;
  /** The one that runs the platform unless told. */
  readonly organization?: OrganizationId | undefined;
  /** What it may do from the first moment. */
  readonly policies?: readonly BuiltInName[] | undefined;
  readonly password?: string | undefined;
}

export async function addUser(database: Database, clock: Clock, user: NewUser): Promise<UserId> {
  const id = await insert(database, clock, user);
  if (!id) throw new Failure('name-taken', { name: user.name });
  return id;
}

/** The user `admin`, made when there is none yet. */
export async function firstAdministrator(database: Database, clock: Clock): Promise<UserId> {
  const id = await insert(database, clock, { name: 'admin', policies: ['AdministratorAccess'] });
  return id ?? (await userByName(database, 'admin'))?.id ?? firstAdministrator(database, clock);
}

/** Names are the same in upper and lower case. */
export function userByName(database: Database, name: string, organization: OrganizationId = home) {
  return database
    .selectFrom('user_account')
    .selectAll()
    .where('organization', '=', organization)
    .where((where) => where(where.fn<string>('lower', ['name']), '=', name.toLowerCase()))
    .executeTakeFirst();
}

async function insert(database: Database, clock: Clock, user: NewUser): Promise<UserId | undefined> {
  const hash = user.password === undefined ? null : await hashPassword(user.password);
  return database.transaction().execute((transaction) => insertUser(transaction, clock, user, hash));
}

/** Makes a user within a transaction, with the hash of its password; undefined when the name is taken. */
export async function insertUser(
  transaction: Transaction,
  clock: Clock,
  { name, organization = home, policies = [] }: NewUser,
  password: string | null = null,
): Promise<UserId | undefined> {
  const id = newId('user');
  const inserted = await transaction
    .insertInto('user_account')
    .values({ id, organization, name, password, created_at: new Date(clock.now()), disabled_at: null })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!inserted) return undefined;
  for (const policy of policies) {
    await transaction
      .insertInto('policy_attachment')
      .values({ policy, principal: id, organization, created_by: 'system' })
      .execute();
  }
  return id;
}
