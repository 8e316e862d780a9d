import type { FailureData } from '@pileus/model';
import type { AnswerOf, BodyOf, EndpointName, Name, ParamsOf, QueryOf } from './endpoints.ts';

/** The server's refusal, as problem+json (RFC 9457) carried it. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly requestId: string;
  readonly failure: FailureData;
  constructor(status: number, requestId: string, failure: FailureData, title: string) {
    super(title);
    this.name = 'ApiProblem';
    this.status = status;
    this.requestId = requestId;
    this.failure = failure;
  }
}

type Given<K extends string, T> = undefined extends T
  ? { readonly [P in K]?: T }
  : Record<never, never> extends T
    ? { readonly [P in K]?: T }
    : { readonly [P in K]: T };
export type Request<N extends Name> = Given<'params', ParamsOf<N>> &
  Given<'query', QueryOf<N>> &
  Given<'body', BodyOf<N>> &
  (EndpointName[N] extends { readonly dryRun: true }
    ? {
        /** Answers as in earnest, and changes nothing. */
        readonly dryRun?: true;
      }
    : Record<never, never>) & {
    readonly signal?: AbortSignal;
    /** Sent as `Idempotency-Key`: repeating the call with the same key answers the same, and does nothing twice. */
    readonly key?: string;
    /** What {@link tagOf} says of what was read: it is changed only while it is still that, else `stale` is thrown. */
    readonly ifMatch?: string | undefined;
  };

export interface ClientOptions {
  /** e.g. `http://127.0.0.1:7800`; empty in a browser on the same origin. */
  readonly server: string;
  readonly token?: string | undefined;
  /** Why the caller does what it does, for the operation log: sent as `X-Reason`. */
  readonly reason?: string | undefined;
  readonly fetch?: typeof fetch;
}

/** Calls the API by name, typed from its declarations: `call('get /deployments/{deployment}', { params: { deployment } })`. */
export type Client = {
  call<N extends Name>(name: N, request: Request<N>): Promise<AnswerOf<N>>;
  /** The events of a streaming call, as they come. */
  stream<N extends Name>(
    name: N,
    request: Request<N>,
  ): AsyncIterable<{ readonly id?: string | undefined; readonly data: AnswerOf<N> }>;
};

interface AnyRequest {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  readonly key?: string;
  readonly ifMatch?: string | undefined;
  readonly dryRun?: true;
}

const tags = new WeakMap<object, string>();

/** What the version of an answer is called; undefined where it has none. */
export function tagOf(answer: object): string | undefined {
  return tags.get(answer);
}

/** Says that one object stands for an answer as another does, which was its version. */
export function isOfVersion(object: object, tag: string | undefined): void {
  if (tag !== undefined) tags.set(object, tag);
}

export function createClient(options: ClientOptions): Client {
  const send = async (name: string, request: AnyRequest, accept: string): Promise<Response> => {
    const { method, url } = address(options.server, name, request);
    const answer = await (options.fetch ?? fetch)(url, {
      method,
      headers: {
        accept,
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(options.token ? { authorization: `Bearer ${options.token}` } : {}),
        ...(request.key ? { 'idempotency-key': request.key } : {}),
        ...(options.reason ? { 'x-reason': encodeURIComponent(options.reason) } : {}),
        ...(request.ifMatch ? { 'if-match': request.ifMatch } : {}),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      ...(request.signal ? { signal: request.signal } : {}),
    });
    if (!answer.ok) throw await problemOf(answer);
    return answer;
  };
  return {
    call: async (name, request) => {
      const answer = await send(name, request, 'application/json');
      const content: unknown = await answer.json();
      if (typeof content === 'object' && content !== null)
        isOfVersion(content, answer.headers.get('etag') ?? undefined);
      return content as never; // as declared
    },
    async *stream(name, request) {
      const answer = await send(name, request, 'text/event-stream');
      for await (const event of events(answer)) yield event as never;
    },
  };
}

function address(server: string, name: string, request: AnyRequest): { method: string; url: string } {
  const [method = 'get', path = ''] = name.split(' ');
  const filled = path.replace(/\{(\w+)\}/g, (_, param: string) => encodeURIComponent(request.params?.[param] ?? ''));
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(request.query ?? {}))
    if (value !== undefined && value !== '') query.set(key, String(value));
  if (request.dryRun) query.set('dryRun', 'true');
  const search = query.size > 0 ? `?${query.toString()}` : '';
  return { method: method.toUpperCase(), url: `${server}/api/v1${filled}${search}` };
}

async function problemOf(answer: Response): Promise<ApiProblem> {
  return problemFrom(answer, await answer.json().catch(() => ({})));
}

function problemFrom(answer: Response, problem: unknown): ApiProblem {
  const body = problem as Partial<FailureData> & { status?: number; title?: string; requestId?: string };
  const failure: FailureData = {
    code: body.code ?? 'internal',
    facts: body.facts ?? {},
    ...(body.because && { because: body.because }),
    ...(body.problems && { problems: body.problems }),
  };
  const requestId = body.requestId ?? answer.headers.get('x-request-id') ?? '';
  return new ApiProblem(body.status ?? answer.status, requestId, failure, body.title ?? `HTTP ${answer.status}`);
}

/**
 * Server-sent events (HTML Living Standard, 9.2), of which only `id`, `event` and `data` are used here. A failure on the
 * way comes as a last event named `problem`, and is thrown.
 */
async function* events(answer: Response): AsyncIterable<{ id?: string; data: unknown }> {
  if (!answer.body) return;
  let buffered = '';
  let id: string | undefined;
  for await (const chunk of chunks(answer.body)) {
    buffered += chunk;
    for (let end = buffered.indexOf('\n\n'); end >= 0; end = buffered.indexOf('\n\n')) {
      const lines = buffered.slice(0, end).split('\n');
      buffered = buffered.slice(end + 2);
      const data = lines.filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trimStart());
      id =
        lines
          .find((line) => line.startsWith('id:'))
          ?.slice(3)
          .trim() ?? id;
      if (data.length === 0) continue;
      const parsed: unknown = JSON.parse(data.join('\n'));
      if (lines.some((line) => line.startsWith('event:') && line.slice(6).trim() === 'problem'))
        throw problemFrom(answer, parsed);
      yield { ...(id !== undefined && { id }), data: parsed };
    }
  }
}

/** Read by hand, since not every browser in use can iterate a stream. */
async function* chunks(body: ReadableStream<Uint8Array>): AsyncIterable<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read())
      yield decoder.decode(part.value, { stream: true });
  } finally {
    await reader.cancel().catch(() => {});
  }
}
