import {
  because,
  Failure,
  type Details,
  type ManagedKind,
  type Ref,
  type ServerAddress,
  type Specs,
} from '@pileus/model';
import { flavors, images } from './catalogue.ts';
import { freeAddress, overlaps, parseAddress, parseBlock, type Block } from './ipv4.ts';
import type { Moment, Thing } from './thing.ts';

export const provider = 'Simulated cloud';

/** The network that reaches the world; it was there before us and nobody can remove it. */
export const externalNetwork = 'sim-network-public';

/** What a cloud knows about one kind. */
export interface Rules<K extends ManagedKind> {
  /** Throws when the spec makes no sense; answers the addresses it is given. */
  accept(spec: Specs[K], now: Moment): readonly string[];
  /** What still needs it, in words, or undefined when it can go. */
  neededBy(thing: Thing<K>, now: Moment): string | undefined;
  details(thing: Thing<K>, now: Moment): Details[K];
  nameOf(spec: Specs[K]): string;
  /** What can be changed in place, and how long that takes, in parts of a server's boot time. */
  readonly changeable: { readonly [F in keyof Specs[K]]?: number };
  /** Throws when what there is cannot become this, although it could have been made so. */
  mayBecome?(present: Specs[K], wanted: Specs[K]): void;
  /** How long making one takes, in parts of a server's boot time, and removing it. */
  readonly pace: { readonly make: number; readonly remove: number };
}

