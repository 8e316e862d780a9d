import type { Kind, Observed, Problem } from '@pileus/model';
import type { Connection } from '@pileus/provider';
import { bytesOf, type Data } from '@pileus/tosca';
import type { Graph, Instance } from './expand.ts';
import type { Choice, Choices, Chosen } from './plan.ts';
import { isA, resourcesOf } from './structure.ts';

/** A property or capability property of a node, evaluated with the deployment's inputs. */
export type Reader = (node: Instance, name: string, capability?: string) => Data | undefined;

/**
 * Finds the cloud's flavors, images and networks that a topology speaks of, by name, by id or by size. Each catalogue
 * is listed at most once; what cannot be found is a problem that names what there is. What was chosen before stays
 * chosen while the template asks for the same: a newer image is no reason to replace a server.
 */
export async function choose(
  topology: Graph,
  connection: Connection,
  read: Reader,
  before: Choices,
  signal: AbortSignal,
): Promise<{ choices: Choices; problems: Problem[] }> {
  const catalogue = cached(connection, signal);
  const problems: Problem[] = [];
  const choices: Record<string, Choice> = {};
  const withPorts = serversWithPorts(topology);
  for (const node of Object.values(topology.nodes)) {
    const asked = wishesOf(node, read, withPorts.has(node.name));
    if (asked === undefined) continue;
    const earlier = before[node.name];
    if (earlier?.asked === asked) {
      choices[node.name] = earlier;
      continue;
    }
    const choice = await choiceOf(
      node,
      catalogue,
      read,
      (message) => problems.push({ at: `/nodes/${node.name}`, message }),
      withPorts.has(node.name),
    );
    if (Object.values(choice).some((one) => one !== undefined)) choices[node.name] = { ...choice, asked };
  }
  return { choices, problems };
}

/** Everything a choice depends on, as text; undefined for a node that nothing is chosen for. */
function wishesOf(node: Instance, read: Reader, hasPorts: boolean): string | undefined {
  const kind = resourcesOf(node)[0]?.kind;
  if (kind === 'router') return JSON.stringify([read(node, 'external_network')]);
  if (kind === 'address') return JSON.stringify([read(node, 'network')]);
  if (kind !== 'server') return undefined;
  const own = ['flavor', 'image'].map((name) => read(node, name));
  const host = ['num_cpus', 'mem_size'].map((name) => read(node, name, 'host'));
  const os = ['type', 'distribution', 'version'].map((name) => read(node, name, 'os'));
  return JSON.stringify([own, host, os, hasPorts || read(node, 'network_names')]);
}

type Catalogue = <K extends Kind>(kind: K) => Promise<readonly Observed<K>[] | undefined>;

function cached(connection: Connection, signal: AbortSignal): Catalogue {
  const lists = new Map<Kind, Promise<readonly Observed[]>>();
  return async <K extends Kind>(kind: K) => {
    const source = connection.catalogues[kind] ?? connection.drivers[kind as keyof typeof connection.drivers];
    if (!source) return undefined;
    const list = lists.get(kind) ?? collect(source.list(signal) as AsyncIterable<Observed>);
    lists.set(kind, list);
    // The map is keyed by kind, so what is found under a kind is of that kind.
    return (await list) as readonly Observed<K>[];
  };
}

