import { randomUUID } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { type Clock, type Duration, Failure, failures, type Language, type OrganizationId } from '@pileus/model';
import type { Context as HonoContext } from 'hono';
import type { Access, Actor } from './actor.ts';
import { type AuditLog, resultOf } from './audit.ts';
import { bearerOf } from './bearer.ts';
import { readJson, refuseTooLarge } from './body.ts';
import { carryOut, type Terms, termsOf } from './carry-out.ts';
import { checked } from './checked.ts';
import { deprecationHeaders } from './deprecation.ts';
import { entityTag, isFresh, tagsIn } from './entity-tag.ts';
import { eventStream } from './event-stream.ts';
import type { AnyContext, Respond, StreamEvent } from './handle.ts';
import { fingerprint, idempotencyKey, type IdempotencyStore, type KeptAnswer, once } from './idempotency.ts';
import { jsonText } from './json-text.ts';
import { parseSent, queryOf } from './parse.ts';
import type { Peer } from './peer.ts';
import { actionsOf, check, permit } from './permit.ts';
import { wantsToWait } from './prefer.ts';
import { asFailure, type Occurrence, problemDetails, problemResponse } from './problem.ts';
import type { RateLimits } from './rate-limit.ts';
import type { Route } from './routes.ts';
import { refuseCrossSite } from './same-site.ts';
import { clearSessionCookie, readSessionCookie, writeSessionCookie } from './session-cookie.ts';
import type { Transactions } from './transactions.ts';
import { type Details, detailsOf, givenReason, witnessed } from './witness.ts';

/** What every request carries along once it has come in. */
export interface Envelope {
  Bindings: HttpBindings;
  Variables: {
    requestId: string;
    peer: Peer;
    language: Language;
    /** Headers of whatever is answered. */
    says: Record<string, string>;
  };
}
type Hono = HonoContext<Envelope>;

/** What calls are answered with. */
export interface Surrounding {
  readonly access: Access;
  readonly audit: AuditLog;
  readonly idempotency: IdempotencyStore;
  readonly transactions: Transactions;
  /** Absent: as many calls as there may come. */
  readonly limits?: RateLimits | undefined;
  readonly runs?: Runs | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborted when the server closes. */
  readonly closing: AbortSignal;
  readonly pulse: Duration;
  /** Whether an answer that is not as declared is an error, as in tests, or only logged. */
  readonly strict: boolean;
}

/** What calls that begin a run can wait for. */
export interface Runs {
  /** Resolves once a run has ended, or `signal` is aborted. */
  ended(run: string, signal: AbortSignal): Promise<void>;
  /** What shows it. */
  readonly route: Route;
}

/** Told a sentence, and the whole error where there is one. */
export type Log = (line: string, error?: unknown) => void;

/** What the operation log will say about a call. */
interface Trail extends Details {
  actor?: Actor | undefined;
  by?: string;
  organization?: OrganizationId;
  /** Whether the handler has asked if the caller may. */
  hasAsked?: boolean;
  /** An answer that was only given again is written down already, and what there is too much of is not. */
  isNotNoted?: boolean;
  /** What was only tried has changed nothing; that somebody may not is noted all the same. */
  isTried?: boolean;
}

/**
 * Answers one call of the API: size, session, origin, how many and permission come before anything sent is looked at; then
 * it is parsed, handled once, and written down.
 */
export async function answerCall(c: Hono, route: Route, server: Surrounding): Promise<Response> {
  const trail: Trail = {};
  const { endpoint } = route;
  const log = (thrown?: unknown, status?: number) => record(c, route, server, trail, thrown, status);
  try {
    Object.assign(c.var.says, deprecationHeaders(endpoint));
    refuseTooLarge(c.req.raw.headers, endpoint.megabytes ?? 1);
    trail.actor = await signedIn(c, server.access);
    refuseTooMany(c, server, trail);
    await permit(server.access, endpoint, trail.actor, c.req.param(), (target) => (trail.named = target));
    const { searchParams } = new URL(c.req.url);
    const terms = termsOf(route, c.req.raw.headers, searchParams);
    trail.isTried = terms.isTried;
    const body = endpoint.body && (await readJson(c.req.raw, endpoint.megabytes ?? 1));
    trail.reason = givenReason(c.req.raw.headers, body);
    const sent = { params: c.req.param(), query: queryOf(searchParams), body };
    const context: AnyContext = {
      ...parseSent(endpoint, sent, c.var.language),
      ...surroundings(c, trail, server.access),
      actor: trail.actor,
    };
    if (endpoint.stream) return await answerStream(c, route, server, context, trail, log);
    const answer = await answerOnce(c, route, server, context, { terms, body }, trail);
    await log(answer.thrown, answer.kept.status);
    if (answer.thrown) return problemResponse(answer.thrown, occurrence(c));
    return responseOf(c, await awaited(c, server, context, terms, answer));
  } catch (thrown) {
    const failure = failureOf(c, thrown);
    report(c, server, failure);
    await log(failure);
    return problemResponse(failure, occurrence(c));
  }
}

