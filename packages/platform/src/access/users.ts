import type { Database } from '@pileus/database';
import { type Clock, Failure, newId, type UserId } from '@pileus/model';
import { hashPassword } from './password.ts';
import type { Role } from './roles.ts';

export interface NewUser {
  readonly name: string;
  readonly role: Role;
  readonly password?: string | undefined;
}

export async function addUser(database: Database, clock: Clock, user: NewUser): Promise<UserId> {
  const id = await insert(database, clock, user);
  if (!id) throw new Failure('name-taken', { name: user.name });
  return id;
}

/** The user `admin`, made when there is none yet. */
export async function firstAdministrator(database: Database, clock: Clock): Promise<UserId> {
  const id = await insert(database, clock, { name: 'admin', role: 'administrator' });
  return id ?? (await userByName(database, 'admin'))?.id ?? firstAdministrator(database, clock);
}

/** Names are the same in upper and lower case. */
export function userByName(database: Database, name: string) {
  return database
    .selectFrom('user_account')
    .selectAll()
    .where((where) => where(where.fn<string>('lower', ['name']), '=', name.toLowerCase()))
    .executeTakeFirst();
}

async function insert(
  database: Database,
  clock: Clock,
  { name, role, password }: NewUser,
): Promise<UserId | undefined> {
  const inserted = await database
    .insertInto('user_account')
    .values({
      id: newId('user'),
      name,
      role,
      password: password === undefined ? null : await hashPassword(password),
      created_at: new Date(clock.now()),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted?.id;
}
