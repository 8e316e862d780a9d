import { plainCall, systemClock, type Failure, type Specs } from '@pileus/model';
import type { Connection } from '@pileus/provider';
import { surroundings, virtualClock } from '@pileus/provider/testing';
import { afterEach, expect, test } from 'vitest';
import { Account } from './account.ts';
import { openstack } from './index.ts';
import { startFakeCloud, type Got, type Handler, type Reply } from './testing/fake-cloud.ts';

const { signal } = new AbortController();
const things: AsyncDisposable[] = [];
afterEach(async () => {
  for (const thing of things.splice(0).toReversed()) await thing[Symbol.asyncDispose]();
});

async function aCloud(handlers: readonly Handler[], clock = systemClock) {
  const cloud = await startFakeCloud({ handlers });
  const settings = { url: `${cloud.origin}/identity`, user: 'ada', password: 'swordfish', project: 'dev' };
  const connection: Connection = openstack.connect(Account.parse(settings), surroundings({ clock }));
  things.push(cloud, { [Symbol.asyncDispose]: async () => connection.close?.() });
  return { cloud, connection };
}

const server: Specs['server'] = {
  name: 'web',
  flavor: 'f1',
  image: 'i',
  ports: [],
  networks: [],
  securityGroups: [],
};
const flavors: Handler = ({ path }) =>
  path === '/compute/v2.1/flavors'
    ? { json: { flavors: ['f1', 'f2', 'f3'].map((id) => ({ id, name: `m1.${id}` })) } }
    : undefined;

/** A server at Nova that is resized in steps, one step at each look; `loses` decides which replies get lost. */
function aNovaServer(loses: (action: string) => boolean = () => false) {
  const its = { status: 'ACTIVE', task: null as string | null, flavor: 'f1', wanted: 'f1' };
  const done: string[] = [];
  const act = (body: unknown): Reply => {
    const [action = ''] = Object.keys(body as object);
    if (action === 'resize') {
      const { flavorRef } = (body as { resize: { flavorRef: string } }).resize;
      if (its.status !== 'ACTIVE' || its.task)
        return { status: 409, json: { conflictingRequest: { message: its.status } } };
      if (flavorRef === its.flavor)
        return { status: 400, json: { badRequest: { message: 'When resizing, instances must change flavor!' } } };
      Object.assign(its, { status: 'RESIZE', task: 'resize_prep', wanted: flavorRef });
      done.push(`resize to ${flavorRef}`);
    } else {
      if (its.status !== 'VERIFY_RESIZE')
        return { status: 409, json: { conflictingRequest: { message: 'Instance has not been resized.' } } };
      its.status = 'ACTIVE';
      done.push('confirm');
    }
    return loses(action) ? 'drop' : { status: 202, json: {} };
  };
  const steps: Readonly<Record<string, string | null>> = { resize_prep: 'resize_migrating', resize_migrating: null };
  const look = (): Reply => {
    const { status, task, flavor } = its;
    const json = {
      id: 's1',
      name: 'web',
      status,
      'OS-EXT-STS:task_state': task,
      flavor: { original_name: `m1.${flavor}` },
    };
    if (task !== null) its.task = steps[task] ?? null;
    if (its.status === 'RESIZE' && its.task === null)
      Object.assign(its, { status: 'VERIFY_RESIZE', flavor: its.wanted });
    return { json: { server: json } };
  };
  const handler: Handler = ({ method, path, body }: Got) => {
    if (path === '/compute/v2.1/servers/s1/action') return act(body);
    return method === 'GET' && path === '/compute/v2.1/servers/s1' ? look() : undefined;
  };
  return { its, done, handlers: [handler, flavors] };
}

const resize = (connection: Connection, flavor: string) =>
  connection.drivers.server!.update!('s1', { ...server, flavor }, ['flavor'], plainCall('resize'));

