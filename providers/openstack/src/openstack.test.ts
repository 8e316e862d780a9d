import { createServer as createTlsServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Failure, plainCall, systemClock, type Clock } from '@pileus/model';
import { createOutbound, type Outbound } from '@pileus/outbound';
import { createOnce, type Check, type Connection } from '@pileus/provider';
import { surroundings } from '@pileus/provider/testing';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { Account } from './account.ts';
import { openstack } from './index.ts';
import { certificate, key } from './testing/certificate.ts';
import { service, startFakeCloud, usualCatalog, type FakeOptions, type Handler } from './testing/fake-cloud.ts';

const signal = new AbortController().signal;
const things: AsyncDisposable[] = [];
afterEach(async () => {
  for (const thing of things.splice(0).toReversed()) await thing[Symbol.asyncDispose]();
});

async function aCloud(options: FakeOptions = {}, settings: object = {}, clock: Clock = systemClock) {
  const cloud = await startFakeCloud(options);
  things.push(cloud);
  return { cloud, connection: connected(cloud.origin, settings, clock) };
}

function connected(origin: string, settings: object = {}, clock: Clock = systemClock, outbound?: Outbound): Connection {
  const account = {
    url: `${origin}/identity/v2.0/tokens`,
    user: 'ada',
    password: 'swordfish',
    project: 'dev',
    ...settings,
  };
  const connection = openstack.connect(Account.parse(account), surroundings({ clock, ...(outbound && { outbound }) }));
  things.push({ [Symbol.asyncDispose]: async () => connection.close?.() });
  return connection;
}

const thrown = async (attempt: Promise<unknown> | undefined): Promise<Failure> => {
  const error: unknown = await attempt?.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Failure)) throw new Error(`not a failure: ${String(error)}`);
  return error;
};

/** Answers requests to one path, e.g. `GET /network/v2.0/networks`. */
const on =
  (what: string, reply: ReturnType<Handler> | Handler): Handler =>
  (got) =>
    `${got.method} ${got.path}` === what ? (typeof reply === 'function' ? reply(got) : reply) : undefined;

const aNetwork = (id: string, more: object = {}) => ({ id, name: id, status: 'ACTIVE', project_id: 'p1', ...more });

test('a token that is withdrawn in the middle is replaced once, by one sign-in for all calls', async () => {
  const { cloud, connection } = await aCloud({
    handlers: [
      (got) =>
        got.path === '/network/v2.0/networks/n1' && got.headers['x-auth-token'] === 'token-2'
          ? { json: { network: aNetwork('n1') } }
          : undefined,
      on('GET /network/v2.0/networks', (got) =>
        got.headers['x-auth-token'] === 'token-1' ? { json: { networks: [] } } : undefined,
      ),
    ],
  });
  await Array.fromAsync(connection.drivers.network!.list(signal));
  cloud.revoke();
  const reads = await Promise.all(Array.from({ length: 8 }, () => connection.drivers.network!.read('n1', signal)));
  expect(reads.map((read) => read?.ref)).toEqual(Array(8).fill('n1'));
  expect(cloud.tokens).toBe(2);
});

test('a service that refuses a fresh token too is told apart from wrong credentials', async () => {
  const { cloud, connection } = await aCloud({
    handlers: [on('GET /network/v2.0/networks/n1', { status: 401, json: {} })],
  });
  const failure = await thrown(connection.drivers.network!.read('n1', signal));
  expect(failure.message).toMatch(
    /^OpenStack refused the credentials: Neutron at .* refuses the token that Keystone has just issued/,
  );
  expect(cloud.tokens).toBe(2);
});

test('a token is used until shortly before it expires, by the distance of its own times', async () => {
  let now = 0;
  const clock: Clock = { ...systemClock, now: () => now };
  const handlers = [on('GET /network/v2.0/networks', { json: { networks: [] } })];
  const { cloud, connection } = await aCloud({ handlers, life: 3600 }, {}, clock);
  const list = () => Array.fromAsync(connection.drivers.network!.list(signal));
  await list();
  now = 3_400_000;
  await list();
  expect(cloud.tokens).toBe(1);
  now = 3_500_000;
  await list();
  expect(cloud.tokens).toBe(2);
});

