import { hosts } from '@pileus/hosts';
import { local } from '@pileus/local';
import { openstack } from '@pileus/openstack';
import { simulated, type Provider } from '@pileus/provider';

/** Every kind of cloud this server knows, in the order in which they are offered. */
export const providers: readonly Provider[] = [openstack, hosts, local, simulated];
