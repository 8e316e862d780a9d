import type { Account } from '../../api/types.ts';
import { type Field, filled, isShown, startValues, takesSecret } from '../../parts/schema/fields.ts';

/** What the form of an account holds: each secret setting is a value or a secret, and both are kept while somebody wavers. */
export interface AccountValues {
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  readonly secrets?: Readonly<Record<string, string | undefined>> | undefined;
  readonly from?: Readonly<Record<string, 'value' | 'secret'>> | undefined;
}

/** What the form begins with. */
export function startOf(fields: readonly Field[], account?: Pick<Account, 'settings' | 'secrets'>): AccountValues {
  const used = Object.entries(account?.secrets ?? {});
  const places = fields.filter(takesSecret).map(({ path: [name = ''] }) => name);
  return {
    settings: startValues(fields, account?.settings),
    secrets: Object.fromEntries(used.map(([name, { id }]) => [name, id])),
    from: Object.fromEntries(
      places.map((name) => [name, account?.secrets[name] === undefined ? 'value' : 'secret'] as const),
    ),
  };
}

/** What is sent: settings that apply, and in the place of some of them secrets, by their ids. */
export function given(
  fields: readonly Field[],
  { settings = {}, secrets = {}, from = {} }: AccountValues,
): { readonly settings: Record<string, unknown>; readonly secrets: Record<string, string> } {
  const named = fields
    .filter((field) => takesSecret(field) && isShown(field, settings, fields))
    .flatMap(({ path: [name = ''] }) => {
      const secret = from[name] === 'secret' ? secrets[name] : undefined;
      return secret === undefined ? [] : [[name, secret] as const];
    });
  const typed = Object.entries(filled(fields, settings)).filter(([name]) => from[name] !== 'secret');
  return { settings: Object.fromEntries(typed), secrets: Object.fromEntries(named) };
}
