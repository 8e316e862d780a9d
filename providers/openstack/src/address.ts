import type { Observed, Ref } from '@pileus/model';
import type { Driver } from '@pileus/provider';
import { FloatingIp, Network } from './answers.ts';
import { changing } from './changing.ts';
import type { Client } from './client.ts';
import { collection, type Collection } from './collection.ts';
import { mapped } from './mapped.ts';
import { marked, unmarked } from './mark.ts';
import { neutronState, ofProject, onceByMark, remarked } from './neutron.ts';
import { failure } from './reason.ts';

const names = { kind: 'address', path: 'floatingips', one: 'floatingip', many: 'floatingips' } as const;

/** Floating IPs (Neutron, `/v2.0/floatingips`). They have no name; ours is kept in their description. */
export function addresses({ network }: Client): Driver<'address'> {
  const all = collection(network, names, FloatingIp);
  const networks = collection(
    network,
    { kind: 'network', path: 'networks', one: 'network', many: 'networks' },
    Network,
  );
  return {
    ...mapped(all, ofProject(network), show),
    once: onceByMark<FloatingIp, 'address'>(all, { text: ({ name }) => name }),
    async create(spec, call) {
      const floating_network_id = spec.network ?? (await onlyExternal(networks, call.signal));
      const port = spec.port === undefined ? {} : { port_id: spec.port };
      return all.create({ floating_network_id, description: marked(call.token, spec.name), ...port }, call);
    },
    ...changing('address', {
      together: {
        name: ({ name }, ref, call) => remarked(all, 'address', ref, name, call),
        port: ({ port }) => ({ port_id: port ?? null }),
      },
      send: all.update,
    }),
    delete: all.delete,
  };
}

async function onlyExternal(networks: Collection<Network>, signal: AbortSignal): Promise<Ref> {
  const found = await Array.fromAsync(networks.list({ 'router:external': 'true' }, signal));
  const [chosen] = found.filter(({ is_default }) => is_default).concat(found.length === 1 ? found : []);
  if (chosen) return chosen.id;
  const all = found.map(({ name, id }) => `${name} (${id})`).join(', ');
  throw failure('provider-invalid', {
    en:
      found.length === 0
        ? 'there is no external network to take an address from'
        : `there are several external networks; name one: ${all}`,
    'zh-CN': found.length === 0 ? '没有可分配公网地址的外部网络' : `有多个外部网络，请指定其一：${all}`,
  });
}

function show(item: FloatingIp): Observed<'address'> {
  const { text, token } = unmarked(item.description);
  return {
    kind: 'address',
    ref: item.id,
    name: text || item.floating_ip_address,
    state: neutronState(item.status),
    native: item.status,
    token,
    createdAt: item.created_at,
    details: { address: item.floating_ip_address, port: item.port_id ?? undefined },
    shown: { name: text, network: item.floating_network_id, port: item.port_id ?? null },
  };
}