export const rules: { readonly [K in ManagedKind]: Rules<K> } = {
  'key-pair': {
    accept({ publicKey }) {
      if (!/^(ssh|ecdsa)-\S+ \S+/.test(publicKey)) throw senseless('the public key is not in OpenSSH format');
      return [];
    },
    neededBy: () => undefined,
    details: (thing) => ({ fingerprint: `sim:${thing.ref}` }),
    nameOf: ({ name }) => name,
    changeable: {},
    pace: { make: 0, remove: 0 },
  },

  network: {
    accept: () => [],
    neededBy(thing, now) {
      const subnet = now.all('subnet').find(({ spec }) => spec.network === thing.ref);
      const port = now.all('port').find(({ spec }) => spec.network === thing.ref);
      const server = now.all('server').find(({ spec }) => spec.networks.includes(thing.ref));
      return inWords('the subnet', subnet) ?? inWords('the port', port) ?? inWords('the server', server);
    },
    details: (thing, now) => ({
      external: thing.ref === externalNetwork,
      subnets: subnetsOf(thing.ref, now).map(({ ref }) => ref),
    }),
    nameOf: ({ name }) => name,
    changeable: { name: 0 },
    pace: { make: 0.05, remove: 0 },
  },

  subnet: {
    accept({ network, cidr, gateway }, now) {
      must('network', network, now);
      const block = parseBlock(cidr);
      if (!block) throw senseless(`${cidr} is not a block of IPv4 addresses such as 10.0.0.0/24`);
      if (gateway && parseAddress(gateway) === undefined) throw senseless(`${gateway} is not an IPv4 address`);
      for (const { spec, ref } of subnetsOf(network, now)) {
        const other = parseBlock(spec.cidr);
        if (other && overlaps(block, other)) throw senseless(`${cidr} overlaps ${spec.cidr} of the subnet ${ref}`);
      }
      return [];
    },
    neededBy(thing, now) {
      const router = now.all('router').find(({ spec }) => spec.subnets.includes(thing.ref));
      const port = now.all('port').find(({ spec }) => spec.network === thing.spec.network);
      const server = now.all('server').find(({ spec }) => spec.networks.includes(thing.spec.network));
      return inWords('the router', router) ?? inWords('the port', port) ?? inWords('the server', server);
    },
    details: ({ spec }) => ({ network: spec.network, cidr: spec.cidr, gateway: spec.gateway }),
    nameOf: ({ name }) => name,
    changeable: { name: 0, gateway: 0, dns: 0, dhcp: 0 },
    pace: { make: 0, remove: 0 },
  },

  router: {
    accept({ subnets, external }, now) {
      for (const subnet of subnets) must('subnet', subnet, now);
      if (external && external !== externalNetwork) throw senseless(`${external} is not an external network`);
      return [];
    },
    neededBy: () => undefined,
    details: ({ spec }) => ({ external: spec.external, subnets: [...spec.subnets] }),
    nameOf: ({ name }) => name,
    changeable: { name: 0, subnets: 0.05, external: 0.05 },
    pace: { make: 0.1, remove: 0 },
  },

  'security-group': {
    accept(spec, now) {
      for (const { cidr, group } of spec.rules) {
        if (cidr && !parseBlock(cidr) && !cidr.includes(':')) throw senseless(`${cidr} is not a block of addresses`);
        if (group) must('security-group', group, now);
      }
      return [];
    },
    neededBy(thing, now) {
      const port = now.all('port').find(({ spec }) => spec.securityGroups.includes(thing.ref));
      const server = now.all('server').find(({ spec }) => spec.securityGroups.includes(thing.ref));
      return inWords('the port', port) ?? inWords('the server', server);
    },
    details: ({ spec }) => ({ rules: [...spec.rules] }),
    nameOf: ({ name }) => name,
    changeable: { name: 0, description: 0, rules: 0 },
    pace: { make: 0, remove: 0 },
  },

  port: {
    accept({ network, subnet, address, securityGroups }, now) {
      must('network', network, now);
      if (subnet) must('subnet', subnet, now);
      for (const group of securityGroups) must('security-group', group, now);
      if (address && addressesIn(network, now).has(address)) throw senseless(`${address} is taken`);
      return address ? [address] : addressesFor([network], now);
    },
    neededBy: (thing, now) =>
      inWords(
        'the server',
        now.all('server').find(({ spec }) => spec.ports.includes(thing.ref)),
      ),
    details: (thing, now) => ({
      network: thing.spec.network,
      addresses: [...thing.addresses],
      device: now.all('server').find(({ spec }) => spec.ports.includes(thing.ref))?.ref,
    }),
    nameOf: ({ name }) => name,
    changeable: { name: 0, address: 0, securityGroups: 0 },
    pace: { make: 0.05, remove: 0 },
  },

  volume: {
    accept: () => [],
    neededBy: (thing, now) => inWords('the server', serverWith(thing.ref, now)),
    details: (thing, now) => {
      const server = serverWith(thing.ref, now);
      return { gigabytes: thing.spec.gigabytes, attachedTo: server ? [server.ref] : [] };
    },
    nameOf: ({ name }) => name,
    changeable: { name: 0, gigabytes: 0.1, type: 0.2 },
    mayBecome(present, wanted) {
      if (wanted.gigabytes < present.gigabytes)
        throw senseless(`a volume of ${present.gigabytes} GB cannot shrink to ${wanted.gigabytes} GB`);
    },
    pace: { make: 0.2, remove: 0.1 },
  },

  server: {
    accept({ flavor, image, ports, networks, securityGroups, keyPair }, now) {
      if (!flavor || !flavors.some(({ ref }) => ref === flavor))
        throw senseless(`there is no flavor ${flavor ?? '(none given)'}`);
      if (!image || !images.some(({ ref }) => ref === image))
        throw senseless(`there is no image ${image ?? '(none given)'}`);
      for (const port of ports) {
        must('port', port, now);
        const other = now.all('server').find(({ spec }) => spec.ports.includes(port));
        if (other) throw senseless(`the port ${port} belongs to the server ${other.ref}`);
      }
      for (const network of networks) must('network', network, now);
      for (const group of securityGroups) must('security-group', group, now);
      if (keyPair && !now.all('key-pair').some(({ spec }) => spec.name === keyPair)) {
        throw senseless(`there is no key pair ${keyPair}`);
      }
      return addressesFor(networks, now);
    },
    neededBy: () => undefined,
    details: (thing, now) => ({
      flavor: thing.spec.flavor,
      image: thing.spec.image,
      addresses: serverAddresses(thing, now),
      volumes: now
        .all('attachment')
        .filter(({ spec }) => spec.server === thing.ref)
        .map(({ spec }) => spec.volume),
      fault: now.time < thing.readyAt ? undefined : thing.fault,
    }),
    nameOf: ({ name }) => name,
    changeable: { name: 0, flavor: 1, securityGroups: 0 },
    pace: { make: 1, remove: 0.3 },
  },

  attachment: {
    accept({ server, volume }, now) {
      must('server', server, now);
      must('volume', volume, now);
      const other = serverWith(volume, now);
      if (other)
        throw new Failure('provider-conflict', {
          provider,
          detail: because('in-use-by', { kind: 'volume', ref: volume, user: other.ref }),
        });
      return [];
    },
    neededBy: () => undefined,
    details: ({ spec }) => ({ server: spec.server, volume: spec.volume, device: spec.device ?? '/dev/vdb' }),
    nameOf: ({ device }) => device ?? '/dev/vdb',
    changeable: {},
    pace: { make: 0.1, remove: 0.1 },
  },

  address: {
    accept({ network = externalNetwork, port }, now) {
      if (network !== externalNetwork) throw senseless(`${network} is not an external network`);
      if (port) must('port', port, now);
      const taken = new Set(now.all('address').flatMap(({ addresses }) => addresses));
      const free = freeAddress(publicBlock, taken);
      if (!free) throw new Failure('no-capacity', { provider, kind: 'address', detail: because('no-public-address') });
      return [free];
    },
    neededBy: () => undefined,
    details: ({ addresses, spec }) => ({ address: addresses[0] ?? '', port: spec.port }),
    nameOf: ({ name }) => name,
    changeable: { name: 0, port: 0 },
    pace: { make: 0, remove: 0 },
  },
};

