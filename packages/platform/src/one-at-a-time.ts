import type { Database } from '@pileus/database';
import type { Transactions } from '@pileus/http';
import { sql } from 'kysely';

/**
 * How calls of the API are one transaction each; of those about one thing, in whatever process, one goes at a time. Those of
 * this process wait for each other before they take a connection: many who change one thing keep nobody else waiting.
 */
export function oneAtATime(database: Database): Transactions {
  const alone =
    <T>(work: () => Promise<T>, thing: string | undefined) =>
    async (): Promise<T> => {
      if (thing !== undefined)
        await sql`select pg_advisory_xact_lock(hashtextextended(${`api ${thing}`}, 0))`.execute(database);
      return work();
    };
  const last = new Map<string, Promise<void>>();
  const inTurn = async <T>(work: () => Promise<T>, thing: string | undefined): Promise<T> => {
    if (thing === undefined) return work();
    const before = last.get(thing);
    const { promise, resolve } = Promise.withResolvers<void>();
    last.set(thing, promise);
    await before;
    try {
      return await work();
    } finally {
      if (last.get(thing) === promise) last.delete(thing);
      resolve();
    }
  };
  return {
    whole: (work, thing) => inTurn(() => database.whole(alone(work, thing)), thing),
    tried: (work, thing) => inTurn(() => database.tried(alone(work, thing)), thing),
  };
}
