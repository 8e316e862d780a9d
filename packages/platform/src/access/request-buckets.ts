import type { Database } from '@pileus/database';
import type { SharedBuckets } from '@pileus/http';
import { sql } from 'kysely';

/** Keeps what all servers together have given of each bucket. The time is the database's: servers' clocks differ. */
export function requestBuckets(database: Database): SharedBuckets {
  return {
    take: async (all) => {
      const { rows } = await sql<{ who: string; tokens: number }>`
        insert into request_bucket as held (who, quota, tokens, at)
        select who, quota, quota - taken, clock_timestamp()
        from unnest(
          ${all.map(({ who }) => who)}::text[],
          ${all.map(({ quota }) => quota)}::float8[],
          ${all.map(({ taken }) => taken)}::float8[]
        ) as told (who, quota, taken)
        -- In one order, so that two servers do not wait for each other.
        order by who
        on conflict (who) do update set
          quota = excluded.quota,
          -- A bucket is filled up first, and never owes more than it holds.
          tokens = greatest(
            -excluded.quota,
            least(excluded.quota, held.tokens + excluded.quota * extract(epoch from excluded.at - held.at) / 60)
              - (excluded.quota - excluded.tokens)
          ),
          at = excluded.at
        returning who, tokens`.execute(database);
      return new Map(rows.map(({ who, tokens }) => [who, tokens]));
    },
  };
}
