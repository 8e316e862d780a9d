/** A record for names chosen by authors: it has no prototype, so `constructor` is a name like any other. */
export function emptyRecord<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>; // Object.create is typed any.
}
