import type { Shown } from '@pileus/model';
import type { Driver } from '@pileus/provider';
import { Port } from './answers.ts';
import { changing } from './changing.ts';
import type { Client } from './client.ts';
import { collection } from './collection.ts';
import { mapped } from './mapped.ts';
import { marked } from './mark.ts';
import { defaultGroup } from './security-group.ts';
import { common, neutronState, ofProject, onceByMark } from './neutron.ts';

export const portNames = { kind: 'port', path: 'ports', one: 'port', many: 'ports' } as const;

/** Ports (Neutron, `/v2.0/ports`), routers' and DHCP's own included. */
export function ports({ network }: Client): Driver<'port'> {
  const all = collection(network, portNames, Port);
  return {
    ...mapped(all, ofProject(network), (item) => ({
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
    create: (spec, call) =>
      all.create(
        {
          name: spec.name,
          description: marked(call.token),
          network_id: spec.network,
          ...fixedAddress(spec.subnet, spec.address),
          // Left out, Neutron takes the project's default group.
          ...(spec.securityGroups.length > 0 ? { security_groups: spec.securityGroups } : {}),
        },
        call,
      ),
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

/** Of several addresses none is the one that was asked for: the cloud may have added those of other subnets. */
function onlyAddress({ fixed_ips: [first, second] }: Port): Shown<'port'> {
  return first && !second ? { subnet: first.subnet_id, address: first.ip_address } : {};
}

function fixedAddress(subnet: string | undefined, address: string | undefined): object {
  if (subnet === undefined && address === undefined) return {};
  return { fixed_ips: [{ ...(subnet ? { subnet_id: subnet } : {}), ...(address ? { ip_address: address } : {}) }] };
}
