import { because, Failure, type Problem } from '@pileus/model';
import type { Provider } from '@pileus/provider';
import { z } from 'zod';
import { sealedColumns, type Vault } from '../vault/index.ts';

/** An account's settings as they are kept: secrets apart and sealed. */
export interface KeptSettings {
  readonly settings: Record<string, unknown>;
  readonly secrets: Record<string, string>;
}

/** JSON Schema 2020-12 of what an administrator fills in; what `.meta()` says about a field comes along. */
export function accountSchema(provider: Provider): Record<string, unknown> {
  return z.toJSONSchema(provider.account, { io: 'input', unrepresentable: 'any' });
}

/** Which fields hold secrets. */
export function secretFields(provider: Provider): string[] {
  const { properties = {} } = accountSchema(provider) as { properties?: Record<string, { secret?: boolean }> };
  return Object.entries(properties)
    .filter(([, field]) => field.secret)
    .map(([name]) => name);
}

/** Checks what was filled in; throws `invalid` with a pointer to each field that is not right. */
export function parseSettings(provider: Provider, given: Readonly<Record<string, unknown>>): unknown {
  const { data, error } = provider.account.safeParse(given);
  if (!error) return data;
  const problems: Problem[] = error.issues.map(({ path, message, code }) => ({
    at: `/settings/${path.join('/')}`,
    message,
    rule: code,
  }));
  throw new Failure(
    'invalid',
    {
      what: because('the-account'),
      reason: problems.map(({ at, message }) => `${at.slice(10)}: ${message}`).join('; '),
    },
    { problems },
  );
}

export function keep(
  provider: Provider,
  id: string,
  given: Readonly<Record<string, unknown>>,
  vault: Vault,
): KeptSettings {
  const secret = new Set(secretFields(provider));
  const settings: Record<string, unknown> = {};
  const secrets: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (!secret.has(name)) settings[name] = value;
    else if (value !== undefined && value !== '')
      secrets[name] = vault.seal(JSON.stringify(value), sealedColumns.accountSecrets.place({ id, name }));
  }
  return { settings, secrets };
}

export async function restore(id: string, kept: KeptSettings, vault: Vault): Promise<Record<string, unknown>> {
  const opened = await Promise.all(
    Object.entries(kept.secrets).map(async ([name, sealed]): Promise<[string, unknown]> => {
      const secret = await vault.open(sealed, sealedColumns.accountSecrets.place({ id, name }));
      return [name, JSON.parse(secret)];
    }),
  );
  return { ...kept.settings, ...Object.fromEntries(opened) };
}

/** Fills secrets that were left out with the saved ones. */
export async function withSavedSecrets(
  id: string,
  given: Readonly<Record<string, unknown>>,
  kept: KeptSettings,
  vault: Vault,
): Promise<Record<string, unknown>> {
  const saved = Object.keys(kept.secrets).filter((name) => given[name] === undefined || given[name] === '');
  const opened = await restore(
    id,
    { settings: {}, secrets: Object.fromEntries(saved.map((name) => [name, kept.secrets[name] ?? ''])) },
    vault,
  );
  return { ...given, ...opened };
}
