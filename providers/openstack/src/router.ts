import type { Call, Observed, Ref, Specs } from '@pileus/model';
import type { Driver } from '@pileus/provider';
import { Port, Router } from './answers.ts';
import { changing } from './changing.ts';
import type { Client, Service } from './client.ts';
import { collection, gone, type Collection } from './collection.ts';
import { marked } from './mark.ts';
import { common, neutronState, ofProject, onceByMark } from './neutron.ts';
import { portNames } from './port.ts';
import { refusal } from './refusal.ts';
import { unmade } from './unmade.ts';

const names = { kind: 'router', path: 'routers', one: 'router', many: 'routers' } as const;

/** Owners of the ports by which routers stand in subnets: plain, distributed and highly available ones. */
const interfaceOwners = [
  'network:router_interface',
  'network:router_interface_distributed',
  'network:ha_router_replicated_interface',
];

/**
 * Routers with their interfaces and their gateway (Neutron, `/v2.0/routers`).
 *
 * A router is made by one call, and each interface by another. A creation that was cut off between them is completed by
 * the next one under the same token.
 */
export function routers({ network }: Client): Driver<'router'> {
  const all = collection(network, names, Router);
  const ports = collection(network, portNames, Port);

  const finish = (ref: Ref, { subnets }: Specs['router'], call: Call): Promise<void> =>
    unmade(
      () => join(network, ports, ref, subnets, call),
      () => remove(network, all, ports, ref, call),
    );
  return {
    async *list(signal) {
      const mine = await ofProject(network)(signal);
      const subnetsOf = await subnetsByRouter(ports, mine, signal);
      for await (const item of all.list(mine, signal)) yield show(item, subnetsOf.get(item.id) ?? []);
    },
    async read(ref, signal) {
      const item = await all.read(ref, signal);
      return item && show(item, await subnetsOfRouter(ports, ref, signal));
    },
    once: onceByMark<Router, 'router'>(all, { resume: finish }),
    async create(spec, call) {
      const ref = await all.create(bodyOf(spec, call), call);
      await finish(ref, spec, call);
      return ref;
    },
    ...changing('router', {
      together: {
        name: ({ name }) => ({ name }),
        external: ({ external }) => ({
          external_gateway_info: external === undefined ? {} : { network_id: external },
        }),
      },
      send: all.update,
      apart: {
        subnets: async (ref, { subnets }, call) => {
          if ((await all.read(ref, call.signal)) === undefined) throw gone('router', ref);
          await leave(network, ports, ref, subnets, call);
          await join(network, ports, ref, subnets, call);
        },
      },
    }),
    delete: (ref, call) => remove(network, all, ports, ref, call),
  };
}

function bodyOf({ name, external }: Specs['router'], { token }: Call): object {
  const gateway = external === undefined ? {} : { external_gateway_info: { network_id: external } };
  return { name, description: marked(token), ...gateway };
}

async function join(
  network: Service,
  ports: Collection<Port>,
  ref: Ref,
  subnets: readonly Ref[],
  { signal }: Call,
): Promise<void> {
  if (subnets.length === 0) return;
  const joined = await subnetsOfRouter(ports, ref, signal);
  for (const subnet of subnets) {
    if (joined.includes(subnet)) continue;
    const path = `routers/${encodeURIComponent(ref)}/add_router_interface`;
    const answer = await network.send('PUT', { path, body: { subnet_id: subnet }, or: [400] }, signal);
    if (answer.status !== 400) continue;
    // An attempt that was cut off may have joined it just now.
    if (!(await subnetsOfRouter(ports, ref, signal)).includes(subnet)) throw refusal(answer, network.title);
  }
}

/** Takes the router out of all subnets but these. */
async function leave(
  network: Service,
  ports: Collection<Port>,
  ref: Ref,
  subnets: readonly Ref[],
  { signal }: Call,
): Promise<void> {
  const path = `routers/${encodeURIComponent(ref)}/remove_router_interface`;
  for (const port of await interfacesOf(ports, ref, signal)) {
    if (subnetsOf([port]).some((subnet) => subnets.includes(subnet))) continue;
    // 404: it went meanwhile.
    await network.send('PUT', { path, body: { port_id: port.id }, or: [404] }, signal);
  }
}

/** A router with interfaces cannot be deleted, so they go first. */
async function remove(
  network: Service,
  all: Collection<Router>,
  ports: Collection<Port>,
  ref: Ref,
  call: Call,
): Promise<void> {
  await leave(network, ports, ref, [], call);
  await all.delete(ref, call);
}

async function interfacesOf(ports: Collection<Port>, ref: Ref, signal: AbortSignal): Promise<Port[]> {
  const found = await Array.fromAsync(ports.list({ device_id: ref }, signal));
  return found.filter(({ device_owner }) => interfaceOwners.includes(device_owner));
}

async function subnetsOfRouter(ports: Collection<Port>, ref: Ref, signal: AbortSignal): Promise<Ref[]> {
  return subnetsOf(await interfacesOf(ports, ref, signal));
}

async function subnetsByRouter(
  ports: Collection<Port>,
  mine: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Map<Ref, Ref[]>> {
  const found: Port[] = [];
  for (const device_owner of interfaceOwners)
    found.push(...(await Array.fromAsync(ports.list({ ...mine, device_owner }, signal))));
  const grouped = Map.groupBy(found, ({ device_id }) => device_id);
  return new Map([...grouped].map(([router, its]) => [router, subnetsOf(its)]));
}

const subnetsOf = (interfaces: readonly Port[]): Ref[] => [
  ...new Set(interfaces.flatMap(({ fixed_ips }) => fixed_ips.map(({ subnet_id }) => subnet_id))),
];

function show(item: Router, subnets: Ref[]): Observed<'router'> {
  return {
    ...common('router', item),
    state: neutronState(item.status),
    native: item.status,
    details: { external: item.external_gateway_info?.network_id, subnets },
    shown: { name: item.name, subnets, external: item.external_gateway_info?.network_id ?? null },
  };
}
