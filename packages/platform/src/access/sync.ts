import type { DirectoryPerson } from '@pileus/identity';
import { because, Failure } from '@pileus/model';
import type { Given } from './given.ts';
import { followers, issuerOfDirectory, leave, userOf } from './identities.ts';
import { directoryOf, type MethodRow } from './methods.ts';

/** What came of comparing the users with a directory. */
export interface Sync {
  readonly people: number;
  readonly made: number;
  readonly disabled: number;
  readonly kept: number;
}

/** So few may always go; of more, at most half at once. */
const few = 3;

/**
 * Compares the users of a directory with its people: groups follow, who is gone is disabled, who is back is enabled. An answer
 * that lacks most of them is taken for a mistake rather than for so many leaving: throws `conflict` before anything is done.
 */
export async function syncDirectory(given: Given, method: MethodRow, evenIfMany: boolean): Promise<Sync> {
  const { database, clock } = given;
  const issuer = issuerOfDirectory(method.id);
  // All of them are read before anything is changed: half a directory is no directory.
  const people = await Array.fromAsync((await directoryOf(given, method)).people());
  const known = await database
    .selectFrom('identity')
    .select(['subject', 'user_id', 'gone_at'])
    .where('organization', '=', method.organization)
    .where('issuer', '=', issuer)
    .execute();
  const there = new Set(people.map(({ id }) => id));
  const present = known.filter(({ gone_at }) => gone_at === null);
  const gone = present.filter(({ subject }) => !there.has(subject));
  if (!evenIfMany && gone.length > few && gone.length * 2 > present.length)
    throw new Failure('conflict', {
      what: method.title,
      reason: because('directory-shrunk', { gone: gone.length, present: present.length }),
    });
  const before = new Map(known.map((one) => [one.subject, one]));
  const isFollowing = await followers(given, method);
  let made = 0;
  for (const person of people) {
    const one = before.get(person.id);
    if (one ? one.gone_at === null && isFollowing(one.user_id, person.groups) : !method.makes_users) continue;
    await userOf(given, method, identityOf(method, person));
    if (!one) made++;
  }
  let disabled = 0;
  for (const { subject, user_id } of gone) if (await leave(given, method, user_id, { issuer, subject })) disabled++;
  const sync = { people: people.length, made, disabled, kept: gone.length - disabled };
  await database
    .updateTable('sign_in_method')
    .set({ synced_at: new Date(clock.now()), sync: JSON.stringify(sync) })
    .where('id', '=', method.id)
    .execute();
  return sync;
}

/** Every directory in turn, for a job; one that does not answer says so where it is shown, and is compared another time. */
export async function syncDirectories(given: Given, signal: AbortSignal): Promise<void> {
  const { database, clock } = given;
  const methods = await database
    .selectFrom('sign_in_method')
    .selectAll()
    .where('kind', '=', 'ldap')
    .where('is_enabled', '=', true)
    .execute();
  for (const method of methods) {
    signal.throwIfAborted();
    await syncDirectory(given, method, false).catch(async (error: unknown) => {
      if (!(error instanceof Failure)) throw error;
      await database
        .updateTable('sign_in_method')
        .set({
          synced_at: new Date(clock.now()),
          sync: JSON.stringify({ people: 0, made: 0, disabled: 0, kept: 0, failure: error.toJSON() }),
        })
        .where('id', '=', method.id)
        .execute();
    });
  }
}

export function identityOf(method: MethodRow, { id, name, groups }: DirectoryPerson) {
  return { issuer: issuerOfDirectory(method.id), subject: id, name, groups };
}
