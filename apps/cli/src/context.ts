import { createClient, type Client } from '@pileus/api/client';
import type { Language } from '@pileus/model';
import { chooseServer, contextsFile, readContexts, type Contexts, type SavedContext } from './contexts.ts';
import { exitCodes, Stop } from './exit.ts';
import { openOutput, type Format, type Output } from './output/output.ts';
import { sayIn, type Say } from './texts/texts.ts';
import { doubted, Doubted } from './trust/doubted.ts';
import { fetchTrusting } from './trust/fetch-trusting.ts';
import { doubtOf, isDoubt } from './trust/meet.ts';
import { readTrusts, type Trust, trustInAuthority, trustsFile } from './trust/trusts.ts';

/** What every command works with. */
export interface Context {
  readonly language: Language;
  readonly say: Say;
  readonly out: Output;
  readonly client: Client;
  readonly server: SavedContext & { readonly name?: string | undefined };
  /** What the server is known by, where this machine's authorities do not vouch for it. */
  readonly trust: Trust | undefined;
  readonly contextsFile: string;
  readonly contexts: Contexts;
  readonly environment: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Whether a person can be asked: both ends are a terminal. */
  readonly asks: boolean;
}

/** Options that every command has. */
export interface GlobalOptions {
  readonly output: Format;
  readonly server?: string;
  readonly context?: string;
  /** A file with the authorities that vouch for the server, or `system`. */
  readonly certificateAuthority?: string;
  /** Why this is done, for the operation log. */
  readonly because?: string;
}

export async function openContext(options: GlobalOptions, language: Language, signal: AbortSignal): Promise<Context> {
  const { env } = process;
  const say = sayIn(language);
  const file = contextsFile(env);
  const contexts = await readContexts(file, say);
  const server = chooseServer(contexts, options, env, say);
  const trust = await trustOf(server.server, options.certificateAuthority, file, env, say);
  return {
    language,
    say,
    out: openOutput(options.output, say, env),
    client: clientOf(server.server, server.token, say, trust, options.because),
    server,
    trust,
    contextsFile: file,
    contexts,
    environment: env,
    signal,
    asks: process.stdin.isTTY === true && process.stderr.isTTY === true,
  };
}

/** What a server is known by: as the command was told, else as was agreed to at the sign-in. */
async function trustOf(
  server: string,
  told: string | undefined,
  contexts: string,
  environment: NodeJS.ProcessEnv,
  say: Say,
): Promise<Trust | undefined> {
  if (!server.startsWith('https:')) return undefined;
  const authority = told ?? environment['PILEUS_CERTIFICATE_AUTHORITY'];
  return authority ? trustInAuthority(authority, say) : (await readTrusts(trustsFile(contexts), say))[server];
}

/** A client whose network errors are sentences. */
export function clientOf(
  server: string,
  token: string | undefined,
  say: Say,
  trust: Trust | undefined,
  reason?: string,
): Client {
  const sending = trust ? fetchTrusting(server, trust, say) : fetch;
  return createClient({
    server,
    token,
    reason,
    fetch: async (input, init) => {
      try {
        return ours(await (await sending)(input, init), server, say);
      } catch (error) {
        if (init?.signal?.aborted || error instanceof Unreachable) throw error;
        throw unreachable(server, error, say);
      }
    },
  });
}

/** Lets through what a Pileus server may answer; a proxy's error page or another program's answer is no answer of ours. */
function ours(answer: Response, server: string, say: Say): Response {
  const type = answer.headers.get('content-type') ?? '';
  if (/^(application\/(problem\+)?json|text\/event-stream)\b/.test(type)) return answer;
  throw new Unreachable(say('message.notPileus', { server, detail: `HTTP ${answer.status} ${type}`.trim() }));
}

/** The server could not be reached, the connection broke, or something else answers there. */
export class Unreachable extends Stop {
  constructor(message: string) {
    super(exitCodes.error, message);
    this.name = 'Unreachable';
  }
}

/** Why no answer came: whom it came from is in doubt, or none came at all. */
export function unreachable(server: string, error: unknown, say: Say): Stop {
  const cause = causeOf(error);
  if (cause instanceof Doubted) return cause;
  const detail = cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : String(cause);
  return isDoubt(detail)
    ? doubted(server, doubtOf(detail), say)
    : new Unreachable(say('message.unreachable', { server, detail }));
}

/** Node's fetch hides the reason in `cause`: ECONNREFUSED, ENOTFOUND, a certificate's fault … */
function causeOf(error: unknown): unknown {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof AggregateError ? causeOf(cause.errors[0]) : cause;
}
