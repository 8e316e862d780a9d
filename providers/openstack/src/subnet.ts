import type { Specs } from '@pileus/model';
import type { Driver } from '@pileus/provider';
import { Subnet } from './answers.ts';
import { poolsAround } from './allocation-pools.ts';
import { changing } from './changing.ts';
import type { Client } from './client.ts';
import { collection } from './collection.ts';
import { mapped } from './mapped.ts';
import { marked } from './mark.ts';
import { common, ofProject, onceByMark } from './neutron.ts';

const names = { kind: 'subnet', path: 'subnets', one: 'subnet', many: 'subnets' } as const;

/** Subnets (Neutron, `/v2.0/subnets`). They have no state of their own. */
export function subnets({ network }: Client): Driver<'subnet'> {
  const all = collection(network, names, Subnet);
  return {
    ...mapped(all, ofProject(network), (item) => ({
      ...common('subnet', item),
      state: 'ready',
      native: 'available',
      details: { network: item.network_id, cidr: item.cidr, gateway: item.gateway_ip ?? undefined },
      shown: {
        name: item.name,
        network: item.network_id,
        cidr: item.cidr,
        gateway: item.gateway_ip ?? null,
        dns: item.dns_nameservers,
        dhcp: item.enable_dhcp,
      },
    })),
    once: onceByMark(all),
    create: (spec, call) =>
      all.create(
        {
          name: spec.name,
          description: marked(call.token),
          network_id: spec.network,
          cidr: spec.cidr,
          ip_version: spec.cidr.includes(':') ? 6 : 4,
          enable_dhcp: spec.dhcp,
          dns_nameservers: spec.dns,
          // Left out, Neutron takes the first address.
          ...(spec.gateway === undefined ? {} : { gateway_ip: spec.gateway }),
        },
        call,
      ),
    ...changing('subnet', {
      together: {
        name: ({ name }) => ({ name }),
        gateway: (spec) => gatewayOf(spec),
        dns: ({ dns }) => ({ dns_nameservers: dns }),
        dhcp: ({ dhcp }) => ({ enable_dhcp: dhcp }),
      },
      send: all.update,
    }),
    delete: all.delete,
  };
}

/** Where no gateway is asked for, the one that is there is as good as another. */
function gatewayOf({ cidr, gateway }: Specs['subnet']): object {
  if (gateway === undefined) return {};
  // Neutron refuses a gateway that it might give to somebody else.
  const pools = poolsAround(cidr, gateway);
  return { gateway_ip: gateway, ...(pools && { allocation_pools: pools }) };
}
