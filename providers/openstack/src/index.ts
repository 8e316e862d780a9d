import { defineProvider } from '@pileus/provider';
import { Account } from './account.ts';
import { addresses } from './address.ts';
import { attachments } from './attachment.ts';
import { check } from './check.ts';
import { connectClient } from './client.ts';
import { flavors } from './flavor.ts';
import { images } from './image.ts';
import { keyPairs } from './key-pair.ts';
import { networks } from './network.ts';
import { ports } from './port.ts';
import { routers } from './router.ts';
import { securityGroups } from './security-group.ts';
import { servers } from './server.ts';
import { subnets } from './subnet.ts';
import { volumes } from './volume.ts';

/** OpenStack over its REST APIs: Keystone v3, Nova 2.1, Neutron 2.0, Glance 2, Cinder 3. */
export const openstack = defineProvider({
  id: 'openstack',
  title: { en: 'OpenStack', 'zh-CN': 'OpenStack' },
  category: 'private',
  simulated: false,
  account: Account,
  connect(account, surroundings) {
    const { clock } = surroundings;
    const client = connectClient(account, surroundings);
    const drivers = {
      'key-pair': keyPairs(client),
      network: networks(client),
      subnet: subnets(client),
      router: routers(client),
      'security-group': securityGroups(client),
      port: ports(client),
      volume: volumes(client, clock),
      server: servers(client, clock),
      attachment: attachments(client),
      address: addresses(client),
    };
    return {
      catalogues: { flavor: flavors(client), image: images(client), ...drivers },
      drivers,
      check: (signal) => check(client, account, clock, signal),
      close: () => client.close(),
    };
  },
});
