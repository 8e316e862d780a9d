import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainCall, seconds, systemClock, type Clock, type Failure } from '@pileus/model';
import { afterAll, describe, expect, test } from 'vitest';
import { keepsPromises, type Samples } from '../conformance/index.ts';
import { surroundings, virtualClock } from '../testing/index.ts';
import { simulated, SimulatedAccount } from './index.ts';
import { externalNetwork } from './rules.ts';

const directory = mkdtempSync(join(tmpdir(), 'pileus-simulated-'));
afterAll(() => rmSync(directory, { recursive: true }));

const samples: Samples = {
  'key-pair': {
    spec: (bench) => ({ name: bench.name(), publicKey: 'ssh-ed25519 AAAA me' }),
    bad: (bench) => ({ name: bench.name(), publicKey: 'no key' }),
  },
  network: { spec: (bench) => ({ name: bench.name() }), changes: (bench) => ({ name: bench.name() }) },
  subnet: {
    spec: async (bench) => ({
      name: bench.name(),
      network: await bench.sample('network'),
      cidr: '10.1.0.0/24',
      dns: [],
      dhcp: true,
    }),
    changes: (bench) => ({ name: bench.name(), dns: ['9.9.9.9'], dhcp: false, gateway: '10.1.0.9' }),
    bad: async (bench) => ({
      name: bench.name(),
      network: await bench.sample('network'),
      cidr: 'all',
      dns: [],
      dhcp: true,
    }),
  },
  router: {
    spec: async (bench) => ({ name: bench.name(), subnets: [await bench.sample('subnet')], external: externalNetwork }),
    bad: (bench) => ({ name: bench.name(), subnets: ['no-subnet'] }),
    changes: async (bench) => ({ name: bench.name(), subnets: [await bench.sample('subnet')], external: undefined }),
  },
  'security-group': {
    changes: (bench) => ({
      name: bench.name(),
      description: 'web',
      rules: [{ direction: 'ingress', protocol: 'udp' }],
    }),
    spec: (bench) => ({
      name: bench.name(),
      description: '',
      rules: [{ direction: 'ingress', protocol: 'tcp', ports: [80, 80] }],
    }),
    bad: (bench) => ({
      name: bench.name(),
      description: '',
      rules: [{ direction: 'ingress', protocol: 'tcp', group: 'none' }],
    }),
  },
  port: {
    async spec(bench) {
      const network = await bench.sample('network');
      await bench.make('subnet', { name: bench.name(), network, cidr: '10.2.0.0/24', dns: [], dhcp: true });
      return { name: bench.name(), network, securityGroups: [await bench.sample('security-group')] };
    },
    async several(bench) {
      const network = await bench.sample('network');
      await bench.make('subnet', { name: bench.name(), network, cidr: '10.3.0.0/24', dns: [], dhcp: true });
      return Array.from({ length: 12 }, () => ({ name: bench.name(), network, securityGroups: [] }));
    },
    bad: (bench) => ({ name: bench.name(), network: 'none', securityGroups: [] }),
    changes: async (bench) => ({
      name: bench.name(),
      address: '10.2.0.77',
      securityGroups: [await bench.sample('security-group')],
    }),
  },
  volume: {
    spec: (bench) => ({ name: bench.name(), gigabytes: 10 }),
    several: (bench) => [1, 2, 3].map((gigabytes) => ({ name: bench.name(), gigabytes })),
    changes: (bench) => ({ name: bench.name(), gigabytes: 20, type: 'fast' }),
  },
  server: {
    spec: async (bench) => ({
      name: bench.name(),
      flavor: await bench.pick('flavor', ({ details }) => details.cores === 2),
      image: await bench.pick('image', ({ name }) => name.includes('中文')),
      ports: [await bench.sample('port')],
      networks: [],
      securityGroups: [],
    }),
    changes: async (bench) => ({
      name: bench.name(),
      flavor: await bench.pick('flavor', ({ details }) => details.cores === 4),
      securityGroups: [await bench.sample('security-group')],
    }),
    bad: (bench) => ({ name: bench.name(), flavor: 'none', ports: [], networks: [], securityGroups: [] }),
  },
  attachment: {
    spec: async (bench) => ({ server: await bench.sample('server'), volume: await bench.sample('volume') }),
    bad: async (bench) => ({ server: await bench.sample('server'), volume: 'none' }),
  },
  address: {
    spec: async (bench) => ({ name: bench.name(), port: await bench.sample('port') }),
    changes: async (bench) => ({ name: bench.name(), port: await bench.sample('port') }),
    bad: (bench) => ({ name: bench.name(), network: 'none' }),
  },
};

