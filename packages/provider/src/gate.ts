import { AsyncLocalStorage } from 'node:async_hooks';
import { Failure, milliseconds, minutes, seconds, type Clock, type Duration } from '@pileus/model';

/** Lets an account's calls through, as many and as fast as its cloud can take. */
export interface Gate {
  /**
   * Makes a call when it is its turn: what people have asked for goes before what runs in the background. A call that
   * the cloud has throttled is made again when the cloud wants; it says itself that it did nothing.
   */
  pass<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

export interface GateOptions {
  readonly clock: Clock;
  /** Calls that may be under way at once. */
  readonly width: number;
  /** Calls a second that the cloud allows, where that is known. */
  readonly perSecond?: number | undefined;
}

const background = new AsyncLocalStorage<true>();

/** Whatever `work` asks of clouds gives way to what people have asked for. */
export function inBackground<T>(work: () => Promise<T>): Promise<T> {
  return background.run(true, work);
}

/** The cause, or a cause of the cause, of a `provider-throttled`: how long the cloud asks to wait. */
export class AskedToWait extends Error {
  readonly wait: Duration;
  constructor(wait: Duration) {
    super(`asked to wait ${wait} ms`);
    this.name = 'AskedToWait';
    this.wait = wait;
  }
}

/** Longer waits are told to the caller, so that people see what a run waits for. */
const longestWait = minutes(1);
const mostThrottles = 8;

export function gateOf({ clock, width, perSecond }: GateOptions): Gate {
  const waiting: { readonly people: Turn[]; readonly background: Turn[] } = { people: [], background: [] };
  let underWay = 0;
  let inBackgroundNow = 0;
  /** How many may be under way now; it shrinks when the cloud throttles and grows with each success. */
  let open = width;
  let heldUntil = 0;
  let isWaking = false;
  const pace = paceOf(perSecond, clock.now());

  const next = (): Turn | undefined => {
    // Some places are kept free of background work, so that people need not wait for the end of a slow list.
    const most = Math.max(1, Math.floor(open / 2));
    return waiting.people.shift() ?? (inBackgroundNow < most ? waiting.background.shift() : undefined);
  };
  const admit = (): void => {
    while (underWay < Math.max(1, Math.floor(open))) {
      const now = clock.now();
      // A clock that was set back meanwhile makes nobody wait for longer.
      heldUntil = Math.min(heldUntil, now + longestWait);
      const at = Math.max(heldUntil, pace.next(now));
      if (at > now) return wakeAt(at);
      const turn = next();
      if (!turn) return;
      pace.take(now);
      underWay += 1;
      if (turn.isBackground) inBackgroundNow += 1;
      turn.come();
    }
  };
  const wakeAt = (time: number): void => {
    if (isWaking || waiting.people.length + waiting.background.length === 0) return;
    isWaking = true;
    void clock.sleep(milliseconds(time - clock.now())).then(() => {
      isWaking = false;
      admit();
    });
  };
  const myTurn = (isBackground: boolean, isRepeated: boolean, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const queue = isBackground ? waiting.background : waiting.people;
    const leave = () => {
      queue.splice(queue.indexOf(turn), 1);
      reject(signal.reason as Error);
    };
    const come = () => {
      signal.removeEventListener('abort', leave);
      resolve();
    };
    const turn: Turn = { isBackground, come };
    signal.addEventListener('abort', leave, { once: true });
    // Who has waited before need not stand behind everybody who came meanwhile.
    if (isRepeated) queue.unshift(turn);
    else queue.push(turn);
    admit();
    return promise;
  };
  return {
    async pass(call, signal) {
      const isBackground = background.getStore() === true;
      for (let throttles = 0; ;) {
        await myTurn(isBackground, throttles > 0, signal);
        try {
          const answer = await call();
          open = Math.min(width, open + 1 / open);
          return answer;
        } catch (error) {
          if (!(error instanceof Failure && error.code === 'provider-throttled')) throw error;
          throttles += 1;
          const wait = waitAskedBy(error) ?? seconds(2 ** throttles / 2);
          open = Math.max(1, open / 2);
          heldUntil = Math.max(heldUntil, clock.now() + Math.min(wait, longestWait));
          if (wait > longestWait || throttles > mostThrottles) throw error;
        } finally {
          underWay -= 1;
          if (isBackground) inBackgroundNow -= 1;
          admit();
        }
      }
    },
  };
}

interface Turn {
  readonly isBackground: boolean;
  come(): void;
}

/**
 * When the next call may be made at a known rate: evenly, but for up to a second's worth that was not made use of. Nothing
 * is saved at the start, and the first call waits for its turn too: processes may have begun and ended one after the other.
 */
function paceOf(perSecond: number | undefined, start: number) {
  if (perSecond === undefined) return { next: () => 0, take: () => {} };
  const step = 1000 / perSecond;
  const saved = Math.max(0, 1000 - step);
  let due = start + saved + step;
  return {
    next: (now: number) => {
      due = Math.min(due, now + saved + step);
      return due - saved;
    },
    take: (now: number) => {
      due = Math.max(due, now) + step;
    },
  };
}

function waitAskedBy(error: unknown): Duration | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof AskedToWait) return cause.wait;
  return undefined;
}
