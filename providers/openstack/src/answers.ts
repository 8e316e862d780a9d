import { z } from 'zod';

/** What the services send back: only the fields that are read here. Reference: docs.openstack.org/api-ref. */

const links = z.array(z.object({ rel: z.string(), href: z.string() })).nullish();
export const Links = links;
/** Times come with and without a zone; all are UTC. */
const time = z
  .string()
  .nullish()
  .transform((text) => (text ? new Date(/Z$|[+-]\d\d:?\d\d$/.test(text) ? text : `${text}Z`) : undefined))
  .transform((date) => (date && Number.isNaN(date.getTime()) ? undefined : date));
const text = z
  .string()
  .nullish()
  .transform((given) => given ?? '');

// Keystone

export const Catalog = z.array(
  z.object({
    type: z.string(),
    endpoints: z.array(
      z.object({
        interface: z.string(),
        url: z.string(),
        region: z
          .string()
          .nullish()
          .transform((name) => name ?? ''),
      }),
    ),
  }),
);
export type Catalog = z.output<typeof Catalog>;

const named = z.object({ id: z.string(), name: z.string() });
export const TokenAnswer = z.object({
  token: z.object({
    expires_at: z.iso.datetime({ offset: true }),
    issued_at: z.iso.datetime({ offset: true }).optional(),
    user: named,
    project: named.extend({ domain: named }).optional(),
    roles: z.array(z.object({ name: z.string() })).default([]),
    catalog: Catalog.default([]),
  }),
});
export type TokenAnswer = z.output<typeof TokenAnswer>;

export const IdentityVersion = z.object({ version: z.object({ id: z.string(), status: z.string().optional() }) });
export const IdentityVersions = z.object({ versions: z.object({ values: z.array(z.object({ id: z.string() })) }) });
export const Projects = z.object({ projects: z.array(named.extend({ domain_id: text })) });

/** `GET /v2.1/`, `GET /v3/`: which microversions there are. */
export const ServiceVersion = z.object({
  version: z.object({ id: z.string(), version: text, min_version: text }),
});

// Nova

export const Flavor = z.object({
  id: z.string(),
  name: z.string(),
  vcpus: z.number(),
  /** MiB. */
  ram: z.number(),
  /** GiB. */
  disk: z.number(),
});

export const KeyPair = z.object({ keypair: z.object({ name: z.string(), fingerprint: text, public_key: text }) });
export type KeyPair = z.output<typeof KeyPair>['keypair'];

export const Server = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  created: time,
  metadata: z.record(z.string(), z.string()).default({}),
  /** Its id and links before microversion 2.47, its contents since. */
  flavor: z.object({ id: z.string().optional(), original_name: z.string().optional() }).optional(),
  /** An empty string for a server that boots from a volume. */
  image: z.union([z.object({ id: z.string() }), z.string()]).nullish(),
  addresses: z
    .record(z.string(), z.array(z.object({ addr: z.string(), 'OS-EXT-IPS:type': z.string().optional() })))
    .default({}),
  'OS-EXT-STS:task_state': z.string().nullish(),
  'OS-EXT-AZ:availability_zone': z.string().nullish(),
  'os-extended-volumes:volumes_attached': z.array(z.object({ id: z.string() })).default([]),
  key_name: z.string().nullish(),
  fault: z.object({ code: z.number().optional(), message: text }).optional(),
});
export type Server = z.output<typeof Server>;

export const VolumeAttachment = z.object({
  volumeAttachment: z.object({ volumeId: z.string(), serverId: z.string(), device: z.string().nullish() }),
});

// Glance

export const Image = z.object({
  id: z.string(),
  name: text,
  status: z.string(),
  size: z.number().nullish(),
  created_at: time,
  os_distro: z.string().nullish(),
  os_version: z.string().nullish(),
});

// Neutron

const neutron = { id: z.string(), name: text, description: text, created_at: time, project_id: text };

export const Network = z.object({
  ...neutron,
  status: z.string(),
  shared: z.boolean().default(false),
  'router:external': z.boolean().default(false),
  is_default: z.boolean().default(false),
  subnets: z.array(z.string()).default([]),
  availability_zones: z.array(z.string()).default([]),
});
export type Network = z.output<typeof Network>;

export const Subnet = z.object({
  ...neutron,
  network_id: z.string(),
  cidr: z.string(),
  gateway_ip: z.string().nullish(),
  dns_nameservers: z.array(z.string()).default([]),
  enable_dhcp: z.boolean().default(true),
});

export const Router = z.object({
  ...neutron,
  status: z.string(),
  external_gateway_info: z.object({ network_id: z.string() }).nullish(),
});
export type Router = z.output<typeof Router>;

export const Port = z.object({
  ...neutron,
  status: z.string(),
  network_id: z.string(),
  device_id: text,
  device_owner: text,
  security_groups: z.array(z.string()).default([]),
  fixed_ips: z.array(z.object({ subnet_id: z.string(), ip_address: z.string() })).default([]),
});
export type Port = z.output<typeof Port>;

export const SecurityGroupRule = z.object({
  id: z.string(),
  direction: z.enum(['ingress', 'egress']),
  ethertype: z.string().nullish(),
  protocol: z.union([z.string(), z.number()]).nullish(),
  port_range_min: z.number().nullish(),
  port_range_max: z.number().nullish(),
  remote_ip_prefix: z.string().nullish(),
  remote_group_id: z.string().nullish(),
});
export type SecurityGroupRule = z.output<typeof SecurityGroupRule>;

export const SecurityGroup = z.object({ ...neutron, security_group_rules: z.array(SecurityGroupRule).default([]) });
export type SecurityGroup = z.output<typeof SecurityGroup>;

export const FloatingIp = z.object({
  id: z.string(),
  description: text,
  created_at: time,
  project_id: text,
  status: z.string(),
  floating_ip_address: z.string(),
  floating_network_id: z.string(),
  port_id: z.string().nullish(),
});
export type FloatingIp = z.output<typeof FloatingIp>;

export const QuotaDetails = z.object({
  quota: z.record(z.string(), z.object({ limit: z.number(), used: z.number() })),
});

// Cinder

export const Volume = z.object({
  id: z.string(),
  name: text,
  status: z.string(),
  size: z.number(),
  volume_type: z.string().nullish(),
  created_at: time,
  availability_zone: z.string().nullish(),
  metadata: z.record(z.string(), z.string()).default({}),
  attachments: z.array(z.object({ server_id: z.string(), device: z.string().nullish() })).default([]),
});
export type Volume = z.output<typeof Volume>;
