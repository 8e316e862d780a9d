import { SecretValue } from '@pileus/api';
import type { Database, Tables } from '@pileus/database';
import { because, Failure, newId, type Clock, type Id } from '@pileus/model';
import type { Selectable } from 'kysely';
import type { z } from 'zod';
import type { By } from '../access/by.ts';
import { referred, taken } from '../row.ts';
import { sealedColumns, type Vault } from '../vault/index.ts';
import { fingerprintOf } from './ssh-key.ts';

export type SecretId = Id<'secret'>;
export type SecretRow = Selectable<Tables['secret']>;
type Value = z.infer<typeof SecretValue>;

/** Secrets that others name. Values go in; only what works with them opens them. */
export interface Secrets {
  create(given: { name: string; description: string; value: Value }, by: By): Promise<SecretId>;
  /** Its newest version is another one from now on. Throws `conflict` where it is of another kind. */
  rotate(id: SecretId, value: Value, by: By): Promise<void>;
  /** Throws `conflict` while something names it. */
  remove(id: SecretId): Promise<void>;
  /** As one text, for one setting: a text, the private key, or the password of a login. */
  openFor(id: SecretId): Promise<string>;
}

export function createSecrets({ database, vault, clock }: { database: Database; vault: Vault; clock: Clock }): Secrets {
  const seal = (id: SecretId, value: Value) =>
    vault.seal(JSON.stringify(value), sealedColumns.secretValue.place({ id }));
  const addVersion = (secret: SecretId, number: number, fingerprint: string | null, by: By) =>
    database
      .insertInto('secret_version')
      .values({ secret, number, fingerprint, created_by: by.name, created_at: new Date(clock.now()) })
      .execute();

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
            value: seal(id, value),
            created_by: by.name,
            created_at: new Date(clock.now()),
          })
          .execute()
          .catch(taken(name));
        await addVersion(id, 1, fingerprint, by);
      });
      return id;
    },
    rotate: async (id, value, by) => {
      const fingerprint = fingerprintIn(value);
      await database.whole(async () => {
        const row = await database
          .updateTable('secret')
          .set(({ eb }) => ({ version: eb('version', '+', 1), value: seal(id, value) }))
          .where('id', '=', id)
          .returning(['name', 'kind', 'version'])
          .executeTakeFirst();
        if (!row) throw new Failure('not-found', { kind: 'secret', id });
        // Thrown within, it is as if it had not been.
        if (row.kind !== value.kind)
          throw new Failure('conflict', { what: row.name, reason: because('other-kind', { kind: row.kind }) });
        await addVersion(id, row.version, fingerprint, by);
      });
    },
    remove: async (id) => {
      await database
        .deleteFrom('secret')
        .where('id', '=', id)
        .execute()
        .catch(referred((cause) => new Failure('conflict', { what: id, reason: because('secret-used') }, { cause })));
    },
    openFor: async (id) => {
      const row = await database.selectFrom('secret').select('value').where('id', '=', id).executeTakeFirst();
      if (!row) throw new Failure('not-found', { kind: 'secret', id });
      const opened = await vault.open(row.value, sealedColumns.secretValue.place({ id }));
      const value = SecretValue.parse(JSON.parse(opened));
      return value.kind === 'text' ? value.text : value.kind === 'ssh-key' ? value.privateKey : value.password;
    },
  };
}

const fingerprintIn = (value: Value): string | null =>
  value.kind === 'ssh-key' ? fingerprintOf(value.privateKey) : null;