/** 198.18.0.0/15 is set aside for tests (RFC 2544): nobody in the world is reached by mistake. */
const publicBlock: Block = { first: 0xc6120000, last: 0xc613ffff };

function must(kind: ManagedKind, ref: Ref, now: Moment): void {
  if (!now.find(kind, ref)) throw senseless(`there is no ${kind} ${ref}`);
}

function senseless(detail: string): Failure {
  return new Failure('provider-invalid', { provider, detail });
}

function inWords(what: string, thing: Thing | undefined): string | undefined {
  return thing && `${what} ${thing.ref}`;
}

function subnetsOf(network: Ref, now: Moment): Thing<'subnet'>[] {
  return now.all('subnet').filter(({ spec }) => spec.network === network);
}

function serverWith(volume: Ref, now: Moment): Thing<'server'> | undefined {
  const attachment = now.all('attachment').find(({ spec }) => spec.volume === volume);
  return attachment && now.find('server', attachment.spec.server);
}

function addressesIn(network: Ref, now: Moment): Set<string> {
  const ports = now.all('port').filter(({ spec }) => spec.network === network);
  const servers = now.all('server').filter(({ spec }) => spec.networks.includes(network));
  return new Set([...ports, ...servers].flatMap(({ addresses }) => addresses));
}

/** One address in each network, from its first subnet that has one left; none where there is no subnet. */
function addressesFor(networks: readonly Ref[], now: Moment): string[] {
  return networks.flatMap((network) => {
    const subnets = subnetsOf(network, now);
    const taken = addressesIn(network, now);
    for (const { spec } of subnets) {
      const block = parseBlock(spec.cidr);
      const free = block && freeAddress(block, taken);
      if (free) return [free];
    }
    if (subnets.length === 0) return [];
    throw new Failure('no-capacity', {
      provider,
      kind: 'port',
      detail: because('no-address-in', { network }),
    });
  });
}

function serverAddresses(server: Thing<'server'>, now: Moment): ServerAddress[] {
  const ports = server.spec.ports.map((port) => now.find('port', port)).filter((port) => port !== undefined);
  const ofPorts = ports.flatMap(({ addresses, spec }) =>
    addresses.map((address) => ({ address, network: spec.network })),
  );
  const own = server.addresses.map((address, i) => ({ address, network: server.spec.networks[i] }));
  const outside = now.all('address').filter(({ spec }) => spec.port && server.spec.ports.includes(spec.port));
  return [
    ...[...ofPorts, ...own].map((each) => ({ ...each, reach: 'private' as const })),
    ...outside.flatMap(({ addresses }) => addresses).map((address) => ({ address, reach: 'public' as const })),
  ];
}
