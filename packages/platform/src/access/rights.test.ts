import { createClient, type Endpoint, endpoints, type Permission } from '@pileus/api';
import { createHttp } from '@pileus/http';
import { Failure, newId } from '@pileus/model';
import { simulated } from '@pileus/provider';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { aPlatform, settled } from '../testing/a-platform.ts';
import { onSimulatedClouds, twoServers } from '../testing/on-simulated-clouds.ts';
import { builtIn, type BuiltInName } from './built-in.ts';

const { platform, client, bugs, url, database } = await aPlatform([simulated]);
afterEach(() => expect(bugs.splice(0)).toEqual([]));
const { anAccount, aDeployment } = onSimulatedClouds(client);
const { access } = platform;

/** One of everything that a path can name, in the first organization. */
const there: Record<string, string> = {};
/** Who asks, by what it may do; `nothing` may do nothing, `stranger` everything, in another organization. */
const tokens: Record<string, string> = {};

async function signedIn(name: string, organization: string | undefined): Promise<string> {
  const body = { name, password: 'correct horse battery', kind: 'cli' as const, ...(organization && { organization }) };
  const { token = '' } = await createClient({ server: url }).call('post /sessions', { body });
  return token;
}

beforeAll(async () => {
  const account = await anAccount();
  const deployment = await settled(client, await aDeployment(account));
  const { items } = await client.call('get /instances', { query: { deployment: deployment.id } });
  const plan = await client.call('post /deployments/{deployment}/plans', {
    params: { deployment: deployment.id },
    body: { action: 'stop' },
  });
  const project = await client.call('post /projects', { body: { name: 'shop' } });
  const group = await client.call('post /groups', { body: { name: 'shop keepers' } });
  const service = await client.call('post /service-accounts', { body: { name: 'robot' } });
  const user = await client.call('post /users', { body: { name: 'Wang', password: 'correct horse battery' } });
  const policy = await client.call('post /policies', {
    body: {
      name: 'Nothing',
      document: { Version: '2026-11-01', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] },
    },
  });
  const key = await client.call('post /service-accounts/{service}/tokens', {
    params: { service: service.id },
    body: { name: 'key' },
  });
  const method = await client.call('post /sign-in-methods', {
    body: { kind: 'oidc', title: 'Staff', settings: { issuer: 'https://id.example.org', clientId: 'pileus' } },
  });
  const secret = await client.call('post /secrets', {
    body: { name: 'shop', value: { kind: 'text', text: 'correct horse' } },
  });
  const webhook = await client.call('post /webhooks', {
    body: { name: 'hook', url: 'https://127.0.0.1:1/', kinds: ['run.ended'] },
  });
  const delivery = await client.call('post /webhooks/{webhook}/test', { params: { webhook: webhook.id } });
  const finding = newId('finding');
  await database
    .insertInto('finding')
    .values({
      id: finding,
      account,
      kind: 'volume',
      ref: 'v',
      name: 'v',
      token: 't',
      is_a: 'unknown',
      deployment: null,
    })
    .execute();
  const { organization } = await client.call('get /me', {});
  Object.assign(there, {
    organization: organization.id,
    account,
    finding,
    template: deployment.template.id,
    deployment: deployment.id,
    run: deployment.run?.id,
    plan: plan.id,
    instance: items[0]?.id,
    verb: 'reboot',
    project: project.id,
    group: group.id,
    service: service.id,
    user: user.id,
    policy: policy.id,
    principal: user.id,
    token: key.id,
    session: newId('session'),
    method: method.id,
    secret: secret.id,
    webhook: webhook.id,
    delivery: delivery.id,
  });
  const other = await client.call('post /organizations', { body: { name: 'other', administrator: 'boss' } });
  const link = new URL(other.link, url).hash.slice('#link='.length);
  const session = await createClient({ server: url }).call('post /sessions', { body: { link, kind: 'cli' } });
  tokens['stranger'] = session.token ?? '';
  for (const name of Object.keys(builtIn) as BuiltInName[]) {
    await access.addUser({ name, password: 'correct horse battery', policies: [name] });
    tokens[name] = await signedIn(name, undefined);
  }
  await access.addUser({ name: 'nothing', password: 'correct horse battery' });
  tokens['nothing'] = await signedIn('nothing', undefined);
}, 120_000);

