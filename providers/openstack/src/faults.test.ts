import { Failure, plainCall, systemClock, type ManagedKind } from '@pileus/model';
import type { Connection } from '@pileus/provider';
import { surroundings, virtualClock } from '@pileus/provider/testing';
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { Account } from './account.ts';
import { openstack } from './index.ts';
import { startFakeCloud, type FakeOptions, type Handler } from './testing/fake-cloud.ts';

const { signal } = new AbortController();
const things: AsyncDisposable[] = [];
afterEach(async () => {
  for (const thing of things.splice(0).toReversed()) await thing[Symbol.asyncDispose]();
});

async function aCloud(options: FakeOptions, clientOptions: object = {}, clock = systemClock) {
  const cloud = await startFakeCloud(options);
  const settings = {
    url: `${cloud.origin}/identity`,
    user: 'ada',
    password: 'swordfish',
    project: 'dev',
    clientOptions,
  };
  const connection: Connection = openstack.connect(Account.parse(settings), surroundings({ clock }));
  things.push(cloud, { [Symbol.asyncDispose]: async () => connection.close?.() });
  return { cloud, connection };
}

const aNetwork = { id: 'n1', name: 'n', status: 'ACTIVE' };

test('a throttled call is made again when the cloud wants, and nobody calls it before', async () => {
  const clock = virtualClock({ auto: true });
  const start = clock.now();
  const at: number[] = [];
  const neutron: Handler = ({ path }) => {
    if (!path.endsWith('/networks')) return undefined;
    at.push(Math.round((clock.now() - start) / 1000));
    return at.length === 1
      ? { status: 429, headers: { 'retry-after': '30' }, json: {} }
      : { status: 201, json: { network: aNetwork } };
  };
  const { connection } = await aCloud({ handlers: [neutron] }, {}, clock);
  expect(await connection.drivers.network!.create({ name: 'n' }, plainCall('t'))).toBe('n1');
  expect(await connection.drivers.network!.create({ name: 'n' }, plainCall('u'))).toBe('n1');
  expect(at).toEqual([0, 30, 30]);
});

test('a budget that the account names is never exceeded', async () => {
  const clock = virtualClock({ auto: true });
  const perSecond = 5;
  // Two seconds' worth, as calls arrive a little sooner or later than they were sent.
  const size = 2 * perSecond;
  let level = size;
  let at = clock.now();
  let over = 0;
  const neutron: Handler = ({ path }) => {
    if (!path.includes('/networks')) return undefined;
    level = Math.min(size, level + ((clock.now() - at) / 1000) * perSecond);
    at = clock.now();
    // Sums of parts are not quite whole.
    if (level >= 1 - 1e-9) level -= 1;
    else over += 1;
    return { json: { network: aNetwork } };
  };
  const { cloud, connection } = await aCloud({ handlers: [neutron] }, { calls_per_second: perSecond }, clock);
  const start = clock.now();
  await Promise.all(Array.from({ length: 100 }, () => connection.drivers.network!.read('n1', signal)));
  expect({ over, asked: cloud.got.filter(({ path }) => path.includes('/networks')).length }).toEqual({
    over: 0,
    asked: 100,
  });
  expect(100 / ((clock.now() - start) / 1000)).toBeGreaterThan(0.9 * perSecond);
});

test('no more requests than fit are under way at once, and what is still waiting when it is aborted is never sent', async () => {
  const slow: Handler = ({ path }) => (path.includes('/networks') ? 'hang' : undefined);
  const { cloud, connection } = await aCloud({ handlers: [slow] }, { calls_at_once: 3 });
  const abort = new AbortController();
  const reads = Array.from({ length: 20 }, () => connection.drivers.network!.read('n1', abort.signal));
  const outcomes = Promise.allSettled(reads);
  const asked = () => cloud.got.filter(({ path }) => path.includes('/networks')).length;
  await vi.waitFor(() => expect(asked()).toBe(3));
  const reason = new Failure('cancelled');
  abort.abort(reason);
  expect(await outcomes).toEqual(reads.map(() => ({ status: 'rejected', reason })));
  expect(asked()).toBe(3);
});

