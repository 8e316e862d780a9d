import { createHmac, randomBytes } from 'node:crypto';
import type { Database, Transaction } from '@pileus/database';
import { Failure, sealedIn, type OrganizationId } from '@pileus/model';
import { Secrets, type SecretKeeping } from '@pileus/orchestrator';
import type { Data } from '@pileus/tosca';
import { sql } from 'kysely';
import type { Vault } from '../vault.ts';

/** Where secret inputs of deployments lie. */
export interface SecretStore {
  /** For a deployment that is planned for the first time. */
  forNew(organization: OrganizationId): Promise<Secrets>;
  /** Those of all that a deployment is, was, or is to be. What is sealed in a run is kept with it. */
  of(deployment: string): Promise<Secrets>;
  /** Keeps with a plan what is sealed in its text. */
  keepWith(database: Database | Transaction, plan: PlanOf, secrets: Secrets, text: string): Promise<void>;
}

interface PlanOf {
  readonly id: string;
  readonly organization: OrganizationId;
}

export function createSecretStore(database: Database, vault: Vault): SecretStore {
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
  const rowsOf = async (organization: OrganizationId, values: ReadonlyMap<string, Data>) =>
    Promise.all(
      Array.from(values, async ([name, value]) => ({
        name,
        sealed: await Promise.resolve(vault.seal(JSON.stringify(value), placeOf(organization, name))),
      })),
    );
  return {
    forNew: async (organization) => new Secrets({ ...(await keeping(organization)), held: new Map() }),
    async of(deployment) {
      const { organization } = await database
        .selectFrom('deployment')
        .select('organization')
        .where('id', '=', deployment)
        .executeTakeFirstOrThrow();
      const held = await opened(vault, organization, await sealedOf(database, deployment));
      return new Secrets({
        ...(await keeping(organization)),
        held,
        keep: async (made) => {
          const rows = JSON.stringify(await rowsOf(organization, made));
          await sql`
            insert into input_secret (plan, name, sealed)
            select deployment.plan, made.name, made.sealed
            from deployment, jsonb_to_recordset(${rows}::jsonb) as made (name text, sealed text)
            where deployment.id = ${deployment}
            on conflict do nothing`.execute(database);
        },
      });
    },
    async keepWith(within, { id: plan, organization }, secrets, text) {
      const values = new Map(
        [...sealedIn(text)].flatMap((name): [string, Data][] => {
          const value = secrets.named(name);
          return value === undefined ? [] : [[name, value]];
        }),
      );
      if (values.size === 0) return;
      const rows = await rowsOf(organization, values);
      await within
        .insertInto('input_secret')
        .values(rows.map((row) => ({ plan, ...row })))
        .execute();
    },
  };
}

/** Once a deployment is gone, what its plans were made with is of no use to anybody. */
export async function forgetSecrets(database: Database | Transaction, deployment: string): Promise<void> {
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
  organization: OrganizationId,
  rows: readonly { readonly name: string; readonly sealed: string }[],
): Promise<ReadonlyMap<string, Data | Failure>> {
  const entries = rows.map(async ({ name, sealed }): Promise<[string, Data | Failure]> => {
    const text = await read(vault, sealed, placeOf(organization, name));
    return [name, text instanceof Failure ? text : (JSON.parse(text) as Data)]; // Written by us.
  });
  return new Map(await Promise.all(entries));
}

async function read(vault: Vault, sealed: string, place: string): Promise<string | Failure> {
  try {
    return await Promise.resolve(vault.open(sealed, place));
  } catch (error) {
    return asFailure(error);
  }
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  throw error;
}

const placeOf = (organization: OrganizationId, name: string): string => `${organization}|${name}|input`;
const keyPlace = 'installation|fingerprint key';

/** Made once for the whole installation; when two make it at the same time, both use the one that was there first. */
function fingerprintKey(database: Database, vault: Vault): () => Promise<Buffer> {
  const find = () => database.selectFrom('fingerprint_key').select('sealed').executeTakeFirst();
  const open = async (): Promise<Buffer> => {
    let row = await find();
    if (!row) {
      const sealed = await Promise.resolve(vault.seal(randomBytes(32).toString('base64'), keyPlace));
      await database
        .insertInto('fingerprint_key')
        .values({ sealed })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      row = await find();
    }
    const text = await Promise.resolve(vault.open(row?.sealed ?? '', keyPlace));
    return Buffer.from(text, 'base64');
  };
  let held: Promise<Buffer> | undefined;
  return () => {
    const asked = (held ??= open());
    asked.catch(() => (held = undefined));
    return asked;
  };
}
