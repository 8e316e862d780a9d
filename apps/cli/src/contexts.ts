import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Say } from './texts/texts.ts';
import { exitCodes, Stop, usage } from './exit.ts';
import { writePrivateFile } from './private-file.ts';

/** A saved sign-in. */
export interface SavedContext {
  /** e.g. `http://127.0.0.1:7800`. */
  readonly server: string;
  readonly token?: string | undefined;
  readonly user?: string | undefined;
}

export interface Contexts {
  readonly current?: string | undefined;
  readonly contexts: Readonly<Record<string, SavedContext>>;
}

export const defaultServer = 'http://127.0.0.1:7800';

export function contextsFile(environment: NodeJS.ProcessEnv): string {
  return join(environment['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'pileus', 'contexts.json');
}

/** The saved sign-ins; none when there is no file. */
export async function readContexts(file: string, say: Say): Promise<Contexts> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { contexts: {} };
    throw new Stop(exitCodes.error, say('usage.noFile', { file, detail: (error as Error).message }));
  }
  try {
    return parsed(JSON.parse(text));
  } catch (error) {
    throw new Stop(exitCodes.error, say('message.badContexts', { file, detail: (error as Error).message }));
  }
}

/** Writes the file whole or not at all; only its owner may read it, for it holds tokens. */
export async function writeContexts(file: string, contexts: Contexts): Promise<void> {
  await writePrivateFile(file, contexts);
}

/**
 * The server to talk to and the token to show it. A saved token goes only to the server it was given by, also when
 * `--server` or PILEUS_SERVER names another one.
 */
export function chooseServer(
  saved: Contexts,
  asked: { server?: string | undefined; context?: string | undefined },
  environment: NodeJS.ProcessEnv,
  say: Say,
): SavedContext & { readonly name?: string | undefined } {
  const name = asked.context ?? saved.current;
  const context = name === undefined ? undefined : saved.contexts[name];
  if (asked.context !== undefined && !context) throw usage(say('message.noContext', { name: asked.context }));
  const wanted = asked.server ?? (asked.context === undefined ? environment['PILEUS_SERVER'] : undefined);
  const server = wanted ? serverAddress(wanted, say) : (context?.server ?? defaultServer);
  const [foundName, found] =
    context?.server === server
      ? [name, context]
      : (Object.entries(saved.contexts).find(([, other]) => other.server === server) ?? [undefined, undefined]);
  const token = environment['PILEUS_TOKEN'] || found?.token;
  return { server, name: foundName, ...(token && { token }), ...(found?.user && { user: found.user }) };
}

/**
 * The origin of what a person typed: `localhost:7800`, `https://pileus.example.org/` … What another machine serves is asked by
 * TLS unless `http://` was typed.
 */
export function serverAddress(typed: string, say: Say): string {
  const isWhole = /^https?:\/\//i.test(typed);
  const url = URL.parse(isWhole ? typed : `https://${typed}`);
  if (!url) throw usage(say('message.badServer', { server: typed }));
  if (isWhole || !isThisMachine(url)) return url.origin;
  return new URL(`http://${typed}`).origin;
}

/** Whether a server's address leads nowhere else, so that nobody can listen in. */
export function isThisMachine({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

function parsed(value: unknown): Contexts {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('not an object');
  // The file is ours alone; what a person broke in it by hand shows up as a context that is not there.
  const { current, contexts = {} } = value as Partial<Contexts>;
  const usable = Object.entries(contexts).filter(([, context]) => typeof context?.server === 'string');
  return { current: typeof current === 'string' ? current : undefined, contexts: Object.fromEntries(usable) };
}
