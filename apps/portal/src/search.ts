/** Reads one value of the URL's query; undefined for what is not there or does not fit. */
type Read<V> = (given: unknown) => V | undefined;

export const text: Read<string> = (given) => {
  if (typeof given === 'number' || typeof given === 'boolean') return String(given);
  return typeof given === 'string' && given !== '' ? given : undefined;
};

export function oneOf<const V extends string>(...values: readonly V[]): Read<V> {
  return (given) => values.find((value) => value === text(given));
}

type Found<R extends Record<string, Read<unknown>>> = { [K in keyof R]?: R[K] extends Read<infer V> ? V : never };

/** What a page keeps in the URL. What does not fit is dropped, so that a mistyped link still opens. */
export function search<R extends Record<string, Read<unknown>>>(
  reads: R,
): (given: Record<string, unknown>) => Found<R> {
  return (given) => {
    const found: Record<string, unknown> = {};
    for (const [key, read] of Object.entries(reads)) {
      const value = read(given[key]);
      if (value !== undefined) found[key] = value;
    }
    return found as Found<R>;
  };
}
