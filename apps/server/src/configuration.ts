import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CallLimits } from '@pileus/http';
import { Failure } from '@pileus/model';
import { readAllowance } from '@pileus/outbound';
import { z } from 'zod';
import { readSecretKeys, secretKeySettings, type SecretKeys } from './secret-keys.ts';
import type { CertificateFiles } from './tls/given-certificate.ts';
import { isLoopback } from './tls/names.ts';

/** The checkout this program runs from. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

export const roles = ['all', 'api', 'worker'] as const;

const quota = (unlessTold: number) => z.coerce.number().int().min(0).max(100_000_000).default(unlessTold);

/** What an operator can set, by environment variable; `--role` on the command line. The reference page is made from this. */
export const Environment = z.object({
  PILEUS_HOME: z
    .string()
    .min(1)
    .default(resolve(root, '.pileus'))
    .describe('The data directory: the built-in database, the key of the secrets, the hosts on this machine.'),
  PILEUS_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .optional()
    .describe('The port to listen on; 0 is any free one. Unless told 7800, or any free one when that is taken.'),
  PILEUS_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('The address to listen on; 0.0.0.0 lets other machines in, by TLS.'),
  PILEUS_TLS: z
    .enum(['auto', 'on', 'off'])
    .default('auto')
    .describe(
      'auto: TLS where other machines can connect (PILEUS_HOST is no loopback address) or a certificate is given. off: plain HTTP, for a proxy that speaks TLS for us. See [TLS](../operations.md#tls).',
    ),
  PILEUS_TLS_CERTIFICATE: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A file (PEM) with the certificate and those between it and its authority; read again when it changes. Without one Pileus makes a certificate of its own, in `tls/` of PILEUS_HOME.',
    ),
  PILEUS_TLS_KEY: z.string().min(1).optional().describe('The file (PEM) with its key, without a passphrase.'),
  PILEUS_ORIGIN: z
    .url()
    .optional()
    .describe('What people type into their browser, where a proxy stands before us: https://pileus.example.org'),
  PILEUS_TRUSTED_PROXIES: z
    .string()
    .default('')
    .describe(
      'Addresses or CIDR blocks of proxies, separated by commas, whose X-Forwarded-For, -Proto and -Host are believed.',
    ),
  PILEUS_OUTBOUND_ALLOW: z
    .string()
    .default('')
    .describe(
      'Where Pileus may call beside public addresses when a user names the address, separated by commas: networks (10.1.0.0/16), addresses (10.1.2.3:5000), host names (keystone.example.org, *.example.org), `private` for 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 and fc00::/7. See [sign-in and going out](../sign-in.md#where-pileus-calls).',
    ),
  PILEUS_CLOUD_ALLOW: z
    .string()
    .optional()
    .describe(
      'The same for cloud accounts alone, beside PILEUS_OUTBOUND_ALLOW; `none` where not everybody who adds an account may reach the private network. Unless told `private`, and this machine (127.0.0.0/8) while nobody but this machine can reach Pileus: one process, on a loopback address, without PILEUS_ORIGIN.',
    ),
  PILEUS_METRICS_TOKEN: z
    .string()
    .min(16)
    .optional()
    .describe(
      'Whoever sends it as `Authorization: Bearer` may read /metrics. Without it this machine alone may, and nobody where PILEUS_ORIGIN or PILEUS_TRUSTED_PROXIES says that a proxy stands before us. See [metrics](../operations.md#metrics).',
    ),
  PILEUS_METRICS_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .optional()
    .describe('For a worker: the port on PILEUS_HOST at which its /metrics and /healthz are read; none unless told.'),
  PILEUS_SAMPLE: z
    .enum(['on', 'off'])
    .default('on')
    .describe('off: do not deploy the sample on an empty installation.'),
  PILEUS_CALLS_PER_USER: quota(6_000).describe(
    'Calls of the API that one user or service account may make in a minute; 0: any number. See [how many calls](../operations.md#how-many-calls).',
  ),
  PILEUS_CALLS_PER_ORGANIZATION: quota(60_000).describe('Those of everybody in one organization together.'),
  PILEUS_CALLS_PER_ADDRESS: quota(600).describe(
    'Those that may come from one address (of IPv6: one /64) by callers who are not signed in. Guesses at sign-in are counted apart.',
  ),
  ...secretKeySettings,
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'Where traces are sent by OTLP over HTTP: http://collector:4318. OTEL_EXPORTER_OTLP_HEADERS, _CERTIFICATE and _TIMEOUT, OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES are heeded as OpenTelemetry describes them. See [traces](../operations.md#traces).',
    ),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('How many of the traces that begin here are sent, from 0 to 1.'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgresql://')
    .optional()
    .describe('A PostgreSQL of your own instead of the built-in one: postgresql://user:password@host:5432/pileus'),
  DATABASE_OWNER_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgresql://')
    .optional()
    .describe(
      'The same database as whoever owns its tables: they are made and changed as that, and DATABASE_URL is a role that may work with them, but neither change nor remove what stands in the operation log. See [a role of its own](../operations.md#a-role-of-its-own).',
    ),
});

