import { databaseFailure } from '@pileus/database';
import { Failure, milliseconds, minutes, seconds, type Duration } from '@pileus/model';
import type { Held, Step } from './held.ts';
import type { RetryPolicy } from './run.ts';
import { firstToken, nextToken } from './token.ts';

export const defaultPolicy: RetryPolicy = {
  attempts: 5,
  first: seconds(1),
  longest: minutes(1),
  when: (failure) => failure.retry,
};

/** Makes the step ready for its next attempt; answers whether it has a new token. */
export function beginAttempt(step: Step, held: Held, now: Date): boolean {
  const wasCutOff = step.state === 'started' && step.failure === null;
  if (wasCutOff) step.unclear_since = held.claimed;
  const token = step.token;
  if (token === null) step.token = firstToken(held.id, step.key);
  else if (step.unclear_since === null) step.token = nextToken(held.id, step.key, token);
  if (held.isStale && step.token !== token) step.unclear_since = held.claimed;
  step.state = 'started';
  step.attempt++;
  step.tries++;
  step.failure = null;
  step.because = null;
  step.started ??= now;
  step.ended = null;
  return step.token !== token;
}

export function asFailure(error: unknown): Failure | undefined {
  return error instanceof Failure ? error : databaseFailure(error);
}

export function isThrottled({ code }: Failure): boolean {
  return code === 'provider-throttled' || code === 'too-many-requests';
}

/** Doubles from attempt to attempt; the jitter keeps what failed together from coming back together. */
export function pauseBefore(
  failed: number,
  { first, longest }: RetryPolicy,
  failure: Failure,
  chance: number,
): Duration {
  const asked = failure.code === 'too-many-requests' ? Number(failure.facts.seconds) * 1_000 || 0 : 0;
  const doubled = Math.min(first * 2 ** Math.min(failed - 1, 30), longest);
  return milliseconds(Math.max(asked, doubled * (0.5 + chance / 2)));
}
