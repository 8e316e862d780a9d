import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database, Tables } from '@pileus/database';
import { because, Failure, newId, seconds, type Clock, type Kind, type Observed, type Metrics } from '@pileus/model';
import type { Outbound } from '@pileus/outbound';
import {
  currentConnection,
  type Check,
  type Connection,
  type CurrentConnection,
  type Provider,
} from '@pileus/provider';
import type { Selectable } from 'kysely';
import { now, taken } from '../row.ts';
import type { HealthRecord } from '../tables.ts';
import type { By } from '../access/by.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { contentOf, type Vault } from '../vault/index.ts';
import { asUses, besides, keepUses, openUses, usesOf, type Use, type Uses } from './account-secrets.ts';
import { keep, parseSettings, restore, withSavedSecrets } from './account-settings.ts';
import { cloudMetrics, countedConnection } from './counted.ts';

export type AccountRow = Selectable<Tables['account']> & { readonly uses: readonly Use[] };

/** Those that are not deleted, with the secrets they use. */
export function accountsIn(database: Database) {
  return database
    .selectFrom('account')
    .selectAll()
    .select(usesOf('account.id').as('uses'))
    .where('deleted_at', 'is', null);
}

export interface Accounts {
  readonly providers: readonly Provider[];
  provider(id: string): Provider;
  find(id: string): Promise<AccountRow>;
  add(
    given: {
      provider: string;
      name: string;
      description: string;
      settings: Record<string, unknown>;
      secrets?: Uses | undefined;
    },
    by: By,
  ): Promise<{ readonly id: string }>;
  change(
    id: string,
    given: {
      name?: string | undefined;
      description?: string | undefined;
      settings?: Record<string, unknown> | undefined;
      /** Besides those it uses already, except where `settings` has a value of its own now. */
      secrets?: Uses | undefined;
    },
  ): Promise<void>;
  remove(id: string): Promise<void>;
  /** A live connection, which follows the account's settings: a run may keep it while they are changed. */
  connect(id: string): Promise<Connection>;
  /** Tries settings that are not saved. */
  tryOut(
    provider: string,
    settings: Record<string, unknown>,
    from: { readonly saved: string | undefined; readonly secrets: Uses },
    signal: AbortSignal,
  ): Promise<AsyncIterable<Check>>;
  /** The secrets that an account uses. */
  uses(id: string): Promise<Uses>;
  /** Tries every service of a saved account and keeps the result. */
  check(id: string, signal: AbortSignal): Promise<HealthRecord>;
  list<K extends Kind>(id: string, kind: K, signal: AbortSignal): Promise<Observed<K>[]>;
  /** Where a provider may keep what belongs to one account. */
  directory(id: string): string;
  close(): Promise<void>;
}

interface Open {
  /** Those it was opened with. */
  readonly settings: string;
  readonly current: CurrentConnection;
}

export interface AccountsOptions {
  readonly database: Database;
  readonly providers: readonly Provider[];
  readonly vault: Vault;
  readonly secrets: Secrets;
  readonly outbound: Outbound;
  readonly home: string;
  readonly clock: Clock;
  readonly metrics?: Metrics | undefined;
}

