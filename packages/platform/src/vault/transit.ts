import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Failure, minutes, seconds, Secret, type Clock } from '@pileus/model';
import { createOutbound, type Outbound } from '@pileus/outbound';
import { z } from 'zod';
import type { DataKey, KeyProvider, Wrapped } from './key-provider.ts';

/** A key in the transit engine of HashiCorp Vault or OpenBao, which never leaves it. */
export interface TransitSettings {
  /** `https://vault.example.org:8200` */
  readonly url: string;
  /** The name of the key. */
  readonly key: string;
  /** Where the engine is mounted. */
  readonly mount: string;
  readonly namespace?: string | undefined;
  /** A token, or a file with one, which is read again each time: whoever renews it writes it there. */
  readonly token: Secret | { readonly file: string };
  /** PEM; trusted beside the usual authorities. */
  readonly caCertificates?: string | undefined;
}

/** As long a data key seals what comes in this process. */
const renewedEvery = minutes(5);
/** So many unwrapped data keys are remembered, so long. */
const remembered = { most: 1_000, for: minutes(5) };
const patience = seconds(5);

const Encrypted = z.object({ data: z.object({ ciphertext: z.string().regex(/^vault:v\d+:[A-Za-z0-9+/=]+$/) }) });
const Decrypted = z.object({ data: z.object({ plaintext: z.base64() }) });
const Refused = z.object({ errors: z.array(z.string()) });

/**
 * Opens the way to a transit engine, and wraps the first data key there. A data key seals what is sealed within five minutes, so that
 * a secret can be kept at once, also while the engine is away.
 *
 * @throws Failure `key-provider-unreachable`, `key-provider-refused`.
 */
export async function transitKeys(settings: TransitSettings, clock: Clock): Promise<KeyProvider> {
  const { url, key: name } = settings;
  const host = new URL(url).host;
  const provider = `transit (${host})`;
  const calls = callsOf(settings, provider);

  const wrap = async (secret: Buffer): Promise<Wrapped> => {
    const { data } = await calls.post('encrypt', { plaintext: secret.toString('base64') }, Encrypted);
    const version = Number(/^vault:v(\d+):/.exec(data.ciphertext)?.[1]);
    return { key: idOf(name, version), wrapped: data.ciphertext };
  };
  const unwrap = async (wrapped: string): Promise<Buffer> => {
    const { data } = await calls.post('decrypt', { ciphertext: wrapped }, Decrypted);
    return Buffer.from(data.plaintext, 'base64');
  };
  const newDataKey = async (): Promise<DataKey> => {
    const secret = randomBytes(32);
    return { secret, ...(await wrap(secret)) };
  };

  const unwrapped = rememberedBriefly(unwrap, clock);
  const again = () => rememberedBriefly((secret: string) => wrap(Buffer.from(secret, 'base64')), clock);
  // A data key that many secrets share is wrapped anew once, until the engine's key may have become another.
  let wraps = again();
  let current = await newDataKey().catch(async (error: unknown) => {
    await calls.close();
    throw error;
  });
  const closing = new AbortController();
  const renew = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await clock.sleep(renewedEvery, closing.signal).catch(() => {});
      // While the engine is away, the one there is goes on.
      if (!closing.signal.aborted) current = await newDataKey().catch(() => current);
    }
  };
  const renewing = renew();

  return {
    kind: 'transit',
    has: (key) => isOf(name, key),
    keys: () => [current.key],
    dataKey: () => current,
    wrap: (secret) => wraps(secret.toString('base64')),
    unwrap: ({ wrapped }) => unwrapped(wrapped),
    unwrapUnnamed: () => undefined,
    newest: async () => {
      current = await newDataKey();
      wraps = again();
      return current.key;
    },
    close: async () => {
      closing.abort();
      await renewing;
      await calls.close();
    },
  };
}

/** Each version of a key in the engine is a key of its own: the older ones can be given up once nothing is wrapped under them. */
const idOf = (name: string, version: number): string => `transit:${name}:v${version}`;
const isOf = (name: string, id: string): boolean => id.startsWith(`transit:${name}:v`);

function callsOf({ url, key, mount, namespace, token, caCertificates }: TransitSettings, provider: string) {
  const { hostname, port, protocol } = new URL(url);
  const there = Number(port) || (protocol === 'https:' ? 443 : 80);
  const host = hostname.replace(/^\[|\]$/g, '');
  // Whoever runs the platform names this one place, wherever it is.
  const outbound: Outbound = createOutbound({
    allow: { permits: (asked, _, asPort) => asked === host && asPort === there },
    setting: 'PILEUS_TRANSIT_URL',
  });
  const agent = outbound.agent({ caCertificates });

  return {
    post: async <T>(operation: 'encrypt' | 'decrypt', body: object, shape: z.ZodType<T>): Promise<T> => {
      const answer = await outbound
        .fetch(`${url.replace(/\/+$/, '')}/v1/${mount}/${operation}/${encodeURIComponent(key)}`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'x-vault-request': 'true',
            'x-vault-token': await tokenNow(token, provider),
            ...(namespace !== undefined && { 'x-vault-namespace': namespace }),
          },
          body: JSON.stringify(body),
          within: patience,
          agent,
        })
        .catch((error: unknown) => {
          if (!(error instanceof Failure) || !['host-unreachable', 'timed-out'].includes(error.code)) throw error;
          throw unreachable(provider, String(error.facts['detail'] ?? error.message), error);
        });
      const read: unknown = await answer.json().catch(() => undefined);
      if (!answer.ok) throw refusal(provider, answer.status, read);
      const { data, error } = shape.safeParse(read);
      // What was answered may be a data key: it is not quoted.
      if (!data) throw unreachable(provider, `${answer.status}, and not as a transit engine answers`, error);
      return data;
    },
    close: async () => {
      await agent.close();
      await outbound.close();
    },
  };
}

async function tokenNow(token: TransitSettings['token'], provider: string): Promise<string> {
  if (token instanceof Secret) return token.reveal();
  const text = await readFile(token.file, 'utf8').catch((cause: unknown) => {
    throw unreachable(provider, 'its token cannot be read', cause);
  });
  return text.trim();
}

/** A sealed, overloaded or standing-by Vault answers 5xx or 429, and another time as it should. */
function refusal(provider: string, status: number, read: unknown): Failure {
  const said = Refused.safeParse(read).data?.errors.join('; ') ?? '';
  const detail = `${status} ${said}`.trim().slice(0, 300);
  if (status >= 500 || status === 429) return unreachable(provider, detail);
  return new Failure('key-provider-refused', { provider, detail });
}

function unreachable(provider: string, detail: string, cause?: unknown): Failure {
  return new Failure('key-provider-unreachable', { provider, detail }, { cause });
}

/** What was asked for a moment ago is not asked for again; those who ask at the same time ask once. */
function rememberedBriefly<T>(ask: (given: string) => Promise<T>, clock: Clock) {
  const known = new Map<string, { readonly answer: Promise<T>; readonly until: number }>();
  return (given: string): Promise<T> => {
    const found = known.get(given);
    if (found && found.until > clock.now()) return found.answer;
    const answer = ask(given);
    known.delete(given);
    known.set(given, { answer, until: clock.now() + remembered.for });
    answer.catch(() => known.delete(given));
    const [oldest] = known.keys();
    if (known.size > remembered.most && oldest !== undefined) known.delete(oldest);
    return answer;
  };
}
