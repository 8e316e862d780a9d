import type { Database } from '@pileus/database';
import type { Transactions } from '@pileus/http';
import { sql } from 'kysely';

/** How calls of the API are one transaction each; of those about one thing, in whatever process, one goes at a time. */
export function oneAtATime(database: Database): Transactions {
  const alone =
    <T>(work: () => Promise<T>, thing: string | undefined) =>
    async (): Promise<T> => {
      if (thing !== undefined)
        await sql`select pg_advisory_xact_lock(hashtextextended(${`api ${thing}`}, 0))`.execute(database);
      return work();
    };
  return {
    whole: (work, thing) => database.whole(alone(work, thing)),
    tried: (work, thing) => database.tried(alone(work, thing)),
  };
}
