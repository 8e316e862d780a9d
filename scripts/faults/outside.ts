import { Failure, seconds, type Call, type Clock } from '@pileus/model';
import { simulated, type Connection, type Driver, type Drivers } from '@pileus/provider';
import { managedKinds, type ManagedKind, type Observed } from '@pileus/model';
import type { Life } from '@pileus/engine/testing';
import type { Trace } from './trace.ts';
import type { Weather } from './weather.ts';

/** The cloud of one history, and how it is reached. */
export interface Outside {
  /** What a worker sees of it, as long as it lives. */
  seenFrom(life: Life): Connection;
  /** Everything there is, once its lists cannot lag any more. */
  truth(): Promise<readonly Observed[]>;
  /** A person with the cloud's own portal. */
  readonly drivers: Drivers;
  /** While true, nothing gets through. */
  isDown: boolean;
}

export function outsideOf(
  { account }: Weather,
  clock: Clock,
  trace: Trace,
  { isNaive }: { isNaive: boolean },
): Outside {
  const connection = simulated.connect(account, { clock, directory: '' });
  const { drivers } = connection;
  const carried = (kind: ManagedKind): Driver => traced(driverOf(drivers, kind), kind, clock, trace);
  const outside: Outside = {
    isDown: false,
    drivers,
    seenFrom: (life) => {
      const entries = managedKinds.map((kind) => [kind, mortal(carried(kind), life, outside, isNaive)]);
      return { ...connection, drivers: Object.fromEntries(entries) };
    },
    truth: async () => {
      await clock.sleep(seconds(300));
      const lists = [];
      for (const kind of managedKinds) lists.push(await persistently(clock, () => listOf(driverOf(drivers, kind))));
      return lists.flat();
    },
  };
  return outside;
}

/** Asks until it is heard. */
export async function persistently<T>(clock: Clock, ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Failure && error.retry)) throw error;
      await clock.sleep(seconds(3));
    }
  }
}

export function driverOf(drivers: Drivers, kind: ManagedKind): Driver {
  const driver = drivers[kind];
  if (!driver) throw new Error(`no ${kind}`);
  return driver;
}

/** A driver as a process has it that may be gone before a call and after it. */
function mortal(driver: Driver, life: Life, outside: Outside, isNaive: boolean): Driver {
  const through = async <T>(act: () => Promise<T>): Promise<T> => {
    if (!life.survives('before call')) return new Promise(() => {});
    const answer = await life.mortal(outside.isDown ? silence : act);
    return life.survives('after call') ? answer : new Promise(() => {});
  };
  const { once } = driver;
  const named: Driver = {
    ...driver,
    once: once.by === 'look-up' ? { ...once, find: (...asked) => through(() => once.find(...asked)) } : once,
    read: (...asked) => through(() => driver.read(...asked)),
    create: (...asked) => through(() => driver.create(...asked)),
    delete: (...asked) => through(() => driver.delete(...asked)),
  };
  return isNaive ? withoutTokens(named) : named;
}

/** Notes each call when it is sent and when it is answered, and with what. */
function traced(driver: Driver, kind: ManagedKind, clock: Clock, trace: Trace): Driver {
  const noted = async <T>(about: string, act: () => Promise<T>): Promise<T> => {
    trace.note(clock.now(), about);
    try {
      const answer = await act();
      trace.note(clock.now(), about, inShort(answer));
      return answer;
    } catch (error) {
      trace.note(clock.now(), about, error instanceof Error ? error.message : String(error));
      throw error;
    }
  };
  const { once, update } = driver;
  return {
    ...driver,
    once:
      once.by === 'look-up'
        ? { ...once, find: (token, ...rest) => noted(`find ${kind} ${token}`, () => once.find(token, ...rest)) }
        : once,
    read: (ref, signal) => noted(`read ${kind} ${ref}`, () => driver.read(ref, signal)),
    create: (spec, call) => noted(`create ${kind} ${call.token}`, () => driver.create(spec, call)),
    delete: (ref, call) => noted(`delete ${kind} ${ref}`, () => driver.delete(ref, call)),
    ...(update && {
      update: (ref, ...rest) => noted(`update ${kind} ${ref}`, () => update.call(driver, ref, ...rest)),
    }),
  };
}

function inShort(answer: unknown): string {
  if (typeof answer === 'object' && answer !== null && 'state' in answer) return `is ${String(answer.state)}`;
  return typeof answer === 'string' ? answer : 'answered';
}

/** Each call is a new wish, whatever came of the one before. */
function withoutTokens(driver: Driver): Driver {
  let calls = 0;
  const create: Driver['create'] = (spec, call: Call) =>
    driver.create(spec, { ...call, token: `${call.token}~${++calls}` });
  return { ...driver, once: { by: 'token' }, create };
}

async function listOf(driver: Driver): Promise<Observed[]> {
  return Array.fromAsync(driver.list(new AbortController().signal));
}

async function silence(): Promise<never> {
  throw new Failure('provider-unreachable', { provider: 'Simulated cloud', detail: 'the region is down' });
}