for (const once of ['token', 'claim', 'look-up'] as const) {
  keepsPromises({
    name: `a simulated cloud, by ${once}`,
    shell: 'pretended',
    samples,
    async connect() {
      const clock = virtualClock({ auto: true });
      const account = {
        once,
        latencyMilliseconds: 200,
        bootSeconds: 20,
        listLagSeconds: 60,
        callsPerSecond: 10,
        refusedDeletes: 0.5,
      };
      return { clock, connection: connect({ ...account, keep: once === 'claim' }, clock) };
    },
    within: seconds(600),
  });
}

describe('the simulated cloud', () => {
  test('keeps its state over a restart, and shares it between processes', async () => {
    const settings = { latencyMilliseconds: 0, listLagSeconds: 0, bootSeconds: 0 };
    const one = connect(settings);
    const other = connect(settings);
    const ref = await one.drivers.volume!.create({ name: 'kept', gigabytes: 7 }, plainCall('t'));
    expect(await other.drivers.volume!.create({ name: 'kept', gigabytes: 7 }, plainCall('t'))).toBe(ref);
    expect(await connect(settings).drivers.volume!.read(ref, signal)).toMatchObject({
      name: 'kept',
      details: { gigabytes: 7 },
    });
    await other.drivers.volume!.delete(ref, plainCall('d'));
    expect(await one.drivers.volume!.read(ref, signal)).toBeUndefined();
  });

  test('one seed tells one story', async () => {
    const story = async (seed: number) => {
      const clock = virtualClock({ auto: true });
      const { drivers } = connect({ seed, keep: false, lostReplies: 0.3, lostRequests: 0.3 }, clock);
      const outcomes = [];
      for (let n = 0; n < 40; n += 1) {
        const outcome = drivers
          .network!.create({ name: `n${n}` }, plainCall(`t${n}`))
          .catch((failure: Failure) => failure.message);
        outcomes.push(await outcome, clock.now());
      }
      return outcomes;
    };
    expect(await story(5)).toEqual(await story(5));
    expect(await story(5)).not.toEqual(await story(6));
  });

  test('says which quota is used up, and throttles who calls too often', async () => {
    const clock = virtualClock({ auto: true });
    const { drivers } = connect(
      { keep: false, quotas: { volumes: 2 }, callsPerSecond: 2, latencyMilliseconds: 0 },
      clock,
    );
    const create = (n: number) => drivers.volume!.create({ name: 'v', gigabytes: 1 }, plainCall(`t${n}`));
    await create(1);
    await create(2);
    await expect(create(3)).rejects.toMatchObject({
      code: 'quota-exceeded',
      facts: { kind: 'volume', detail: '2 of 2 are there' },
    });
    const look = () => drivers.volume!.read('none', new AbortController().signal);
    await expect(Promise.all([look(), look()])).rejects.toMatchObject({ code: 'provider-throttled' });
    await clock.advance(seconds(1));
    await create(2);
  });

  test('servers fail to boot, and a region is down, when ordered', async () => {
    const clock = virtualClock({ auto: true });
    const { drivers } = connect({ keep: false, failedServers: 1 }, clock);
    const spec = {
      name: 's',
      flavor: 'sim.small',
      image: 'sim-image-debian',
      ports: [],
      networks: [],
      securityGroups: [],
    };
    const ref = await drivers.server!.create(spec, plainCall('t'));
    await clock.advance(seconds(60));
    expect(await drivers.server!.read(ref, signal)).toMatchObject({
      state: 'failed',
      native: 'ERROR',
      details: { fault: expect.any(String) },
    });
    const down = connect({ keep: false, isDown: true }, clock);
    await expect(down.drivers.server!.read(ref, signal)).rejects.toMatchObject({ code: 'provider-unreachable' });
    expect((await Array.fromAsync(down.check(signal))).map(({ ok }) => ok)).toEqual([false, false, false, false]);
  });
});

const { signal } = new AbortController();

function connect(settings: Parameters<typeof SimulatedAccount.parse>[0], clock: Clock = systemClock) {
  return simulated.connect(SimulatedAccount.parse(settings), surroundings({ clock, directory }));
}
