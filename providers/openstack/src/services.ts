import type { Account } from './account.ts';

/** The services of OpenStack that are used here. */
export const serviceNames = ['identity', 'compute', 'network', 'image', 'volume'] as const;
export type ServiceName = (typeof serviceNames)[number];

interface ServiceFacts {
  /** As people call it. */
  readonly title: string;
  /** Types under which catalogues list it, the official one first (service-types-authority). */
  readonly types: readonly string[];
  /** Its key in the account's client options. */
  readonly client: 'keystone_client' | 'nova_client' | 'neutron_client' | 'glance_client' | 'cinder_client';
}

export const services = {
  identity: { title: 'Keystone', types: ['identity'], client: 'keystone_client' },
  compute: { title: 'Nova', types: ['compute'], client: 'nova_client' },
  network: { title: 'Neutron', types: ['network'], client: 'neutron_client' },
  image: { title: 'Glance', types: ['image'], client: 'glance_client' },
  // volumev2 and volume spoke v2 and v1, which are gone.
  volume: { title: 'Cinder', types: ['block-storage', 'volumev3', 'block-store'], client: 'cinder_client' },
} as const satisfies Record<ServiceName, ServiceFacts>;

/** What the account says about one service, general settings and the service's own taken together. */
export interface ServiceSettings {
  readonly override?: string | undefined;
  /** The option by which the override was given, or could be. */
  readonly option: string;
  readonly types: readonly string[];
  readonly region?: string | undefined;
  readonly interface: Account['interface'];
  /** Milliseconds. */
  readonly timeout: number;
}

const defaultTimeout = 60;

export function settingsOf(account: Account, name: ServiceName): ServiceSettings {
  const { types, client } = services[name];
  const general = account.clientOptions;
  const own = general[client] ?? {};
  const given = own.bypass_url ? 'bypass_url' : 'endpoint_override';
  return {
    override: own.bypass_url ?? own.endpoint_override,
    option: `${client}.${own.bypass_url || own.endpoint_override || name !== 'compute' ? given : 'bypass_url'}`,
    types: own.service_type ? [own.service_type] : types,
    region: own.region_name ?? account.region ?? general.region_name,
    interface: own.interface ?? interfaceOf(own.endpoint_type) ?? account.interface,
    timeout: (own.timeout ?? general.timeout ?? defaultTimeout) * 1000,
  };
}

function interfaceOf(endpointType: string | undefined): Account['interface'] | undefined {
  const name = endpointType?.replace('URL', '');
  return name === 'public' || name === 'internal' || name === 'admin' ? name : undefined;
}
