import { milliseconds, seconds, systemClock, type Duration } from '@pileus/model';
import { sql } from 'kysely';
import type { Database } from './database.ts';
import { openSession } from './session.ts';

/**
 * A stretch of committed changes: every row whose `changed` is at least `from` and below `to`, in any watched table.
 * Both are transaction ids as text. All transactions below `to` have ended, so that no row can join a window later.
 */
export interface Window {
  readonly from: string;
  readonly to: string;
}

/**
 * What changes in the database, as windows. A watched table has a column
 * `changed xid8 not null default pg_current_xact_id()`, which every update sets anew, and a trigger that calls
 * `pileus_notify()`.
 */
export interface Feed {
  /** From where somebody left off (the `to` of the last window) until now; an empty window at the end when not told. */
  window(after?: string): Promise<Window>;
  /** Windows without a gap between them, from `after` on, at most some 20 a second, until `signal` is aborted. */
  subscribe(after: string | undefined, signal: AbortSignal): AsyncIterable<Window>;
  close(): Promise<void>;
}

export async function openFeed(database: Database): Promise<Feed> {
  const closed = new AbortController();
  const { signal: over } = closed;
  let wake = () => {};
  let rung = false;
  const bell = await openSession(database.url, {
    name: 'pileus feed',
    channels: ['pileus'],
    heard: () => {
      rung = true;
      wake();
    },
  });

  let end = (await horizon(database)).xmin;
  const subscribers = new Set<() => void>();

  /** Whether every change there is lies before `end` now. */
  const look = async (): Promise<boolean> => {
    const { xmin, xmax } = await horizon(database);
    if (xmin > end) {
      end = xmin;
      for (const tell of subscribers) tell();
    }
    return xmin === xmax;
  };

  const bellOr = async (patience: Duration) => {
    if (rung || over.aborted) return;
    const timer = new AbortController();
    wake = () => timer.abort();
    await quietly(systemClock.sleep(patience, AbortSignal.any([timer.signal, over])));
  };

  /** A change may have to wait for an older transaction that is still open: then it is looked again soon. */
  const follow = async () => {
    for (let isSettled = true; !over.aborted;) {
      await bellOr(isSettled ? poll : soon);
      rung = false;
      isSettled = await look().catch(() => true);
      await quietly(systemClock.sleep(gap, over));
    }
  };
  const following = follow();

  return {
    window: async (after) => {
      await look();
      return windowFrom(after, end);
    },
    subscribe: async function* (after, signal) {
      await look();
      let { from } = windowFrom(after, end);
      let tell = () => {};
      const told = () => tell();
      subscribers.add(told);
      signal.addEventListener('abort', told);
      over.addEventListener('abort', told);
      try {
        while (!signal.aborted && !over.aborted) {
          const to = String(end);
          if (to === from) {
            await new Promise<void>((done) => (tell = done));
          } else {
            yield { from, to };
            from = to;
          }
        }
      } finally {
        subscribers.delete(told);
        signal.removeEventListener('abort', told);
        over.removeEventListener('abort', told);
      }
    },
    close: async () => {
      closed.abort();
      await bell.close();
      await following;
    },
  };
}

const poll = seconds(5);
const soon = milliseconds(100);
const gap = milliseconds(50);

/** A position that is not one, or lies ahead (the database was restored from a backup), counts as now. */
function windowFrom(after: string | undefined, end: bigint): Window {
  const from = parse(after);
  return { from: String(from === undefined || from > end ? end : from), to: String(end) };
}

function parse(position: string | undefined): bigint | undefined {
  return position !== undefined && /^\d{1,20}$/.test(position) ? BigInt(position) : undefined;
}

/** All transactions below `xmin` have ended; none at or above `xmax` had begun. */
async function horizon(database: Database): Promise<{ xmin: bigint; xmax: bigint }> {
  const { rows } = await sql<{ xmin: string; xmax: string }>`
    select pg_snapshot_xmin(s)::text as xmin, pg_snapshot_xmax(s)::text as xmax from pg_current_snapshot() as s
  `.execute(database);
  return { xmin: BigInt(rows[0]?.xmin ?? 0), xmax: BigInt(rows[0]?.xmax ?? 0) };
}

async function quietly(promise: Promise<unknown>): Promise<void> {
  await promise.catch(() => {});
}
