import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  Failure,
  differences,
  kinds,
  milliseconds,
  minutes,
  plainCall,
  systemClock,
  type Clock,
  type Kind,
  type ManagedKind,
  type Observed,
  type Ref,
  type Specs,
} from '@pileus/model';
import { createOnce, type Connection, type Driver } from '@pileus/provider';
import { keepsPromises } from '@pileus/provider/conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aBedProject, bedMissing, connectBed, type BedProject } from './testing/bed.ts';
import { startRelay, type Relay } from './testing/relay.ts';
import { aPublicKey, otherVolumeType, samples } from './testing/samples.ts';

const missing = await bedMissing();
if (missing) console.warn(`skipped: ${missing}`);
const signal = new AbortController().signal;
/** The lists of a cloud with one database do not lag, so that waiting for them need not take real time. */
const impatient: Clock = {
  ...systemClock,
  sleep: (duration, until) => systemClock.sleep(milliseconds(Math.min(duration, 500)), until),
};

if (!missing) {
  keepsPromises({
    name: 'OpenStack keeps the promises of a provider',
    // A resize on a busy machine takes its time.
    within: minutes(5),
    samples,
    async connect() {
      const project = await aBedProject();
      await project.volumeType(otherVolumeType);
      return { connection: project.connect(), clock: impatient, cleanUp: async () => project[Symbol.asyncDispose]() };
    },
  });
}

