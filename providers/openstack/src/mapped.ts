import type { Kind, Observed } from '@pileus/model';
import type { Catalogue } from '@pileus/provider';
import type { Collection } from './collection.ts';

/** A catalogue that shows each item of a collection in the platform's own words. */
export function mapped<T, K extends Kind>(
  all: Collection<T>,
  /** What to ask the list for, e.g. one project's items only. */
  query: Readonly<Record<string, string>> | ((signal: AbortSignal) => Promise<Readonly<Record<string, string>>>),
  show: (item: T) => Observed<K>,
): Catalogue<K> {
  return {
    async *list(signal) {
      const asked = typeof query === 'function' ? await query(signal) : query;
      for await (const item of all.list(asked, signal)) yield show(item);
    },
    async read(ref, signal) {
      const item = await all.read(ref, signal);
      return item === undefined ? undefined : show(item);
    },
  };
}
