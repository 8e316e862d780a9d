import { createClient, type Client } from '@pileus/api/client';
import type { Language } from '@pileus/model';
import { chooseServer, contextsFile, readContexts, type Contexts, type SavedContext } from './contexts.ts';
import { exitCodes, Stop } from './exit.ts';
import { openOutput, type Format, type Output } from './output/output.ts';
import { sayIn, type Say } from './texts/texts.ts';

/** What every command works with. */
export interface Context {
  readonly language: Language;
  readonly say: Say;
  readonly out: Output;
  readonly client: Client;
  readonly server: SavedContext & { readonly name?: string | undefined };
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
  /** Why this is done, for the operation log. */
  readonly because?: string;
}

export async function openContext(options: GlobalOptions, language: Language, signal: AbortSignal): Promise<Context> {
  const { env } = process;
  const say = sayIn(language);
  const file = contextsFile(env);
  const contexts = await readContexts(file, say);
  const server = chooseServer(contexts, options, env, say);
  return {
    language,
    say,
    out: openOutput(options.output, say, env),
    client: clientOf(server.server, server.token, say, options.because),
    server,
    contextsFile: file,
    contexts,
    environment: env,
    signal,
    asks: process.stdin.isTTY === true && process.stderr.isTTY === true,
  };
}

/** A client whose network errors are sentences. */
export function clientOf(server: string, token: string | undefined, say: Say, reason?: string): Client {
  return createClient({
    server,
    token,
    reason,
    fetch: async (input, init) => {
      try {
        return ours(await fetch(input, init), server, say);
      } catch (error) {
        if (init?.signal?.aborted || error instanceof Unreachable) throw error;
        throw new Unreachable(say('message.unreachable', { server, detail: networkReason(error) }));
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

/** Node's fetch hides the reason in `cause`: ECONNREFUSED, ENOTFOUND, a certificate's fault … */
function networkReason(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (cause instanceof AggregateError) return networkReason(cause.errors[0]);
  if (!(cause instanceof Error)) return String(cause);
  return (cause as NodeJS.ErrnoException).code ?? cause.message;
}
