import { because, Failure, seconds, type Duration } from '@pileus/model';
import type { Client, ClientChannel } from 'ssh2';
import { connect, type ConnectOptions } from './connect.ts';
import { called, type Host } from './host.ts';

export interface Connections {
  /** A channel on which the command runs; it is ours until it closes. Connections are shared and kept open for a while. */
  open(host: Host, command: string, signal: AbortSignal): Promise<ClientChannel>;
  close(): void;
}

export interface ConnectionsOptions extends ConnectOptions {
  /** How many connections may be open at a time; 100 unless told. */
  readonly most?: number;
  /** How long one that nobody uses stays open. */
  readonly idle?: Duration;
}

/** sshd allows 10 sessions on one connection unless told otherwise. */
const mostSessions = 8;

interface Entry {
  readonly host: Host;
  readonly id: string;
  client: Promise<Client>;
  sessions: number;
  /** Less than ours where the host allows less. */
  room: number;
  usedAt: number;
  timer?: NodeJS.Timeout;
  end(): void;
}

/** The connections of one account: as few as will do, and never more than `most`. */
export function createConnections({ most = 100, idle = seconds(60), ...options }: ConnectionsOptions): Connections {
  const entries = new Set<Entry>();
  const waiting: (() => void)[] = [];
  let isClosed = false;

  const drop = (entry: Entry) => {
    if (!entries.delete(entry)) return;
    clearTimeout(entry.timer);
    entry.end();
    for (const next of waiting.splice(0)) next();
  };

  const rest = (entry: Entry) => {
    entry.sessions -= 1;
    entry.usedAt = Date.now();
    if (entry.sessions === 0) entry.timer = setTimeout(() => drop(entry), idle).unref();
    for (const next of waiting.splice(0)) next();
  };

  const add = (host: Host): Entry => {
    let client: Client | undefined;
    const entry: Entry = {
      host,
      id: idOf(host),
      sessions: 0,
      room: mostSessions,
      usedAt: Date.now(),
      end: () => client?.end(),
      client: dial(host).then((made) => {
        client = made;
        made.once('close', () => drop(entry));
        if (!entries.has(entry)) made.end();
        return made;
      }),
    };
    entries.add(entry);
    entry.client.catch(() => drop(entry));
    return entry;
  };

  /** A bastion's channel is one of its sessions as long as the connection over it lives. */
  const dial = async (host: Host): Promise<Client> => {
    if (!host.bastion) return connect(host, options);
    const bastion = await take(host.bastion, new AbortController().signal, true);
    const through = await bastion.client
      .then((client) => tunnel(client, host))
      .catch((error: unknown) => {
        rest(bastion);
        throw error;
      });
    through.once('close', () => rest(bastion));
    return connect(host, options, through).catch((error: unknown) => {
      through.destroy();
      throw error;
    });
  };

  /** An entry with room for one more session, which is counted already. */
  const take = async (host: Host, signal: AbortSignal, isTunnel = false): Promise<Entry> => {
    const id = idOf(host);
    for (;;) {
      signal.throwIfAborted();
      if (isClosed)
        throw new Failure('provider-unreachable', { provider: called(host), detail: because('account-closed') });
      let entry = [...entries].find((one) => one.id === id && (isTunnel || one.sessions < one.room));
      if (!entry) {
        const idlest = [...entries].filter(({ sessions }) => sessions === 0).toSorted((a, b) => a.usedAt - b.usedAt)[0];
        if (entries.size >= most && idlest) drop(idlest);
        if (entries.size < most || isTunnel) entry = add(host);
      }
      if (entry) {
        clearTimeout(entry.timer);
        entry.sessions += 1;
        return entry;
      }
      await new Promise<void>((next) => {
        waiting.push(next);
        signal.addEventListener('abort', () => next(), { once: true });
      });
    }
  };

  const open = async (host: Host, command: string, signal: AbortSignal): Promise<ClientChannel> => {
    for (;;) {
      const entry = await take(host, signal);
      try {
        const channel = await begin(await abortable(entry.client, signal), command, host);
        channel.once('close', () => rest(entry));
        return channel;
      } catch (error) {
        rest(entry);
        if (!(error instanceof NoRoom) || entry.sessions === 0) throw error instanceof NoRoom ? error.failure : error;
        entry.room = entry.sessions;
      }
    }
  };

  return {
    open,
    close() {
      isClosed = true;
      for (const entry of entries) drop(entry);
    },
  };
}

/** Who may share a connection: the same host, known by the same key, for the same credential. */
function idOf({ credential, address, port, key, bastion }: Host): string {
  return JSON.stringify([address, port, key, credential, bastion && idOf(bastion)]);
}

/** The host allows no further session on this connection. */
class NoRoom extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

function begin(client: Client, command: string, host: Host): Promise<ClientChannel> {
  return new Promise((done, failed) => {
    const lost = () => failed(unreachable(host, 'the connection was lost'));
    client.once('close', lost);
    try {
      client.exec(command, (error, channel) => {
        client.off('close', lost);
        if (!error) return done(channel);
        const failure = unreachable(host, error.message);
        failed(/channel open failure/i.test(error.message) ? new NoRoom(failure) : failure);
      });
    } catch (error) {
      failed(unreachable(host, String(error)));
    }
  });
}

function tunnel(bastion: Client, host: Host): Promise<ClientChannel> {
  return new Promise((done, failed) => {
    bastion.forwardOut('127.0.0.1', 0, host.address, host.port, (error, channel) => {
      if (!error) return done(channel);
      const name = host.bastion ? called(host.bastion) : 'the bastion';
      failed(unreachable(host, `${name} cannot reach it, or does not allow forwarding: ${error.message}`));
    });
  });
}

function unreachable(host: Host, detail: string): Failure {
  return new Failure('provider-unreachable', { provider: called(host), detail });
}

async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_, failed) => (stop = () => failed(signal.reason as Error)));
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
