import type { Action, EndpointName, Name } from '@pileus/api';
import type { Resource } from '@pileus/policy';
import type { Language, OrganizationId } from '@pileus/model';
import type { z } from 'zod';
import type { Actor } from './actor.ts';

type Declared<N extends Name> = EndpointName[N];
type Given<N extends Name, K extends 'params' | 'query' | 'body'> =
  Declared<N> extends { readonly [P in K]: infer S extends z.ZodType } ? z.output<S> : undefined;

/** What a handler of this call has to make. */
export type Answer<N extends Name> =
  Declared<N> extends { readonly answer: infer S extends z.ZodType } ? z.input<S> : never;

/** What a handler gets: everything sent is parsed, and the caller may do this. */
export interface Context<N extends Name> extends Surroundings {
  readonly params: Given<N, 'params'>;
  readonly query: Given<N, 'query'>;
  readonly body: Given<N, 'body'>;
  /** Undefined only at public calls that come without a session. */
  readonly actor: Declared<N> extends { readonly permission: 'public' } ? Actor | undefined : Actor;
}

export interface Surroundings {
  readonly request: RequestFacts;
  /** Aborted when the caller is gone; for a stream also when the server closes or the session has ended. */
  readonly signal: AbortSignal;
  /**
   * Names what the call is about (a deployment's id) for the operation log, and, where nobody is signed in yet, the
   * name that was given and the organization it belongs to.
   */
  audit(subject: string, by?: string, organization?: OrganizationId): void;
  /** Tells the operation log by whose leave: the hash of the plan that was approved. */
  approved(by: string): void;
  /** Throws `not-allowed` unless the caller may do this to that. What the path names has been asked already. */
  check(action: Action, target: Resource): void;
  /** The caller with the rights of this moment, for what goes on for long. Throws `not-signed-in` when that is over. */
  actorNow(): Promise<Actor>;
  readonly respond: Respond;
}

export interface RequestFacts {
  readonly id: string;
  /** The caller's address; never empty. */
  readonly ip: string;
  readonly userAgent: string;
  /** What the caller typed to come here, as far as that can be known: `https://pileus.example.org`. */
  readonly origin: string;
  /** What the caller reads. */
  readonly language: Language;
  /** Where a stream left off: the `Last-Event-ID` header. */
  readonly lastEventId?: string | undefined;
}

/** How the access area hands a session to a browser. Nothing else sets a cookie. */
export interface Respond {
  startSession(token: string): void;
  endSession(): void;
}

/** One event of a stream; `id` is where a caller that lost its connection can go on. */
export interface StreamEvent<Data> {
  readonly id?: string | undefined;
  readonly data: Data;
}

/**
 * Answers one call. A streaming one checks first and then answers with its events, so that a refusal still is an HTTP
 * status: `async (context) => { await check(context); return events(context); }`.
 */
export type Handler<N extends Name> = (
  context: Context<N>,
) => Promise<Declared<N> extends { readonly stream: true } ? AsyncIterable<StreamEvent<Answer<N>>> : Answer<N>>;

/** A handler that has forgotten its types, so that all fit in one list. */
export interface Bound {
  readonly name: string;
  readonly run: (context: AnyContext) => Promise<unknown>;
}

export interface AnyContext extends Surroundings {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly actor: Actor | undefined;
}

/** Binds a handler to a call by its name: `handle('get /accounts', async ({ query, actor }) => …)`. */
export function handle<N extends Name>(name: N, handler: Handler<N>): Bound {
  // The schemas of this very name have parsed what the context holds, so it has the handler's types.
  return { name, run: (context) => handler(context as Context<N>) };
}
