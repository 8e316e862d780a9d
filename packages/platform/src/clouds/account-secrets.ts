import type { Database } from '@pileus/database';
import { because, Failure, type Id } from '@pileus/model';
import type { Provider } from '@pileus/provider';
import type { Secrets } from '../secrets/secrets.ts';
import { type RawBuilder, sql } from 'kysely';
import { referred } from '../row.ts';
import { secretFields } from './account-settings.ts';

/** Which settings of an account are which secrets. */
export type Uses = Readonly<Record<string, string>>;

/** A setting that is a secret's. */
export interface Use {
  readonly setting: string;
  readonly secret: string;
  readonly name: string;
  readonly version: number;
}

/** Those of the account that a column names, as one column. */
export function usesOf(account: string): RawBuilder<readonly Use[]> {
  return sql`(
    select coalesce(json_agg(json_build_object('setting', used.setting, 'secret', secret.id, 'name', secret.name,
      'version', secret.version) order by used.setting), '[]')
    from account_secret as used join secret on secret.id = used.secret
    where used.account = ${sql.ref(account)})`;
}

export const asUses = (uses: readonly Use[]): Uses =>
  Object.fromEntries(uses.map(({ setting, secret }) => [setting, secret]));

/** What they come to. Throws `invalid` for a setting that is not secret: it would be shown. */
export async function openUses(provider: Provider, uses: Uses, secrets: Secrets): Promise<Record<string, string>> {
  const known = secretFields(provider);
  const opened = Object.entries(uses).map(async ([setting, secret]) => {
    if (!known.includes(setting)) {
      const reason = because('no-secret-setting', { setting, provider: provider.id, known: known.join(', ') });
      throw new Failure('invalid', { what: `/secrets/${setting}`, reason });
    }
    return [setting, (await secrets.newestFor(secret as Id<'secret'>)).text];
  });
  return Object.fromEntries(await Promise.all(opened)) as Record<string, string>;
}

/** Those that an account had before end. */
export async function keepUses(database: Database, account: string, uses: Uses): Promise<void> {
  await database.deleteFrom('account_secret').where('account', '=', account).execute();
  const rows = Object.entries(uses).map(([setting, secret]) => ({ account, setting, secret: secret as Id<'secret'> }));
  if (rows.length === 0) return;
  await database
    .insertInto('account_secret')
    .values(rows)
    .execute()
    .catch(
      referred((cause) => new Failure('not-found', { kind: 'secret', id: Object.values(uses).join(', ') }, { cause })),
    );
}

/** Settings without those that are a secret's. */
export function besides<T>(settings: Readonly<Record<string, T>>, uses: Uses): Record<string, T> {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !Object.hasOwn(uses, name)));
}
