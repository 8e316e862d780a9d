import { createHash } from 'node:crypto';
import { type Clock, Failure, milliseconds, seconds, type PrincipalId } from '@pileus/model';

/** An answer as it can be given again. */
export interface KeptAnswer {
  readonly status: number;
  readonly type: string;
  readonly location?: string | undefined;
  readonly body: string;
}

/** A request under its `Idempotency-Key`. */
export interface KeyedRequest {
  readonly user: PrincipalId;
  readonly key: string;
  /** A digest of everything the request says. */
  readonly fingerprint: string;
  /** Names this very attempt, so that only it can end what it began. */
  readonly holder: string;
}

export type Claim =
  /** Nobody had it, or its holder is gone: do the work, then `keep` or `release`. */
  | { readonly is: 'mine' }
  | { readonly is: 'answered'; readonly answer: KeptAnswer }
  /** Another request holds it right now. */
  | { readonly is: 'running' }
  /** It was used for something else. */
  | { readonly is: 'reused' };

/** Where keys are kept, for 24 h; shared by all processes. */
export interface IdempotencyStore {
  /** Holds the key for 15 s at a time. */
  claim(request: KeyedRequest): Promise<Claim>;
  prolong(request: KeyedRequest): Promise<void>;
  keep(request: KeyedRequest, answer: KeptAnswer): Promise<void>;
  release(request: KeyedRequest): Promise<void>;
}

/** The request's key, or undefined. Keys are the caller's: anything printable up to 255 characters. */
export function idempotencyKey(headers: Headers): string | undefined {
  const key = headers.get('idempotency-key');
  if (key === null) return undefined;
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new Failure('invalid', { what: 'Idempotency-Key', reason: 'it must be 1 to 255 printable ASCII characters' });
}

export function fingerprint(method: string, url: URL, body: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([method, url.pathname, url.search, body]))
    .digest('hex');
}

/**
 * Does the work once per key: who comes again gets the first answer, also when the first is still being worked on
 * (after 10 s of waiting `key-in-use`). An answer is kept unless it says that trying again may help.
 */
export async function once(
  store: IdempotencyStore,
  request: KeyedRequest,
  clock: Clock,
  warn: (error: unknown) => void,
  work: () => Promise<{ answer: KeptAnswer; again: boolean }>,
): Promise<{ answer: KeptAnswer; replayed: boolean }> {
  const kept = await claimOrWait(store, request, clock);
  if (kept) return { answer: kept, replayed: true };
  const prolonging = setInterval(() => void store.prolong(request).catch(() => {}), seconds(5));
  try {
    const { answer, again } = await work();
    // What is done is done: that its answer could not be kept must not turn it into a failure.
    await (again ? store.release(request) : store.keep(request, answer)).catch(warn);
    return { answer, replayed: false };
  } finally {
    clearInterval(prolonging);
  }
}

async function claimOrWait(
  store: IdempotencyStore,
  request: KeyedRequest,
  clock: Clock,
): Promise<KeptAnswer | undefined> {
  for (let waits = 0; ; waits++) {
    const claim = await store.claim(request);
    if (claim.is === 'mine') return undefined;
    if (claim.is === 'answered') return claim.answer;
    if (claim.is === 'reused') throw new Failure('key-reused');
    if (waits === 50) throw new Failure('key-in-use');
    await clock.sleep(milliseconds(200));
  }
}
