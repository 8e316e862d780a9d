import { milliseconds, systemClock, type Duration } from '@pileus/model';
import { Client, type QueryResultRow } from 'pg';
import { connecting } from './database.ts';
import { databaseFailure } from './unavailable.ts';

export interface SessionOptions {
  readonly name: string;
  /** Channels to listen to. */
  readonly channels: readonly string[];
  /** Called for every notification, and with undefined after every reconnection, since some may have been missed. */
  readonly heard: (payload: string | undefined) => void;
  /** Called on every new connection before it counts, e.g. to take advisory locks. */
  readonly prepare?: (client: Client) => Promise<void>;
}

/** One lasting connection outside the pool: for LISTEN and for locks that live as long as their holder. */
export interface Session {
  query<Row extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

/** Connects (or throws `database-unavailable`), and from then on reconnects by itself until it is closed. */
export async function openSession(url: string, options: SessionOptions): Promise<Session> {
  const closed = new AbortController();
  let client = await connect(url, options);
  const watch = () => {
    const lost = client;
    lost.once('end', () => void reconnect());
  };
  const reconnect = async () => {
    for (let pause = 50; !closed.signal.aborted; pause = Math.min(pause * 2, 2_000)) {
      try {
        client = await connect(url, options);
        if (closed.signal.aborted) return await client.end();
        watch();
        return options.heard(undefined);
      } catch {
        // What is wrong is said by whoever needs the database now; here it is only tried again.
        await quietly(systemClock.sleep(milliseconds(pause) satisfies Duration, closed.signal));
      }
    }
  };
  watch();
  return {
    query: async <Row extends QueryResultRow>(text: string, values?: readonly unknown[]) =>
      (await client.query<Row>(text, values && [...values])).rows,
    close: async () => {
      closed.abort();
      await quietly(client.end());
    },
  };
}

async function connect(url: string, options: SessionOptions): Promise<Client> {
  const client = new Client(connecting(url, options.name));
  client.on('error', () => {}); // 'end' follows
  client.on('notification', ({ payload }) => options.heard(payload ?? ''));
  try {
    await client.connect();
    await options.prepare?.(client);
    for (const channel of options.channels) await client.query(`listen ${client.escapeIdentifier(channel)}`);
    return client;
  } catch (error) {
    await quietly(client.end());
    throw databaseFailure(error) ?? error;
  }
}

async function quietly(promise: Promise<unknown>): Promise<void> {
  await promise.catch(() => {});
}