export interface Configuration {
  readonly home: string;
  /** Undefined: the usual one, or any other when that is taken. */
  readonly port: number | undefined;
  readonly host: string;
  /** How others are spoken to: in the open, by a certificate that Pileus makes, or by one that is given. */
  readonly tls: 'off' | 'made' | CertificateFiles;
  readonly origin: string | undefined;
  readonly trustedProxies: readonly string[];
  /** What is opened of the addresses that are not called otherwise: for everything, and for cloud accounts besides. */
  readonly outboundAllow: readonly string[];
  readonly cloudAllow: readonly string[];
  readonly metricsToken: string | undefined;
  /** Of a worker. */
  readonly metricsPort: number | undefined;
  readonly sample: boolean;
  /** How many traces are shown; undefined: none, and nothing that makes them is loaded. */
  readonly traces: number | undefined;
  readonly databaseUrl: string | undefined;
  /** Who makes and changes the tables, where that is not the server's own role. */
  readonly databaseOwnerUrl: string | undefined;
  /** How many calls of the API there may be in a minute. */
  readonly callLimits: CallLimits;
  /** What the secrets in the database are sealed with. */
  readonly secretKeys: SecretKeys;
  readonly role: (typeof roles)[number];
}

export function readConfiguration(environment: NodeJS.ProcessEnv, args: readonly string[]): Configuration {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const { data, error } = Environment.safeParse(given);
  if (error) {
    const reason = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    throw new Failure('invalid', { what: 'The configuration', reason });
  }
  if (data.DATABASE_OWNER_URL !== undefined && data.DATABASE_URL === undefined) {
    const reason = 'it says who owns the tables of DATABASE_URL; set that too';
    throw new Failure('invalid', { what: 'DATABASE_OWNER_URL', reason });
  }
  const role = roleOf(args);
  return {
    home: resolve(data.PILEUS_HOME),
    port: data.PILEUS_PORT,
    host: data.PILEUS_HOST,
    tls: tlsOf(data),
    origin: data.PILEUS_ORIGIN,
    trustedProxies: listed(data.PILEUS_TRUSTED_PROXIES),
    outboundAllow: allowed(data.PILEUS_OUTBOUND_ALLOW, 'PILEUS_OUTBOUND_ALLOW'),
    cloudAllow: allowed(data.PILEUS_CLOUD_ALLOW ?? cloudsUnlessTold(data, role), 'PILEUS_CLOUD_ALLOW'),
    metricsToken: data.PILEUS_METRICS_TOKEN,
    metricsPort: data.PILEUS_METRICS_PORT,
    sample: data.PILEUS_SAMPLE === 'on',
    traces: data.OTEL_EXPORTER_OTLP_ENDPOINT === undefined ? undefined : data.OTEL_TRACES_SAMPLER_ARG,
    databaseUrl: data.DATABASE_URL,
    databaseOwnerUrl: data.DATABASE_OWNER_URL,
    callLimits: {
      principal: data.PILEUS_CALLS_PER_USER,
      organization: data.PILEUS_CALLS_PER_ORGANIZATION,
      anonymous: data.PILEUS_CALLS_PER_ADDRESS,
    },
    secretKeys: readSecretKeys(data),
    role,
  };
}

/** Who can reach a server that only this machine can reach can reach what else listens here as well. */
function cloudsUnlessTold(data: z.infer<typeof Environment>, role: Configuration['role']): string {
  const isOurs = role === 'all' && data.PILEUS_ORIGIN === undefined && isLoopback(data.PILEUS_HOST);
  return isOurs ? 'private,127.0.0.0/8' : 'private';
}

function tlsOf(data: z.infer<typeof Environment>): Configuration['tls'] {
  const { PILEUS_TLS: wanted, PILEUS_TLS_CERTIFICATE: certificate, PILEUS_TLS_KEY: key } = data;
  const wrong = (what: string, reason: string): Failure => new Failure('invalid', { what, reason });
  if (certificate === undefined && key !== undefined)
    throw wrong('PILEUS_TLS_KEY', 'it is the key of PILEUS_TLS_CERTIFICATE; set that too');
  if (certificate !== undefined && key === undefined)
    throw wrong('PILEUS_TLS_CERTIFICATE', 'its key is needed too; set PILEUS_TLS_KEY');
  if (certificate !== undefined && wanted === 'off')
    throw wrong('PILEUS_TLS', 'it is off, and PILEUS_TLS_CERTIFICATE is set; leave one of them out');
  const files = certificate !== undefined && key !== undefined && { certificate, key };
  const isOff = wanted === 'off' || (wanted === 'auto' && !files && isLoopback(data.PILEUS_HOST));
  if (isOff) return 'off';
  if (data.PILEUS_ORIGIN?.startsWith('http:'))
    throw wrong('PILEUS_ORIGIN', 'TLS is spoken, so it begins with https://; or set PILEUS_TLS=off');
  return files || 'made';
}

function listed(text: string): string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

function allowed(text: string, setting: string): string[] {
  const list = text.trim() === 'none' ? [] : listed(text);
  readAllowance(list, setting);
  return list;
}

function roleOf(args: readonly string[]): Configuration['role'] {
  const at = args.indexOf('--role');
  const given = at < 0 ? args.find((arg) => arg.startsWith('--role='))?.slice(7) : args[at + 1];
  const role = roles.find((one) => one === (given ?? 'all'));
  if (!role) throw new Failure('invalid', { what: '--role', reason: `there are ${roles.join(', ')}` });
  return role;
}
