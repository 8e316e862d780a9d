import { createClient, tagOf, type Client } from '@pileus/api/client';
import type { BenchServer } from './server.ts';

/** One kind of call, as an HTTP request; `share` of a hundred calls are of it. */
export interface Kind {
  readonly name: string;
  readonly share: number;
  request(nth: number): Request;
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly token: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a working day of people and programs asks for; `listeners` hold a stream open meanwhile. */
export interface Mix {
  readonly kinds: readonly Kind[];
  readonly listeners: readonly Request[];
}

const many = 200;
const callers = 20;

/** Fills a new server with some hundred things, and with callers whose rights come from policies of their own. */
export async function prepare({ url, link }: BenchServer): Promise<Mix> {
  const once = new URLSearchParams(new URL(link).hash.slice(1)).get('link') ?? '';
  const session = await createClient({ server: url }).call('post /sessions', { body: { link: once, kind: 'cli' } });
  const client = createClient({ server: url, token: session.token });
  const groups = await inTurn(many, (n) => client.call('post /groups', { body: { name: `group ${n}` } }));
  const projects = await inTurn(20, (n) => client.call('post /projects', { body: { name: `project ${n}` } }));
  const account = await client.call('post /accounts', { body: { provider: 'simulated', name: 'cloud', settings: {} } });
  const tokens = await inTurn(callers, (n) => aCaller(client, n));
  const tag = tagOf(await client.call('get /accounts/{account}', { params: { account: account.id } })) ?? '';
  const of = <T>(all: readonly T[], nth: number): T => {
    const one = all[nth % all.length];
    if (one === undefined) throw new Error('there is none');
    return one;
  };
  const get = (path: string, nth: number, headers = {}): Request => ({
    method: 'GET',
    path,
    token: of(tokens, nth),
    headers,
  });
  const send = (method: string, path: string, nth: number, body: unknown): Request => ({
    method,
    path,
    token: of(tokens, nth),
    body: JSON.stringify(body),
  });
  return {
    kinds: [
      { name: 'list groups', share: 20, request: (n) => get('/groups?limit=50', n) },
      { name: 'list deployments', share: 10, request: (n) => get('/deployments', n) },
      { name: 'read a group', share: 20, request: (n) => get(`/groups/${of(groups, n).id}`, n) },
      {
        name: 'read an account, unchanged',
        share: 10,
        request: (n) => get(`/accounts/${account.id}`, n, { 'if-none-match': tag }),
      },
      { name: 'who am I', share: 15, request: (n) => get('/me', n) },
      {
        name: 'who may do this',
        share: 10,
        request: (n) =>
          send('POST', '/policies/check', n, {
            principal: 'admin',
            action: 'group.update',
            resource: `group/${of(groups, n).id}`,
          }),
      },
      {
        name: 'change a project',
        share: 10,
        request: (n) => send('PATCH', `/projects/${of(projects, n).id}`, n, { description: `${n}` }),
      },
      { name: 'operation log', share: 5, request: (n) => get('/audit?limit=20', n) },
    ],
    listeners: tokens.map((token) => ({ method: 'GET', path: '/events?topics=runs,deployments', token })),
  };
}

/** A service account that may do all of this by its group, and its key. */
async function aCaller(client: Client, nth: number): Promise<string> {
  const { id: service } = await client.call('post /service-accounts', { body: { name: `caller ${nth}` } });
  const { id: group } = await client.call('post /groups', { body: { name: `callers ${nth}` } });
  await client.call('patch /groups/{group}', { params: { group }, body: { members: [service] } });
  const { id: policy } = await client.call('post /policies', {
    body: {
      name: `Calls ${nth}`,
      document: {
        Version: '2026-11-01',
        Statement: [
          { Effect: 'Allow', Action: ['*.read', 'project.update'], Resource: '*' },
          { Effect: 'Deny', Action: 'user.delete', Resource: '*' },
        ],
      },
    },
  });
  await client.call('put /policies/{policy}/attachments/{principal}', { params: { policy, principal: group } });
  const made = await client.call('post /service-accounts/{service}/tokens', {
    params: { service },
    body: { name: 'bench' },
  });
  return made.token;
}

async function inTurn<T>(count: number, make: (nth: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let nth = 0; nth < count; nth++) made.push(await make(nth));
  return made;
}
