import type { Observed } from '@pileus/model';
import type { Driver } from '@pileus/provider';
import { Network } from './answers.ts';
import { changing } from './changing.ts';
import type { Client } from './client.ts';
import { collection } from './collection.ts';
import { mapped } from './mapped.ts';
import { marked } from './mark.ts';
import { common, neutronState, onceByMark } from './neutron.ts';

const names = { kind: 'network', path: 'networks', one: 'network', many: 'networks' } as const;

/** Networks (Neutron, `/v2.0/networks`): the project's own, shared ones and external ones. */
export function networks({ network }: Client): Driver<'network'> {
  const all = collection(network, names, Network);
  return {
    ...mapped(all, {}, show),
    async *list(signal) {
      const project = await network.project(signal);
      // An administrator's list has the networks of all projects.
      for await (const item of all.list({}, signal)) {
        if (item.project_id === project || item.shared || item['router:external']) yield show(item);
      }
    },
    once: onceByMark(all),
    create: ({ name }, call) => all.create({ name, description: marked(call.token) }, call),
    ...changing('network', { together: { name: ({ name }) => ({ name }) }, send: all.update }),
    delete: all.delete,
  };
}

function show(item: Network): Observed<'network'> {
  return {
    ...common('network', item),
    state: neutronState(item.status),
    native: item.status,
    zone: item.availability_zones[0],
    details: { external: item['router:external'], subnets: item.subnets },
    shown: { name: item.name },
  };
}
