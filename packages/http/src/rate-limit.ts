import type { Clock } from '@pileus/model';
import type { Actor } from './actor.ts';
import { networkOf } from './peer.ts';

/** How many calls there may be in a minute; as many at once after a quiet minute. */
export interface CallLimits {
  /** Of one user or service account. */
  readonly principal: number;
  /** Of everybody in one organization together. */
  readonly organization: number;
  /** From one address, by callers who are not signed in. */
  readonly anonymous: number;
}
export type Whose = keyof CallLimits;

/** What was taken of one bucket since servers last told each other. */
export interface Taken {
  /** `principal usr-…`. */
  readonly who: string;
  readonly taken: number;
  /** How much it holds; it fills up in a minute. */
  readonly quota: number;
}

/** Where servers tell each other what was taken. */
export interface SharedBuckets {
  /** Takes all of it, and answers what is left; less than nothing where several servers took at once. */
  take(all: readonly Taken[]): Promise<ReadonlyMap<string, number>>;
}

export interface RateLimits {
  /** Counts one call, unless there were too many. */
  count(actor: Actor | undefined, ip: string): Counted;
  /** Tells the other servers, and hears from them. For once in a second. */
  settle(): Promise<void>;
}

export interface Counted {
  /** Seconds until the call may be made; 0: it may be made now. */
  readonly wait: number;
  /** What tells the caller how many it may make. */
  readonly headers: Readonly<Record<string, string>>;
}

interface Bucket {
  readonly whose: Whose;
  level: number;
  /** When it was filled up last. */
  at: number;
  taken: number;
}

/** More of them than this are not kept; those that were not used for longest are forgotten, and so full. */
const most = 100_000;
const minute = 60_000;

/**
 * Token buckets: each fills up within a minute, and a call takes one token of the caller's and one of its organization's.
 * They are kept here, so that a call costs no look at the database; every second servers tell each other what they gave, so
 * that together they give hardly more than one alone would: at most what each gives within that second, which is owed
 * afterwards. While the database is away, each counts by itself.
 */
export function rateLimits(limits: CallLimits, clock: Clock, shared: SharedBuckets): RateLimits {
  const buckets = new Map<string, Bucket>();

  const bucket = (whose: Whose, id: string): Bucket => {
    const who = `${whose} ${id}`;
    const now = clock.now();
    const found = buckets.get(who) ?? { whose, level: limits[whose], at: now, taken: 0 };
    found.level = Math.min(limits[whose], found.level + (Math.max(0, now - found.at) * limits[whose]) / minute);
    found.at = now;
    // The last of the map is the one used last.
    buckets.delete(who);
    buckets.set(who, found);
    const [oldest] = buckets.keys();
    if (buckets.size > most && oldest !== undefined) buckets.delete(oldest);
    return found;
  };
  const secondsUntil = ({ whose, level }: Bucket, wanted: number): number =>
    Math.max(0, Math.ceil(((wanted - level) * minute) / limits[whose] / 1_000));

  return {
    count: (actor, ip) => {
      const ids: [Whose, string][] = actor
        ? [
            ['principal', actor.user.id],
            ['organization', actor.organization],
          ]
        : [['anonymous', networkOf(ip)]];
      const asked = ids.filter(([whose]) => limits[whose] > 0).map(([whose, id]) => bucket(whose, id));
      const wait = Math.max(0, ...asked.map((one) => (one.level < 1 ? secondsUntil(one, 1) : 0)));
      if (wait === 0)
        for (const one of asked) {
          one.level -= 1;
          one.taken += 1;
        }
      return { wait, headers: headersOf(asked, limits, secondsUntil) };
    },
    settle: async () => {
      const told = [...buckets].filter(([, { taken }]) => taken > 0);
      if (told.length === 0) return;
      const all = told.map(([who, { whose, taken }]) => ({ who, taken, quota: limits[whose] }));
      for (const [, one] of told) one.taken = 0;
      const left = await shared.take(all).catch((error: unknown) => {
        for (const [at, [, one]] of told.entries()) one.taken += all[at]?.taken ?? 0;
        throw error;
      });
      for (const [who, one] of told) {
        // What was taken here meanwhile the others do not know yet.
        one.level = (left.get(who) ?? one.level) - one.taken;
        one.at = clock.now();
      }
    },
  };
}

/**
 * As draft-ietf-httpapi-ratelimit-headers-10 has them: `q` calls in `w` seconds; `r` are left, and in `t` seconds all of
 * them are there again.
 */
function headersOf(
  asked: readonly Bucket[],
  limits: CallLimits,
  secondsUntil: (bucket: Bucket, wanted: number) => number,
): Record<string, string> {
  if (asked.length === 0) return {};
  return {
    'ratelimit-policy': asked.map(({ whose }) => `"${whose}";q=${limits[whose]};w=60`).join(', '),
    ratelimit: asked
      .map((one) => `"${one.whose}";r=${Math.max(0, Math.floor(one.level))};t=${secondsUntil(one, limits[one.whose])}`)
      .join(', '),
  };
}