test('whatever is under way when all tokens are withdrawn, one sign-in serves it, and nothing fails or is done twice', async () => {
  const made: string[] = [];
  const neutron: Handler = ({ method, path, headers, body }) => {
    if (headers['x-auth-token'] === 'token-1' && made.length > 3) return { status: 401, json: {} };
    if (method === 'GET' && path.endsWith('/networks/n1')) return { json: { network: aNetwork } };
    if (method !== 'POST' || !path.endsWith('/networks')) return undefined;
    const { description } = (body as { network: { description: string } }).network;
    made.push(description);
    return { status: 201, json: { network: { id: `n-${made.length}` } } };
  };
  const { cloud, connection } = await aCloud({ handlers: [neutron] });
  const { network } = connection.drivers;
  const creations = Array.from({ length: 20 }, (_, n) => network!.create({ name: 'n' }, plainCall(`t${n}`)));
  const reads = Array.from({ length: 20 }, () => network!.read('n1', signal));
  await Promise.all([...creations, ...reads]);
  expect(cloud.tokens).toBe(2);
  expect(made.toSorted()).toEqual(creations.map((_, n) => `[pileus:t${n}]`).toSorted());
});

test('credentials that are refused in mid-run are said to be so, by one attempt for all callers', async () => {
  let isChanged = false;
  let attempts = 0;
  const keystone: Handler = ({ method, path }) => {
    if (!isChanged || method !== 'POST' || path !== '/identity/v3/auth/tokens') return undefined;
    attempts += 1;
    return {
      status: 401,
      json: { error: { code: 401, message: 'The request you have made requires authentication.' } },
    };
  };
  const neutron: Handler = ({ path, headers }) =>
    path.endsWith('/networks/n1') && headers['x-auth-token'] === 'token-1' && !isChanged
      ? { json: { network: aNetwork } }
      : undefined;
  const { cloud, connection } = await aCloud({ handlers: [keystone, neutron] });
  const read = () => connection.drivers.network!.read('n1', signal);
  await read();
  isChanged = true;
  cloud.revoke();
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, read));
  for (const { status, ...rest } of outcomes) {
    expect(status).toBe('rejected');
    expect(rest).toMatchObject({ reason: { code: 'credentials-refused', retry: false } });
  }
  // With the project, and once more without it, to tell which of both is wrong.
  expect(attempts).toBe(2);
});

/** An answer of each service as it should be, and who reads it. */
const answers: readonly { kind: ManagedKind; path: string; many: string; one: string; item: object }[] = [
  {
    kind: 'server',
    path: '/compute/v2.1/servers',
    many: 'servers',
    one: 'server',
    item: {
      id: 'x',
      name: 'web',
      status: 'ACTIVE',
      created: '2026-01-01T00:00:00Z',
      metadata: { pileus_token: 't' },
      flavor: { original_name: 'm1' },
      image: { id: 'i' },
      addresses: { private: [{ addr: '10.0.0.1', 'OS-EXT-IPS:type': 'fixed' }] },
      'OS-EXT-STS:task_state': null,
      'os-extended-volumes:volumes_attached': [{ id: 'v' }],
      fault: { code: 500, message: 'no' },
      key_name: 'k',
    },
  },
  {
    kind: 'volume',
    path: '/volume/v3/p1/volumes',
    many: 'volumes',
    one: 'volume',
    item: {
      id: 'x',
      name: 'v',
      status: 'in-use',
      size: 1,
      volume_type: 'slow',
      metadata: {},
      attachments: [{ server_id: 's', device: '/dev/vdb' }],
    },
  },
  {
    kind: 'network',
    path: '/network/v2.0/networks',
    many: 'networks',
    one: 'network',
    item: { ...aNetwork, id: 'x', subnets: ['s'] },
  },
  {
    kind: 'subnet',
    path: '/network/v2.0/subnets',
    many: 'subnets',
    one: 'subnet',
    item: {
      id: 'x',
      name: 's',
      network_id: 'n',
      cidr: '10.0.0.0/24',
      gateway_ip: '10.0.0.1',
      dns_nameservers: ['9.9.9.9'],
    },
  },
  {
    kind: 'security-group',
    path: '/network/v2.0/security-groups',
    many: 'security_groups',
    one: 'security_group',
    item: {
      id: 'x',
      name: 'g',
      security_group_rules: [{ id: 'r', direction: 'ingress', protocol: 'tcp', port_range_min: 1 }],
    },
  },
  {
    kind: 'port',
    path: '/network/v2.0/ports',
    many: 'ports',
    one: 'port',
    item: {
      id: 'x',
      name: 'p',
      status: 'ACTIVE',
      network_id: 'n',
      fixed_ips: [{ subnet_id: 's', ip_address: '10.0.0.2' }],
    },
  },
  {
    kind: 'address',
    path: '/network/v2.0/floatingips',
    many: 'floatingips',
    one: 'floatingip',
    item: { id: 'x', status: 'DOWN', floating_ip_address: '1.2.3.4', floating_network_id: 'n', port_id: null },
  },
];

