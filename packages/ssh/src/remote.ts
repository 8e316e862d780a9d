import { because, Failure } from '@pileus/model';
import type { ClientChannel } from 'ssh2';
import type { Connections } from './connections.ts';
import { called, type Host } from './host.ts';
import { readerOf, type Reader } from './reader.ts';

/** One of our programs, running on a host. */
export interface Remote {
  /** What it prints. */
  readonly reader: Reader;
  write(data: string | Buffer): void;
  /** It hears nothing more. */
  end(): void;
  /** Resolves once it is over, with what it said on stderr; rejects when the connection was lost before. */
  readonly over: Promise<{ readonly code: number; readonly said: string }>;
  /** Lets go of it; what it has started goes on. */
  close(): void;
}

/**
 * Runs a program, a text for `sh`, on a host. The text goes over stdin: a command line can be seen by everybody on the
 * host, and not every login shell takes one of several lines. Its `$1 …` are `args`, which can be seen.
 *
 * Throws `provider-denied` when sudo does not let us.
 */
export async function startRemote(
  connections: Connections,
  host: Host,
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<Remote> {
  const text = Buffer.from(program);
  const begin = `echo ${greeting}; eval "$(head -c ${text.length})"`;
  const command = ['exec', ...sudo(host), 'sh', '-c', begin, 'pileus', ...args].map(quote).join(' ');
  const channel = await connections.open(host, command, signal);
  const reader = readerOf(channel);
  const stop = () => {
    reader.drain();
    channel.destroy();
  };
  signal.addEventListener('abort', stop, { once: true });
  channel.once('close', () => signal.removeEventListener('abort', stop));
  // What goes wrong with a channel shows as its end.
  channel.on('error', () => {});
  const said = listen(channel, host);
  const over = endOf(channel, host, said);
  over.catch(() => {});
  // Whatever a login shell prints first is not for us.
  for (;;) {
    const line = await reader.line();
    if (line?.endsWith(greeting)) break;
    if (line !== undefined) continue;
    signal.throwIfAborted();
    const { code } = await over;
    throw refusal(host, code, said());
  }
  channel.write(text);
  return { reader, over, write: (data) => void channel.write(data), end: () => void channel.end(), close: stop };
}

const greeting = 'pileus-begins';
const prompt = '[pileus asks for the password]';

function sudo({ credential }: Host): string[] {
  if (credential.sudo === 'none') return [];
  // A password that sudo remembers from before would let a wrong one pass.
  return credential.sudo === 'passwordless' ? ['sudo', '-n', '-H'] : ['sudo', '-k', '-S', '-p', prompt, '-H'];
}

/** Keeps what comes on stderr, and answers sudo, once: asking again means that the password was wrong. */
function listen(channel: ClientChannel, host: Host): () => string {
  let said = '';
  let isAnswered = false;
  channel.stderr.on('data', (data: Buffer) => {
    said = (said + data.toString()).slice(-4096);
    if (!said.includes(prompt)) return;
    said = said.replace(prompt, '');
    const { sudoPassword, password } = host.credential;
    const secret = sudoPassword ?? password;
    if (secret === undefined || isAnswered) return void channel.end();
    isAnswered = true;
    channel.write(`${secret}\n`);
  });
  return () => said.trim();
}

function endOf(channel: ClientChannel, host: Host, said: () => string): Promise<{ code: number; said: string }> {
  let code: number | undefined;
  channel.once('exit', (status: number | null) => (code = status ?? 1));
  return new Promise((done, failed) => {
    channel.once('close', () => {
      if (code !== undefined) return done({ code, said: said() });
      const detail = because('connection-lost');
      failed(new Failure('provider-unreachable', { provider: called(host), detail }));
    });
  });
}

function refusal(host: Host, code: number, said: string): Failure {
  const provider = called(host);
  const { user, sudo: how } = host.credential;
  if (how !== 'none' && code !== 127) {
    const advice = how === 'passwordless' ? because('sudo-password', { user }) : because('sudo-refused', { user });
    return new Failure('provider-denied', { provider, detail: advice }, { cause: new Error(lastLine(said)) });
  }
  return new Failure('provider-denied', {
    provider,
    detail: because('no-script-there', { said: said || `exit code ${code}` }),
  });
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}

/** As one word for any login shell. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