async function collect(items: AsyncIterable<Observed>): Promise<readonly Observed[]> {
  const list: Observed[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** The servers that ports are bound to. */
function serversWithPorts(topology: Graph): ReadonlySet<string> {
  const servers = new Set<string>();
  for (const { requirements } of Object.values(topology.nodes)) {
    for (const { target, relationship } of requirements) {
      if (isA(relationship, 'tosca.relationships.network.BindsTo')) servers.add(target);
    }
  }
  return servers;
}

async function choiceOf(
  node: Instance,
  catalogue: Catalogue,
  read: Reader,
  problem: (message: string) => void,
  ports: boolean,
): Promise<Choice> {
  const kind = resourcesOf(node)[0]?.kind;
  if (kind === 'server') {
    return {
      flavor: flavorFor(node, await catalogue('flavor'), read, problem),
      image: imageFor(node, await catalogue('image'), read, problem),
      networks: ports ? undefined : await networksFor(node, catalogue, read, problem),
    };
  }
  if (kind === 'router' || kind === 'address') {
    const wanted = read(node, kind === 'router' ? 'external_network' : 'network');
    if (wanted === undefined && kind === 'router') return {};
    return { externalNetwork: externalNetwork(wanted, await catalogue('network'), problem) };
  }
  return {};
}

interface Size {
  readonly cores: number;
  readonly megabytes: number;
}

/** `2核4G`, `2C4G`, `2 vCPU 4 GB`: the ways sizes are written on Chinese price lists. */
export function sizeOf(text: string): Size | undefined {
  const [, cores, gigabytes] = /^\s*(\d+)\s*(?:核|c|vcpus?)\s*[,，/ ]?\s*([\d.]+)\s*(?:g|gb|gib)\s*$/i.exec(text) ?? [];
  return cores && gigabytes ? { cores: Number(cores), megabytes: Number(gigabytes) * 1024 } : undefined;
}

function flavorFor(
  node: Instance,
  flavors: readonly Observed<'flavor'>[] | undefined,
  read: Reader,
  problem: (message: string) => void,
): Chosen | undefined {
  if (!flavors) return undefined;
  const named = textOf(read(node, 'flavor'));
  const exact = named === undefined ? undefined : byNameOrRef(flavors, named);
  if (exact) return exact;
  const size = named === undefined ? hostSize(node, read) : sizeOf(named);
  if (!size) {
    problem(
      `There is no flavor ${JSON.stringify(named)} at this cloud; ${offer(flavors)}. A size such as 2核4G works too`,
    );
    return undefined;
  }
  const fitting = flavors.filter(
    ({ details }) => (details.cores ?? 0) >= size.cores && (details.megabytes ?? 0) >= size.megabytes,
  );
  const smallest = fitting.toSorted((a, b) => weight(a) - weight(b))[0];
  if (!smallest)
    problem(`No flavor of this cloud has ${size.cores} cores and ${size.megabytes} MB of memory; ${offer(flavors)}`);
  return smallest && { ref: smallest.ref, name: smallest.name };
}

/** A core counts like 2 GB of memory, which is near what clouds charge. */
const weight = ({ details }: Observed<'flavor'>): number =>
  (details.cores ?? 0) * 2048 + (details.megabytes ?? 0) + (details.gigabytes ?? 0);

/** What the `host` capability asks for (TOSCA Simple Profile 1.3, 5.5.3); one core and nothing more when it is silent. */
function hostSize(node: Instance, read: Reader): Size {
  const cores = Number(read(node, 'num_cpus', 'host') ?? 1);
  const memory = read(node, 'mem_size', 'host');
  const bytes = typeof memory === 'string' ? bytesOf(memory) : undefined;
  return { cores, megabytes: bytes === undefined ? 0 : Math.ceil(bytes / 1024 ** 2) };
}

function imageFor(
  node: Instance,
  images: readonly Observed<'image'>[] | undefined,
  read: Reader,
  problem: (message: string) => void,
): Chosen | undefined {
  if (!images) return undefined;
  const named = read(node, 'image');
  if (typeof named === 'string' && named !== '') {
    const exact = byNameOrRef(images, named);
    if (!exact) problem(`There is no image ${JSON.stringify(named)} at this cloud; ${offer(images)}`);
    return exact;
  }
  const wanted = ['type', 'distribution', 'version'].flatMap((name) => textOf(read(node, name, 'os')) ?? []);
  const fits = ({ name, details }: Observed<'image'>) =>
    wanted.every((word) => `${name} ${details.os ?? ''}`.toLowerCase().includes(word.toLowerCase()));
  const found = images.find((image) => image.state === 'ready' && fits(image));
  if (!found)
    problem(
      `No image of this cloud fits ${wanted.join(' ') || 'this server'}; ${offer(images)}. Name one in the property "image"`,
    );
  return found && { ref: found.ref, name: found.name };
}

async function networksFor(
  node: Instance,
  catalogue: Catalogue,
  read: Reader,
  problem: (message: string) => void,
): Promise<Chosen[] | undefined> {
  const networks = await catalogue('network');
  if (!networks) return undefined;
  const wanted = read(node, 'network_names');
  const inner = networks.filter(({ details }) => !details.external);
  if (Array.isArray(wanted) && wanted.length > 0) {
    return wanted.flatMap((name) => {
      const found = byNameOrRef(inner, String(name));
      if (!found) problem(`There is no network ${JSON.stringify(name)} at this cloud; ${offer(inner)}`);
      return found ?? [];
    });
  }
  const [only] = inner;
  if (inner.length === 1 && only) return [{ ref: only.ref, name: only.name }];
  problem(
    `This server has no port, and the cloud has ${inner.length} networks it could join; bind a port to it or name them in "network_names"`,
  );
  return undefined;
}

function externalNetwork(
  wanted: Data | undefined,
  networks: readonly Observed<'network'>[] | undefined,
  problem: (message: string) => void,
): Chosen | undefined {
  const external = (networks ?? []).filter(({ details }) => details.external);
  if (typeof wanted === 'string' && wanted !== '') {
    const found = byNameOrRef(external, wanted);
    if (!found) problem(`There is no external network ${JSON.stringify(wanted)} at this cloud; ${offer(external)}`);
    return found;
  }
  const [only] = external;
  if (external.length === 1 && only) return { ref: only.ref, name: only.name };
  problem(
    external.length === 0
      ? 'This cloud has no external network'
      : `Say which external network to use; ${offer(external)}`,
  );
  return undefined;
}

function byNameOrRef(list: readonly Observed[], wanted: string): Chosen | undefined {
  const found = list.find(({ ref }) => ref === wanted) ?? list.find(({ name }) => name === wanted);
  return found && { ref: found.ref, name: found.name };
}

function offer(list: readonly Observed[]): string {
  if (list.length === 0) return 'it has none';
  const names = list.map(({ name }) => name).slice(0, 12);
  return `there are ${names.join(', ')}${list.length > names.length ? ` and ${list.length - names.length} more` : ''}`;
}

/** A text that says something; numbers (a version such as 12) count as texts. */
function textOf(value: Data | undefined): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
