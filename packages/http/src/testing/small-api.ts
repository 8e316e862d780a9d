import type { Action, Endpoint } from '@pileus/api';
import { newId, type OrganizationId, type UserId } from '@pileus/model';
import { z } from 'zod';
import type { Access, Actor } from '../actor.ts';
import type { AuditEntry } from '../audit.ts';
import type { AnyContext, Bound } from '../handle.ts';
import { createHttp, type HttpOptions } from '../http.ts';

/** An API of a few calls, with people in memory, to try the HTTP side by itself. */
export function smallApi(
  handlers: Readonly<Record<string, (context: AnyContext) => Promise<unknown>>>,
  options: Partial<HttpOptions> = {},
) {
  const audit: AuditEntry[] = [];
  const logged: unknown[] = [];
  const people = new Map<string, Actor>([
    ['writer-token', anActor('Writer', ['account.read', 'account.update'])],
    ['reader-token', anActor('Reader', ['account.read'])],
  ]);
  const access: Access = {
    authenticate: async (token) => people.get(token),
    recheck: async (actor) => [...people.values()].find(({ by }) => by.id === actor.by.id),
    find: async (_, parameter, id) => (id === 'nowhere' ? undefined : { kind: parameter, id, keys: {} }),
    parameters: new Set(['thing']),
  };
  const endpoints = smallEndpoints.filter((endpoint) => `${endpoint.method} ${endpoint.path}` in handlers);
  const bound: Bound[] = Object.entries(handlers).map(([name, run]) => ({ name, run }));
  const http = createHttp({
    handlers: bound,
    endpoints,
    access,
    audit: { write: async (entry) => void audit.push(entry) },
    idempotency: { claim: unused, prolong: unused, keep: unused, release: unused },
    transactions: { whole: (work) => work(), tried: (work) => work() },
    log: (line, error) => void logged.push(line, error),
    version: '0.0.0',
    strict: true,
    ...options,
  });
  return { ...http, audit, logged, people };
}

const small = z.object({ small: z.string(), seen: z.number().optional() });

const smallEndpoints: readonly Endpoint[] = [
  {
    method: 'get',
    path: '/things',
    summary: 'x',
    permission: 'account.read',
    on: 'each',
    answer: z.object({ items: z.array(z.string()) }),
    fails: [],
  },
  {
    method: 'get',
    path: '/things/special',
    summary: 'x',
    permission: 'account.read',
    on: 'each',
    answer: small,
    fails: [],
  },
  {
    method: 'put',
    path: '/things/{thing}',
    summary: 'x',
    permission: 'account.update',
    action: 'THING_CHANGE',
    params: z.object({ thing: z.string() }),
    query: z.object({ times: z.coerce.number().int().max(3).default(1) }),
    body: z.object({ name: z.string().min(2), inputs: z.record(z.string(), z.number()).default({}) }),
    answer: small,
    dryRun: true,
    fails: [],
  },
  {
    method: 'get',
    path: '/things/{thing}',
    summary: 'x',
    permission: 'account.read',
    params: z.object({ thing: z.string() }),
    answer: small,
    versioned: { besides: ['seen'] },
    fails: [],
  },
  {
    method: 'post',
    path: '/runs',
    summary: 'x',
    permission: 'account.update',
    on: 'new',
    action: 'RUN_START',
    answer: z.object({ run: z.string() }),
    status: 202,
    fails: [],
  },
  {
    method: 'get',
    path: '/runs/{run}',
    summary: 'x',
    permission: 'account.read',
    on: 'each',
    params: z.object({ run: z.string() }),
    answer: z.object({ id: z.string(), endedAt: z.string().optional() }),
    fails: [],
  },
  {
    method: 'post',
    path: '/asked',
    summary: 'x',
    permission: ['account.read', 'account.update'],
    on: 'asked',
    action: 'ASK',
    body: z.object({ honest: z.boolean() }),
    answer: small,
    deprecated: { since: '2026-11-28', gone: '2027-06-30', instead: 'put /things/{thing}' },
    fails: [],
  },
  { method: 'get', path: '/open', summary: 'x', permission: 'public', answer: z.object({ ip: z.string() }), fails: [] },
  {
    method: 'get',
    path: '/stream',
    summary: 'x',
    permission: 'self',
    answer: z.object({ n: z.number() }),
    stream: true,
    fails: [],
  },
  {
    method: 'post',
    path: '/check',
    summary: 'x',
    permission: 'account.update',
    on: 'new',
    action: 'CHECK',
    body: z.object({}),
    answer: z.object({ n: z.number() }),
    stream: true,
    fails: [],
  },
];

function anActor(name: string, allowed: readonly Action[]): Actor {
  const isAllowed = (action: Action) => allowed.includes(action);
  return {
    // Ids in a test are plain strings that nobody parses.
    user: { id: name.toLowerCase() as UserId, name },
    organization: 'org-test' as OrganizationId,
    rights: {
      decide: (action) => ({
        allowed: isAllowed(action),
        reason: isAllowed(action) ? 'allowed' : 'nothing allows it',
        because: [],
      }),
      filter: (action) => ({ is: isAllowed(action) ? 'all' : 'none' }),
      isEver: isAllowed,
      beyond: () => undefined,
    },
    origin: { ip: '127.0.0.1' },
    by: { is: 'session', id: newId('session'), kind: 'cli', mfa: false },
  };
}

async function unused(): Promise<never> {
  throw new Error('no Idempotency-Key was sent');
}