describe.skipIf(missing)('on the real OpenStack of the test bed', { timeout: 300_000 }, () => {
  let project: BedProject;
  let relays: Record<'compute' | 'network' | 'volume', Relay>;
  let cloud: Connection;
  let before: Record<string, string[]>;

  beforeAll(async () => {
    project = await aBedProject();
    relays = {
      compute: await startRelay(project.origins.compute),
      network: await startRelay(project.origins.network),
      volume: await startRelay(project.origins.volume),
    };
    cloud = project.connect({
      clientOptions: {
        nova_client: { bypass_url: relays.compute.origin },
        neutron_client: { endpoint_override: relays.network.origin },
        cinder_client: { endpoint_override: relays.volume.origin },
      },
    });
    before = await listings(cloud);
  });
  afterAll(async () => {
    await cloud?.close?.();
    for (const relay of Object.values(relays ?? {})) await relay[Symbol.asyncDispose]();
    await project?.[Symbol.asyncDispose]();
  });

  test('every kind is made once although each reply is lost, is read, listed and removed, and nothing is left', async () => {
    const made: [ManagedKind, Ref][] = [];
    const make = async <K extends ManagedKind>(kind: K, path: string, spec: Specs[K]): Promise<Ref> => {
      const driver = driverOf(cloud, kind);
      const token = `test-${randomUUID()}/${kind}`;
      const relay = Object.values(relays).find((candidate) => candidate === relays[serviceOf(kind)]);
      relay?.lose((request) => request.method === 'POST' && request.path.split('?')[0]?.endsWith(path) === true);
      const lost = await createOnce(driver, spec, plainCall(token), impatient).catch((error: unknown) => error);
      expect(lost, `the reply to the creation of a ${kind} was lost`).toMatchObject({
        code: 'provider-unreachable',
        unclear: true,
      });
      const again = { ...plainCall(token), attempt: 2, unclearSince: new Date() };
      const ref = await createOnce(driver, spec, again, impatient);
      made.push([kind, ref]);
      expect(await createOnce(driver, spec, again, impatient), `${kind}: the same token makes the same thing`).toBe(
        ref,
      );
      const listed = (await Array.fromAsync(driver.list(signal))).filter(
        (item) => item.ref === ref || item.token === token,
      );
      expect(
        listed.map((item) => item.ref),
        `${kind}: one of it is listed`,
      ).toEqual([ref]);
      const settled = await until(driver, ref, ({ state }) => ['ready', 'running', 'failed'].includes(state));
      expect(settled, kind).toMatchObject({ kind, ref, state: kind === 'server' ? 'running' : 'ready' });
      return ref;
    };
    const flavor = await named(cloud, 'flavor', 'm1.tiny');
    const image = await named(cloud, 'image', 'tiny');
    const external = await named(cloud, 'network', 'public');

    await make('key-pair', '/os-keypairs', { name: 'pileus-test', publicKey: aPublicKey() });
    const network = await make('network', '/networks', { name: 'pileus-test' });
    const subnet = await make('subnet', '/subnets', {
      name: 'pileus-test',
      network,
      cidr: '10.77.0.0/24',
      dns: ['9.9.9.9'],
      dhcp: true,
    });
    const router = await make('router', '/routers', { name: 'pileus-test', subnets: [subnet], external });
    const group = await make('security-group', '/security-groups', {
      name: 'pileus-test',
      description: 'web',
      rules: [
        { direction: 'ingress', protocol: 'tcp', ports: [80, 80] },
        { direction: 'ingress', protocol: 'icmp', cidr: '0.0.0.0/0' },
        { direction: 'egress', protocol: 'any' },
      ],
    });
    const port = await make('port', '/ports', {
      name: 'pileus-test',
      network,
      subnet,
      address: '10.77.0.10',
      securityGroups: [group],
    });
    const volume = await make('volume', '/volumes', { name: 'pileus-test', gigabytes: 1 });
    const server = await make('server', '/servers', {
      name: 'pileus (test) 一',
      flavor,
      image,
      ports: [port],
      networks: [],
      securityGroups: [],
      keyPair: 'pileus-test',
      userData: '#cloud-config\n',
    });
    await make('attachment', '/os-volume_attachments', { server, volume });
    const address = await make('address', '/floatingips', { name: 'pileus-test', network: external, port });

    const web = await driverOf(cloud, 'server').read(server, signal);
    const { details: public_ } = (await driverOf(cloud, 'address').read(address, signal)) ?? {};
    expect(public_).toMatchObject({ port });
    expect(web?.details.volumes).toEqual([volume]);
    expect(web?.details.addresses.find(({ reach }) => reach === 'private')?.address).toBe('10.77.0.10');
    await until(driverOf(cloud, 'server'), server, ({ details }) =>
      details.addresses.some((its) => its.reach === 'public' && its.address === public_?.address),
    );
    expect((await driverOf(cloud, 'router').read(router, signal))?.details).toEqual({ external, subnets: [subnet] });
    expect((await driverOf(cloud, 'security-group').read(group, signal))?.details.rules).toHaveLength(3);

    await verbs(cloud, server);

    for (const [kind, ref] of made.toReversed()) {
      const driver = driverOf(cloud, kind);
      await patiently(() => driver.delete(ref, plainCall('delete')));
      await until(driver, ref, undefined);
      await driver.delete(ref, plainCall('delete again'));
    }
    expect(Object.values(relays).map(({ lost }) => lost)).toEqual([3, 6, 1]);
    expect(await listings(cloud)).toEqual(before);
  });

  test('what takes several calls is completed when it was cut off, and removed when it was refused', async () => {
    const network = await driverOf(cloud, 'network').create({ name: 'half' }, plainCall('half/network'));
    const spec = { name: 'half', network, cidr: '10.78.0.0/24', dns: [], dhcp: true };
    const subnet = await driverOf(cloud, 'subnet').create(spec, plainCall('half/subnet'));
    const routers = driverOf(cloud, 'router');
    const nowhere = randomUUID();
    await expect(
      routers.create({ name: 'half', subnets: [subnet, nowhere] }, plainCall('half/router')),
    ).rejects.toMatchObject({
      code: 'provider-invalid',
    });

    // Cut off between two calls, the router is completed by the next attempt.
    relays.network.lose(({ method, path }) => method === 'PUT' && path.endsWith('/add_router_interface'));
    const cut = { name: 'half', subnets: [subnet] };
    await expect(routers.create(cut, plainCall('half/2'))).rejects.toMatchObject({ unclear: true });
    const router = await createOnce(routers, cut, { ...plainCall('half/2'), unclearSince: new Date() }, impatient);
    expect((await routers.read(router, signal))?.details.subnets).toEqual([subnet]);

    const groups = driverOf(cloud, 'security-group');
    const rules: Specs['security-group'] = {
      name: 'half',
      description: 'cut off',
      rules: [{ direction: 'egress', protocol: 'udp', ports: [53, 53], cidr: '9.9.9.9/32' }],
    };
    // What was sent is done although its reply is lost; whether it is lost before or after makes no difference.
    relays.network.lose(({ method, path }) => method === 'POST' && path.endsWith('/security-group-rules'));
    await expect(groups.create(rules, plainCall('half/3'))).rejects.toMatchObject({ unclear: true });
    const again = { ...plainCall('half/3'), unclearSince: new Date() };
    const group = await createOnce(groups, rules, again, impatient);
    expect((await groups.read(group, signal))?.details.rules).toEqual(rules.rules);
    await groups.delete(group, plainCall('d'));

    await routers.delete(router, plainCall('d'));
    await driverOf(cloud, 'subnet').delete(subnet, plainCall('d'));
    await driverOf(cloud, 'network').delete(network, plainCall('d'));
    expect(await listings(cloud)).toEqual(before);
  });

  test('a change whose reply is lost is finished by the next attempt, and what is shown then is what was asked for', async () => {
    const change = async <K extends ManagedKind>(kind: K, ref: Ref, spec: Specs[K], field: string, path: RegExp) => {
      const driver = driverOf(cloud, kind);
      relays[serviceOf(kind)].lose((request) => request.method !== 'GET' && path.test(request.path));
      const attempt = () => driver.update!(ref, spec, [field], plainCall(`change/${kind}`));
      const lost: unknown = await attempt().catch((error: unknown) => error);
      expect(lost, `the reply to changing a ${kind}`).toMatchObject({ code: 'provider-unreachable', unclear: true });
      await patiently(attempt);
      const seen = await until(driver, ref, ({ state }) => ['ready', 'running', 'failed'].includes(state));
      expect(differences(kind, spec, seen?.shown ?? {}), kind).toEqual([]);
      expect(seen?.shown, kind).toHaveProperty(field);
    };
    const made: [ManagedKind, Ref][] = [];
    const make = async <K extends ManagedKind>(kind: K, spec: Specs[K]): Promise<Ref> => {
      const ref = await driverOf(cloud, kind).create(spec, plainCall(`changes/${kind}`));
      made.push([kind, ref]);
      await until(driverOf(cloud, kind), ref, ({ state }) => ['ready', 'running', 'failed'].includes(state));
      return ref;
    };
    const network = await make('network', { name: 'changes' });
    await change('network', network, { name: 'changed' }, 'name', /networks/);
    const group: Specs['security-group'] = { name: 'changes', description: 'old', rules: [] };
    const rule = { direction: 'ingress', protocol: 'tcp', ports: [22, 22], cidr: '10.0.0.0/8' } as const;
    const ref = await make('security-group', group);
    await change('security-group', ref, { ...group, rules: [{ ...rule, ports: [22, 22] }] }, 'rules', /rules$/);
    await change('security-group', ref, { ...group, rules: [] }, 'rules', /rules\//);
    const volume = await make('volume', { name: 'changes', gigabytes: 1 });
    await change('volume', volume, { name: 'changes', gigabytes: 3 }, 'gigabytes', /action$/);
    const spec: Specs['server'] = {
      name: 'changes',
      flavor: await named(cloud, 'flavor', 'm1.tiny'),
      image: await named(cloud, 'image', 'tiny'),
      ports: [],
      networks: [],
      securityGroups: [],
    };
    const server = await make('server', spec);
    const flavor = await named(cloud, 'flavor', 'm1.small');
    await change('server', server, { ...spec, flavor }, 'flavor', /action$/);
    for (const [kind, last] of made.toReversed()) {
      await patiently(() => driverOf(cloud, kind).delete(last, plainCall('d')));
      await until(driverOf(cloud, kind), last, undefined);
    }
    expect(await listings(cloud)).toEqual(before);
  });

  test('a used-up quota says which one and how much of it is used', async () => {
    await project.quota('compute', { instances: 0 });
    await project.quota('network', { network: 0 });
    await project.quota('volume', { volumes: 0 });
    const server = {
      name: 'q',
      flavor: await named(cloud, 'flavor', 'm1.tiny'),
      image: await named(cloud, 'image', 'tiny'),
      ports: [],
      networks: [],
      securityGroups: [],
    };
    const refused = async (attempt: Promise<unknown>) => (await attempt.catch((error: unknown) => error)) as Failure;

    const nova = await refused(driverOf(cloud, 'server').create(server, plainCall('q/1')));
    expect(nova.message).toBe(
      'The quota for instances at OpenStack is used up: Quota exceeded for instances: Requested 1, but already used 0 of 0 instances',
    );
    const neutron = await refused(driverOf(cloud, 'network').create({ name: 'q' }, plainCall('q/2')));
    expect(neutron.message).toBe(
      "The quota for network at OpenStack is used up: Quota exceeded for resources: ['network']. 0 of 0 are in use",
    );
    const cinder = await refused(driverOf(cloud, 'volume').create({ name: 'q', gigabytes: 1 }, plainCall('q/3')));
    expect(cinder).toMatchObject({ code: 'quota-exceeded', facts: { kind: 'volumes' } });

    await project.quota('compute', { instances: 10 });
    await project.quota('network', { network: 10 });
    await project.quota('volume', { volumes: 10 });
  });

  test('a server that the cloud cannot run says why', async () => {
    const servers = driverOf(cloud, 'server');
    const spec = {
      name: 'fail-boot',
      flavor: await named(cloud, 'flavor', 'm1.tiny'),
      image: await named(cloud, 'image', 'tiny'),
      ports: [],
      networks: [],
      securityGroups: [],
    };
    const ref = await servers.create(spec, plainCall('fail/1'));
    const failed = await until(servers, ref, ({ state }) => state === 'failed');
    expect(failed?.details.fault).toMatch(/\w/);
    await servers.delete(ref, plainCall('d'));
    await until(servers, ref, undefined);
  });

  test.each([
    [{ password: 'wrong' }, 'identity', /user name or the password is wrong/],
    [
      { project: 'admin' },
      'identity',
      /user and password are right, but not the project admin .* This user's projects: pileus-test-/,
    ],
    [{ url: 'http://127.0.0.1:1/v3' }, 'identity', /127\.0\.0\.1:1 refuses the connection/],
    [{ url: 'http://keystone.invalid:5000' }, 'identity', /host name keystone\.invalid is not known/],
    [{ region: 'Nowhere' }, 'compute', /no Nova in region Nowhere; it has: RegionOne/],
    [
      { clientOptions: { nova_client: { bypass_url: 'http://127.0.0.1:1/v2.1' } } },
      'compute',
      /nova_client\.bypass_url leads to .* refuses the connection/,
    ],
  ] as const)('the check of an account with %j blames the right setting', async (wrong, service, sentence) => {
    const connection = connectBed({ ...project.settings, ...wrong });
    const checks = await Array.fromAsync(connection.check(signal));
    await connection.close?.();
    expect(checks.map((found) => found.service)).toEqual(['identity', 'compute', 'network', 'image', 'volume']);
    const failed = checks.find(({ ok }) => !ok);
    expect(failed?.service).toBe(service);
    expect(failed?.detail.en).toMatch(sentence);
    expect(JSON.stringify(checks)).not.toContain(project.settings.password);
  });

  test('an application credential and a token open the same project', async () => {
    const key = await project.applicationCredential();
    const { url, project: name } = project.settings;
    const ways = [
      { credential: 'application-credential', applicationCredential: key.id, applicationCredentialSecret: key.secret },
      { credential: 'token', token: await project.token() },
      { credential: 'token', token: await project.token(), project: name },
    ];
    for (const way of ways) {
      const connection = connectBed({ url, ...way });
      const checks = await Array.fromAsync(connection.check(signal));
      await connection.close?.();
      expect(
        checks.every(({ ok }) => ok),
        JSON.stringify(checks),
      ).toBe(true);
    }
    const wrong = connectBed({ url, ...ways[0], applicationCredentialSecret: 'wrong' });
    const [identity] = await Array.fromAsync(wrong.check(signal));
    await wrong.close?.();
    expect(identity?.detail.en).toMatch(/application credential is not accepted/);
  });

  test('the address of 2016, /v2.0/tokens, leads to Keystone v3', async () => {
    const connection = connectBed({ ...project.settings, url: project.settings.url.replace(/\/v3$/, '/v2.0/tokens') });
    const checks = await Array.fromAsync(connection.check(signal));
    await connection.close?.();
    expect(checks.map(({ service, ok }) => [service, ok])).toEqual(
      ['identity', 'compute', 'network', 'image', 'volume'].map((name) => [name, true]),
    );
  });
});

/** Stops, starts and reboots; doing again what is done already is no error. */
async function verbs(cloud: Connection, server: Ref): Promise<void> {
  const servers = driverOf(cloud, 'server');
  const reach = async (verb: 'start' | 'stop' | 'reboot', state: string) => {
    await patiently(async () => servers[verb]?.(server, plainCall(verb)));
    await until(servers, server, (item) => item.state === state);
  };
  await reach('stop', 'stopped');
  await reach('stop', 'stopped');
  await reach('start', 'running');
  await reach('start', 'running');
  await reach('reboot', 'running');
  await expect(servers.start?.(randomUUID(), plainCall('start'))).rejects.toMatchObject({ code: 'not-found' });
}

function driverOf<K extends ManagedKind>(cloud: Connection, kind: K): Driver<K> {
  const driver: Driver<K> | undefined = cloud.drivers[kind];
  if (!driver) throw new Error(`no driver for ${kind}`);
  return driver;
}

const serviceOf = (kind: ManagedKind): 'compute' | 'network' | 'volume' => {
  if (['key-pair', 'server', 'attachment'].includes(kind)) return 'compute';
  return kind === 'volume' ? 'volume' : 'network';
};

async function named(cloud: Connection, kind: Kind, name: string): Promise<Ref> {
  for await (const item of cloud.catalogues[kind]?.list(signal) ?? []) if (item.name === name) return item.ref;
  throw new Error(`the bed has no ${kind} named ${name}`);
}

async function listings(cloud: Connection): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  for (const kind of kinds) {
    const refs: string[] = [];
    for await (const { ref } of cloud.catalogues[kind]?.list(signal) ?? []) refs.push(ref);
    all[kind] = refs.toSorted();
  }
  return all;
}

/** Looks until `is` holds, or, without `is`, until the thing is gone. */
async function until<K extends ManagedKind>(
  driver: Driver<K>,
  ref: Ref,
  is: ((item: Observed<K>) => boolean) | undefined,
): Promise<Observed<K> | undefined> {
  const end = Date.now() + 120_000;
  for (;;) {
    const item = await driver.read(ref, signal);
    if (is ? item && is(item) : item === undefined) return item;
    if (Date.now() > end) throw new Error(`${JSON.stringify(item)} did not become what was waited for`);
    await pause(300);
  }
}

/** Tries again while the cloud says that something else is still going on, as the engine does. */
async function patiently(act: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'provider-conflict' || attempt === 30) throw error;
      await pause(500);
    }
  }
}