/** Whoever sends too many is told when to go on; the operation log does not fill up with it. */
function refuseTooMany(c: Hono, { limits }: Surrounding, trail: Trail): void {
  if (!limits) return;
  const { wait, headers } = limits.count(trail.actor, c.var.peer.ip);
  Object.assign(c.var.says, headers);
  if (wait === 0) return;
  trail.isNotNoted = true;
  throw new Failure('too-many-requests', { seconds: wait });
}

export function occurrence(c: Hono): Occurrence {
  return { requestId: c.var.requestId, instance: c.req.path, language: c.var.language };
}

/** Bugs are logged whole; what we foresaw is the caller's to read. */
export function report(c: Hono, { log }: Pick<Surrounding, 'log'>, failure: Failure): void {
  if (failure.code === 'internal')
    log(`${c.req.method} ${c.req.path} failed (request ${c.var.requestId})`, failure.cause);
}

/** What breaks off because the caller has gone is no bug. */
function failureOf(c: Hono, thrown: unknown): Failure {
  const { signal } = c.req.raw;
  const gone =
    signal.aborted && (thrown === signal.reason || (thrown instanceof Error && thrown.name === 'AbortError'));
  return gone ? new Failure('cancelled', {}, { cause: thrown }) : asFailure(thrown);
}

/** The caller by `Authorization: Bearer`, else by cookie; a cookie comes along unasked, so its origin is looked at. */
async function signedIn(c: Hono, access: Access): Promise<Actor | undefined> {
  const bearer = bearerOf(c.req.raw.headers);
  const { ip } = c.var.peer;
  if (bearer) return access.authenticate(bearer, { ip });
  refuseCrossSite(c.req.method, c.var.peer.host, c.req.raw.headers);
  const cookie = readSessionCookie(c, c.var.peer.secure);
  return cookie ? access.authenticate(cookie, { ip }) : undefined;
}

function surroundings(c: Hono, trail: Trail, access: Access): Omit<AnyContext, 'params' | 'query' | 'body' | 'actor'> {
  const { peer, requestId, language } = c.var;
  const respond: Respond = {
    startSession: (token) => writeSessionCookie(c, peer.secure, token),
    endSession: () => clearSessionCookie(c, peer.secure),
  };
  return {
    request: {
      id: requestId,
      ip: peer.ip,
      userAgent: c.req.header('user-agent') ?? '',
      origin: `${peer.secure ? 'https' : 'http'}://${peer.host}`,
      language,
      lastEventId: c.req.header('last-event-id'),
    },
    signal: c.req.raw.signal,
    audit: (subject, by, organization) => {
      trail.subject = subject;
      if (by !== undefined) trail.by = by;
      if (organization !== undefined) trail.organization = organization;
    },
    approved: (by) => {
      trail.approval = by;
    },
    check: (action, target) => {
      trail.hasAsked = true;
      trail.asked = target;
      if (!trail.actor) throw new Failure('not-signed-in');
      check(trail.actor, action, target);
    },
    actorNow: async () => {
      const actor = trail.actor && (await access.recheck(trail.actor));
      if (!actor) throw new Failure('not-signed-in');
      return actor;
    },
    respond,
  };
}

interface Handled {
  readonly kept: KeptAnswer;
  /** Of an answer that shows something that has versions. */
  readonly tag?: string | undefined;
  readonly thrown?: Failure | undefined;
}

interface Asked {
  readonly terms: Terms;
  readonly body: unknown;
}