const named = (path: string): string => path.replace(/\{(\w+)\}/g, (_, name: string) => there[name] ?? 'missing');

/** The API with everything but its rights taken away: whoever gets through meets `reached`. */
function guarded(declared: readonly Endpoint[]) {
  return createHttp({
    endpoints: declared,
    handlers: declared.map(({ method, path }) => ({
      name: `${method} ${path}`,
      run: async () => {
        throw new Failure('conflict', { what: 'reached', reason: 'reached' });
      },
    })),
    access,
    audit: { write: async () => {} },
    idempotency: access.idempotency,
    transactions: platform.transactions,
    version: '0.0.0',
    log: () => {},
  }).app;
}

type Outcome = 'anonymous' | 'not there' | 'refused' | 'let through' | `something else: ${string}`;

/** What becomes of a call; one with a body sends what no call takes, so that it is told apart from one that is refused. */
async function outcome(declared: Endpoint, token: string | undefined): Promise<Outcome> {
  const answer = await guarded([declared]).request(`/api/v1${named(declared.path)}`, {
    method: declared.method.toUpperCase(),
    headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), 'content-type': 'application/json' },
    ...(declared.body && { body: '{ not json' }),
  });
  const { code } = (await answer.json()) as { code: string };
  if (code === 'not-signed-in') return 'anonymous';
  if (code === 'not-found') return 'not there';
  if (code === 'not-allowed') return 'refused';
  return code === 'conflict' || code === 'invalid' ? 'let through' : `something else: ${code}`;
}

/** Worked out from the words of the policies alone. */
function isAllowed(policy: BuiltInName, permission: Permission): boolean {
  return builtIn[policy].document.Statement.some(({ Action }) =>
    [Action]
      .flat()
      .some((pattern) => new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(permission)),
  );
}

