import { SecretValue } from '@pileus/api';
import type { Database, Tables } from '@pileus/database';
import { because, Failure, newId, type Clock, type Id } from '@pileus/model';
import type { Selectable } from 'kysely';
import type { z } from 'zod';
import type { By } from '../access/by.ts';
import { isUsedByDeployment } from '../deployments/plan-secrets.ts';
import { referred, taken } from '../row.ts';
import { sealedColumns, type Vault } from '../vault/index.ts';
import { fingerprintOf } from './ssh-key.ts';

export type SecretId = Id<'secret'>;
export type SecretRow = Selectable<Tables['secret']>;
type Value = z.infer<typeof SecretValue>;

/** Of so many versions of a secret the values are kept, the newest among them. */
export const keptVersions = 10;

/** Secrets that others name. Values go in; only what works with them opens them. */
export interface Secrets {
  create(given: { name: string; description: string; value: Value }, by: By): Promise<SecretId>;
  /** Its newest version is another one from now on. Throws `conflict` where it is of another kind. */
  rotate(id: SecretId, value: Value, by: By): Promise<void>;
  /** The value of an old version is that of a new one. Throws `conflict` where it is forgotten, or the newest one's. */
  bringBack(id: SecretId, number: number, by: By): Promise<void>;
  /** Throws `conflict` while something names it. */
  remove(id: SecretId): Promise<void>;
  /** Its newest version, and that as one text, for one setting: a text, the private key, or the password of a login. */
  newestFor(id: SecretId): Promise<{ readonly version: number; readonly text: string }>;
}

export function createSecrets({ database, vault, clock }: { database: Database; vault: Vault; clock: Clock }): Secrets {
  const seal = (secret: SecretId, value: Value) =>
    vault.seal(JSON.stringify(value), sealedColumns.secretValue.place({ secret }));
  const insertVersion = (secret: SecretId, number: number, made: Made, by: By) =>
    database
      .insertInto('secret_version')
      .values({ secret, number, ...made, created_by: by.name, created_at: new Date(clock.now()) })
      .execute();
  /** Adds a version, and forgets the values of those that are too old to be kept. */
  const addVersion = (id: SecretId, by: By, make: (now: SecretRow) => Promise<Made>) =>
    database.whole(async () => {
      // Whoever else gives it a version waits here; what is thrown below makes it as if it had not been.
      const row = await database
        .updateTable('secret')
        .set(({ eb }) => ({ version: eb('version', '+', 1) }))
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst();
      if (!row) throw new Failure('not-found', { kind: 'secret', id });
      await insertVersion(id, row.version, await make(row), by);
      await database
        .updateTable('secret_version')
        .set({ value: null })
        .where('secret', '=', id)
        .where('number', '<=', row.version - keptVersions)
        .execute();
    });

  const newestFor = async (id: SecretId) => {
    const row = await database
      .selectFrom('secret')
      .innerJoin('secret_version', (join) =>
        join.onRef('secret_version.secret', '=', 'secret.id').onRef('secret_version.number', '=', 'secret.version'),
      )
      .select(['secret.version', 'secret_version.value'])
      .where('secret.id', '=', id)
      .executeTakeFirst();
    if (!row) throw new Failure('not-found', { kind: 'secret', id });
    // The newest one's is kept.
    const opened = await vault.open(row.value ?? '', sealedColumns.secretValue.place({ secret: id }));
    const value = SecretValue.parse(JSON.parse(opened));
    const text = value.kind === 'text' ? value.text : value.kind === 'ssh-key' ? value.privateKey : value.password;
    return { version: row.version, text };
  };

  return {
    create: async ({ name, description, value }, by) => {
      const fingerprint = fingerprintIn(value);
      const id = newId('secret');
      await database.whole(async () => {
        await database
          .insertInto('secret')
          .values({
            id,
            organization: by.organization,
            name,
            description,
            kind: value.kind,
            version: 1,
            created_by: by.name,
            created_at: new Date(clock.now()),
          })
          .execute()
          .catch(taken(name));
        await insertVersion(id, 1, { value: seal(id, value), fingerprint, brought_back_from: null }, by);
      });
      return id;
    },
    rotate: async (id, value, by) => {
      const fingerprint = fingerprintIn(value);
      await addVersion(id, by, async ({ name, kind }) => {
        if (kind !== value.kind) throw new Failure('conflict', { what: name, reason: because('other-kind', { kind }) });
        return { value: seal(id, value), fingerprint, brought_back_from: null };
      });
    },
    bringBack: (id, number, by) =>
      addVersion(id, by, async ({ name, version }) => {
        if (number === version - 1)
          throw new Failure('conflict', { what: name, reason: because('newest-version', { number }) });
        const old = await database
          .selectFrom('secret_version')
          .select(['value', 'fingerprint'])
          .where('secret', '=', id)
          .where('number', '=', number)
          .executeTakeFirst();
        if (!old) throw new Failure('not-found', { kind: 'version', id: String(number) });
        if (old.value === null)
          throw new Failure('conflict', { what: name, reason: because('version-forgotten', { number }) });
        // As it is sealed: nothing has to be opened, so that a key that is away keeps nobody from going back.
        return { value: old.value, fingerprint: old.fingerprint, brought_back_from: number };
      }),
    remove: (id) =>
      database.whole(async () => {
        // Nobody makes a plan with it meanwhile.
        await database.selectFrom('secret').select('id').where('id', '=', id).forUpdate().execute();
        const used = (cause?: Error) =>
          new Failure('conflict', { what: id, reason: because('secret-used') }, { cause });
        if (await isUsedByDeployment(database, id, new Date(clock.now()))) throw used();
        await database.deleteFrom('secret').where('id', '=', id).execute().catch(referred(used));
      }),
    newestFor,
  };
}

/** What is new of a version. */
type Made = Pick<Selectable<Tables['secret_version']>, 'value' | 'fingerprint' | 'brought_back_from'>;

const fingerprintIn = (value: Value): string | null =>
  value.kind === 'ssh-key' ? fingerprintOf(value.privateKey) : null;