export function createAccounts({
  database,
  providers,
  vault,
  secrets,
  outbound,
  home,
  clock,
  metrics,
}: AccountsOptions): Accounts {
  const counting = metrics && cloudMetrics(metrics);
  const open = new Map<string, Open>();

  const provider = (id: string): Provider => {
    const found = providers.find((one) => one.id === id);
    if (!found) throw new Failure('not-found', { kind: 'provider', id });
    return found;
  };
  const find = async (id: string): Promise<AccountRow> => {
    const row = await accountsIn(database).where('id', '=', id).executeTakeFirst();
    if (!row) throw new Failure('not-found', { kind: 'account', id });
    return row;
  };
  const directory = (id: string): string => join(home, 'accounts', id);

  const connect = async (id: string): Promise<Connection> => {
    const row = await find(id);
    const { uses } = row;
    const versions = uses.map(({ setting, secret, version }) => [setting, secret, version]);
    const settings = JSON.stringify([row.settings, contentsOf(row.secrets), versions]);
    const opened = open.get(id);
    if (opened?.settings === settings) return opened.current.connection;
    await mkdir(directory(id), { recursive: true, mode: 0o700 });
    const used = await openUses(provider(row.provider), asUses(uses), secrets);
    const whole = { ...(await restore(id, row, vault)), ...used };
    // Nothing is awaited from here until the connection is kept: of several callers at a time, one makes it.
    const known = open.get(id);
    if (known?.settings === settings) return known.current.connection;
    const of = provider(row.provider);
    const surroundings = { clock, directory: directory(id), outbound };
    const connection = of.connect(parseSettings(of, whole), surroundings);
    const made = counting ? countedConnection(connection, of.id, counting) : connection;
    const current = known?.current ?? currentConnection(made, () => connect(id));
    known?.current.use(made);
    open.set(id, { settings, current });
    return current.connection;
  };

  return {
    providers,
    provider,
    find,
    connect,
    directory,
    async add({ provider: of, name, description, settings, secrets: uses = {} }, by) {
      parseSettings(provider(of), { ...settings, ...(await openUses(provider(of), uses, secrets)) });
      const id = newId('account');
      const kept = keep(provider(of), id, besides(settings, uses), vault);
      await database.whole(async () => {
        await database
          .insertInto('account')
          .values({
            id,
            name,
            description,
            provider: of,
            settings: JSON.stringify(kept.settings),
            secrets: JSON.stringify(kept.secrets),
            organization: by.organization,
            created_by: by.name,
          })
          .execute()
          .catch(taken(name));
        await keepUses(database, id, uses);
      });
      return { id };
    },
    async change(id, { name, description, settings, secrets: named }) {
      const row = await find(id);
      const of = provider(row.provider);
      const next = settings ?? (named && row.settings);
      const uses = { ...besidesGiven(asUses(row.uses), settings), ...named };
      const whole = next && besides(await withSavedSecrets(id, next, row, vault), uses);
      if (whole) parseSettings(of, { ...whole, ...(await openUses(of, uses, secrets)) });
      const kept = whole && keep(of, id, whole, vault);
      // What was left out stays as it is: sealed anew, it would seem to be another one.
      const left = Object.entries(row.secrets).filter(([field]) => (next?.[field] ?? '') === '' && !(field in uses));
      await database.whole(async () => {
        await database
          .updateTable('account')
          .set({
            ...(name !== undefined && { name }),
            ...(description !== undefined && { description }),
            ...(kept && {
              settings: JSON.stringify(kept.settings),
              secrets: JSON.stringify({ ...kept.secrets, ...Object.fromEntries(left) }),
            }),
            changed: now,
          })
          .where('id', '=', id)
          .execute()
          .catch(taken(name ?? row.name));
        if (kept) await keepUses(database, id, uses);
      });
    },
    uses: async (id) => asUses((await find(id)).uses),
    async remove(id) {
      const row = await find(id);
      const { count } = await database
        .selectFrom('deployment')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('account', '=', id)
        .where('deleted_at', 'is', null)
        .executeTakeFirstOrThrow();
      if (count > 0)
        throw new Failure('conflict', { what: row.name, reason: because('used-by-deployments', { count }) });
      await database.whole(async () => {
        await database
          .updateTable('account')
          .set({ deleted_at: new Date(clock.now()), secrets: '{}', changed: now })
          .where('id', '=', id)
          .execute();
        await keepUses(database, id, {});
      });
      await database.afterwards(async () => {
        // It is deleted, whether or not its connection ends well.
        await open
          .get(id)
          ?.current.close()
          .catch(() => {});
        open.delete(id);
      });
    },
    async tryOut(of, settings, { saved, secrets: named }, signal) {
      const row = saved === undefined ? undefined : await find(saved);
      const own = row ? await withSavedSecrets(row.id, settings, row, vault) : settings;
      const uses = { ...(row && besidesGiven(asUses(row.uses), settings)), ...named };
      const account = parseSettings(provider(of), { ...own, ...(await openUses(provider(of), uses, secrets)) });
      const place = directory(saved ?? newId('account'));
      const connection = provider(of).connect(account, { clock, directory: place, outbound });
      return closing(connection.check(signal), async () => {
        await connection.close?.();
        if (saved === undefined) await rm(place, { recursive: true, force: true });
      });
    },
    async check(id, signal) {
      const connection = await connect(id);
      const checks: Check[] = [];
      for await (const check of connection.check(AbortSignal.any([signal, AbortSignal.timeout(seconds(60))])))
        checks.push(check);
      const health: HealthRecord = {
        is: checks.every(({ ok }) => ok) ? 'ok' : 'failing',
        checkedAt: new Date(clock.now()).toISOString(),
        checks,
      };
      await database
        .updateTable('account')
        .set({ health: JSON.stringify(health), changed: now })
        .where('id', '=', id)
        .execute();
      return health;
    },
    async list(id, kind, signal) {
      const connection = await connect(id);
      const source = connection.catalogues[kind];
      if (!source)
        throw new Failure('not-supported', { provider: (await find(id)).name, what: because('list-kind', { kind }) });
      const items = [];
      for await (const item of source.list(signal)) items.push(item);
      return items;
    },
    async close() {
      for (const { current } of open.values()) await current.close();
      open.clear();
    },
  };
}

/** Without those in whose place a value is given now. */
function besidesGiven(uses: Uses, settings: Readonly<Record<string, unknown>> = {}): Uses {
  return Object.fromEntries(Object.entries(uses).filter(([name]) => (settings[name] ?? '') === ''));
}

/** What they are, however they are wrapped at the moment. */
const contentsOf = (secrets: Readonly<Record<string, string>>): string[] =>
  Object.entries(secrets).map(([name, sealed]) => `${name} ${contentOf(sealed)}`);

async function* closing(checks: AsyncIterable<Check>, close: () => Promise<void>): AsyncIterable<Check> {
  try {
    yield* checks;
  } finally {
    await close();
  }
}
