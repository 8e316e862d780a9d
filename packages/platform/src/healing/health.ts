import type { Because } from '@pileus/model';
import type { Watch } from '@pileus/orchestrator';

/** How a watched instance is. */
export interface Health {
  /** `held back`: it is to be mended, and that waits for something. `given up`: a person has to look. */
  readonly is: 'ok' | 'failing' | 'healing' | 'held back' | 'given up';
  /** Looks that failed in a row. */
  readonly failures: number;
  /** When the first of them failed, in ISO 8601. */
  readonly since?: string;
  readonly reason?: string;
  /** Why it is held back. */
  readonly because?: Because;
  /** How often it was mended since it was last well for long. */
  readonly heals: number;
  /** Not mended before this, in ISO 8601. */
  readonly nextAt?: string;
  /** When it was last found well, in ISO 8601. */
  readonly wellAt?: string;
}

export const unknownHealth: Health = { is: 'ok', failures: 0, heals: 0 };

/** What one look has found: undefined when the instance is well, else why not. */
export type Finding = string | undefined;

/** How an instance is after one more look. Mended ones count as well for good after ten times their pause. */
export function after(health: Health, finding: Finding, watch: Watch, now: number): Health {
  const at = new Date(now).toISOString();
  if (finding === undefined) {
    const wellSince = health.failures === 0 && health.wellAt ? Date.parse(health.wellAt) : now;
    const isForGood = now - wellSince > 10_000 * watch.backoff;
    return {
      is: 'ok',
      failures: 0,
      heals: isForGood ? 0 : health.heals,
      ...(health.nextAt !== undefined && !isForGood && { nextAt: health.nextAt }),
      wellAt: new Date(wellSince).toISOString(),
    };
  }
  const { wellAt: _, because: __, ...rest } = health;
  const failures = health.failures + 1;
  const isSpent = failures >= watch.threshold && health.heals >= watch.limit;
  return {
    ...rest,
    is: isSpent ? 'given up' : 'failing',
    failures,
    since: health.failures === 0 ? at : (health.since ?? at),
    reason: finding,
  };
}

/** Whether it is time to mend it. */
export function isDue({ is, failures, nextAt }: Health, { threshold }: Watch, now: number): boolean {
  return is === 'failing' && failures >= threshold && (nextAt === undefined || Date.parse(nextAt) <= now);
}

/** That it is being mended: it must fail anew before it is again, and each time the pause before that doubles. */
export function mended(health: Health, { backoff }: Watch, now: number): Health {
  const pause = backoff * 1_000 * 2 ** Math.min(health.heals, 20);
  return {
    ...health,
    is: 'healing',
    failures: 0,
    heals: health.heals + 1,
    nextAt: new Date(now + pause).toISOString(),
  };
}

/**
 * Whether so much of an account is not well that it is rather the account, or the way to it: then nothing is mended, since
 * replacing everything at once would be worse than waiting.
 */
export function isMeltdown(failing: number, watched: number): boolean {
  return failing >= 5 && failing * 2 > watched;
}
