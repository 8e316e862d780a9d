import type { Call, Ref, Shown, Specs } from '@pileus/model';
import { gathered, type Driver } from '@pileus/provider';
import { Port } from './answers.ts';
import { changing } from './changing.ts';
import type { Client } from './client.ts';
import { collection, type Collection } from './collection.ts';
import { orAborted } from './identity.ts';
import { mapped } from './mapped.ts';
import { marked } from './mark.ts';
import { defaultGroup } from './security-group.ts';
import { common, neutronState, ofProject, onceByMark } from './neutron.ts';
import { failure } from './reason.ts';
import { together } from './together.ts';

export const portNames = { kind: 'port', path: 'ports', one: 'port', many: 'ports' } as const;

/** Ports (Neutron, `/v2.0/ports`), routers' and DHCP's own included. */
export function ports({ network }: Client): Driver<'port'> {
  const all = collection(network, portNames, Port);
  const looks = together({ most: 50, ask: (refs) => readAll(all, refs) });
  const read: typeof all.read = (ref, signal) => orAborted(looks(ref), signal);
  return {
    ...mapped({ ...all, read }, ofProject(network), (item) => ({
      ...common('port', item),
      state: neutronState(item.status),
      native: item.status,
      details: {
        network: item.network_id,
        addresses: item.fixed_ips.map(({ ip_address }) => ip_address),
        device: item.device_id || undefined,
      },
      shown: {
        name: item.name,
        network: item.network_id,
        ...onlyAddress(item),
        securityGroups: item.security_groups,
      },
    })),
    once: onceByMark(all),
    create: gathered<'port'>({
      most: mostAtOnce,
      abreast: requestsAtOnce,
      one: (spec, call) => all.create(bodyOf(spec, call), call),
      async many(members, signal) {
        const bodies = members.map(({ spec, call }) => bodyOf(spec, call));
        const made = await all.createAll(bodies, signal);
        return bodies.map(({ description }) => {
          const port = made.find((each) => each.description === description);
          if (!port) throw failure('provider-broken', 'Neutron made several ports and does not show each of them');
          return port.id;
        });
      },
    }),
    ...changing('port', {
      together: {
        name: ({ name }) => ({ name }),
        address: ({ subnet, address }) => (address === undefined ? {} : fixedAddress(subnet, address)),
        securityGroups: async ({ securityGroups }, _ref, { signal }) => ({
          security_groups: securityGroups.length > 0 ? securityGroups : [await defaultGroup(network, signal)],
        }),
      },
      send: all.update,
    }),
    delete: all.delete,
  };
}

/** So many are made by one request: more cost Neutron no less, and keep the first ones from those who wait for them. */
const mostAtOnce = 5;

/** Ports of one subnet wait for each other's row lock, so many requests at once only take longer each; two, because one may hang. */
const requestsAtOnce = 2;

const bodyOf = (spec: Specs['port'], { token }: Call) => ({
  name: spec.name,
  description: marked(token),
  network_id: spec.network,
  ...fixedAddress(spec.subnet, spec.address),
  // Left out, Neutron takes the project's default group.
  ...(spec.securityGroups.length > 0 ? { security_groups: spec.securityGroups } : {}),
});

/** What a list does not show is looked for by itself: only then it is gone. */
async function readAll(all: Collection<Port>, refs: readonly Ref[]): Promise<ReadonlyMap<Ref, Port>> {
  // It serves several callers, so none of them may abort it.
  const { signal } = new AbortController();
  const listed = refs.length > 1 ? await Array.fromAsync(all.list({ id: refs }, signal)) : [];
  const found = new Map(listed.map((port) => [port.id, port]));
  const others = refs.filter((ref) => !found.has(ref)).map((ref) => all.read(ref, signal));
  for (const port of await Promise.all(others)) if (port) found.set(port.id, port);
  return found;
}

/** Of several addresses none is the one that was asked for: the cloud may have added those of other subnets. */
function onlyAddress({ fixed_ips: [first, second] }: Port): Shown<'port'> {
  return first && !second ? { subnet: first.subnet_id, address: first.ip_address } : {};
}

function fixedAddress(subnet: string | undefined, address: string | undefined): object {
  if (subnet === undefined && address === undefined) return {};
  return { fixed_ips: [{ ...(subnet ? { subnet_id: subnet } : {}), ...(address ? { ip_address: address } : {}) }] };
}
