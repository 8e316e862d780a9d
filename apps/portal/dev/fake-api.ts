import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  type AnswerOf,
  type BodyOf,
  endpoints,
  type EndpointName,
  type Name,
  type ParamsOf,
  type Permission,
  actionNames,
} from '@pileus/api';
import { Failure, PriceList } from '@pileus/model';
import type { z } from 'zod';
import type { DeploymentDetail } from '../src/api/types.ts';
import * as people from './fake-people.ts';
import * as policies from './fake-policies.ts';
import { FakePrices } from './fake-prices.ts';
import { withQuota } from './fake-quotas.ts';
import { readOf, tagOfAnswer } from './fake-versions.ts';
import { FakeWorld } from './fake-world.ts';
import * as samples from './samples.ts';

export interface FakeApi {
  readonly url: string;
  readonly world: FakeWorld;
  /** Ends every stream of events, as a proxy in trouble would. */
  dropStreams(): void;
  close(): Promise<void>;
}

export interface FakeOptions {
  readonly port?: number;
  /** Built files of the portal to serve beside the API. */
  readonly files?: string;
  readonly empty?: boolean;
  /** The organization of who signs in; the one that runs the platform unless told. */
  readonly organization?: string;
  /** What who signs in may do; everything unless told. */
  readonly permissions?: readonly Permission[];
  /** How long a step of a make-believe run takes, in ms. */
  readonly beat?: number;
}

type Output<E, K extends string> = E extends { readonly [P in K]: infer S extends z.ZodType } ? z.output<S> : undefined;
interface Asked<N extends Name> {
  readonly params: ParamsOf<N>;
  readonly query: Output<EndpointName[N], 'query'>;
  readonly body: BodyOf<N>;
  readonly signal: AbortSignal;
}
type Streamed<N extends Name> = AsyncIterable<{ readonly id?: string; readonly data: AnswerOf<N> }>;
/** What no page asks for yet is not answered. */
type Handlers = {
  readonly [N in Name]?: (
    asked: Asked<N>,
  ) => EndpointName[N] extends { readonly stream: true } ? Streamed<N> : AnswerOf<N> | Promise<AnswerOf<N>>;
};

