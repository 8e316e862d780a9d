import { generateKeyPairSync, randomUUID } from 'node:crypto';
import type { Bench, Samples } from '@pileus/provider/conformance';

/** A type of volumes beside the usual one; {@link BedProject.volumeType} makes it. */
export const otherVolumeType = 'pileus-test';

/** What the conformance kit makes on an OpenStack: the smallest flavor, an image that fake hosts take too. */
export const samples: Samples = {
  'key-pair': {
    spec: ({ name }) => ({ name: name(), publicKey: aPublicKey() }),
    bad: ({ name }) => ({ name: name(), publicKey: 'not a key' }),
  },
  network: { spec: ({ name }) => ({ name: name() }), changes: ({ name }) => ({ name: name() }) },
  subnet: {
    spec: async ({ name, sample }) => ({
      name: name(),
      network: await sample('network'),
      cidr: '10.66.0.0/24',
      dns: ['9.9.9.9'],
      dhcp: true,
    }),
    changes: ({ name }) => ({ name: name(), gateway: '10.66.0.9', dns: ['9.9.9.9', '1.1.1.1'], dhcp: false }),
    bad: async ({ name, sample }) => ({
      name: name(),
      network: await sample('network'),
      cidr: '10.66.0.0/99',
      dns: [],
      dhcp: true,
    }),
  },
  router: {
    spec: async (bench) => ({
      name: bench.name(),
      subnets: [await bench.sample('subnet')],
      external: await externalNetwork(bench),
    }),
    bad: ({ name }) => ({ name: name(), subnets: [randomUUID()] }),
    changes: async ({ name, make, sample }) => {
      const network = await sample('network');
      const other = { name: name(), network, cidr: '10.69.0.0/24', dns: [], dhcp: true };
      return { name: name(), external: undefined, subnets: [await make('subnet', other)] };
    },
  },
  'security-group': {
    spec: ({ name }) => ({
      name: name(),
      description: 'what a web server lets in',
      rules: [
        { direction: 'ingress', protocol: 'tcp', ports: [80, 443] },
        { direction: 'ingress', protocol: 'icmp', cidr: '10.0.0.0/8' },
      ],
    }),
    changes: ({ name }) => ({
      name: name(),
      description: 'what a name server lets in, and out',
      rules: [
        { direction: 'ingress', protocol: 'icmp', cidr: '10.0.0.0/8' },
        { direction: 'ingress', protocol: 'udp', ports: [53, 53] },
        { direction: 'egress', protocol: 'udp', ports: [53, 53] },
      ],
    }),
    bad: ({ name }) => ({
      name: name(),
      description: '',
      rules: [{ direction: 'ingress', protocol: 'tcp', cidr: 'nowhere' }],
    }),
  },
  port: {
    spec: async ({ name, make, sample }) => {
      const network = await sample('network');
      const subnet = await make('subnet', { name: name(), network, cidr: '10.67.0.0/24', dns: [], dhcp: true });
      return { name: name(), network, subnet, address: '10.67.0.7', securityGroups: [await sample('security-group')] };
    },
    changes: async ({ name, sample }) => ({
      name: name(),
      address: '10.67.0.8',
      securityGroups: [await sample('security-group')],
    }),
    several: async ({ name, make, sample }) => {
      const network = await sample('network');
      await make('subnet', { name: name(), network, cidr: '10.68.0.0/24', dns: [], dhcp: true });
      const securityGroups = [await sample('security-group')];
      return Array.from({ length: 3 }, () => ({ name: name(), network, securityGroups }));
    },
    bad: ({ name }) => ({ name: name(), network: randomUUID(), securityGroups: [] }),
  },
  volume: {
    spec: ({ name }) => ({ name: name(), gigabytes: 1 }),
    changes: ({ name }) => ({ name: name(), gigabytes: 2, type: otherVolumeType }),
    bad: ({ name }) => ({ name: name(), gigabytes: 1, type: 'no such type' }),
  },
  server: {
    // A port made beforehand, and one that Nova makes and puts into the group.
    spec: async ({ name, make, sample, pick }) => {
      const network = await sample('network');
      await make('subnet', { name: name(), network, cidr: '10.70.0.0/24', dns: [], dhcp: true });
      const groups = { networks: [network], securityGroups: [await sample('security-group')] };
      return { ...(await theServer(name(), pick)), ports: [await sample('port')], ...groups };
    },
    changes: async ({ name, sample, pick }) => ({
      name: name(),
      securityGroups: [await sample('security-group')],
      flavor: await pick('flavor', (item) => item.name === 'm1.small'),
    }),
    bad: async ({ name, pick }) => ({ ...(await theServer(name(), pick)), flavor: 'no-such-flavor' }),
  },
  attachment: {
    spec: async ({ sample }) => ({ server: await sample('server'), volume: await sample('volume') }),
    bad: async ({ sample }) => ({ server: await sample('server'), volume: randomUUID() }),
  },
  address: {
    spec: async (bench) => {
      const { name, make } = bench;
      const external = await externalNetwork(bench);
      const network = await make('network', { name: name() });
      const subnet = await make('subnet', { name: name(), network, cidr: '10.68.0.0/24', dns: [], dhcp: true });
      await make('router', { name: name(), subnets: [subnet], external });
      return {
        name: name(),
        network: external,
        port: await make('port', { name: name(), network, subnet, securityGroups: [] }),
      };
    },
    changes: ({ name }) => ({ name: name(), port: undefined }),
    bad: ({ name }) => ({ name: name(), network: randomUUID() }),
  },
};

async function theServer(name: string, pick: Bench['pick']) {
  const flavor = await pick('flavor', (item) => item.name === 'm1.tiny');
  const image = await pick('image', (item) => item.name === 'tiny');
  return { name, flavor, image, ports: [], networks: [], securityGroups: [], userData: '#cloud-config\n' };
}

/** The network outside, which nobody makes. */
async function externalNetwork({ connection, signal }: Bench): Promise<string> {
  for await (const { ref, details } of connection.drivers.network?.list(signal) ?? []) if (details.external) return ref;
  throw new Error('this cloud has no external network');
}

/** An OpenSSH public key (RFC 8709): the algorithm's name and the 32 bytes, each behind its length. */
export function aPublicKey(): string {
  const { publicKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const field = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
  return `ssh-ed25519 ${Buffer.concat([field(Buffer.from('ssh-ed25519')), field(raw)]).toString('base64')} test`;
}
