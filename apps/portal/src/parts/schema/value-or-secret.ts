import { type Field, filled, isShown, startValues, takesSecret } from './fields.ts';

/** What the fields of a form hold where a secret may stand in the place of a secret value: both are kept while somebody wavers. */
export interface Held {
  readonly values?: Readonly<Record<string, unknown>> | undefined;
  /** Secrets by their ids. */
  readonly secrets?: Readonly<Record<string, string | undefined>> | undefined;
  readonly from?: Readonly<Record<string, 'value' | 'secret'>> | undefined;
}

/** What is held at first, given the values there are and the secrets that are used now. */
export function startOf(
  fields: readonly Field[],
  now: Readonly<Record<string, unknown>> = {},
  used: Readonly<Record<string, { readonly id: string }>> = {},
): { readonly [Part in keyof Held]-?: NonNullable<Held[Part]> } {
  const places = fields.filter(takesSecret).map(({ path: [name = ''] }) => name);
  return {
    values: startValues(fields, now),
    secrets: Object.fromEntries(Object.entries(used).map(([name, { id }]) => [name, id])),
    from: Object.fromEntries(places.map((name) => [name, used[name] === undefined ? 'value' : 'secret'] as const)),
  };
}

/** What is sent: values that apply, and in the place of some of them secrets, by their ids. */
export function given(
  fields: readonly Field[],
  { values = {}, secrets = {}, from = {} }: Held,
): { readonly values: Record<string, unknown>; readonly secrets: Record<string, string> } {
  const named = fields
    .filter((field) => takesSecret(field) && isShown(field, values, fields))
    .flatMap(({ path: [name = ''] }) => {
      const secret = from[name] === 'secret' ? secrets[name] : undefined;
      return secret === undefined ? [] : [[name, secret] as const];
    });
  const typed = Object.entries(filled(fields, values)).filter(([name]) => from[name] !== 'secret');
  return { values: Object.fromEntries(typed), secrets: Object.fromEntries(named) };
}