/** An API that answers as the real one would, out of thin air: for working on the portal, and for its browser tests. */
export async function startFakeApi(options: FakeOptions = {}): Promise<FakeApi> {
  const world = new FakeWorld(options);
  const handlers = handlersOf(world, options);
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://fake');
    const answering = url.pathname.startsWith('/api/v1')
      ? answer(handlers, request, response, url)
      : sendFile(options.files, url.pathname, response);
    answering.catch((error: unknown) => refuse(response, error));
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    world,
    dropStreams: () => server.closeAllConnections(),
    close: async () => {
      world.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function handlersOf(world: FakeWorld, { organization = 'org-home', permissions = actionNames }: FakeOptions): Handlers {
  const prices = new FakePrices();
  const me = () => ({
    id: 'u-admin',
    name: 'admin',
    organization: people.theOne(world.organizations, 'organization', organization),
    hasPassword: world.hasPassword,
    permissions: [...permissions],
  });
  const has = (q: string | undefined, ...texts: (string | undefined)[]) =>
    !q || texts.some((text) => text?.toLowerCase().includes(q.toLowerCase()));
  const accountOf = (id: string) =>
    found(
      world.accounts.find((one) => one.id === id),
      'account',
      id,
    );
  const templateOf = (id: string) =>
    found(
      world.templates.find((one) => one.id === id),
      'template',
      id,
    );
  const deploymentOf = (id: string) =>
    found(
      world.deployments.find((one) => one.id === id),
      'deployment',
      id,
    );
  const runOf = (id: string) =>
    found(
      world.runs.find((one) => one.id === id),
      'run',
      id,
    );
  const driftOf = (deployment: string) => ({
    items: world.drift.get(deploymentOf(deployment).id) ?? [],
    checkedAt: new Date().toISOString(),
  });
  const priced = (deployment: DeploymentDetail): DeploymentDetail => {
    const cost = prices.costOf(deployment);
    return { ...deployment, ...(cost && { cost }) };
  };
  const briefly = <D extends object>(deployment: D): D => {
    const {
      inputs: _,
      outputs: __,
      nodeInstances: ___,
      resources: ____,
      ...rest
    } = deployment as Record<string, unknown>;
    return rest as D;
  };
  return {
    'get /info': () => ({ version: '0.1.0', signedIn: true }),
    'post /sessions': ({ body }) => {
      const byPassword = 'password' in body && body.name === 'admin' && body.password === 'correct horse';
      const fine = byPassword || ('link' in body && body.link === 'demo');
      if (!fine) throw new Failure('sign-in-refused');
      world.hasPassword = !('link' in body);
      return { user: me(), expiresAt: new Date(Date.now() + 86_400_000).toISOString() };
    },
    'get /sign-in': () => ({ methods: [], passkeys: false }),
    'delete /sessions/current': () => ({}),
    'get /me/factors': () => ({
      items: [],
      recoveryCodes: 0,
      isRequired: false,
      passkeysWork: false,
      provesBy: ['password'],
    }),
    'get /me/sessions': () => ({ items: [] }),
    'get /me': me,
    'put /me/password': () => {
      world.hasPassword = true;
      return me();
    },
    'get /audit': ({ query }) =>
      page(
        world.audit.filter(
          (row) =>
            has(query.q, row.user, row.action, row.ip) &&
            has(query.user, row.user) &&
            has(query.action, row.action) &&
            (!query.result || row.result === query.result) &&
            (!query.target || row.target?.id === query.target) &&
            (!query.project || row.project === query.project) &&
            (!query.from || row.at >= query.from) &&
            (!query.to || row.at <= query.to),
        ),
        query,
      ),
    'get /organizations': ({ query }) =>
      page(
        world.organizations.filter(({ name }) => has(query.q, name)),
        query,
      ),
    'get /organizations/{organization}': ({ params }) =>
      people.theOne(world.organizations, 'organization', params.organization),
    'patch /organizations/{organization}': ({ params, body }) =>
      Object.assign(people.theOne(world.organizations, 'organization', params.organization), body),
    'get /organizations/{organization}/quota': ({ params }) => world.quotas.of(params.organization),
    'patch /organizations/{organization}/quota': ({ params, body }) => world.quotas.set(params.organization, body),
    'get /projects': ({ query }) =>
      page(
        people.projects.filter(({ name }) => has(query.q, name)),
        query,
      ),
    'get /projects/{project}/quota': ({ params }) => world.quotas.of(params.project),
    'patch /projects/{project}/quota': ({ params, body }) => world.quotas.set(params.project, body),
    'get /projects/{project}': ({ params }) => people.theOne(people.projects, 'project', params.project),
    'get /users': ({ query }) =>
      page(
        world.users.filter(
          ({ name, isDisabled }) =>
            has(query.q, name) && (query.state === undefined || isDisabled === (query.state === 'disabled')),
        ),
        query,
      ),
    'post /users/{user}/link': () => ({ link: '/sign-in#link=pll_2v9Qe7xk4WmR', expiresAt: samples.ago(-1440) }),
    'post /users': ({ body: { name } }) => {
      if (world.users.some((user) => user.name === name)) throw new Failure('name-taken', { name });
      const made = { id: 'u-new', name, isDisabled: false, hasPassword: false, hasSecondFactor: false };
      const link = '/sign-in#link=pll_3q8w5kz1m0t7v2x9b4n6c8d1f5g7h2j0';
      return { ...made, groups: [], policies: [], createdAt: new Date().toISOString(), link };
    },
    'get /users/{user}': ({ params }) => people.theOne(world.users, 'user', params.user),
    'patch /users/{user}': ({ params, body: { name, isDisabled } }) =>
      Object.assign(people.theOne(world.users, 'user', params.user), {
        ...(name !== undefined && { name }),
        ...(isDisabled !== undefined && { isDisabled }),
      }),
    'get /organization/sign-in': () => world.signIn,
    'put /organization/sign-in': ({ body }) => Object.assign(world.signIn, body),
    'get /sign-in-methods': () => ({ items: world.methods }),
    'get /sign-in-methods/{method}': ({ params }) => people.theOne(world.methods, 'sign-in-method', params.method),
    'patch /sign-in-methods/{method}': ({ params, body: { secret: _, ...body } }) =>
      Object.assign(people.theOne(world.methods, 'sign-in-method', params.method), body),
    'get /users/{user}/sessions': () => ({ items: [...people.sessions] }),
    'get /groups': ({ query }) =>
      page(
        people.groups.filter(({ name }) => has(query.q, name)),
        query,
      ),
    'get /groups/{group}': ({ params }) => people.theOne(people.groups, 'group', params.group),
    'get /secrets': ({ query }) =>
      page(
        world.secrets.filter(({ name }) => has(query.q, name)),
        query,
      ),
    'get /secrets/{secret}': ({ params }) => people.theOne(world.secrets, 'secret', params.secret),
    'get /secrets/{secret}/versions': ({ params }) => {
      const { version } = people.theOne(world.secrets, 'secret', params.secret);
      const older = Array.from({ length: version.number - 1 }, (_, at) => ({
        number: at + 1,
        isKept: at > 0,
        createdBy: 'admin',
        createdAt: samples.ago(90_000 - at * 40_000),
      }));
      return { items: [version, ...older.toReversed()] };
    },
    'patch /secrets/{secret}': ({ params, body }) =>
      Object.assign(people.theOne(world.secrets, 'secret', params.secret), body),
    'post /secrets': ({ body: { name, description = '', value } }) => {
      if (world.secrets.some((one) => one.name === name)) throw new Failure('name-taken', { name });
      const now = new Date().toISOString();
      const version = { number: 1, isKept: true, createdBy: 'admin', createdAt: now };
      const id = world.id('sec');
      const made = { id, name, description, kind: value.kind, version, usedBy: [], createdBy: 'admin', createdAt: now };
      world.secrets.push(made);
      return made;
    },
    'get /service-accounts': ({ query }) =>
      page(
        people.services.filter(({ name }) => has(query.q, name)),
        query,
      ),
    'get /service-accounts/{service}': ({ params }) =>
      people.theOne(people.services, 'service-account', params.service),
    'get /service-accounts/{service}/tokens': () => ({ items: [...people.tokens] }),
    'get /me/tokens': () => ({ items: [...people.tokens] }),
    'post /me/tokens': ({ body }) => ({
      ...body,
      id: 'tok-new',
      prefix: 'plt_5t8w2n6c',
      createdAt: new Date().toISOString(),
      token: 'plt_5t8w2n6cq1e4r7y0u3i9o2p5a8s1d4f7',
    }),
    'get /audit/verify': () => policies.broken,
    'get /policies/vocabulary': () => policies.vocabulary,
    'get /policies': ({ query }) =>
      page(
        policies.policies.filter(({ name }) => has(query.q, name)),
        query,
      ),
    'get /policies/{policy}': ({ params }) => policies.policyOf(params.policy),
    'post /policies/preview': () => policies.gains,
    'post /policies/check': () => policies.decision,
    'post /policies/who': () => ({
      items: [
        { principal: { id: 'u-admin', name: 'admin', kind: 'user' as const }, because: policies.decision.because },
      ],
    }),
    'get /webhooks': () => ({ items: samples.webhooks }),
    'get /webhooks/{webhook}': ({ params }) =>
      found(
        samples.webhooks.find(({ id }) => id === params.webhook),
        'webhook',
        params.webhook,
      ),
    'post /webhooks': () => ({ ...found(samples.webhooks[0], 'webhook', ''), secret: 'whsec_c2VjcmV0' }),
    'get /webhooks/{webhook}/deliveries': ({ query }) => ({
      items: samples.deliveries.filter(({ state }) => !query.state || state === query.state),
    }),
    'get /webhooks/{webhook}/deliveries/{delivery}': ({ params }) => ({
      ...found(
        samples.deliveries.find(({ id }) => id === params.delivery),
        'delivery',
        params.delivery,
      ),
      body: '{"type":"run.ended","timestamp":"2026-11-28T07:00:00.000Z","data":{"run":"run-1","state":"failed"}}',
      tries: [
        { number: 1, at: samples.ago(1), milliseconds: 212, status: 503, answer: 'out of order' },
        {
          number: 2,
          at: samples.ago(0),
          milliseconds: 10_000,
          failure: { code: 'timed-out', facts: { what: 'hooks.example.org', limit: '10 s' } },
        },
      ],
    }),
    'get /providers': () => ({ items: samples.providers }),
    'get /accounts': ({ query }) =>
      page(
        world.accounts.filter((one) => has(query.q, one.name, one.description)),
        query,
      ),
    'post /accounts': ({ body }) => {
      if (world.accounts.some((one) => one.name === body.name))
        throw new Failure('name-taken', { name: body.name }, { problems: [{ at: '/name', message: '已被使用' }] });
      const account = {
        id: world.id('acc'),
        name: body.name,
        description: body.description ?? '',
        provider: body.provider,
        simulated: body.provider === 'simulated',
        settings: { ...body.settings, password: undefined },
        hidden: ['password'].filter((name) => name in body.settings || name in (body.secrets ?? {})),
        secrets: world.namedSecrets(body.secrets),
        health: { is: 'unknown' as const, checks: [] },
        createdAt: new Date().toISOString(),
        resources: 0,
      };
      world.accounts.push(account);
      return account;
    },
    'post /accounts/check': async function* ({ signal }) {
      for (const data of samples.checksFailing) {
        await new Promise((resolve) => setTimeout(resolve, 220));
        if (signal.aborted) return;
        yield { data };
      }
    },
    'get /accounts/{account}': ({ params }) => accountOf(params.account),
    'patch /accounts/{account}': ({ params, body: { secrets, ...body } }) => {
      const account = accountOf(params.account);
      const kept = Object.entries(account.secrets).filter(([name]) => !Object.hasOwn(body.settings ?? {}, name));
      const named = { ...Object.fromEntries(kept), ...world.namedSecrets(secrets) };
      return Object.assign(account, body, { secrets: named });
    },
    'delete /accounts/{account}': ({ params }) => {
      const account = accountOf(params.account);
      if (world.deployments.some((one) => one.account.id === account.id && one.state !== 'deleted'))
        throw new Failure('conflict', { what: account.name, reason: '仍有应用实例使用' });
      world.accounts.splice(world.accounts.indexOf(account), 1);
      return {};
    },
    'post /accounts/{account}/check': ({ params }) => {
      const account = accountOf(params.account);
      account.health = { ...account.health, checkedAt: new Date().toISOString() };
      return account.health;
    },
    'post /accounts/{account}/sweep': () => ({ adopted: 0, removed: 0, reported: 0 }),
    'get /accounts/{account}/prices': ({ params }) => prices.of(accountOf(params.account)),
    'put /accounts/{account}/prices': ({ params, body }) =>
      prices.set(accountOf(params.account), PriceList.parse(body.prices), body.validFrom),
    'get /accounts/{account}/findings': () => ({ items: [] }),
    'get /findings/{finding}': ({ params }) => missing('finding', params.finding),
    'patch /findings/{finding}': ({ params }) => missing('finding', params.finding),
    'post /findings/{finding}/delete': ({ params }) => missing('finding', params.finding),
    'get /accounts/{account}/resources': ({ params, query }) => {
      const account = accountOf(params.account);
      if (account.health.is === 'failing' && query.kind === 'volume')
        throw new Failure('provider-unreachable', { provider: 'OpenStack', detail: 'http://10.30.0.10:8776' });
      return { items: samples.resources.filter((one) => one.kind === query.kind) };
    },
    'get /instances': ({ query }) =>
      page(
        world.instances.filter(
          (one) =>
            has(query.q, one.node, one.privateAddress, one.publicAddress, one.ref) &&
            (!query.state || one.state === query.state) &&
            (!query.account || one.account.id === query.account),
        ),
        query,
      ),
    'post /instances/{instance}/{verb}': ({ params }) => {
      const instance = found(
        world.instances.find((one) => one.id === params.instance),
        'instance',
        params.instance,
      );
      instance.state = params.verb === 'stop' ? 'stopped' : 'running';
      instance.verbs = params.verb === 'stop' ? ['start'] : ['stop', 'reboot'];
      return { run: world.runs[0]?.id ?? 'run-0' };
    },
    'get /templates': ({ query }) =>
      page(
        world.templates.filter(
          (one) =>
            has(query.q, one.name, one.title.en, one.title['zh-CN']) &&
            (!query.provider || one.providers.includes(query.provider)),
        ),
        query,
      ),
    'post /templates': () => templateOf('tpl-pos000000001'),
    'post /templates/validate': ({ body }) => {
      const broken = body.files?.some((file) => file.content.includes('broken')) ?? false;
      const [file] = body.files ?? [];
      return {
        valid: !broken,
        problems: broken
          ? [
              {
                file: file?.path ?? 'service.yaml',
                line: 12,
                column: 13,
                severity: 'error',
                rule: 'unknown-type',
                message: 'There is no node type pileus.nodes.WebServr. Did you mean pileus.nodes.WebServer?',
              },
              {
                file: file?.path ?? 'service.yaml',
                line: 31,
                column: 9,
                severity: 'error',
                rule: 'unknown-target',
                message: 'The requirement host names web_host_3, which is not a node of this template.',
              },
              {
                file: 'types/web.yaml',
                line: 4,
                column: 1,
                severity: 'warning',
                rule: 'unused-type',
                message: 'Nothing uses the type pileus.nodes.Cache.',
              },
            ]
          : [],
      };
    },
    'get /templates/{template}': ({ params, query }) => ({
      ...templateOf(params.template),
      ...(query.version && { version: query.version }),
    }),
    'get /templates/{template}/file': ({ params, query }) => {
      templateOf(params.template);
      return { path: query.path, content: samples.fileText(query.path) };
    },
    'delete /templates/{template}': ({ params }) => {
      world.templates.splice(world.templates.indexOf(templateOf(params.template)), 1);
      return {};
    },
    'post /plans': ({ body }) => {
      if (world.deployments.some((one) => one.name === body.name && one.state !== 'deleted'))
        throw new Failure('name-taken', { name: body.name });
      const template = templateOf(body.template);
      const account = accountOf(body.account);
      const variant = template.variants.find((one) => one.name === body.variant) ?? template.variants[0];
      const of = found(variant, 'template', body.template);
      const plan = world.plan(template, of, account, body.name, body.inputs ?? {});
      if (body.tags) plan.tags = body.tags;
      return prices.quoted(plan);
    },
    'get /plans': ({ query }) => page(world.plans.filter((one) => one.hash === query.hash).toReversed(), query),
    'get /plans/{plan}': ({ params }) =>
      withQuota(
        found(
          world.plans.find((one) => one.id === params.plan),
          'plan',
          params.plan,
        ),
      ),
    'get /deployments': ({ query }) =>
      page(
        world.deployments
          .filter(
            (one) =>
              has(query.q, one.name, one.id) &&
              (query.state ? one.state === query.state : true) &&
              (!query.account || one.account.id === query.account) &&
              (!query.template || one.template.id === query.template),
          )
          .map((one) => briefly(priced(one))),
        query,
      ),
    'post /deployments': ({ body }) => {
      const plan = found(
        world.plans.find((one) => one.id === body.plan),
        'plan',
        body.plan,
      );
      return plan.deployment === undefined ? world.apply(plan) : world.change(plan, body.note ?? '');
    },
    'get /deployments/{deployment}': ({ params }) => priced(deploymentOf(params.deployment)),
    'get /deployments/{deployment}/tags': ({ params }) => ({ tags: deploymentOf(params.deployment).tags }),
    'get /deployments/{deployment}/logs': ({ params, query }) => {
      const runs = new Set(world.runs.filter((run) => run.deployment === params.deployment).map((run) => run.id));
      return page(
        world.lines.filter((line) => runs.has(line.run) && (!query.node || line.node === query.node)),
        query,
      );
    },
    'post /deployments/{deployment}/plans': ({ params, body }) =>
      prices.quoted(world.planChange(deploymentOf(params.deployment), body), deploymentOf(params.deployment)),
    'get /deployments/{deployment}/workflows': () => ({ items: [] }),
    'get /deployments/{deployment}/operations': () => ({ items: [] }),
    'get /deployments/{deployment}/revisions': ({ params }) => ({
      items: world.revisions.get(deploymentOf(params.deployment).id) ?? [],
    }),
    'get /deployments/{deployment}/drift': ({ params }) => driftOf(params.deployment),
    'post /deployments/{deployment}/drift/accept': ({ params, body }) => {
      const left = driftOf(params.deployment).items.filter(({ resource }) => !body.resources.includes(resource));
      world.drift.set(params.deployment, left);
      return driftOf(params.deployment);
    },
    'delete /deployments/{deployment}': ({ params }) => ({ run: world.delete(deploymentOf(params.deployment)) }),
    'get /runs': ({ query }) =>
      page(
        world.runs
          .filter(
            (run) =>
              (!query.deployment || run.deployment === query.deployment) &&
              (!query.state || run.state === query.state) &&
              (!query.active || !run.endedAt),
          )
          .map(({ steps: _, ...run }) => run),
        query,
      ),
    'get /runs/{run}': ({ params }) => runOf(params.run),
    'post /runs/{run}/cancel': ({ params }) => {
      const run = runOf(params.run);
      world.cancel(run);
      return run;
    },
    'post /runs/{run}/pause': ({ params }) => runOf(params.run),
    'post /runs/{run}/resume': ({ params }) => {
      const run = runOf(params.run);
      world.resume(run);
      return run;
    },
    'get /events': ({ query, signal }) =>
      world.follow(query.topics.split(','), query.after === undefined ? undefined : Number(query.after), signal),
  };
}

function found<T>(thing: T | undefined, kind: string, id: string): T {
  return thing ?? missing(kind, id);
}

function missing(kind: string, id: string): never {
  throw new Failure('not-found', { kind, id });
}

function page<T>(
  items: readonly T[],
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): { items: T[]; nextCursor?: string } {
  const from = Number(cursor ?? 0);
  const next = from + limit;
  return { items: items.slice(from, next), ...(next < items.length && { nextCursor: String(next) }) };
}

async function answer(handlers: Handlers, request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
  const path = url.pathname.slice('/api/v1'.length);
  for (const endpoint of endpoints) {
    const match = new RegExp(`^${endpoint.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`).exec(path);
    if (!match || endpoint.method !== request.method?.toLowerCase()) continue;
    // A more general path, `/accounts/{account}`, must not take `/accounts/check`.
    if (
      endpoint.path.includes('{') &&
      endpoints.some((other) => other.path === path && other.method === endpoint.method)
    )
      continue;
    if (endpoint.permission !== 'public' && !request.headers.cookie?.includes('fake=1'))
      throw new Failure('not-signed-in');
    const declared = endpoint as {
      params?: z.ZodType;
      query?: z.ZodType;
      body?: z.ZodType;
      answer: z.ZodType;
      stream?: true;
    };
    const stop = new AbortController();
    response.on('close', () => stop.abort());
    const asked = {
      params: declared.params?.parse(match.groups),
      query: declared.query?.parse(Object.fromEntries(url.searchParams)),
      body: declared.body?.parse(JSON.parse((await bodyOf(request)) || '{}')),
      signal: stop.signal,
    };
    const handle = handlerOf(handlers, endpoint);
    const read = readOf(endpoint);
    const { 'if-match': bound } = request.headers;
    if (read && bound !== undefined) {
      const now = read.answer.parse(await handlerOf(handlers, read)(asked));
      const [[kind, id] = ['organization', '']] = Object.entries(match.groups ?? {});
      if (tagOfAnswer(read, now) !== bound) throw new Failure('stale', { what: `${kind} ${id}`.trim() });
    }
    if (declared.stream) return stream(response, handle(asked) as Streamed<Name>, declared.answer);
    const given = declared.answer.parse(await handle(asked));
    const cookie =
      path === '/sessions'
        ? { 'set-cookie': 'fake=1; Path=/; HttpOnly' }
        : path === '/sessions/current'
          ? { 'set-cookie': 'fake=; Path=/; Max-Age=0' }
          : {};
    const tag = tagOfAnswer(endpoint, given as object);
    response.writeHead(('status' in endpoint ? endpoint.status : undefined) ?? 200, {
      'content-type': 'application/json',
      ...(tag !== undefined && { etag: tag }),
      ...cookie,
    });
    response.end(JSON.stringify(given));
    return;
  }
  throw new Failure('not-found', { kind: 'path', id: path });
}

function handlerOf(handlers: Handlers, { method, path }: (typeof endpoints)[number]): (asked: unknown) => unknown {
  // The name was made from the endpoint itself.
  return handlers[`${method} ${path}` as Name] as (asked: unknown) => unknown;
}

async function stream(response: ServerResponse, events: Streamed<Name>, shape: z.ZodType): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(': open\n\n');
  for await (const { id, data } of events)
    response.write(`${id ? `id: ${id}\n` : ''}data: ${JSON.stringify(shape.parse(data))}\n\n`);
  response.end();
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.end();
  if (!(error instanceof Failure)) console.error(error);
  const failure = error instanceof Failure ? error : new Failure('internal');
  const status =
    failure.code === 'not-signed-in' || failure.code === 'sign-in-refused'
      ? 401
      : failure.code === 'not-found'
        ? 404
        : failure.code === 'internal'
          ? 500
          : failure.code === 'stale'
            ? 412
            : 409;
  response.writeHead(status, { 'content-type': 'application/problem+json' });
  response.end(JSON.stringify({ title: failure.message, status, ...failure.toJSON(), requestId: 'req-7k3m9q2x4c5n' }));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

async function sendFile(files: string | undefined, path: string, response: ServerResponse): Promise<void> {
  if (!files) throw new Failure('not-found', { kind: 'file', id: path });
  const name = extname(path) === '' ? '/index.html' : path;
  const content = await readFile(join(files, name)).catch(() => undefined);
  if (!content) throw new Failure('not-found', { kind: 'file', id: path });
  response.writeHead(200, {
    'content-type': types[extname(name)] ?? 'application/octet-stream',
    'content-encoding': 'gzip',
    'cache-control': name.startsWith('/assets') ? 'max-age=31536000, immutable' : 'no-cache',
  });
  response.end(gzipSync(content));
}
