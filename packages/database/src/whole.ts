import { AsyncLocalStorage } from 'node:async_hooks';
import type { PostgresPool, PostgresPoolClient } from 'kysely';

/** Lets what several functions ask of a database, each with connections of its own, be one transaction. */
export interface Whole {
  /** The pool itself, except within a whole: there every connection is the one of the transaction. */
  readonly pool: PostgresPool;
  /** `isTried`: what was done is taken back at the end, also when nothing went wrong. */
  run<T>(work: () => Promise<T>, isTried: boolean): Promise<T>;
  /** Whether what is seen now may never come to be. */
  readonly isWithin: boolean;
  /** Done when the transaction is committed, never when it is not; at once where there is none. */
  afterwards(work: () => Promise<void>): Promise<void>;
}

/** One transaction, and everything that goes on within it. */
interface Unit {
  readonly client: PostgresPoolClient;
  readonly afterwards: (() => Promise<void>)[];
  isOver: boolean;
  /** Ends with the transaction within that was begun last: savepoints of one connection nest, they cannot interleave. */
  turn: Promise<void>;
  /** Ends with the statement that was sent last: a connection takes one at a time. */
  sent: Promise<unknown>;
}

export function wholeOver(pool: PostgresPool): Whole {
  const here = new AsyncLocalStorage<Unit>();
  /** What outlives its transaction, such as work that nobody waits for, goes its own way. */
  const current = (): Unit | undefined => {
    const unit = here.getStore();
    return unit?.isOver === false ? unit : undefined;
  };
  return {
    pool: {
      options: pool.options,
      end: () => pool.end(),
      connect: async () => {
        const unit = current();
        return unit ? within(unit) : pool.connect();
      },
    },
    run: async (work, isTried) => {
      const around = current();
      const client = around ? within(around) : await pool.connect();
      const unit: Unit = { client, afterwards: [], isOver: false, turn: Promise.resolve(), sent: Promise.resolve() };
      const answer = await inTransaction(client, isTried, () =>
        here.run(unit, work).finally(async () => {
          unit.isOver = true;
          await unit.sent;
        }),
      );
      if (isTried) return answer;
      // Within another, it is kept when that is.
      if (around) around.afterwards.push(...unit.afterwards);
      else for (const after of unit.afterwards) await after();
      return answer;
    },
    get isWithin() {
      return current() !== undefined;
    },
    afterwards: async (work) => {
      const unit = current();
      if (unit) unit.afterwards.push(work);
      else await work();
    },
  };
}

async function inTransaction<T>(client: PostgresPoolClient, isTried: boolean, work: () => Promise<T>): Promise<T> {
  try {
    await client.query('begin', []);
    const answer = await work().catch(async (error: unknown) => {
      // That the work failed is what matters; a connection on which even this fails is not used again.
      await client.query('rollback', []).catch(() => {});
      throw error;
    });
    const { command } = await client.query(isTried ? 'rollback' : 'commit', []);
    if (!isTried && command === 'ROLLBACK') throw new Error('A statement within the transaction had failed unnoticed');
    return answer;
  } finally {
    client.release();
  }
}

let savepoints = 0;

/** A connection as Kysely takes it, on which a transaction is a savepoint of the one that is open already. */
function within(unit: Unit): PostgresPoolClient {
  let name: string | undefined;
  let endTurn = () => {};
  const over = (): void => {
    name = undefined;
    endTurn();
  };
  const send = (text: string, values: readonly unknown[] = []) => {
    const answer = unit.sent.then(() => unit.client.query<unknown>(text, values));
    unit.sent = answer.catch(() => {});
    return answer;
  };
  const query = async (text: string, values: readonly unknown[]): Promise<unknown> => {
    if (unit.isOver) throw new Error('The transaction that this belongs to is over');
    if (/^(begin|start transaction)/.test(text)) {
      const before = unit.turn;
      unit.turn = new Promise<void>((done) => (endTurn = done));
      await before;
      name = `within_${savepoints++}`;
      return send(`savepoint ${name}`);
    }
    if (name !== undefined && text === 'commit') {
      const released = await send(`release savepoint ${name}`);
      over();
      return { ...released, command: 'COMMIT' };
    }
    if (name !== undefined && text === 'rollback') {
      const back = await send(`rollback to savepoint ${name}`);
      over();
      return { ...back, command: 'ROLLBACK' };
    }
    return send(text, values);
  };
  // Kysely calls it in this form alone, as in `explaining`.
  return { query: query as unknown as PostgresPoolClient['query'], release: over };
}
