import { because, Failure, milliseconds, seconds, type Because, type Clock, type Duration } from '@pileus/model';
import type { Chance } from './chance.ts';
import { provider } from './rules.ts';
import type { SimulatedAccount } from './settings.ts';

/** What lies between a caller and the cloud: delay, loss, throttling, and answers about the past. */
export interface Weather {
  /**
   * Carries one call. `act` is given the time at which the cloud gets to it, which is a little in the future when the
   * caller has given up waiting by then.
   */
  carry<T>(call: Carried, act: (time: number) => T): Promise<T>;
  /** A moment of the past that a list, or a read, may show. */
  seenFrom(operation: 'list' | 'read'): number;
  /** How long after a request was sent the lists may not show what it made. */
  readonly lag: Duration;
}

export interface Carried {
  readonly operation: string;
  /** What its luck depends on; calls with the same key have their luck one after the other. */
  readonly key: string;
  readonly signal: AbortSignal;
}

/** How long a caller waits for an answer. */
const patience = seconds(10);

export function weatherOf(account: SimulatedAccount, clock: Clock, chance: Chance): Weather {
  const lagBound = account.listLagSeconds * 1000;
  const bucket = bucketOf(account.callsPerSecond, clock);
  const nth = counter();

  const silence = async (detail: Because, signal: AbortSignal): Promise<never> => {
    await clock.sleep(patience, signal);
    throw new Failure('provider-unreachable', { provider, detail });
  };

  return {
    // A request takes up to one latency to arrive and up to a quarter of the lag to be worked on, lists show what is up
    // to three quarters of the lag old.
    lag: milliseconds(lagBound + account.latencyMilliseconds),

    seenFrom(operation) {
      const most = operation === 'list' ? 0.75 : 0.1;
      return clock.now() - Math.round(chance.roll('staleness', operation, nth(operation)) * most * lagBound);
    },

    async carry({ operation, key, signal }, act) {
      signal.throwIfAborted();
      const n = nth(`${operation} ${key}`);
      if (account.isDown) {
        await clock.sleep(milliseconds(account.latencyMilliseconds), signal);
        throw new Failure('provider-unreachable', { provider, detail: because('region-down') });
      }
      if (!bucket()) {
        const detail = because('too-many-calls', { limit: account.callsPerSecond });
        throw new Failure('provider-throttled', { provider, detail });
      }
      const arrives = clock.now() + account.latencyMilliseconds * chance.roll('way there', operation, key, n);
      await clock.sleep(milliseconds(arrives - clock.now()), signal).catch((reason: unknown) => {
        // The caller has left; what it has sent may arrive all the same.
        if (chance.happens(0.5, 'arrives', operation, key, n)) unheard(() => act(arrives));
        throw reason;
      });
      if (chance.happens(account.lostRequests, 'lost request', operation, key, n)) {
        await silence(because('request-lost'), signal);
      }
      if (chance.happens(account.lostReplies, 'lost reply', operation, key, n)) {
        const late = clock.now() + Math.round(chance.roll('late', operation, key, n) * 0.25 * lagBound);
        unheard(() => act(late));
        await silence(because('answer-lost'), signal);
      }
      if (chance.happens(account.repeatedRequests, 'twice', operation, key, n)) act(clock.now());
      const answer = act(clock.now());
      await clock.sleep(milliseconds(account.latencyMilliseconds * chance.roll('way back', operation, key, n)), signal);
      return answer;
    },
  };
}

/** Does what nobody hears the answer of, be it a refusal. */
function unheard(act: () => unknown): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}

/** A token bucket that holds two seconds' worth: whether one more call is allowed now. */
function bucketOf(perSecond: number, clock: Clock): () => boolean {
  const size = Math.max(1, perSecond * 2);
  let level = size;
  let filledAt = clock.now();
  return () => {
    const now = clock.now();
    level = Math.min(size, level + ((now - filledAt) / 1000) * perSecond);
    filledAt = now;
    if (level < 1) return false;
    level -= 1;
    return true;
  };
}

function counter(): (key: string) => number {
  const counts = new Map<string, number>();
  return (key) => {
    const n = (counts.get(key) ?? 0) + 1;
    // Forgotten now and then: what is counted is luck, and new luck is as good.
    if (counts.size > 100_000) counts.clear();
    counts.set(key, n);
    return n;
  };
}