/**
 * Handles a call, at most once per Idempotency-Key. Keys belong to a user, so public calls have none; what is only tried
 * uses up none.
 */
async function answerOnce(
  c: Hono,
  route: Route,
  server: Surrounding,
  context: AnyContext,
  { terms, body }: Asked,
  trail: Trail,
): Promise<Handled> {
  const isKeyed = c.req.method === 'POST' && context.actor && !terms.isTried;
  const key = isKeyed ? idempotencyKey(c.req.raw.headers) : undefined;
  if (key === undefined || !context.actor) return handleNow(c, route, server, context, terms, trail);
  const request = {
    user: context.actor.user.id,
    key,
    fingerprint: fingerprint(c.req.method, new URL(c.req.url), body),
    holder: randomUUID(),
  };
  let thrown: Failure | undefined;
  const warn = (error: unknown) => server.log(`An answer could not be kept (request ${context.request.id})`, error);
  const { answer, replayed } = await once(server.idempotency, request, server.clock, warn, async () => {
    const handled = await handleNow(c, route, server, context, terms, trail);
    thrown = handled.thrown;
    return { answer: handled.kept, again: handled.thrown?.retry ?? false };
  });
  if (replayed) {
    trail.isNotNoted = true;
    c.header('idempotent-replayed', 'true');
  }
  return { kept: answer, thrown };
}

async function handleNow(
  c: Hono,
  route: Route,
  server: Surrounding,
  context: AnyContext,
  terms: Terms,
  trail: Trail,
): Promise<Handled> {
  try {
    const asking = { ...route, run: (given: AnyContext) => askedFor(route, server, given, trail) };
    const answer = checked(route, server, await carryOut(asking, terms, server, context));
    return { kept: kept(route, terms, answer), tag: tagOf(route, terms, answer, context) };
  } catch (thrown) {
    // What did not come to be is no difference.
    delete trail.difference;
    const failure = failureOf(c, thrown);
    report(c, server, failure);
    const details = problemDetails(failure, occurrence(c));
    return { thrown: failure, kept: { status: details.status, type: problemType, body: jsonText(details) } };
  }
}

const problemType = 'application/problem+json';

function kept({ endpoint }: Route, { isTried }: Terms, answer: unknown): KeptAnswer {
  const status = endpoint.status ?? 200;
  const begins = status === 202 && !isTried && typeof answer === 'object' && answer !== null;
  const run = begins && 'run' in answer ? answer.run : undefined;
  return {
    status,
    type: 'application/json',
    ...(typeof run === 'string' && { location: `/api/v1/runs/${encodeURIComponent(run)}` }),
    body: status === 204 ? '' : jsonText(answer),
  };
}

/**
 * The tag of what was read, also where a change answers with what it has made of it. A part or another view of it, which a
 * query asks for, has none: a change could not be bound to it.
 */
function tagOf(
  { endpoint, reads }: Route,
  { isTried }: Terms,
  answer: unknown,
  { query }: Pick<AnyContext, 'query'>,
): string | undefined {
  const shows = reads?.endpoint.answer === endpoint.answer ? reads.endpoint : endpoint;
  const isPart = endpoint.method === 'get' && Object.values(query ?? {}).some((value) => value !== undefined);
  return shows.versioned && !isPart && !isTried ? entityTag(answer, shows.versioned) : undefined;
}

/** Where the caller prefers to wait, the run that was begun, once it has ended; else the answer as it is. */
async function awaited(
  c: Hono,
  server: Surrounding,
  context: AnyContext,
  { isTried }: Terms,
  answer: Handled,
): Promise<Handled> {
  const { access, runs, closing } = server;
  const run = /^\/api\/v1\/runs\/(.+)$/.exec(answer.kept.location ?? '')?.[1];
  const patience = wantsToWait(c.req.raw.headers);
  if (!runs || run === undefined || patience === undefined || isTried) return answer;
  c.var.says['preference-applied'] = `wait=${patience / 1_000}`;
  const params = { run: decodeURIComponent(run) };
  const { route } = runs;
  try {
    await runs.ended(params.run, AbortSignal.any([c.req.raw.signal, closing, AbortSignal.timeout(patience)]));
    const actor = context.actor && (await access.recheck(context.actor));
    await permit(access, route.endpoint, actor, params);
    const shown = checked(route, server, await route.run({ ...context, params, query: {}, body: undefined, actor }));
    if (!hasEnded(shown)) return answer;
    return { kept: { ...answer.kept, status: 200, type: 'application/json', body: jsonText(shown) } };
  } catch (thrown) {
    // What was begun is begun, whether or not it can be shown.
    report(c, server, asFailure(thrown));
    return answer;
  }
}

