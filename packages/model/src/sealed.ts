/**
 * What stands in place of a secret wherever data is kept: a text that names the secret and tells nothing of it. Two are
 * the same exactly when their secrets are.
 */
export type Sealed = string;

const form = '⟦secret:([A-Za-z0-9_-]{32})⟧';
const whole = new RegExp(`^${form}$`);

/** What is shown in place of a secret. */
export const concealed = '***';

/** The sealed value with this id: 32 characters of base64url. */
export function sealedAs(id: string): Sealed {
  return `⟦secret:${id}⟧`;
}

/** The id in a sealed value; undefined for any other value. */
export function sealedId(value: unknown): string | undefined {
  return typeof value === 'string' ? whole.exec(value)?.[1] : undefined;
}

/** The ids of all sealed values in a text, such as JSON. */
export function sealedIn(text: string): ReadonlySet<string> {
  return new Set(Array.from(text.matchAll(new RegExp(form, 'g')), ([, id = '']) => id));
}

/** A text, such as JSON, as it may be shown: it says that there is a secret, not which one. */
export function concealSealed(text: string): string {
  return text.includes('⟦secret:') ? text.replaceAll(new RegExp(form, 'g'), concealed) : text;
}
