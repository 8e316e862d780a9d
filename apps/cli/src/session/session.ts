import { clientOf, type Context } from '../context.ts';
import { isThisMachine, readContexts, serverAddress, writeContexts } from '../contexts.ts';
import { exitCodes, Stop, usage } from '../exit.ts';
import { facts } from '../output/table.ts';
import { settleTrust, type TrustOptions } from '../trust/settle-trust.ts';
import { askHidden } from '../values/ask.ts';
import { byBrowser } from './device-login.ts';
import { ApiProblem, type Client } from '@pileus/api/client';

export interface LoginOptions extends TrustOptions {
  readonly link?: string;
  readonly name?: string;
  readonly organization?: string;
}

/** Signs in and remembers the token as the current context, named after the server unless `--context` says otherwise. */
export async function login(
  context: Context,
  url: string | undefined,
  options: LoginOptions,
  contextName: string | undefined,
): Promise<void> {
  const { say, out } = context;
  const link = options.link === undefined ? undefined : readLink(options.link);
  const server = url ? serverAddress(url, say) : (link?.server ?? context.server.server);
  if (isOpenNetwork(server)) out.message(say('login.insecure', { server }));
  const client = clientOf(server, undefined, say, await settleTrust(context, server, options));
  const first = await arrive(context, client, link?.secret, options);
  const { token, user } = first.wants ? await secondFactor(context, client, first.wants.challenge) : first;
  if (!user) throw new Stop(exitCodes.error, say('message.notPileus', { server, detail: 'post /sessions' }));
  // Read again: another sign-in may have been saved while the password was typed.
  const saved = await readContexts(context.contextsFile, say);
  const name = contextName ?? new URL(server).host;
  await writeContexts(context.contextsFile, {
    current: name,
    contexts: {
      ...saved.contexts,
      [name]: { server, user: user.name, ...(token && { token }) },
    },
  });
  out.message(say('login.done', { server, user: user.name }));
  if (link && !user.hasPassword) out.message(say('login.choosePassword'));
  if (out.format !== 'table')
    await out.one(
      { context: name, server, user },
      () => user.name,
      () => '',
    );
}

export async function logout(context: Context): Promise<void> {
  const { client, contexts, contextsFile, out, say, server, signal } = context;
  const { name } = server;
  if (!server.token) return out.message(say('logout.nothing'));
  try {
    await client.call('delete /sessions/current', { signal });
  } catch (error) {
    // A token that the server no longer knows is signed out already.
    if (!(error instanceof ApiProblem && error.failure.code === 'not-signed-in')) throw error;
  }
  if (name !== undefined) {
    const { [name]: _gone, ...rest } = contexts.contexts;
    await writeContexts(contextsFile, {
      current: contexts.current === name ? undefined : contexts.current,
      contexts: rest,
    });
  }
  out.message(say('logout.done', { server: server.server }));
}

export async function whoami({ client, out, say, server, signal }: Context): Promise<void> {
  const me = await client.call('get /me', { signal });
  await out.one(
    me,
    ({ name }) => name,
    ({ name, permissions }) =>
      facts(
        [
          [say('word.user'), name],
          [say('word.server'), server.server],
          [say('word.action'), permissions.join(' ')],
        ],
        out.colours,
      ),
  );
}

export async function listContexts({ contexts, out, say }: Context): Promise<void> {
  const rows = Object.entries(contexts.contexts).map(([name, { server, user }]) => ({
    name,
    server,
    user,
    current: name === contexts.current,
  }));
  await out.list(
    rows,
    [
      { title: say('word.context'), value: ({ name }) => name },
      { title: say('word.server'), value: ({ server }) => server },
      { title: say('word.user'), value: ({ user }) => user ?? '' },
      { title: say('word.current'), value: ({ current }) => (current ? say('word.yes') : '') },
    ],
    ({ name }) => name,
  );
}

export async function useContext({ contexts, contextsFile, out, say }: Context, name: string): Promise<void> {
  const chosen = contexts.contexts[name];
  if (!chosen) throw usage(say('message.noContext', { name }));
  await writeContexts(contextsFile, { ...contexts, current: name });
  out.message(say('context.now', { name, server: chosen.server }));
}

/** A one-time link as the server prints it, or only the secret in it. */
function readLink(given: string): { readonly server?: string; readonly secret: string } {
  if (!URL.canParse(given)) return { secret: given };
  const url = new URL(given);
  const fragment = new URLSearchParams(url.hash.replace(/^#/, ''));
  const secret =
    url.searchParams.get('link') ??
    fragment.get('link') ??
    url.searchParams.get('token') ??
    fragment.get('token') ??
    (url.hash.slice(1) || url.pathname.split('/').at(-1));
  return { server: url.origin, secret: secret ?? given };
}

/** Plain HTTP to another machine. */
function isOpenNetwork(server: string): boolean {
  const url = new URL(server);
  return url.protocol === 'http:' && !isThisMachine(url);
}

/** By a link, by a name and its password, or else by a browser, wherever it is. */
async function arrive(context: Context, client: Client, link: string | undefined, options: LoginOptions) {
  const { environment, signal } = context;
  const kind = 'cli' as const;
  if (link !== undefined) return client.call('post /sessions', { body: { link, kind }, signal });
  if (options.name === undefined) return byBrowser(context, client);
  const { name, organization } = options;
  const password = environment['PILEUS_PASSWORD'] ?? (await passwordOf(context, name));
  const body = { name, ...(organization !== undefined && { organization }), password, kind };
  return client.call('post /sessions', { body, signal });
}

/** Ends a sign-in by a code, from PILEUS_CODE where nobody can be asked. */
async function secondFactor(context: Context, client: Client, challenge: string) {
  const { environment, asks, say, signal } = context;
  if (environment['PILEUS_CODE'] === undefined && !asks) throw usage(say('usage.needsCode'));
  const code = environment['PILEUS_CODE'] ?? (await askHidden(context, say('login.code')));
  return client.call('post /sessions', { body: { challenge, code, kind: 'cli' }, signal });
}

async function passwordOf(context: Context, name: string): Promise<string> {
  if (!context.asks) throw usage(context.say('usage.needsPassword'));
  return askHidden(context, context.say('login.password', { name }));
}
