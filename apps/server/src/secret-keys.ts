import { readFileSync } from 'node:fs';
import { Failure, Secret } from '@pileus/model';
import { keyProviders, type KeyProviderKind, type TransitSettings, type VaultOptions } from '@pileus/platform';
import { z } from 'zod';

const name = z.string().regex(/^[\w-]+$/, 'has letters, digits, - and _');
const path = z
  .string()
  .regex(/^[\w.-]+(\/[\w.-]+)*$/, 'is a path such as transit or team/transit')
  .refine((given) => !given.split('/').some((part) => /^\.+$/.test(part)), 'is a path without . and ..');

/** What an operator can set about the keys that secrets are sealed with. */
export const secretKeySettings = {
  PILEUS_KEY_PROVIDER: z
    .enum(keyProviders)
    .optional()
    .describe(
      'What the secrets in the database are sealed with: `file` is secret.key in PILEUS_HOME, `environment` the first key of PILEUS_SECRET_KEY, `transit` a key in the transit engine of HashiCorp Vault or OpenBao. The others that are set open what was sealed with them. Unless told the one that is set, else `file`. See [the keys of the secrets](../operations.md#the-keys-of-the-secrets).',
    ),
  PILEUS_SECRET_KEY: z
    .string()
    .optional()
    .describe(
      'Keys for `environment`, separated by commas: 32 bytes each in base64 or hex (`openssl rand -base64 32`). The first one seals, the others only open.',
    ),
  PILEUS_SECRET_KEY_FILE: z.string().optional().describe('A file with such keys, instead of PILEUS_SECRET_KEY.'),
  PILEUS_TRANSIT_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Where Vault or OpenBao is, for `transit`: https://vault.example.org:8200'),
  PILEUS_TRANSIT_KEY: name.default('pileus').describe('The name of the key there.'),
  PILEUS_TRANSIT_MOUNT: path.default('transit').describe('Where the transit engine is mounted.'),
  PILEUS_TRANSIT_NAMESPACE: path.optional().describe('The namespace it is in.'),
  PILEUS_TRANSIT_TOKEN: z.string().optional().describe('A token that may encrypt and decrypt with this key.'),
  PILEUS_TRANSIT_TOKEN_FILE: z
    .string()
    .optional()
    .describe(
      'A file with such a token, instead; it is read again for each call, so that an agent can renew it there.',
    ),
  PILEUS_TRANSIT_CA_FILE: z
    .string()
    .optional()
    .describe('A file with certificates (PEM) of the authority that signed its certificate.'),
};

/** Settings that are secrets, or may hold one. */
const secretNames = [
  'PILEUS_SECRET_KEY',
  'PILEUS_TRANSIT_TOKEN',
  'PILEUS_METRICS_TOKEN',
  'DATABASE_URL',
  'DATABASE_OWNER_URL',
] as const;

export type SecretKeys = Pick<VaultOptions, 'sealing' | 'environment' | 'transit'>;
type Given = z.infer<z.ZodObject<typeof secretKeySettings>>;

export function readSecretKeys(given: Given): SecretKeys {
  const environment = environmentOf(given);
  const transit = transitOf(given);
  return { sealing: sealingOf(given, { environment, transit }), environment, transit };
}

/** What this program starts inherits what is left. */
export function forgetSecrets(environment: NodeJS.ProcessEnv): void {
  for (const one of secretNames) delete environment[one];
}

function sealingOf(given: Given, { environment, transit }: SecretKeys): KeyProviderKind {
  const told = given.PILEUS_KEY_PROVIDER;
  if (told === 'environment' && !environment) throw wrong('PILEUS_KEY_PROVIDER', 'environment needs PILEUS_SECRET_KEY');
  if (told === 'transit' && !transit) throw wrong('PILEUS_KEY_PROVIDER', 'transit needs PILEUS_TRANSIT_URL');
  if (told) return told;
  if (environment && transit)
    throw wrong('PILEUS_KEY_PROVIDER', 'there are PILEUS_SECRET_KEY and PILEUS_TRANSIT_URL: say which of them seals');
  return transit ? 'transit' : environment ? 'environment' : 'file';
}

function environmentOf({ PILEUS_SECRET_KEY: keys, PILEUS_SECRET_KEY_FILE: file }: Given): SecretKeys['environment'] {
  if (keys !== undefined && file !== undefined)
    throw wrong('PILEUS_SECRET_KEY_FILE', 'PILEUS_SECRET_KEY is set as well: set one of them');
  if (keys !== undefined) return { keys: new Secret(keys), setting: 'PILEUS_SECRET_KEY' };
  if (file === undefined) return undefined;
  return { keys: new Secret(contentOf(file, 'PILEUS_SECRET_KEY_FILE')), setting: `PILEUS_SECRET_KEY_FILE (${file})` };
}

function transitOf(given: Given): TransitSettings | undefined {
  const {
    PILEUS_TRANSIT_URL: url,
    PILEUS_TRANSIT_TOKEN: token,
    PILEUS_TRANSIT_TOKEN_FILE: tokenFile,
    PILEUS_TRANSIT_CA_FILE: caFile,
  } = given;
  if (url === undefined) return undefined;
  const { hostname, protocol } = new URL(url);
  if (protocol === 'http:' && !/^(127\.[\d.]+|localhost|\[::1\])$/.test(hostname))
    throw wrong(
      'PILEUS_TRANSIT_URL',
      'plain http is for a trial on this machine: the token and the data keys go there',
    );
  if ((token === undefined) === (tokenFile === undefined))
    throw wrong('PILEUS_TRANSIT_URL', 'it needs either PILEUS_TRANSIT_TOKEN or PILEUS_TRANSIT_TOKEN_FILE');
  return {
    url,
    key: given.PILEUS_TRANSIT_KEY,
    mount: given.PILEUS_TRANSIT_MOUNT,
    namespace: given.PILEUS_TRANSIT_NAMESPACE,
    token: tokenFile === undefined ? new Secret(token ?? '') : { file: tokenFile },
    caCertificates: caFile === undefined ? undefined : contentOf(caFile, 'PILEUS_TRANSIT_CA_FILE'),
  };
}

function contentOf(file: string, setting: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Failure('invalid', { what: `${setting} (${file})`, reason: 'it cannot be read' }, { cause });
  }
}

const wrong = (what: string, reason: string): Failure => new Failure('invalid', { what, reason });