test('a list is followed to its last page, whatever host its links name', async () => {
  const pages: Handler = on('GET /network/v2.0/networks', ({ query }) => {
    const from = Number(query.get('marker') ?? '0');
    const networks = [aNetwork(`n${from + 1}`), aNetwork(`n${from + 2}`)];
    const next = `http://inside.invalid:9696/v2.0/networks?limit=2&marker=${from + 2}`;
    return { json: { networks, networks_links: from < 4 ? [{ rel: 'next', href: next }] : [] } };
  });
  const images: Handler = on('GET /image/v2/images', ({ query }) => {
    const image = { id: query.get('marker') ?? 'i1', name: 'x', status: 'active' };
    return { json: { images: [image], ...(query.has('marker') ? {} : { next: '/v2/images?marker=i2&limit=1' }) } };
  });
  const { connection } = await aCloud({ handlers: [pages, images] });
  const found = await Array.fromAsync(connection.drivers.network!.list(signal));
  expect(found.map(({ ref }) => ref)).toEqual(['n1', 'n2', 'n3', 'n4', 'n5', 'n6']);
  expect((await Array.fromAsync(connection.catalogues.image!.list(signal))).map(({ ref }) => ref)).toEqual([
    'i1',
    'i2',
  ]);
});

test('a list that goes in a circle is ended and reported', async () => {
  const circle = on('GET /network/v2.0/networks', {
    json: { networks: [], networks_links: [{ rel: 'next', href: 'http://x/?marker=same' }] },
  });
  const { connection } = await aCloud({ handlers: [circle] });
  expect((await thrown(Array.fromAsync(connection.drivers.network!.list(signal)))).code).toBe('provider-broken');
});

test('a 404 that does not name what is missing is not taken for absence', async () => {
  const { connection } = await aCloud({
    handlers: [
      on('GET /network/v2.0/networks/gone', {
        status: 404,
        json: { NeutronError: { type: 'NetworkNotFound', message: 'Network gone' } },
      }),
      on('GET /network/v2.0/networks/astray', { status: 404, text: '<html><title>Not Found</title>nginx</html>' }),
      on('DELETE /network/v2.0/networks/astray', {
        status: 404,
        json: { NeutronError: { type: 'HTTPNotFound', message: 'no' } },
      }),
    ],
  });
  const { network } = connection.drivers;
  expect(await network!.read('gone', signal)).toBeUndefined();
  expect((await thrown(network!.read('astray', signal))).code).toBe('provider-broken');
  expect((await thrown(network!.delete('astray', plainCall('t')))).code).toBe('provider-broken');
});

