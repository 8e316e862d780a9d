import { Failure, milliseconds, seconds, type Call, type Clock } from '@pileus/model';
import { currentConnection, simulated, type Connection, type Driver, type Drivers } from '@pileus/provider';
import { surroundings } from '@pileus/provider/testing';
import { managedKinds, type ManagedKind, type Observed, type Ref } from '@pileus/model';
import type { Life } from '@pileus/engine/testing';
import type { Trace } from './trace.ts';
import { Hosts } from './hosts.ts';
import { keystoneOf, type Entrance } from './keystone.ts';
import type { Roll, Weather } from './weather.ts';

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
  /** No token that was given out is taken any more. */
  withdrawTokens(): void;
  /** The account's credentials are exchanged while runs use them. */
  rotate(): Promise<void>;
  /** Workers' calls that were refused because the account's budget was used up. */
  readonly overBudget: number;
  readonly hosts: Hosts;
  /** When somebody last saw that something is there. */
  lastSeen(ref: Ref): number;
  /** How often a worker has signed in whose token was still good. */
  readonly signedInAgain: number;
}

export function outsideOf(
  { account, faults }: Weather,
  clock: Clock,
  trace: Trace,
  roll: Roll,
  { isNaive }: { isNaive: boolean },
): Outside {
  const connection = simulated.connect(account, surroundings({ clock, directory: '' }));
  const { drivers } = connection;
  const carried = (kind: ManagedKind): Driver => traced(driverOf(drivers, kind), kind, clock, trace, see);
  // An account of which everybody knows what it is allowed has a budget.
  const perSecond = faults.has('F13') ? account.callsPerSecond : undefined;
  const keystone = keystoneOf({ clock, roll, trace, perSecond });
  const hasEntrance = faults.has('F10') || faults.has('F13');
  const hosts = new Hosts(clock, roll, trace, faults.has('F16'));
  const seenAt = new Map<Ref, number>();
  const see = (found: readonly Observed[]) => {
    for (const { ref, state } of found) if (state !== 'deleting') seenAt.set(ref, clock.now());
  };
  let overBudget = 0;
  const counting = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      if (perSecond !== undefined && error instanceof Failure && error.code === 'provider-throttled') overBudget++;
      throw error;
    }
  };
  /** Answers come together, every few seconds. */
  const apart = faults.has('F12') ? 1_000 + 19_000 * roll('answers apart') : 0;
  const held = async () => {
    if (apart > 0) await clock.sleep(milliseconds(apart - (clock.now() % apart)));
  };
  const outside: Outside = {
    isDown: false,
    drivers,
    hosts,
    lastSeen: (ref) => seenAt.get(ref) ?? -Infinity,
    withdrawTokens: () => keystone.withdraw(),
    rotate: () => keystone.rotate(),
    get overBudget() {
      // A process keeps to the budget by itself: one that was stopped, and goes on beside its successor, is one too many.
      return faults.has('F7') ? 0 : overBudget;
    },
    get signedInAgain() {
      // Whose clock is wrong may think that its token has ended.
      return faults.has('F9') ? 0 : keystone.needless;
    },
    seenFrom: (life) => {
      const seen = (entrance?: Entrance): Connection => {
        const send: Send = async (call, signal) => {
          const sent = () => (outside.isDown ? silence() : counting(call));
          try {
            return await (entrance ? entrance.pass(sent, signal) : sent());
          } finally {
            await held();
          }
        };
        const entries = managedKinds.map((kind) => [kind, mortal(carried(kind), life, send, isNaive)]);
        return {
          ...connection,
          drivers: Object.fromEntries(entries),
          shell: (server) => hosts.shell(server, life),
        };
      };
      if (!hasEntrance) return seen();
      let { password } = keystone;
      const current = currentConnection(seen(keystone.entrance(life, password)), async () => {
        if (password === keystone.password) return;
        password = keystone.password;
        current.use(seen(keystone.entrance(life, password)));
      });
      return current.connection;
    },
    truth: async () => {
      await clock.sleep(seconds(300));
      const lists = [];
      for (const kind of managedKinds) lists.push(await persistently(clock, () => listOf(driverOf(drivers, kind))));
      // What this has cost of the account's budget is there again.
      await clock.sleep(seconds(3));
      see(lists.flat());
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

/** The drivers of somebody who asks again whatever may be asked again: a sweep, each quarter of an hour. */
export function patiently(drivers: Drivers, clock: Clock): Drivers {
  const entries = managedKinds.map((kind) => {
    const driver = driverOf(drivers, kind);
    const patient: Driver = {
      ...driver,
      list: (signal) => all(() => persistently(clock, () => listOf(driver, signal))),
      read: (...asked) => persistently(clock, () => driver.read(...asked)),
      delete: (...asked) => persistently(clock, () => driver.delete(...asked)),
    };
    return [kind, patient];
  });
  return Object.fromEntries(entries);
}

export function driverOf(drivers: Drivers, kind: ManagedKind): Driver {
  const driver = drivers[kind];
  if (!driver) throw new Error(`no ${kind}`);
  return driver;
}

/** Brings a call to the cloud, and the answer back. */
type Send = <T>(call: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/** A driver as a process has it that may be gone before a call and after it. */
function mortal(driver: Driver, life: Life, send: Send, isNaive: boolean): Driver {
  const through = async <T>(signal: AbortSignal, act: () => Promise<T>): Promise<T> => {
    if (!life.survives('before call')) return new Promise(() => {});
    const answer = await life.mortal(() => send(act, signal));
    return life.survives('after call') ? answer : new Promise(() => {});
  };
  const { once, update } = driver;
  const named: Driver = {
    ...driver,
    once: once.by === 'look-up' ? { ...once, find: (...asked) => through(asked[2], () => once.find(...asked)) } : once,
    list: (signal) => all(() => through(signal, () => listOf(driver, signal))),
    read: (...asked) => through(asked[1], () => driver.read(...asked)),
    create: (...asked) => through(asked[1].signal, () => driver.create(...asked)),
    delete: (...asked) => through(asked[1].signal, () => driver.delete(...asked)),
    ...(update && { update: (...asked) => through(asked[3].signal, () => update.call(driver, ...asked)) }),
  };
  return isNaive ? withoutTokens(named) : named;
}

/** Notes each call when it is sent and when it is answered, and with what. */
function traced(
  driver: Driver,
  kind: ManagedKind,
  clock: Clock,
  trace: Trace,
  see: (found: readonly Observed[]) => void,
): Driver {
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
    list: (signal) => all(() => noted(`list ${kind}`, () => listOf(driver, signal))),
    read: async (ref, signal) => {
      const found = await noted(`read ${kind} ${ref}`, () => driver.read(ref, signal));
      if (found) see([found]);
      return found;
    },
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

async function listOf(driver: Driver, signal = new AbortController().signal): Promise<Observed<ManagedKind>[]> {
  return Array.fromAsync(driver.list(signal));
}

async function* all<T>(list: () => Promise<readonly T[]>): AsyncIterable<T> {
  yield* await list();
}

async function silence(): Promise<never> {
  throw new Failure('provider-unreachable', { provider: 'Simulated cloud', detail: 'the region is down' });
}