test('whatever is wrong in an answer, it is read as far as it makes sense or refused with a clear failure', async () => {
  let spoilt: unknown;
  const handlers: Handler[] = answers.map(({ path, many, one, item }) => ({ method, path: asked }) => {
    if (!asked.startsWith(path)) return undefined;
    const whole = asked.endsWith('/x') ? { [one]: item } : { [many]: [item] };
    return { status: method === 'POST' ? 201 : 200, json: spoil(whole, spoilt) };
  });
  const { connection } = await aCloud({ handlers });
  const odd = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(-1, 1e300, '', '\u0000', [], [null], { id: {} }));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...answers), fc.nat(40), odd, async ({ kind }, place, value) => {
      spoilt = { place, value };
      const driver = connection.drivers[kind]!;
      for (const ask of [() => driver.read('x', signal), () => Array.fromAsync<unknown>(driver.list(signal))]) {
        const outcome: unknown = await ask().catch((error: unknown) => error);
        if (!(outcome instanceof Error)) continue;
        expect(outcome, String(outcome.stack)).toBeInstanceOf(Failure);
        expect(outcome.message).toMatch(/^OpenStack /);
      }
    }),
    { numRuns: 600 },
  );
}, 60_000);

/** Puts something odd in the place of one value, counted through the whole answer. */
function spoil(answer: unknown, how: unknown): unknown {
  const { place, value } = how as { place: number; value: unknown };
  let count = 0;
  const walk = (node: unknown): unknown => {
    if (count++ === place) return value;
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, each]) => [key, walk(each)]));
  };
  return walk(answer);
}

test.each([
  ['is cut off', '{"network": {"id": "n1", "na'],
  ['is empty', ''],
  ['is a number', '7'],
  ['is nested a thousand deep', `{"network":${'['.repeat(1_000)}${']'.repeat(1_000)}}`],
  ['holds a prototype', '{"network": {"__proto__": {"id": "n1"}, "status": 7}}'],
])('an answer that %s is refused, and named', async (_, text) => {
  const neutron: Handler = ({ path }) => (path.includes('/networks') ? { text } : undefined);
  const { connection } = await aCloud({ handlers: [neutron] });
  const { network } = connection.drivers;
  const expected = { code: 'provider-broken', message: expect.stringContaining('the answer of Neutron to') as string };
  await expect(network!.read('n1', signal)).rejects.toMatchObject(expected);
  await expect(Array.fromAsync(network!.list(signal))).rejects.toMatchObject(expected);
  await expect(network!.create({ name: 'n' }, plainCall('t'))).rejects.toMatchObject({ ...expected, unclear: true });
});
