import { join, resolve } from 'node:path';
import { Failure, type Ref } from '@pileus/model';
import { defineProvider, type Shell } from '@pileus/provider';
import { createConnections, sshShell } from '@pileus/ssh';
import { Account } from './account.ts';
import { check } from './check.ts';
import { fleetOf, type Fleet } from './fleet.ts';
import { hostKeysIn } from './host-keys.ts';
import { servers } from './server.ts';
import { flavors, images } from './sizes.ts';

/** Machines that are there already and are reached by SSH. */
export const hosts = defineProvider({
  id: 'hosts',
  title: { en: 'Plain hosts', 'zh-CN': '普通主机' },
  category: 'hosts',
  simulated: false,
  account: Account,
  connect(account, { clock, directory }) {
    const connections = createConnections({
      hostKeys: hostKeysIn(join(resolve(directory), 'host-keys.json')),
      learns: account.hostKeys === 'learn',
    });
    const fleet = fleetOf(account, connections);
    const drivers = { server: servers(fleet, clock) };
    return {
      drivers,
      catalogues: { ...drivers, flavor: flavors(fleet), image: images(fleet) },
      check: (signal) => check(fleet, clock, signal),
      shell: (server) => shellOn(fleet, server),
      async close() {
        connections.close();
      },
    };
  },
});

function shellOn(fleet: Fleet, server: Ref): Shell {
  const machine = fleet.machineOf(server);
  if (!machine) throw new Failure('not-found', { kind: 'server', id: server });
  const { host, entry } = machine;
  const address = entry.privateAddress ?? host.address;
  return sshShell(fleet.connections, host, {
    home: `${fleet.directory}/host`,
    mark: server,
    environment: {
      HOST_ADDRESS: address,
      PILEUS_HOST_ADDRESS: address,
      PILEUS_HOST_NAME: machine.name,
      PILEUS_HOST: server,
    },
  });
}