test('a resize is asked for once and confirmed once, and doing it again does nothing', async () => {
  const nova = aNovaServer();
  const { connection } = await aCloud(nova.handlers, virtualClock({ auto: true }));
  await resize(connection, 'f2');
  await resize(connection, 'f2');
  expect(nova.done).toEqual(['resize to f2', 'confirm']);
  expect(await connection.drivers.server!.read('s1', signal)).toMatchObject({
    state: 'running',
    shown: { flavor: 'f2' },
  });
});

test.each(['resize', 'confirmResize'])(
  'a resize whose reply to %s is lost is finished by the next attempt',
  async (lost) => {
    let isLost = false;
    const nova = aNovaServer((action) => action === lost && !isLost && (isLost = true));
    const { connection } = await aCloud(nova.handlers, virtualClock({ auto: true }));
    await expect(resize(connection, 'f2')).rejects.toMatchObject({ code: 'provider-unreachable', unclear: true });
    await resize(connection, 'f2');
    expect(nova.done).toEqual(['resize to f2', 'confirm']);
  },
);

test.each([
  ['RESIZE', 'resize_prep', 'f1', 'f2', ['confirm']],
  ['VERIFY_RESIZE', null, 'f2', 'f2', ['confirm']],
  ['VERIFY_RESIZE', null, 'f3', 'f3', ['confirm', 'resize to f2', 'confirm']],
  ['ACTIVE', null, 'f2', 'f2', []],
] as const)(
  'found in %s (%s) with %s on its way to %s, a server gets the flavor',
  async (status, task, flavor, wanted, done) => {
    const nova = aNovaServer();
    Object.assign(nova.its, { status, task, flavor, wanted });
    const { connection } = await aCloud(nova.handlers, virtualClock({ auto: true }));
    await resize(connection, 'f2');
    expect(nova.done).toEqual(done);
    expect(nova.its).toMatchObject({ status: 'ACTIVE', flavor: 'f2' });
  },
);

test('a resize that the cloud takes back, and a server that cannot be resized now, are told', async () => {
  const nova = aNovaServer();
  const takesBack: Handler = ({ method, path }) => {
    if (method === 'GET' && path.endsWith('/servers/s1') && nova.its.status === 'RESIZE')
      Object.assign(nova.its, { status: 'ACTIVE', task: null });
    return undefined;
  };
  const { connection } = await aCloud([takesBack, ...nova.handlers], virtualClock({ auto: true }));
  await expect(resize(connection, 'f2')).rejects.toMatchObject({
    code: 'resource-failed',
    message: expect.stringContaining('put it back to its former flavor') as string,
  });
  nova.its.status = 'PAUSED';
  await expect(resize(connection, 'f2')).rejects.toMatchObject({ code: 'provider-conflict' });
  nova.its.status = 'ERROR';
  await expect(resize(connection, 'f2')).rejects.toMatchObject({ code: 'resource-failed', retry: false });
});

test('a volume grows once although the reply is lost, never shrinks, and waits for what is being done to it', async () => {
  const its = { status: 'in-use', size: 1, volume_type: 'slow' };
  const got: unknown[] = [];
  let isLost = false;
  const cinder: Handler = ({ method, path, body, headers }) => {
    if (path === '/volume/v3/p1/volumes/v1/action') {
      got.push([body, headers['openstack-api-version']]);
      if (its.status !== 'in-use') return { status: 400, json: { badRequest: { message: `status is ${its.status}` } } };
      its.status = 'extending';
      if (isLost) return { status: 202 };
      isLost = true;
      return 'drop';
    }
    return method === 'GET' && path === '/volume/v3/p1/volumes/v1'
      ? { json: { volume: { id: 'v1', name: 'data', ...its } } }
      : undefined;
  };
  const { connection } = await aCloud([cinder]);
  const grow = (gigabytes: number) =>
    connection.drivers.volume!.update!('v1', { name: 'data', gigabytes }, ['gigabytes'], plainCall('grow'));
  await expect(grow(5)).rejects.toMatchObject({ unclear: true });
  await expect(grow(5)).rejects.toMatchObject({ code: 'provider-conflict', retry: true });
  Object.assign(its, { status: 'in-use', size: 5 });
  await grow(5);
  expect(got).toEqual([[{ 'os-extend': { new_size: 5 } }, 'volume 3.42']]);
  await expect(grow(4)).rejects.toMatchObject({ code: 'provider-invalid', retry: false });
  its.status = 'error_extending';
  await expect(grow(6)).rejects.toMatchObject({ code: 'resource-failed', retry: false });
});

