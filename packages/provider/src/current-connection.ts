import { because, Failure } from '@pileus/model';
import type { Connection } from './provider.ts';

/** A connection that outlives the settings it was made with. */
export interface CurrentConnection {
  /** Whatever is asked of it, and of anything it gives out, is asked of the connection of that moment. */
  readonly connection: Connection;
  /** From now on it is this one; the one before is closed as soon as what was asked of it has been answered. */
  use(next: Connection): void;
  /** Closes all of them at once. */
  close(): Promise<void>;
}

/**
 * Makes an account's connection one that whoever holds it may keep: credentials that change in mid-run fail nothing. Where
 * the cloud refuses the credentials, `renew` is called, which is to `use` another connection if the settings have changed
 * meanwhile; the refused call then fails with `credentials-changed`, so that it is tried again.
 */
export function currentConnection(first: Connection, renew: () => Promise<unknown>): CurrentConnection {
  let current = held(first);
  const open = new Set([current]);

  const leave = (one: Held): void => {
    one.calls -= 1;
    if (one !== current && one.calls === 0) void end(one);
  };
  const end = async (one: Held): Promise<void> => {
    if (open.delete(one)) await one.connection.close?.();
  };
  const judged = async (one: Held, thrown: unknown): Promise<unknown> => {
    if (!(thrown instanceof Failure) || thrown.code !== 'credentials-refused') return thrown;
    if (one === current) await renew().catch(() => {}); // what was refused is what there is to tell
    if (one === current) return thrown;
    return new Failure('credentials-changed', { provider: String(thrown.facts['provider']) }, { cause: thrown });
  };
  const counted = async function* (one: Held, stream: AsyncIterable<unknown>): AsyncIterable<unknown> {
    one.calls += 1;
    try {
      yield* stream;
    } catch (error) {
      throw await judged(one, error);
    } finally {
      leave(one);
    }
  };
  const ask: Ask = (work) => {
    const one = current;
    one.calls += 1;
    let answer: unknown;
    try {
      answer = work(one.connection);
    } catch (error) {
      leave(one);
      throw error;
    }
    if (answer instanceof Promise)
      return answer.catch(async (error: unknown) => Promise.reject(await judged(one, error))).finally(() => leave(one));
    leave(one);
    return isStream(answer) ? counted(one, answer) : answer;
  };
  return {
    connection: following(
      () => current.connection,
      (connection) => connection,
      ask,
    ),
    use: (next) => {
      const before = current;
      current = held(next);
      open.add(current);
      if (before.calls === 0) void end(before);
    },
    close: async () => {
      await Promise.all([...open].map(end));
    },
  };
}

interface Held {
  readonly connection: Connection;
  /** What was asked of it and is not answered yet. */
  calls: number;
}

function held(connection: Connection): Held {
  return { connection, calls: 0 };
}

/** Does something with the connection of this moment. */
type Ask = (work: (connection: Connection) => unknown) => unknown;

/** Stands for a part of a connection: shows what `now` has, and each of its functions is called on what `of` finds then. */
function following<T extends object>(now: () => T, of: (connection: Connection) => object | undefined, ask: Ask): T {
  const partOf = (connection: Connection, name: PropertyKey): unknown => {
    const owner = of(connection);
    return owner && Reflect.get(owner, name);
  };
  return new Proxy(now(), {
    has: (_, name) => name in now(),
    get: (_, name) => {
      const part: unknown = Reflect.get(now(), name);
      if (typeof part === 'function') {
        return (...given: unknown[]) => {
          const does = (connection: Connection): unknown => call(of(connection), partOf(connection, name), given);
          const answer = ask(does);
          if (!isParts(answer)) return answer;
          // What a function gives out, such as a shell, is asked for anew each time it is used.
          return following(
            () => answer,
            (connection) => asParts(does(connection)),
            ask,
          );
        };
      }
      if (!isParts(part)) return part;
      return following(
        () => part,
        (connection) => asParts(partOf(connection, name)),
        ask,
      );
    },
  });
}

function call(owner: object | undefined, does: unknown, given: readonly unknown[]): unknown {
  if (typeof does === 'function') return Reflect.apply(does, owner, given);
  throw new Failure('not-supported', { provider: because('this-cloud'), what: because('do-any-more') });
}

/** Whether something has functions of its own to be called, rather than being data. */
function isParts(part: unknown): part is object {
  return (
    typeof part === 'object' && part !== null && !Array.isArray(part) && !(part instanceof Promise) && !isStream(part)
  );
}

function asParts(part: unknown): object | undefined {
  return isParts(part) ? part : undefined;
}

function isStream(answer: unknown): answer is AsyncIterable<unknown> {
  return typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer;
}
