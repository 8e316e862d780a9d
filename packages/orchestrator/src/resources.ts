import type { Details, ManagedKind, Observed } from '@pileus/model';
import { bytesOf, type Data, type Requirement } from '@pileus/tosca';
import type { Instance } from './expand.ts';
import type { Choice, KnownAfter } from './plan.ts';

/** What a spec is built from. The same functions build it for the plan, with holes, and for the run, without. */
export interface Scope {
  /** The name a resource of this node gets at the cloud. */
  nameOf(node: Instance): string;
  readonly choice: Choice;
  /** Where a policy places it, unless it says so itself. */
  readonly zone: string | undefined;
  property(node: Instance, name: string): Data | undefined | KnownAfter;
  /** The cloud's id of a resource that an earlier step makes. */
  ref(node: string, kind: ManagedKind): string | KnownAfter;
  isNode(name: string, type: string): boolean;
  /** The ports that are bound to the node. */
  readonly boundPorts: readonly Instance[];
  /** A relationship's property. */
  relation(requirement: Requirement, name: string): Data | undefined | KnownAfter;
}

type Spec = Readonly<Record<string, unknown>>;

/** What to ask the cloud for; checked against the kind's schema once everything is known. */
export function specOf(kind: ManagedKind, node: Instance, part: Requirement | undefined, scope: Scope): Spec {
  return present(builders[kind](node, scope, part));
}

const builders: Readonly<Record<ManagedKind, (node: Instance, scope: Scope, part: Requirement | undefined) => Spec>> = {
  'key-pair': (node, scope) => ({ name: scope.nameOf(node), publicKey: scope.property(node, 'public_key') }),
  network: (node, scope) => ({ name: scope.nameOf(node) }),
  subnet: (node, scope) => ({
    name: scope.nameOf(node),
    network: scope.ref(node.name, 'network'),
    cidr: scope.property(node, 'cidr'),
    gateway: scope.property(node, 'gateway') ?? scope.property(node, 'gateway_ip'),
    dns: scope.property(node, 'dns'),
    dhcp: scope.property(node, 'dhcp') ?? scope.property(node, 'dhcp_enabled'),
  }),
  router: (node, scope) => ({
    name: scope.nameOf(node),
    subnets: targets(node, 'tosca.nodes.network.Network', scope).map((target) => scope.ref(target, 'subnet')),
    external: scope.choice.externalNetwork?.ref,
  }),
  'security-group': (node, scope) => ({
    name: scope.nameOf(node),
    description: node.description,
    rules: rules(node, scope.property(node, 'rules'), scope),
  }),
  port: (node, scope) => {
    const network = targets(node, 'tosca.nodes.network.Network', scope)[0] ?? '';
    return {
      name: scope.nameOf(node),
      network: scope.ref(network, 'network'),
      subnet: scope.ref(network, 'subnet'),
      address: scope.property(node, 'ip_address'),
      securityGroups: groups(node, scope),
    };
  },
  volume: (node, scope) => ({
    name: scope.nameOf(node),
    gigabytes: gigabytes(scope.property(node, 'size')),
    type: scope.property(node, 'type'),
    zone: scope.property(node, 'zone') ?? scope.zone,
  }),
  server: (node, scope) => ({
    name: scope.nameOf(node),
    flavor: scope.choice.flavor?.ref,
    image: scope.choice.image?.ref,
    ports: scope.boundPorts.map((port) => scope.ref(port.name, 'port')),
    networks: scope.choice.networks?.map(({ ref }) => ref),
    securityGroups: scope.boundPorts.length > 0 ? undefined : groups(node, scope),
    keyPair:
      targets(node, 'pileus.nodes.KeyPair', scope).map((target) => scope.ref(target, 'key-pair'))[0] ??
      scope.property(node, 'key_pair'),
    zone: scope.property(node, 'zone') ?? scope.zone,
    userData: scope.property(node, 'user_data'),
  }),
  attachment: (node, scope, part) => ({
    server: scope.ref(node.name, 'server'),
    volume: part && scope.ref(part.target, 'volume'),
    device: part && (scope.relation(part, 'device') ?? scope.relation(part, 'location')),
  }),
  address: (node, scope) => ({
    name: scope.nameOf(node),
    network: scope.choice.externalNetwork?.ref,
    port: targets(node, 'tosca.nodes.network.Port', scope).map((target) => scope.ref(target, 'port'))[0],
  }),
};

/** The targets of a node's requirements that are of one type. */
function targets(node: Instance, type: string, scope: Scope): string[] {
  const found = node.requirements.map(({ target }) => target);
  return found.filter((target) => scope.isNode(target, type));
}

function groups(node: Instance, scope: Scope): (string | KnownAfter)[] {
  return targets(node, 'pileus.nodes.SecurityGroup', scope).map((target) => scope.ref(target, 'security-group'));
}

function rules(node: Instance, given: Data | undefined | KnownAfter, scope: Scope): unknown {
  if (!Array.isArray(given)) return given;
  return given.map((rule: Record<string, Data>) => {
    const { group, port, ports, ...rest } = rule;
    return present({
      ...rest,
      ports: port === undefined || port === null ? ports : [port, port],
      group: typeof group === 'string' ? scope.ref(`${node.inside ?? ''}${group}`, 'security-group') : undefined,
    });
  });
}

/** A scalar-unit.size (TOSCA Simple Profile 1.3, 3.3.6.4) in whole gigabytes, rounded up. */
export function gigabytes(size: Data | undefined | KnownAfter): unknown {
  const bytes = typeof size === 'string' ? bytesOf(size) : undefined;
  return bytes === undefined ? size : Math.max(1, Math.ceil(bytes / (bytes % 1e9 === 0 ? 1e9 : 1024 ** 3)));
}

/** What a node's attributes become when one of its resources is ready. */
export function attributesOf(kind: ManagedKind, observed: Observed): Record<string, Data> {
  switch (kind) {
    case 'server': {
      const { addresses } = observed.details as Details['server'];
      const first = (reach: 'private' | 'public') => addresses.find((one) => one.reach === reach)?.address;
      return present({
        resource_id: observed.ref,
        private_address: first('private'),
        public_address: first('public'),
        networks: networks(addresses),
      }) as Record<string, Data>;
    }
    case 'port': {
      const { addresses } = observed.details as Details['port'];
      return present({ resource_id: observed.ref, ip_address: addresses[0], address: addresses[0] }) as Record<
        string,
        Data
      >;
    }
    case 'address': {
      const { address } = observed.details as Details['address'];
      return { resource_id: observed.ref, address };
    }
    case 'volume':
      return { resource_id: observed.ref, volume_id: observed.ref };
    case 'network':
      return { resource_id: observed.ref, network_id: observed.ref };
    case 'subnet':
      return { subnet_id: observed.ref };
    case 'attachment': {
      const { device } = observed.details as Details['attachment'];
      return device ? { device } : {};
    }
    default:
      return { resource_id: observed.ref };
  }
}

function networks(addresses: Details['server']['addresses']): Data {
  const byName: Record<string, { network_name: string; addresses: string[] }> = {};
  for (const { network = 'default', address } of addresses)
    (byName[network] ??= { network_name: network, addresses: [] }).addresses.push(address);
  return byName;
}

/** Without the fields that say nothing; the kind's schema knows what they are then. */
function present(spec: Spec): Spec {
  return Object.fromEntries(
    Object.entries(spec).filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0)),
  );
}
