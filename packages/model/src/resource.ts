import { z } from 'zod';

/** The cloud's own name for a resource (a UUID at OpenStack, `i-…` at AWS), unique within an account and kind. */
export type Ref = string;
export const Ref = z.string().min(1);

/** Kinds we only read. */
export const catalogueKinds = ['flavor', 'image'] as const;
/** Kinds we make and remove, in an order in which each needs only earlier ones. */
export const managedKinds = [
  'key-pair',
  'network',
  'subnet',
  'router',
  'security-group',
  'port',
  'volume',
  'server',
  'attachment',
  'address',
] as const;

export type CatalogueKind = (typeof catalogueKinds)[number];
export type ManagedKind = (typeof managedKinds)[number];
export type Kind = CatalogueKind | ManagedKind;
export const kinds: readonly Kind[] = [...catalogueKinds, ...managedKinds];

/** One vocabulary of states over all clouds. What the cloud itself says is kept beside it as `native`. */
export const resourceStates = [
  'creating',
  'ready',
  'running',
  'stopped',
  'changing',
  'deleting',
  'failed',
  'unknown',
] as const;
export type ResourceState = (typeof resourceStates)[number];

export const SecurityRule = z.object({
  direction: z.enum(['ingress', 'egress']).default('ingress'),
  protocol: z.enum(['tcp', 'udp', 'icmp', 'any']).default('tcp'),
  /** First and last port; absent: all. */
  ports: z.tuple([z.number().int().min(1).max(65535), z.number().int().min(1).max(65535)]).optional(),
  /** The other side: a CIDR … */
  cidr: z.string().optional(),
  /** … or the members of a security group. Neither: anywhere. */
  group: Ref.optional(),
});
export type SecurityRule = z.infer<typeof SecurityRule>;

const name = z.string().min(1).max(255);

/** What a caller asks for, kind by kind. A field that one cloud lacks is optional and named in its README. */
export const specs = {
  'key-pair': z.object({ name, publicKey: z.string().min(1) }),
  network: z.object({ name }),
  subnet: z.object({
    name,
    network: Ref,
    cidr: z.string(),
    gateway: z.string().optional(),
    dns: z.array(z.string()).default([]),
    dhcp: z.boolean().default(true),
  }),
  /** Joins subnets, and an external network when `external` is given. */
  router: z.object({ name, subnets: z.array(Ref).default([]), external: Ref.optional() }),
  'security-group': z.object({ name, description: z.string().default(''), rules: z.array(SecurityRule).default([]) }),
  port: z.object({
    name,
    network: Ref,
    subnet: Ref.optional(),
    address: z.string().optional(),
    securityGroups: z.array(Ref).default([]),
  }),
  volume: z.object({
    name,
    gigabytes: z.number().int().min(1),
    type: z.string().optional(),
    zone: z.string().optional(),
  }),
  server: z.object({
    name,
    /** The cloud's id of a flavor; absent where hosts have no size (local process hosts). */
    flavor: Ref.optional(),
    image: Ref.optional(),
    ports: z.array(Ref).default([]),
    /** Networks to join where no port was made beforehand. */
    networks: z.array(Ref).default([]),
    securityGroups: z.array(Ref).default([]),
    keyPair: z.string().optional(),
    zone: z.string().optional(),
    /** cloud-init user data. */
    userData: z.string().optional(),
  }),
  /** A volume in a server. */
  attachment: z.object({ server: Ref, volume: Ref, device: z.string().optional() }),
  /** A public address, taken from an external network and pointed at a port. */
  address: z.object({ name, network: Ref.optional(), port: Ref.optional() }),
} as const satisfies Record<ManagedKind, z.ZodType>;

export type Specs = { [K in ManagedKind]: z.output<(typeof specs)[K]> };

/**
 * The fields of a spec as a cloud shows them: null where it shows that there is none, left out where it does not show the
 * field. Null rather than undefined, because what was seen is kept as JSON.
 */
export type Shown<K extends ManagedKind = ManagedKind> = {
  readonly [F in keyof Specs[K]]?: Exclude<Specs[K][F], undefined> | null;
};

/** What is known about a resource beyond what all have in common. */
export interface Details {
  flavor: { cores?: number | undefined; megabytes?: number | undefined; gigabytes?: number | undefined };
  image: { megabytes?: number | undefined; os?: string | undefined };
  'key-pair': { fingerprint?: string | undefined };
  network: { external: boolean; subnets: Ref[] };
  subnet: { network: Ref; cidr: string; gateway?: string | undefined };
  router: { external?: Ref | undefined; subnets: Ref[] };
  'security-group': { rules: SecurityRule[] };
  port: { network: Ref; addresses: string[]; device?: Ref | undefined };
  volume: { gigabytes: number; attachedTo: Ref[] };
  server: {
    flavor?: string | undefined;
    image?: string | undefined;
    addresses: ServerAddress[];
    volumes: Ref[];
    /** Why the cloud says it failed. */
    fault?: string | undefined;
  };
  attachment: { server: Ref; volume: Ref; device?: string | undefined };
  address: { address: string; port?: Ref | undefined };
}

export interface ServerAddress {
  readonly address: string;
  readonly reach: 'private' | 'public';
  readonly network?: string | undefined;
}

/** A resource as its cloud shows it at one moment. */
export interface Observed<K extends Kind = Kind> {
  readonly kind: K;
  readonly ref: Ref;
  readonly name: string;
  readonly state: ResourceState;
  /** The state in the cloud's own words, e.g. `BUILD`. */
  readonly native: string;
  /** The token it was made with, when we made it. */
  readonly token?: string | undefined;
  readonly zone?: string | undefined;
  readonly createdAt?: Date | undefined;
  readonly details: Details[K];
  /** The spec as the cloud shows it now; {@link differences} tells what somebody else has changed. */
  readonly shown?: K extends ManagedKind ? Shown<K> | undefined : undefined;
}