test.each([
  [
    'a quota of Nova',
    403,
    {
      forbidden: {
        code: 403,
        message: 'Quota exceeded for cores, ram: Requested 1, 512, but already used 8, 9 of 8, 9 cores, ram',
      },
    },
    'quota-exceeded',
    'cores, ram',
  ],
  [
    'a quota of Neutron',
    409,
    { NeutronError: { type: 'OverQuota', message: "Quota exceeded for resources: ['security_group_rule']." } },
    'quota-exceeded',
    'security_group_rule',
  ],
  [
    'a quota of Cinder',
    413,
    {
      overLimit: {
        code: 413,
        message: "VolumeLimitExceeded: Maximum number of volumes allowed (10) exceeded for quota 'volumes'.",
        retryAfter: '0',
      },
    },
    'quota-exceeded',
    'volumes',
  ],
  [
    'gigabytes of Cinder',
    413,
    {
      overLimit: {
        code: 413,
        message:
          'VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes quota. Requested 5G, quota is 10G and 8G has been consumed.',
      },
    },
    'quota-exceeded',
    'gigabytes',
  ],
  [
    'key pairs',
    403,
    { forbidden: { code: 403, message: 'Quota exceeded, too many key pairs.' } },
    'quota-exceeded',
    'key pairs',
  ],
  [
    'no address left',
    409,
    { NeutronError: { type: 'IpAddressGenerationFailure', message: 'No more IP addresses available on network n.' } },
    'no-capacity',
    'address',
  ],
  [
    'a policy',
    403,
    { forbidden: { code: 403, message: "Policy doesn't allow os_compute_api:servers:create to be performed." } },
    'provider-denied',
    undefined,
  ],
  [
    'a conflict',
    409,
    { NeutronError: { type: 'NetworkInUse', message: 'Unable to complete operation on network n.' } },
    'provider-conflict',
    undefined,
  ],
  [
    'bad input',
    400,
    { badRequest: { code: 400, message: 'Invalid input for field name.' } },
    'provider-invalid',
    undefined,
  ],
  [
    'something that is not there',
    404,
    { NeutronError: { type: 'NetworkNotFound', message: 'Network n could not be found.' } },
    'provider-invalid',
    undefined,
  ],
  [
    'an unsupported microversion',
    406,
    { errors: [{ status: 406, title: 'Not Acceptable', detail: 'Version 9.9 is not supported' }] },
    'provider-invalid',
    undefined,
  ],
  [
    'an error inside',
    500,
    { computeFault: { code: 500, message: 'Unexpected API Error.' } },
    'provider-broken',
    undefined,
  ],
] as const)('%s becomes the right failure, in the words of the cloud', async (_, status, json, code, kind) => {
  const { connection } = await aCloud({ handlers: [on('POST /network/v2.0/networks', { status, json })] });
  const failure = await thrown(connection.drivers.network!.create({ name: 'n' }, plainCall('t')));
  expect(failure.code).toBe(code);
  if (kind) expect(failure.facts['kind']).toBe(kind);
  const [words] = /(?<="(?:message|detail)":")[^"]+/.exec(JSON.stringify(json)) ?? [];
  expect(failure.message).toContain(words);
});

test.each([
  [
    '429 with Retry-After',
    { status: 429, json: {}, headers: { 'retry-after': '70' } },
    'provider-throttled',
    /again in 70 s/,
  ],
  [
    '413 with Retry-After',
    { status: 413, json: { overLimit: { message: 'Too many requests' } }, headers: { 'retry-after': '90' } },
    'provider-throttled',
    /again in 90 s/,
  ],
  [
    'HTML of a proxy',
    { status: 502, text: '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>' },
    'provider-broken',
    /answered 502: 502 Bad Gateway$/,
  ],
  ['HTML with 200', { status: 200, text: '<html>Welcome</html>' }, 'provider-broken', /is not JSON/],
  ['JSON of another shape', { status: 201, json: { network: { name: 'no id' } } }, 'provider-broken', /“network\.id”/],
  [
    'a redirect',
    { status: 302, text: '', headers: { location: 'https://elsewhere.example/' } },
    'provider-broken',
    /redirects to https:\/\/elsewhere\.example\/; credentials are not sent on/,
  ],
  ['no answer', 'hang', 'provider-unreachable', /did not answer within 0\.3 s/],
  ['a cut connection', 'drop', 'provider-unreachable', /closed the connection before it answered/],
] as const)('%s is told apart', async (_, reply, code, sentence) => {
  const settings = { clientOptions: { neutron_client: { timeout: 0.3 } } };
  const { connection } = await aCloud({ handlers: [on('POST /network/v2.0/networks', reply)] }, settings);
  const failure = await thrown(connection.drivers.network!.create({ name: 'n' }, plainCall('t')));
  expect(failure.code).toBe(code);
  expect(failure.message).toMatch(sentence);
  expect(JSON.stringify([failure, failure.message, String(failure.cause)])).not.toMatch(/swordfish|token-1/);
});

test('an answer without end is cut off', async () => {
  const { connection } = await aCloud({
    handlers: [on('GET /network/v2.0/networks/n1', { text: 'x'.repeat(33 * 1024 * 1024) })],
  });
  expect((await thrown(connection.drivers.network!.read('n1', signal))).message).toMatch(/more than 32 MB/);
});