test('of the rules of a group only those that differ are touched, and rules that have no word here are left alone', async () => {
  const rule = (id: string, more: object) => ({ id, direction: 'ingress', ethertype: 'IPv4', ...more });
  const rules = [
    rule('web', { protocol: 'tcp', port_range_min: 80, port_range_max: 80, remote_ip_prefix: '0.0.0.0/0' }),
    rule('old', { protocol: 'tcp', port_range_min: 22, port_range_max: 22, remote_ip_prefix: '0.0.0.0/0' }),
    rule('vrrp', { protocol: 'vrrp' }),
    rule('out4', { direction: 'egress' }),
    rule('out6', { direction: 'egress', ethertype: 'IPv6' }),
  ];
  const done: unknown[] = [];
  const neutron: Handler = ({ method, path, body }) => {
    if (method === 'GET' && path.endsWith('/security-groups/g1'))
      return { json: { security_group: { id: 'g1', name: 'g', security_group_rules: rules } } };
    if (!path.includes('/security-group-rules')) return undefined;
    done.push(method === 'DELETE' ? path.split('/').at(-1) : body);
    return { status: 201, json: {} };
  };
  const { connection } = await aCloud([neutron]);
  const cidr = '0.0.0.0/0';
  const web = { direction: 'ingress', protocol: 'tcp', ports: [80, 80] as [number, number], cidr } as const;
  const spec = { name: 'g', description: '', rules: [web, { ...web, ports: [443, 443] as [number, number] }] };
  await connection.drivers['security-group']!.update!('g1', spec, ['rules'], plainCall('t'));
  expect(done).toMatchObject([{ security_group_rules: [{ port_range_min: 443, security_group_id: 'g1' }] }, 'old']);
  expect((done[0] as { security_group_rules: unknown[] }).security_group_rules).toHaveLength(1);
});

test('renaming an address keeps the mark it was made with', async () => {
  const floating = { id: 'a1', status: 'ACTIVE', floating_ip_address: '1.2.3.4', floating_network_id: 'n' };
  let sent: unknown;
  const neutron: Handler = ({ method, path, body }) => {
    if (!path.endsWith('/floatingips/a1')) return undefined;
    if (method === 'PUT') sent = body;
    return { json: { floatingip: { ...floating, description: 'old [pileus:run-1/a]' } } };
  };
  const { connection } = await aCloud([neutron]);
  await connection.drivers.address!.update!('a1', { name: 'new' }, ['name', 'port'], plainCall('run-2/b'));
  expect(sent).toEqual({ floatingip: { description: 'new [pileus:run-1/a]', port_id: null } });
});

test('a 404 to a change tells whether the thing is gone or what it was to refer to', async () => {
  let isThere = true;
  const gone = (type: string) => ({ status: 404, json: { NeutronError: { type, message: `${type}: no` } } });
  const neutron: Handler = ({ method, path }) => {
    if (!path.endsWith('/ports/p1')) return undefined;
    if (method === 'PUT') return gone(isThere ? 'SecurityGroupNotFound' : 'PortNotFound');
    return isThere ? { json: { port: { id: 'p1', status: 'ACTIVE', network_id: 'n' } } } : gone('PortNotFound');
  };
  const { connection } = await aCloud([neutron]);
  const spec = { name: 'p', network: 'n', securityGroups: ['none'] };
  const change = () =>
    connection.drivers.port!.update!('p1', spec, ['securityGroups'], plainCall('t')).catch(
      (error: Failure) => error.code,
    );
  expect(await change()).toBe('provider-invalid');
  isThere = false;
  expect(await change()).toBe('not-found');
});
