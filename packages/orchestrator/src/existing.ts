import type { Details, ManagedKind, Observed } from '@pileus/model';
import type { Connection } from '@pileus/provider';
import type { Data, InventoryCapability, InventoryNode, Value } from '@pileus/tosca';
import type { Instance } from './expand.ts';
import { isHole } from './plan.ts';
import { valueOf } from './values.ts';
import { Work } from './work.ts';
import type { Deployment, Survey } from './world.ts';

/** A node that is there already, which nodes of a template may stand for. */
export interface Existing extends InventoryNode {
  /** What of it there is at the cloud, by kind. */
  readonly refs: Readonly<Partial<Record<ManagedKind, string>>>;
  /** Whose it is; absent for what only the cloud knows. */
  readonly from?: { readonly deployment: string; readonly name: string; readonly node: string } | undefined;
}

/** What nodes may be selected from beside what only the cloud knows. */
export interface Stock {
  readonly nodes: readonly Existing[];
  /** Refs of everything of deployments, whether or not it may be selected: none of it is the cloud's alone. */
  readonly managed: ReadonlySet<string>;
}

/** What a deployment has to offer: its instances as they are, with what is known of them. Its secrets stay its own. */
export function existingOf(deployment: Deployment, revision: number, survey: Survey): Existing[] {
  const choices = deployment.revisions.get(revision)?.choices ?? {};
  const plan = { steps: [], choices, scaling: [], watches: [], nodes: [], gone: [] };
  const { setting, secrets } = new Work(deployment, { plan, revision }, survey);
  const there = new Set(survey.nodes.map(({ node }) => node));
  return Object.values(setting.topology.nodes).flatMap((node): Existing[] => {
    if (!there.has(node.name) || node.elsewhere === 'selected') return [];
    const known = (values: Readonly<Record<string, Value>>): Record<string, Data> =>
      Object.fromEntries(
        Object.entries(values).flatMap(([name, value]): [string, Data][] => {
          const found = valueOf(setting, value, node);
          return isHole(found) || found === null || secrets.isIn(found) ? [] : [[name, found]];
        }),
      );
    const all = [...(setting.known.attributes.get(node.name) ?? [])];
    const set = Object.fromEntries(all.filter(([, value]) => !secrets.isIn(value)));
    const own = survey.resources.filter((one) => one.node === node.name && one.ref !== undefined);
    return [
      {
        id: `${deployment.id}/${node.name}`,
        name: node.name,
        types: node.types,
        properties: known(node.properties),
        attributes: { ...known(node.attributes), ...set },
        capabilities: capabilitiesOf(node, known, set['CAPABILITY']),
        schemas: node.schemas,
        refs: Object.fromEntries(own.map(({ kind, ref }) => [kind, ref])),
        from: { deployment: deployment.id, name: deployment.name, node: node.name },
      },
    ];
  });
}

function capabilitiesOf(
  { capabilities }: Instance,
  known: (values: Readonly<Record<string, Value>>) => Record<string, Data>,
  set: Data | undefined,
): Record<string, InventoryCapability> {
  const kept = (set ?? {}) as Readonly<Record<string, Readonly<Record<string, Data>>>>; // Written by assignments only.
  return Object.fromEntries(
    Object.entries(capabilities).map(([name, { types, properties, attributes, schemas }]) => [
      name,
      { types, properties: known(properties), attributes: { ...known(attributes), ...kept[name] }, schemas },
    ]),
  );
}

/** The types under which the cloud's own resources are offered, by kind. */
const typesByKind = {
  network: ['pileus.nodes.Network', 'tosca.nodes.network.Network', 'tosca.nodes.Root'],
  'security-group': ['pileus.nodes.SecurityGroup', 'tosca.nodes.Root'],
  'key-pair': ['pileus.nodes.KeyPair', 'tosca.nodes.Root'],
  volume: ['pileus.nodes.Volume', 'tosca.nodes.Storage.BlockStorage', 'tosca.nodes.BlockStorage', 'tosca.nodes.Root'],
  server: ['pileus.nodes.Server', 'tosca.nodes.Compute', 'tosca.nodes.Root'],
} as const satisfies Partial<Record<ManagedKind, readonly string[]>>;

/** What nodes of each kind offer, by name. */
const capabilityByKind: Readonly<Record<keyof typeof typesByKind, Readonly<Record<string, readonly string[]>>>> = {
  network: { link: ['tosca.capabilities.network.Linkable', 'tosca.capabilities.Node'] },
  'security-group': { membership: ['pileus.capabilities.SecurityGroup', 'tosca.capabilities.Node'] },
  'key-pair': {},
  volume: { attachment: ['tosca.capabilities.Attachment'] },
  server: { host: ['tosca.capabilities.Compute', 'tosca.capabilities.Container'] },
};

/** What the account shows, of the kinds that nodes of some type can be. */
export async function existingAt(
  connection: Connection,
  wanted: readonly string[],
  signal: AbortSignal,
): Promise<Existing[]> {
  const found: Existing[] = [];
  for (const [kind, types] of Object.entries(typesByKind) as [keyof typeof typesByKind, readonly string[]][]) {
    const offered = Object.values(capabilityByKind[kind]).flat();
    if (!wanted.some((type) => types.includes(type) || offered.includes(type))) continue;
    const source = connection.drivers[kind];
    if (!source) continue;
    for await (const one of source.list(signal) as AsyncIterable<Observed>) found.push(asExisting(kind, types, one));
  }
  return found;
}

function asExisting(kind: keyof typeof typesByKind, types: readonly string[], one: Observed): Existing {
  const { ref, name } = one;
  const capabilities = { feature: ['tosca.capabilities.Node'], ...capabilityByKind[kind] };
  const subnet = kind === 'network' ? (one.details as Details['network']).subnets[0] : undefined;
  return {
    id: `${kind}/${ref}`,
    name,
    types,
    properties: { name },
    attributes: { resource_id: ref, ...attributesOf(kind, one), ...(subnet !== undefined && { subnet_id: subnet }) },
    capabilities: Object.fromEntries(
      Object.entries(capabilities).map(([key, of]) => [key, { types: of, properties: {}, attributes: {} }]),
    ),
    refs: { [kind]: ref, ...(subnet !== undefined && { subnet }) },
  };
}

function attributesOf(kind: keyof typeof typesByKind, { ref, details }: Observed): Record<string, Data> {
  if (kind === 'network') return { network_id: ref };
  if (kind !== 'server') return {};
  const { addresses } = details as Details['server'];
  return Object.fromEntries(addresses.map(({ reach, address }) => [`${reach}_address`, address]));
}