const hasEnded = (run: unknown): boolean => typeof run === 'object' && run !== null && 'endedAt' in run;

function responseOf(c: Hono, { kept: answer, tag }: Handled): Response {
  const { headers } = c.req.raw;
  if (tag !== undefined) {
    c.header('etag', tag);
    const known = c.req.method === 'GET' || c.req.method === 'HEAD' ? headers.get('if-none-match') : null;
    if (known !== null && isFresh(tagsIn(known, 'If-None-Match'), tag)) return c.body(null, 304);
  }
  c.header('content-type', answer.type);
  if (answer.location) c.header('location', answer.location);
  if (answer.status === 204) return c.body(null, 204);
  // The status was declared as one of a few that have a body, or belongs to a failure.
  return c.body(answer.body, answer.status as 200);
}

/** A handler that was to ask whether the caller may, and has not, answers nobody, and what it did has not happened. */
async function askedFor(route: Route, server: Surrounding, context: AnyContext, trail: Trail): Promise<unknown> {
  const answer = await witnessed(route, server, trail, context);
  refuseUnasked(route, trail);
  return answer;
}

/** A handler that was to ask whether the caller may, and has not, answers nobody. */
function refuseUnasked({ name, endpoint }: Route, { hasAsked }: Trail): void {
  if (endpoint.on === 'asked' && !hasAsked) throw new Error(`"${name}" has not asked whether the caller may`);
}

async function answerStream(
  c: Hono,
  route: Route,
  server: Surrounding,
  context: AnyContext,
  trail: Trail,
  log: (thrown?: unknown, status?: number) => Promise<void>,
): Promise<Response> {
  const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };
  if (c.req.method === 'HEAD') return c.body(null, 200, headers);
  const { access } = server;
  const stream = await eventStream({
    // The declaration says that this call streams, and `handle` held its handler to that.
    start: async (signal) => {
      const events = (await route.run({ ...context, signal })) as Events;
      refuseUnasked(route, trail);
      return checkedEvents(route, server, events);
    },
    until: [c.req.raw.signal, server.closing],
    pulse: server.pulse,
    recheck: async () => {
      const actor = context.actor && (await access.recheck(context.actor));
      await permit(access, route.endpoint, actor, c.req.param());
    },
    explain: (thrown) => jsonText(problemDetails(asFailure(thrown), occurrence(c))),
    ended: (thrown) => {
      if (thrown !== undefined) report(c, server, asFailure(thrown));
      void log(thrown, 200);
    },
  });
  return c.body(stream, 200, headers);
}

type Events = AsyncIterable<StreamEvent<unknown>>;

async function* checkedEvents(route: Route, server: Surrounding, events: Events): Events {
  for await (const { id, data } of events) yield { id, data: checked(route, server, data) };
}

/** Writes the operation log's row. A log that cannot be written must not hide what has happened already. */
async function record(
  c: Hono,
  { endpoint }: Route,
  server: Surrounding,
  trail: Trail,
  thrown?: unknown,
  status?: number,
): Promise<void> {
  const failure = thrown === undefined ? undefined : asFailure(thrown);
  const isDenied = failure?.code === 'not-allowed';
  if (trail.isNotNoted || (!isDenied && (!endpoint.action || trail.isTried))) return;
  const entry = {
    user: trail.by ?? trail.actor?.user.name ?? '-',
    userId: trail.actor?.user.id,
    organization: trail.actor?.organization ?? trail.organization,
    action: endpoint.action ?? [actionsOf(endpoint)].flat().join(' '),
    ip: c.var.peer.ip,
    result: resultOf(failure),
    status: status ?? (failure ? failures[failure.code].status : 200),
    requestId: c.var.requestId,
    subject: trail.subject,
    code: failure?.code,
    ...detailsOf(trail),
  };
  await server.audit
    .write(entry)
    .catch((error: unknown) => server.log(`The operation log could not be written: ${JSON.stringify(entry)}`, error));
}