function expectations(declared: Endpoint): [who: string | undefined, Outcome][] {
  const wanted: readonly Permission[] = [declared.permission].flat();
  const isOpen = wanted.includes('self');
  const names = [...declared.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const isNamed = !isOpen && declared.on === undefined && names.some((name) => access.parameters.has(name));
  return [
    [undefined, 'anonymous'],
    ['nothing', isOpen ? 'let through' : 'refused'],
    ['stranger', isNamed ? 'not there' : 'let through'],
    ...(Object.keys(builtIn) as BuiltInName[]).map((policy): [string, Outcome] => {
      const mayOne = isOpen || wanted.some((permission) => isAllowed(policy, permission));
      return [policy, mayOne ? 'let through' : 'refused'];
    }),
  ];
}

/** Where a call does otherwise than it is declared to. */
async function leaks(declared: Endpoint, made: Endpoint = declared): Promise<string[]> {
  const found: string[] = [];
  for (const [who, expected] of expectations(declared)) {
    const is = await outcome(made, who === undefined ? undefined : tokens[who]);
    if (is !== expected)
      found.push(`${declared.method} ${declared.path} as ${who ?? 'nobody'}: ${is}, not ${expected}`);
  }
  return found;
}

const closed = endpoints.filter(({ permission }) => permission !== 'public') as readonly Endpoint[];

describe('every call', () => {
  test.each(closed.map((one) => [`${one.method} ${one.path}`, one] as const))(
    '%s: nobody, another organization and every policy get what is declared',
    async (_, declared) => expect(await leaks(declared)).toEqual([]),
  );

  test('whose check is taken away is found out', async () => {
    const checked = closed.filter(({ permission }) => permission !== 'self');
    const unnoticed: string[] = [];
    for (const declared of checked) {
      for (const without of [{ permission: 'self' }, { permission: 'public' }] as const)
        if ((await leaks(declared, { ...declared, ...without })).length === 0)
          unnoticed.push(`${declared.method} ${declared.path} as ${without.permission}`);
    }
    expect(unnoticed).toEqual([]);
  });

  test('that asks by itself refuses another organization what is there, and a reader what changes', async () => {
    const ask = async (who: string, method: string, path: string, body: unknown) => {
      const answer = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${tokens[who] ?? ''}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return ((await answer.json()) as { code?: string }).code ?? answer.status;
    };
    const { template, account, plan, instance, deployment } = there;
    const asked: [method: string, path: string, body: unknown][] = [
      ['post', '/plans', { template, account, name: 'x', inputs: {} }],
      ['post', '/deployments', { plan, hash: 'x' }],
      ['post', '/accounts/check', { provider: 'simulated', settings: {}, account }],
      ['post', `/instances/${instance}/reboot`, {}],
      ['post', '/templates', { files: [{ path: 'template.yaml', content: twoServers }] }],
    ];
    expect(asked.map(([method, path]) => `${method} ${path.replace(instance ?? '', '{instance}')}`).length).toBe(
      closed.filter(({ on }) => on === 'asked').length,
    );
    for (const [method, path, body] of asked) {
      const toStranger = await ask('stranger', method, path, body);
      // A template of the same name is another one in another organization.
      expect([path, toStranger]).toEqual([path, path === '/templates' ? 201 : 'not-found']);
      expect([path, await ask('ReadOnlyAccess', method, path, body)]).toEqual([path, 'not-allowed']);
    }
    const stream = await fetch(`${url}/api/v1/events?topics=deployment:${deployment}`, {
      headers: { authorization: `Bearer ${tokens['stranger']}` },
    });
    expect(stream.status).toBe(404);
  });

  test('that lists shows another organization nothing of this one', async () => {
    const ids = Object.values(there);
    const lists = closed.filter(({ method, on }) => method === 'get' && on === 'each');
    for (const { path } of lists) {
      const query = path === '/plans' ? '?hash=x' : '';
      const answer = await fetch(`${url}/api/v1${path}${query}`, {
        headers: { authorization: `Bearer ${tokens['stranger']}` },
      });
      const text = await answer.text();
      expect([path, answer.status, ids.filter((id) => text.includes(`"${id}"`))]).toEqual([path, 200, []]);
    }
  });
});

describe('a policy', () => {
  test('can allow one single deployment, and lists show that one alone', async () => {
    const account = there['account'] ?? '';
    const second = await settled(client, await aDeployment(account));
    const policy = await client.call('post /policies', {
      body: {
        name: 'One deployment',
        document: {
          Version: '2026-11-01',
          Statement: [{ Effect: 'Allow', Action: 'deployment.*', Resource: `deployment/${second.id}` }],
        },
      },
    });
    const user = await client.call('post /users', { body: { name: 'Zhao', password: 'correct horse battery' } });
    await client.call('put /policies/{policy}/attachments/{principal}', {
      params: { policy: policy.id, principal: user.id },
    });
    const zhao = createClient({ server: url, token: await signedIn('Zhao', undefined) });
    const { items } = await zhao.call('get /deployments', {});
    expect(items.map(({ id }) => id)).toEqual([second.id]);
    const { items: runs } = await zhao.call('get /runs', {});
    expect(new Set(runs.map(({ deployment }) => deployment))).toEqual(new Set([second.id]));
    await zhao.call('get /deployments/{deployment}', { params: { deployment: second.id } });
    await expect(
      zhao.call('get /deployments/{deployment}', { params: { deployment: there['deployment'] ?? '' } }),
    ).rejects.toMatchObject({ failure: { code: 'not-allowed' } });

    const why = (resource: string) =>
      client.call('post /policies/check', {
        body: { principal: 'Zhao', action: 'deployment.delete', resource },
      });
    expect(await why(`deployment/${second.id}`)).toMatchObject({
      allowed: true,
      because: [{ effect: 'Allow', policy: { name: 'One deployment' }, statement: 0 }],
    });
    expect(await why(`deployment/${there['deployment']}`)).toMatchObject({ allowed: false, because: [] });
    const { items: who } = await client.call('post /policies/who', {
      body: { action: 'deployment.delete', resource: `deployment/${second.id}` },
    });
    expect(who.map(({ principal }) => principal.name).toSorted()).toEqual(
      ['admin', 'AdministratorAccess', 'DeploymentFullAccess', 'Zhao'].toSorted(),
    );

    const preview = (resource: string) =>
      client.call('post /policies/preview', {
        body: {
          change: 'document',
          policy: policy.id,
          document: {
            Version: '2026-11-01',
            Statement: [{ Effect: 'Allow', Action: 'deployment.*', Resource: resource.split(' ') }],
          },
        },
      });
    const [both, other] = [
      `deployment/${second.id} deployment/${there['deployment']}`,
      `deployment/${there['deployment']}`,
    ];
    expect((await preview(both)).items).toMatchObject([
      { gains: expect.arrayContaining(['deployment.read']), loses: [] },
    ]);
    const exchanged = {
      gains: expect.arrayContaining(['deployment.read']),
      loses: expect.arrayContaining(['deployment.read']),
    };
    expect((await preview(other)).items).toMatchObject([exchanged]);

    // What is taken away is gone with the next request.
    await client.call('delete /policies/{policy}/attachments/{principal}', {
      params: { policy: policy.id, principal: user.id },
    });
    await expect(zhao.call('get /deployments', {})).rejects.toMatchObject({ failure: { code: 'not-allowed' } });
  });

  test('that is wrong is refused with all its problems, each at its place', async () => {
    const document = {
      Version: '2026-11-01',
      Statement: [{ Effect: 'Allow', Action: 'deployment.raed', Resource: 'deploymint/*' }],
    };
    const refused = client.call('post /policies', { body: { name: 'Wrong', document } });
    await expect(refused).rejects.toMatchObject({
      failure: {
        code: 'policy-invalid',
        problems: expect.arrayContaining([
          expect.objectContaining({ at: '/document/Statement/0/Resource', rule: 'unknown-kind' }),
          expect.objectContaining({ at: '/document/Statement/0/Action', rule: 'unknown-action' }),
        ]),
      },
    });
  });

  test('is shown with who gains and who loses before it is attached, and the last administrator stays one', async () => {
    const group = there['group'] ?? '';
    const preview = (body: Parameters<typeof client.call<'post /policies/preview'>>[1]['body']) =>
      client.call('post /policies/preview', { body });
    await client.call('patch /groups/{group}', { params: { group }, body: { members: [there['user'] ?? ''] } });
    const { items } = await preview({ change: 'attach', policy: 'DeploymentReadOnlyAccess', principal: group });
    expect(items).toMatchObject([{ principal: { name: 'Wang' }, loses: [] }]);
    expect(items[0]?.gains).toContain('deployment.read');
    await client.call('put /policies/{policy}/attachments/{principal}', {
      params: { policy: 'DeploymentReadOnlyAccess', principal: group },
    });
    const lost = await preview({ change: 'members', group, members: [] });
    expect(lost.items).toMatchObject([{ principal: { name: 'Wang' }, gains: [] }]);
    expect(lost.items[0]?.loses).toContain('deployment.read');

    const stranger = createClient({ server: url, token: tokens['stranger'] ?? '' });
    const { id: boss } = await stranger.call('get /me', {});
    const detach = stranger.call('delete /policies/{policy}/attachments/{principal}', {
      params: { policy: 'AdministratorAccess', principal: boss },
    });
    await expect(detach).rejects.toMatchObject({ failure: { code: 'conflict' } });
    expect((await stranger.call('get /users', {})).items.map(({ name }) => name)).toEqual(['boss']);
  });
});

test('what somebody would have attached after several changes is previewed as one', async () => {
  const user = await client.call('post /users', { body: { name: 'Qian', password: 'correct horse battery' } });
  const attach = (policy: string) =>
    client.call('put /policies/{policy}/attachments/{principal}', { params: { policy, principal: user.id } });
  const preview = async (policies: string[]) =>
    (await client.call('post /policies/preview', { body: { change: 'policies', principal: user.id, policies } })).items;
  await attach('ReadOnlyAccess');
  expect(await preview(['ReadOnlyAccess'])).toEqual([]);
  // In exchange for one that allows all of it and more, nothing is lost.
  const [more] = await preview(['AdministratorAccess']);
  expect(more).toMatchObject({ principal: { name: 'Qian', kind: 'user' }, loses: [] });
  expect(more?.gains).toContain('user.create');
  expect(more?.gains).not.toContain('deployment.read');
  const [less] = await preview([]);
  expect(less).toMatchObject({ gains: [], loses: expect.arrayContaining(['deployment.read']) });
  // What comes through a group stays.
  const group = await client.call('post /groups', { body: { name: 'readers' } });
  await client.call('patch /groups/{group}', { params: { group: group.id }, body: { members: [user.id] } });
  await client.call('put /policies/{policy}/attachments/{principal}', {
    params: { policy: 'ReadOnlyAccess', principal: group.id },
  });
  expect(await preview([])).toEqual([]);
  await expect(preview(['pol-nowhere'])).rejects.toMatchObject({ failure: { code: 'not-found' } });
});

test('users are listed by whether they are disabled', async () => {
  const user = await client.call('post /users', { body: { name: 'Gone away', password: 'correct horse battery' } });
  await client.call('patch /users/{user}', { params: { user: user.id }, body: { isDisabled: true } });
  const names = async (state: 'active' | 'disabled') =>
    (await client.call('get /users', { query: { state } })).items.map(({ name }) => name);
  expect(await names('disabled')).toEqual(['Gone away']);
  expect(await names('active')).toContain('admin');
  expect(await names('active')).not.toContain('Gone away');
});

test('an organization is renamed by its own administrators and by those who run the platform, and by nobody else', async () => {
  const stranger = createClient({ server: url, token: tokens['stranger'] ?? '' });
  const { organization } = await stranger.call('get /me', {});
  const rename = (who: typeof client, id: string, name: string) =>
    who.call('patch /organizations/{organization}', { params: { organization: id }, body: { name } });
  expect(await rename(client, organization.id, 'Another')).toMatchObject({ name: 'Another', isHome: false });
  expect(await rename(stranger, organization.id, 'other')).toMatchObject({ name: 'other' });
  const home = there['organization'] ?? '';
  await expect(rename(stranger, home, 'mine')).rejects.toMatchObject({ failure: { code: 'not-found' } });
  await expect(rename(client, home, 'OTHER')).rejects.toMatchObject({ failure: { code: 'name-taken' } });
});

test('every group stands on one page of the list, however quickly they were made', async () => {
  const made = [];
  for (let n = 0; n < 7; n++) made.push((await client.call('post /groups', { body: { name: `paged ${n}` } })).id);
  const seen: string[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const page: { items: { id: string }[]; nextCursor?: string | undefined } = await client.call('get /groups', {
      query: { q: 'paged', limit: 2, cursor },
    });
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  expect(seen.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(made.toSorted((a, b) => (a < b ? -1 : 1)));
});

test('who signs in, and who tries to, stands in the operation log of the organization it is about', async () => {
  const stranger = createClient({ server: url, token: tokens['stranger'] ?? '' });
  const wrong = { name: 'boss', organization: 'other', password: 'not the one', kind: 'cli' as const };
  await expect(createClient({ server: url }).call('post /sessions', { body: wrong })).rejects.toMatchObject({
    failure: { code: 'sign-in-refused' },
  });
  const logins = async (who: typeof client) =>
    (await who.call('get /audit', { query: { action: 'Login', user: 'boss' } })).items.map(({ result }) => result);
  expect(await logins(stranger)).toEqual(['refused', 'ok']);
  expect(await logins(client)).toEqual([]);
});

test('an access token may do what its scopes and its owner may, until it is revoked', async () => {
  const made = await client.call('post /me/tokens', { body: { name: 'laptop', scopes: ['deployment.read'] } });
  const by = createClient({ server: url, token: made.token });
  expect((await by.call('get /deployments', {})).items.length).toBeGreaterThan(0);
  await expect(by.call('get /users', {})).rejects.toMatchObject({ failure: { code: 'not-allowed' } });
  await expect(by.call('post /me/tokens', { body: { name: 'more' } })).rejects.toMatchObject({
    failure: { code: 'not-allowed' },
  });
  const [listed] = (await client.call('get /me/tokens', {})).items;
  expect(listed).toMatchObject({ id: made.id, usedIp: '127.0.0.1' });
  expect(JSON.stringify(listed)).not.toContain(made.token);
  await client.call('delete /me/tokens/{token}', { params: { token: made.id } });
  await expect(by.call('get /deployments', {})).rejects.toMatchObject({ failure: { code: 'not-signed-in' } });
});
