/** When a new token shall expire: after so many days, at the end of a day, or never. */
export type Expiry = '7' | '30' | '90' | '365' | 'day' | 'never';
export const expiries: readonly Expiry[] = ['7', '30', '90', '365', 'day', 'never'];

/** As the API wants it; undefined for never, and for a day that is none. */
export function expiresAt(expiry: Expiry, endOfDay: string | undefined, now: number): string | undefined {
  if (expiry === 'never') return undefined;
  if (expiry === 'day') return endOfDay;
  return new Date(now + Number(expiry) * 86_400_000).toISOString();
}
