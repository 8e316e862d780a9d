/** What is known of a piece of work, named as OpenTelemetry names it where it does. Never a secret, and nothing of a query. */
export type SpanFacts = Readonly<Record<string, string | number | boolean | undefined>>;

/** A piece of work as a trace shows it. */
export interface SpanOptions {
  /** One for each kind of work, not for each piece: `GET /api/v1/runs/{run}`. */
  readonly name: string;
  /** Whether it answers somebody else's call, is a call of ours, or neither. */
  readonly kind: 'server' | 'client' | 'internal';
  readonly facts?: SpanFacts;
  /** The `traceparent` (W3C) of what it is part of, null for none; unless told, what is under way here. */
  readonly parent?: string | null | undefined;
}

/** A piece of work under way. */
export interface Span {
  /** `thrown`: what it failed with; only what that is called is shown, since what it says may be somebody's. */
  end(facts?: SpanFacts, thrown?: unknown): void;
}

/** Shows what belongs together: a request, the run that it began, its steps, the calls to clouds that they make. */
export interface Tracing {
  begin(options: SpanOptions): Span;
  /** Does work of which everything that begins meanwhile is part. `tell` adds what is known only then. */
  within<T>(options: SpanOptions, work: (tell: (facts: SpanFacts) => void) => Promise<T>): Promise<T>;
  /** The `traceparent` of what is under way, for whoever goes on with it elsewhere. */
  readonly current: string | undefined;
}

const nothing: Span = { end: () => {} };

/** Nobody looks. */
export const noTracing: Tracing = {
  begin: () => nothing,
  within: (_, work) => work(() => {}),
  current: undefined,
};
