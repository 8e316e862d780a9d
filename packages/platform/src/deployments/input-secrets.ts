import { createHmac, randomBytes } from 'node:crypto';
import type { Database, Transaction } from '@pileus/database';
import { Failure, sealedIn, type OrganizationId } from '@pileus/model';
import { Secrets, type SecretKeeping } from '@pileus/orchestrator';
import type { Data } from '@pileus/tosca';
import { sql } from 'kysely';
import { type Place, sealedColumns, type Vault } from '../vault/index.ts';

/** Where secret inputs of deployments lie. */
export interface InputSecrets {
  /** For a deployment that is planned for the first time. */
  forNew(organization: OrganizationId): Promise<Secrets>;
  /** Those of all that a deployment is, was, or is to be. What is sealed in a run is kept with it. */
  of(deployment: string): Promise<Secrets>;
  /** Keeps with a plan what is sealed in its text. */
  keepWith(database: Database | Transaction, plan: string, secrets: Secrets, text: string): Promise<void>;
}

export function createInputSecrets(database: Database, vault: Vault): InputSecrets {
  const key = fingerprintKey(database, vault);
  const keeping = async (organization: OrganizationId): Promise<Omit<SecretKeeping, 'held'>> => {
    const held = await key().catch(asFailure);
    return {
      nameOf(value) {
        if (held instanceof Failure) throw held;
        return createHmac('sha256', held).update(`${organization}\0${value}`).digest('base64url').slice(0, 32);
      },
    };
  };
  const rowsOf = (values: ReadonlyMap<string, Data>) =>
    Array.from(values, ([name, value]) => ({ name, sealed: vault.seal(JSON.stringify(value), placeOf(name)) }));
  return {
    forNew: async (organization) => new Secrets({ ...(await keeping(organization)), held: new Map() }),
    async of(deployment) {
      const { organization } = await database
        .selectFrom('deployment')
        .select('organization')
        .where('id', '=', deployment)
        .executeTakeFirstOrThrow();
      const held = await opened(vault, await sealedOf(database, deployment));
      return new Secrets({
        ...(await keeping(organization)),
        held,
        keep: async (made) => {
          const rows = JSON.stringify(rowsOf(made));
          await sql`
            insert into input_secret (plan, name, sealed)
            select deployment.plan, made.name, made.sealed
            from deployment, jsonb_to_recordset(${rows}::jsonb) as made (name text, sealed text)
            where deployment.id = ${deployment}
            on conflict do nothing`.execute(database);
        },
      });
    },
    async keepWith(within, plan, secrets, text) {
      const values = new Map(
        [...sealedIn(text)].flatMap((name): [string, Data][] => {
          const value = secrets.named(name);
          return value === undefined ? [] : [[name, value]];
        }),
      );
      if (values.size === 0) return;
      const rows = rowsOf(values);
      await within
        .insertInto('input_secret')
        .values(rows.map((row) => ({ plan, ...row })))
        .execute();
    },
  };
}

/** Once a deployment is gone, what its plans were made with is of no use to anybody. */
export async function forgetInputSecrets(database: Database | Transaction, deployment: string): Promise<void> {
  await sql`delete from input_secret where plan in (${plansOf(deployment)})`.execute(database);
}

const plansOf = (deployment: string) => sql`
  select plan from revision where deployment = ${deployment} union select id from plan where deployment = ${deployment}`;

async function sealedOf(database: Database, deployment: string) {
  const { rows } = await sql<{ name: string; sealed: string }>`
    select distinct on (name) name, sealed from input_secret where plan in (${plansOf(deployment)}) order by name
  `.execute(database);
  return rows;
}

/** What cannot be opened fails where it is needed: a deployment whose key is lost can still be looked at. */
async function opened(
  vault: Vault,
  rows: readonly { readonly name: string; readonly sealed: string }[],
): Promise<ReadonlyMap<string, Data | Failure>> {
  const entries = rows.map(async ({ name, sealed }): Promise<[string, Data | Failure]> => {
    const text = await read(vault, sealed, placeOf(name));
    return [name, text instanceof Failure ? text : (JSON.parse(text) as Data)]; // Written by us.
  });
  return new Map(await Promise.all(entries));
}

async function read(vault: Vault, sealed: string, place: Place): Promise<string | Failure> {
  try {
    return await vault.open(sealed, place);
  } catch (error) {
    return asFailure(error);
  }
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  throw error;
}

const placeOf = (name: string) => sealedColumns.secretInput.place({ name });
const keyPlace = sealedColumns.fingerprintKey.place({});

/** Made once for the whole installation; when two make it at the same time, both use the one that was there first. */
function fingerprintKey(database: Database, vault: Vault): () => Promise<Buffer> {
  const find = () => database.selectFrom('fingerprint_key').select('sealed').executeTakeFirst();
  const open = async (): Promise<Buffer> => {
    let row = await find();
    if (!row) {
      const sealed = vault.seal(randomBytes(32).toString('base64'), keyPlace);
      await database
        .insertInto('fingerprint_key')
        .values({ sealed })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      row = await find();
    }
    return Buffer.from(await vault.open(row?.sealed ?? '', keyPlace), 'base64');
  };
  let held: Promise<Buffer> | undefined;
  return () => {
    const asked = (held ??= open());
    asked.catch(() => (held = undefined));
    return asked;
  };
}
