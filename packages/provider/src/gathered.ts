import { Failure, type Call, type ManagedKind, type Ref, type Specs } from '@pileus/model';
import type { Driver } from './provider.ts';

/** One creation among several that share a request. */
export interface Member<K extends ManagedKind> {
  readonly spec: Specs[K];
  readonly call: Call;
}

export interface Gathering<K extends ManagedKind> {
  /** So many fit into one request. */
  readonly most: number;
  /** So many requests are under way at once, any number unless told; what comes meanwhile shares the next ones. */
  readonly abreast?: number;
  readonly one: Driver<K>['create'];
  /**
   * One request for all members, each with its own token; the refs come in their order. All or nothing: a clear refusal has
   * made none of them. After an unclear failure each member is settled by its own token.
   */
  many(members: readonly Member<K>[], signal: AbortSignal): Promise<readonly Ref[]>;
}

/**
 * A driver's `create` that makes one request of what is asked for at the same moment, in one turn of the event loop, so
 * that nobody waits for company. Where the cloud refuses them together, each is asked for alone: one bad spec refuses no other.
 */
export function gathered<K extends ManagedKind>(how: Gathering<K>): Driver<K>['create'] {
  const { most, abreast = Infinity } = how;
  const waiting: Asked<K>[] = [];
  let isComing = false;
  let underWay = 0;

  const go = () => {
    isComing = false;
    while (waiting.length > 0 && underWay < abreast) {
      // In parts of about the same size.
      const part = waiting.splice(0, Math.ceil(waiting.length / Math.ceil(waiting.length / most)));
      underWay += 1;
      void send(how, part).then(() => {
        underWay -= 1;
        go();
      });
    }
  };
  return (spec, call) => {
    const { promise, resolve, reject } = Promise.withResolvers<Ref>();
    const { signal } = call;
    const asked: Asked<K> = { spec, call, resolve, reject };
    const leave = () => {
      const place = waiting.indexOf(asked);
      if (place >= 0) waiting.splice(place, 1);
      reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    waiting.push(asked);
    // After all that is ready to run now, such as other steps whose intents were committed together with this one's.
    if (!isComing) process.nextTick(go);
    isComing = true;
    return promise.finally(() => signal.removeEventListener('abort', leave));
  };
}

interface Asked<K extends ManagedKind> extends Member<K> {
  resolve(ref: Ref): void;
  reject(error: unknown): void;
}

/** Ends when each of them has its outcome; never rejects. */
async function send<K extends ManagedKind>(how: Gathering<K>, asked: readonly Asked<K>[]): Promise<void> {
  const alone = async (all: readonly Asked<K>[]) => {
    await Promise.all(all.map(({ spec, call, resolve, reject }) => how.one(spec, call).then(resolve, reject)));
  };
  const wanted = asked.filter(isWanted);
  if (wanted.length < 2) return alone(wanted);
  const company = companyOf(wanted);
  try {
    const refs = await how.many(wanted, company.signal);
    for (const [n, ref] of refs.entries()) wanted[n]?.resolve(ref);
  } catch (error) {
    if (isRefusal(error)) return await alone(wanted.filter(isWanted));
    for (const { reject } of wanted) reject(error);
  } finally {
    company.end();
  }
}

/** Whether it may still be sent; one that may not is told so. */
function isWanted<K extends ManagedKind>({ call, reject }: Asked<K>): boolean {
  const { signal } = call;
  if (signal.aborted) reject(signal.reason);
  return !signal.aborted;
}

/** Whoever is aborted leaves, and the request goes on for the others; it is aborted when nobody is left. */
function companyOf<K extends ManagedKind>(members: readonly Asked<K>[]) {
  const request = new AbortController();
  const all = new AbortController();
  let left = members.length;
  for (const { call } of members) {
    const { signal } = call;
    const leave = () => {
      left -= 1;
      if (left === 0) request.abort(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true, signal: all.signal });
  }
  return { signal: request.signal, end: () => all.abort() };
}

/** A refusal that one of them may be to blame for; being throttled, or having lost the answer, concerns them all. */
const isRefusal = (error: unknown): boolean =>
  error instanceof Failure && !error.unclear && error.code !== 'provider-throttled';