test('an earlier attempt that got through after all is found once the lists cannot lag any more', async () => {
  let lists = 0;
  const late = on('GET /compute/v2.1/servers/detail', () => {
    const server = { id: 's1', name: 'web', status: 'BUILD', metadata: { pileus_token: 'run-1/a' } };
    return { json: { servers: ++lists > 1 ? [{ ...server, id: 's0', metadata: {} }, server] : [] } };
  });
  const slept: number[] = [];
  const clock: Clock = { now: () => 10_000, sleep: async (duration) => void slept.push(duration) };
  const { cloud, connection } = await aCloud({ handlers: [late] });
  const spec = { name: 'web', flavor: 'f', image: 'i', ports: [], networks: [], securityGroups: [] };
  const call = { ...plainCall('run-1/a'), unclearSince: new Date(4_000) };
  expect(await createOnce(connection.drivers.server!, spec, call, clock)).toBe('s1');
  expect(slept).toEqual([114_000]);
  expect(cloud.got.filter(({ method, path }) => method === 'POST' && path.includes('servers'))).toEqual([]);
});

test('a router that was refused halfway, and cannot be removed, keeps its token for the next attempt', async () => {
  const { connection } = await aCloud({
    handlers: [
      on('GET /network/v2.0/routers', { json: { routers: [] } }),
      on('POST /network/v2.0/routers', { status: 201, json: { router: { id: 'r1' } } }),
      on('GET /network/v2.0/ports', { json: { ports: [] } }),
      on('PUT /network/v2.0/routers/r1/add_router_interface', {
        status: 409,
        json: { NeutronError: { type: 'IpAddressInUse', message: 'in use' } },
      }),
      on('DELETE /network/v2.0/routers/r1', { status: 500, json: {} }),
    ],
  });
  const failure = await thrown(connection.drivers.router!.create({ name: 'r', subnets: ['s1'] }, plainCall('t')));
  expect(failure).toMatchObject({ code: 'provider-broken', unclear: true, retry: true });
  expect(failure.message).toMatch(/in use \(and what was made so far could not be removed/);
});

/** Nova's, on MySQL: a regular expression in which `|` stands for itself. */
const nameFilter = (query: URLSearchParams): RegExp => new RegExp((query.get('name') ?? '').replaceAll('|', '\\|'));

test('ports that are asked for together are one request, and each is told apart by its own token', async () => {
  const made = new Map<string, { id: string; description: string }>();
  let answers: 'all' | 'none' | 'too few' = 'all';
  const ports: Handler = ({ method, path, query, body }) => {
    if (path !== '/network/v2.0/ports') return undefined;
    if (method === 'GET') {
      const wanted = { id: query.getAll('id'), description: query.getAll('description') };
      const shown = [...made.values()].filter(
        ({ id, description }) => wanted.id.includes(id) || wanted.description.includes(description),
      );
      return { json: { ports: shown } };
    }
    const { ports: asked } = z.object({ ports: z.array(z.object({ description: z.string() })) }).parse(body);
    const its = asked.map(({ description }) => {
      const port = { id: `p${made.size}`, description, network_id: 'n', status: 'DOWN' };
      made.set(port.id, port);
      return port;
    });
    if (answers === 'none') return 'drop';
    return { status: 201, json: { ports: answers === 'all' ? its.toReversed() : its.slice(1) } };
  };
  const { cloud, connection } = await aCloud({ handlers: [ports] }, {}, { now: () => 0, sleep: async () => {} });
  const { port } = connection.drivers;
  const make = (token: string, unclearSince?: Date) => {
    const spec = { name: token, network: 'n', securityGroups: [] };
    return createOnce(port!, spec, { ...plainCall(token), unclearSince }, systemClock);
  };
  const refs = await Promise.all(['t/0', 't/1', 't/2'].map((token) => make(token)));
  expect(refs).toEqual(['p0', 'p1', 'p2']);
  const seen = await Promise.all(refs.map((ref) => port!.read(ref, signal)));
  expect(seen.map((each) => each?.token)).toEqual(['t/0', 't/1', 't/2']);
  expect(cloud.got.filter(({ path }) => path.includes('ports')).map(({ method }) => method)).toEqual(['POST', 'GET']);

  for (const [n, lost] of (['none', 'too few'] as const).entries()) {
    answers = lost;
    const tokens = [`${lost}/a`, `${lost}/b`];
    for (const failure of await Promise.all(tokens.map((token) => thrown(make(token)))))
      expect(failure).toMatchObject({ unclear: true });
    const found = await Promise.all(tokens.map((token) => make(token, new Date(0))));
    expect(found).toEqual([`p${3 + 2 * n}`, `p${4 + 2 * n}`]);
  }
});

test('servers that are waited for together are asked about together, and seen as soon as they change', async () => {
  let status = 'BUILD';
  const one: Handler = ({ path }) => {
    const id = /\/servers\/(s\d+)$/.exec(path)?.[1];
    return id ? { json: { server: { id, name: id, status } } } : undefined;
  };
  const brief = on('GET /compute/v2.1/servers', ({ query }) => {
    const all = query.get('status') === status ? refs.map((id) => ({ id })) : [];
    return { json: { servers: all } };
  });
  const refs = Array.from({ length: 20 }, (_, i) => `s${i}`);
  const detailed = on('GET /compute/v2.1/servers/detail', ({ query }) => {
    const named = refs.filter((id) => nameFilter(query).test(id));
    return { json: { servers: named.map((id) => ({ id, name: id, status })) } };
  });
  const { cloud, connection } = await aCloud({ handlers: [one, brief, detailed] });
  const states = async () => {
    const seen = await Promise.all(refs.map((ref) => connection.drivers.server!.read(ref, signal)));
    return [...new Set(seen.map((server) => server?.state))];
  };
  for (let look = 0; look < 5; look++) expect(await states()).toEqual(['creating']);
  const asked = (path: RegExp) => cloud.got.filter((got) => path.test(got.path)).length;
  expect([asked(/servers$/), asked(/servers\/s/)]).toEqual([4, 20]);
  status = 'ACTIVE';
  expect(await states()).toEqual(['running']);
  expect([asked(/servers\/detail$/), asked(/servers\/s/), asked(/ports$/)]).toEqual([1, 20, 1]);
});

test('while many servers are built, those that are done are read several at a time, and none of them late', async () => {
  const refs = Array.from({ length: 20 }, (_, i) => `s${i}`);
  const built = new Set<string>();
  const shows = (id: string) => ({ id, name: id, status: built.has(id) ? 'ACTIVE' : 'BUILD' });
  const servers: Handler = ({ path, query }) => {
    const id = /\/servers\/(s\d+)$/.exec(path)?.[1];
    if (path.endsWith('/servers')) return { json: { servers: refs.filter((ref) => !built.has(ref)).map(shows) } };
    if (path.endsWith('/servers/detail'))
      return { json: { servers: refs.filter((ref) => nameFilter(query).test(ref)).map(shows) } };
    return id ? { json: { server: shows(id) } } : undefined;
  };
  const waits: (() => void)[] = [];
  const sleep: Clock['sleep'] = (duration) =>
    duration < 5_000 ? Promise.resolve() : new Promise((over) => waits.push(over));
  const { cloud, connection } = await aCloud({ handlers: [servers] }, {}, { now: () => 0, sleep });
  const { server } = connection.drivers;
  const look = async (ref: string) => server?.read(ref, signal);
  await Promise.all(refs.map(look));
  const before = cloud.got.length;
  const asked = (path: RegExp) => cloud.got.slice(before).filter((got) => path.test(got.path)).length;
  built.add('s0').add('s1');
  const two = Promise.all(['s0', 's1'].map(look));
  await expect.poll(() => waits.length).toBe(1);
  expect([asked(/servers\/detail$/), asked(/servers\/s\d/)]).toEqual([0, 0]);
  waits[0]?.();
  expect((await two).map((seen) => seen?.state)).toEqual(['running', 'running']);
  const five = ['s2', 's3', 's4', 's5', 's6'];
  for (const ref of five) built.add(ref);
  const seen = await Promise.all(five.map(look));
  expect(seen.map((each) => each?.state)).toEqual(five.map(() => 'running'));
  expect([asked(/servers\/detail$/), asked(/servers\/s\d/)]).toEqual([1, 2]);
});

test('servers that are deleted together are asked about together, and a deletion that fails is noticed', async () => {
  const refs = ['s1', 's2', 's3'];
  const states = new Map(refs.map((id) => [id, 'ACTIVE']));
  let now = 0;
  const clock: Clock = { now: () => now, sleep: async () => {} };
  const shows = (id: string) => ({ id, name: id, status: states.get(id) });
  const servers: Handler = ({ method, path, query }) => {
    const id = /\/servers\/(s\d)$/.exec(path)?.[1];
    const named = refs.filter((ref) => states.has(ref) && nameFilter(query).test(ref));
    if (method === 'POST' && path.endsWith('/servers')) return { json: { server: { id: 's1' } } };
    if (method === 'DELETE') return { status: 204 };
    if (/\/servers(\/detail)?$/.test(path)) return { json: { servers: named.map(shows) } };
    return id && states.has(id) ? { json: { server: shows(id) } } : undefined;
  };
  const { cloud, connection } = await aCloud({ handlers: [servers] }, {}, clock);
  const { server } = connection.drivers;
  const look = async () => (await Promise.all(refs.map((ref) => server!.read(ref, signal)))).map((seen) => seen?.state);
  expect(await look()).toEqual(['running', 'running', 'running']);
  await Promise.all(refs.map((ref) => server!.delete(ref, plainCall('d'))));
  const before = cloud.got.length;
  for (let looks = 0; looks < 3; looks++) expect(await look()).toEqual(['deleting', 'deleting', 'deleting']);
  expect(cloud.got.length - before).toBe(3);
  states.delete('s1');
  expect(await look()).toEqual([undefined, 'deleting', 'deleting']);
  states.set('s2', 'ERROR');
  now = 21_000;
  expect(await look()).toEqual([undefined, 'failed', 'running']);
});

test('Nova is spoken to in a microversion that both sides have', async () => {
  const ask = async (version: object, settings = {}) => {
    const { cloud, connection } = await aCloud(
      { handlers: [on('GET /compute/v2.1/', { json: { version } })] },
      settings,
    );
    await connection.drivers.server!.read('s1', signal);
    return cloud.got.find(({ path }) => path === '/compute/v2.1/servers/s1')?.headers['openstack-api-version'];
  };
  expect(await ask({ id: 'v2.1', version: '2.93', min_version: '2.1' })).toBe('compute 2.60');
  expect(await ask({ id: 'v2.1', version: '2.38', min_version: '2.1' })).toBe('compute 2.38');
  expect(await ask({ id: 'v2.1', version: '2.99', min_version: '2.72' })).toBe('compute 2.72');
  expect(await ask({ id: 'v2.0', version: '', min_version: '' })).toBeUndefined();
  const asked = { clientOptions: { nova_client: { version: '2.79' } } };
  expect(await ask({ id: 'v2.1', version: '2.93', min_version: '2.1' }, asked)).toBe('compute 2.79');
});

const checksOf = async (connection: Connection): Promise<Check[]> => Array.fromAsync(connection.check(signal));
const detailOf = async (connection: Connection, name: string) =>
  (await checksOf(connection)).find((check) => check.service === name)?.detail.en;

test('an endpoint that only the inside of the cloud knows is answered with the setting that helps', async () => {
  const catalog = (origin: string) => [
    service('compute', 'http://controller.invalid:8774/v2.1'),
    service('network', `${origin}/network`),
  ];
  const { connection } = await aCloud({ catalog });
  expect(await detailOf(connection, 'compute')).toMatch(
    /catalogue has Nova at http:\/\/controller\.invalid:8774\/v2\.1: the host name controller\.invalid (?:is not known here|cannot be looked up now).*set nova_client\.bypass_url in the custom configuration, for instance to http:\/\/127\.0\.0\.1:8774\/v2\.1$/,
  );
  expect(await detailOf(connection, 'volume')).toMatch(
    /lists no volume service \(Cinder; type block-storage or volumev3.*it has: compute, network.*cinder_client\.endpoint_override/,
  );
});

test('several regions have to be chosen from', async () => {
  const catalog = (origin: string) => [
    service('compute', `${origin}/compute/v2.1`),
    {
      type: 'network',
      endpoints: ['north', 'south'].map((region) => ({ interface: 'public', region, url: `${origin}/network` })),
    },
  ];
  const { connection } = await aCloud({ catalog });
  expect(await detailOf(connection, 'network')).toMatch(/several regions with Neutron; choose one of: north, south/);
});

test('neither the account nor what Keystone answers leads to an address that is not called, tried again or not', async () => {
  const outbound = createOutbound({ allow: ['127.0.0.1'] });
  const catalog = (origin: string) => [
    service('compute', `http://[::1]:${new URL(origin).port}/compute/v2.1`),
    service('network', 'http://169.254.169.254/network'),
    service('volumev3', `${origin}/volume/v3/p1`),
  ];
  const { cloud } = await aCloud({ catalog });
  const connect = (settings: object) => connected(cloud.origin, settings, systemClock, outbound);
  const inside = 'http://127.0.0.2:9';
  const { drivers } = connect({ clientOptions: { cinder_client: { bypass_url: inside } } });
  const refused = { code: 'address-refused', retry: false, facts: { setting: 'PILEUS_OUTBOUND_ALLOW' } };
  await expect(drivers.server!.read('s1', signal)).rejects.toMatchObject(refused);
  await expect(drivers.volume!.read('v1', signal)).rejects.toMatchObject(refused);
  await expect(drivers.network!.read('n1', signal)).rejects.toMatchObject({ code: 'address-forbidden', retry: false });
  const checks = await checksOf(connect({ url: `${inside}/v3` }));
  expect(checks[0]?.detail).toMatchObject({
    en: expect.stringContaining('127.0.0.2:9 leads to 127.0.0.2, a loopback address'),
    'zh-CN': expect.stringContaining('除非平台管理员在 PILEUS_OUTBOUND_ALLOW 中放行'),
  });
  expect(cloud.got.filter(({ path }) => !path.startsWith('/identity'))).toEqual([]);
  await outbound.close();
});

test('the check says what is wrong with a Keystone URL', async () => {
  const identity = async (settings: object, handlers: readonly Handler[] = []) => {
    const { cloud } = await aCloud({ handlers });
    return detailOf(connected(cloud.origin, settings), 'identity');
  };
  expect(await identity({ url: 'ftp://192.168.1.1' })).toMatch(
    /“ftp:\/\/192\.168\.1\.1” is not an http:\/\/ or https:\/\/ URL/,
  );
  expect(await identity({ url: 'http://ada:pw@192.168.1.1:5000' })).toMatch(/holds a user name or a password/);
  expect(await identity({ url: 'http://[::ffff:169.254.169.254]/v3' })).toMatch(
    /169\.254\.169\.254, a metadata address, which is never called from here/,
  );
  const page = on('GET /identity/v3', { text: '<html>It works!</html>' });
  expect(await identity({}, [page])).toMatch(/it is not Keystone; check port and path/);
  const old = on('GET /identity/', { status: 300, json: { versions: { values: [{ id: 'v2.0' }] } } });
  expect(await identity({}, [page, old])).toMatch(/offers v2\.0 only; v3 is needed/);
  const moved = on('GET /identity/v3', { status: 301, text: '', headers: { location: 'https://k/v3' } });
  expect(await identity({}, [moved])).toMatch(/redirects to https:\/\/k\/v3/);
});

test('TLS: an unknown authority, a wrong name and a plain port are told apart, and the company’s own authority is trusted', async () => {
  const server = createTlsServer({ key, cert: certificate }, (_, answer) =>
    answer.writeHead(200).end('{"version":{"id":"v3"}}'),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  things.push({
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
  // A server that listens on TCP has such an address.
  const { port } = server.address() as AddressInfo;
  const { cloud } = await aCloud();
  const identity = (settings: object) => detailOf(connected(cloud.origin, settings), 'identity');

  expect(await identity({ url: `https://localhost:${port}` })).toMatch(
    /certificate of localhost:\d+ is not signed by an authority we trust/,
  );
  expect(await identity({ url: `https://127.0.0.1:${port}`, caCertificate: certificate })).toMatch(
    /issued for another name than 127\.0\.0\.1/,
  );
  expect(await identity({ url: cloud.origin.replace('http:', 'https:') })).toMatch(
    /write http:\/\/ instead of https:\/\//,
  );
  expect(await identity({ url: `http://localhost:${port}` })).toMatch(/closed the connection|not in HTTP/);
  // Past TLS, the next thing to be wrong is that this Keystone issues no token.
  const pastTls = /answer of Keystone|issued a token/;
  expect(await identity({ url: `https://localhost:${port}`, caCertificate: certificate })).toMatch(pastTls);
  expect(await identity({ url: `https://127.0.0.1:${port}`, verify: false })).toMatch(pastTls);
});

test('an application credential and a token sign in too', async () => {
  const { cloud } = await aCloud();
  const key = {
    credential: 'application-credential',
    applicationCredential: 'id-1',
    applicationCredentialSecret: 'swordfish',
    project: undefined,
  };
  expect((await checksOf(connected(cloud.origin, key)))[0]).toMatchObject({ ok: true });
  expect(cloud.got.find(({ method }) => method === 'POST')?.body).toEqual({
    auth: {
      identity: { methods: ['application_credential'], application_credential: { id: 'id-1', secret: 'swordfish' } },
    },
  });
  const ended = on('GET /identity/v3/auth/tokens', {
    status: 404,
    json: { error: { code: 404, message: 'Could not find token' } },
  });
  const { cloud: other } = await aCloud({ handlers: [ended] });
  const token = { credential: 'token', token: 'token-1', project: undefined };
  expect(await detailOf(connected(other.origin, token), 'identity')).toMatch(/token is wrong or has expired/);
});

test('the slides’ JSON is understood, and a slip in it is pointed at', () => {
  const clientOptions = {
    nova_client: { bypass_url: 'http://192.168.1.1:8774/v2.1', version: 2 },
    neutron_client: { endpoint_override: 'http://192.168.1.1:9696' },
  };
  const base = { url: 'http://192.168.1.1:5000/v2.0/tokens', user: 'zhangweiwei', password: 'x', project: 'dev' };
  expect(Account.parse({ ...base, clientOptions }).clientOptions).toEqual(clientOptions);
  const wrong = (options: object) =>
    Account.safeParse({ ...base, clientOptions: options }).error?.issues.map(
      ({ path, message }) => `${path.slice(1).join('.')} ${message}`,
    );
  expect(wrong({ nova_client: { bypas_url: 'x' } })).toEqual(['nova_client Unrecognized key: "bypas_url"']);
  expect(wrong({ nova_client: { bypass_url: 'nova-endpoint-url' } })).toEqual([
    'nova_client.bypass_url must be an http:// or https:// URL',
  ]);
  expect(wrong({ keystone_client: { version: '2.0' } })?.[0]).toMatch(/v2\.0 left OpenStack/);
  expect(
    Account.safeParse({ url: 'http://k', credential: 'token' }).error?.issues.map(({ path }) => path.join('.')),
  ).toEqual(['token']);
});

test('the account’s JSON Schema tells a form what to ask, in both languages, and what is secret', () => {
  for (const io of ['input', 'output'] as const) {
    const { properties = {} } = z.toJSONSchema(openstack.account, { io });
    const fields = Object.entries(properties).map(([name, field]) => [name, z.looseObject({}).parse(field)] as const);
    for (const [name, field] of fields)
      expect(field, name).toMatchObject({
        title: { en: expect.any(String), 'zh-CN': expect.any(String) },
        group: expect.any(String),
      });
    expect(fields.filter(([, field]) => field['secret']).map(([name]) => name)).toEqual([
      'password',
      'applicationCredentialSecret',
      'token',
    ]);
    expect(properties['password']).toMatchObject({ when: { credential: ['password'] } });
  }
});

test('the usual catalogue serves every kind', async () => {
  const empty: Handler = ({ method, path }) =>
    method === 'GET' && /servers|networks|images|volumes/.test(path)
      ? { json: { servers: [], networks: [], images: [], volumes: [] } }
      : undefined;
  const { connection } = await aCloud({ handlers: [empty], catalog: usualCatalog });
  expect((await checksOf(connection)).map(({ service: name, ok }) => [name, ok])).toEqual(
    ['identity', 'compute', 'network', 'image', 'volume'].map((name) => [name, true]),
  );
});
