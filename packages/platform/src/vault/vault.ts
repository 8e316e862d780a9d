import { because, Failure, systemClock, type Clock, type Secret } from '@pileus/model';
import { decrypt, encrypt } from './aes-gcm.ts';
import { furtherKeysInHome, keyInHome } from './key-file.ts';
import type { KeyProvider, KeyProviderKind } from './key-provider.ts';
import { readKeys } from './key-text.ts';
import { localKeys } from './local-keys.ts';
import { nameOf, type Place } from './sealed-columns.ts';
import { readSealed, unnamed, writeSealed } from './sealed-text.ts';
import { transitKeys, type TransitSettings } from './transit.ts';

/** Seals secrets for the database. Each sealed text belongs to one place, of a column that {@link sealedColumns} names. */
export interface Vault {
  /** At once, whatever is away: a data key is at hand. */
  seal(secret: string, place: Place): string;
  /**
   * Throws `conflict` when the text was sealed for another place or was changed, `secret-key-missing` when the key it is wrapped under
   * is not here, `key-provider-unreachable` and `key-provider-refused` when what has that key does not unwrap.
   */
  open(sealed: string, place: Place): Promise<string>;
  /** The same secret with its data key wrapped under the newest key; throws what `open` does. */
  wrapAnew(sealed: string, place: Place): Promise<string>;
  /** The id of the key under which secrets are sealed at this moment. */
  readonly sealsUnder: string;
  /** The id of the key under which data keys are wrapped from now on. */
  newestKey(): Promise<string>;
  /** The keys that are here. */
  readonly keys: readonly { readonly id: string; readonly provider: KeyProviderKind }[];
  /** Which provider has a key; also of a transit engine's older ones, which cannot be listed, and of those of before keys had ids. */
  has(key: string): KeyProviderKind | undefined;
  close(): Promise<void>;
}

export interface VaultOptions {
  /** Where `secret.key` lies. */
  readonly home: string;
  /** What wraps data keys; everything else that is given unwraps too. `file` unless told. */
  readonly sealing?: KeyProviderKind | undefined;
  /** What the environment gives: keys, and the setting they were written in. */
  readonly environment?: { readonly keys: Secret; readonly setting: string } | undefined;
  readonly transit?: TransitSettings | undefined;
  readonly clock?: Clock | undefined;
}

/**
 * AES-256-GCM under data keys, which are themselves wrapped under a key of a provider: one that lies in `PILEUS_HOME`, one of the
 * environment, or one that never leaves a transit engine. Several are known at once, by their ids, so that another one can take over
 * while secrets are still wrapped under the one before; wrapping anew leaves what is sealed as it is.
 */
export async function openVault(options: VaultOptions): Promise<Vault> {
  const { sealing = 'file' } = options;
  const providers = await openProviders(options);
  const first = providers.find(({ kind }) => kind === sealing);
  if (!first)
    throw new Failure('invalid', { what: `the key provider ${sealing}`, reason: 'it seals, and nothing of it is set' });

  const dataKeyOf = async (sealed: string, place: Place): Promise<Buffer> => {
    const { key, wrapped } = partsOf(sealed, place);
    if (key === undefined) {
      for (const provider of providers) {
        const found = provider.unwrapUnnamed(wrapped, place);
        if (found) return found;
      }
      throw missing(place, unnamed);
    }
    const provider = providers.find((one) => one.has(key));
    if (!provider) throw missing(place, key);
    return provider.unwrap({ key, wrapped }).catch((cause: unknown) => {
      throw cause instanceof Failure ? cause : broken(place, cause);
    });
  };

  return {
    seal: (secret, place) => {
      const { secret: dataKey, key, wrapped } = first.dataKey();
      return writeSealed(key, wrapped, encrypt(dataKey, Buffer.from(secret), place));
    },
    open: async (sealed, place) => {
      const dataKey = await dataKeyOf(sealed, place);
      try {
        return decrypt(dataKey, partsOf(sealed, place).content, place).toString();
      } catch (cause) {
        throw broken(place, cause);
      }
    },
    wrapAnew: async (sealed, place) => {
      const { key, wrapped } = await first.wrap(await dataKeyOf(sealed, place));
      return writeSealed(key, wrapped, partsOf(sealed, place).content);
    },
    get sealsUnder() {
      return first.dataKey().key;
    },
    newestKey: () => first.newest(),
    get keys() {
      return providers.flatMap((provider) => provider.keys().map((id) => ({ id, provider: provider.kind })));
    },
    has: (key) => providers.find((one) => (key === unnamed ? one.kind !== 'transit' : one.has(key)))?.kind,
    close: async () => {
      for (const provider of providers) await provider.close();
    },
  };
}

/** The one that seals first: of a key that is in two places it is the one that counts. */
async function openProviders(options: VaultOptions): Promise<KeyProvider[]> {
  const { home, sealing = 'file', environment, transit, clock = systemClock } = options;
  const further = await furtherKeysInHome(home, sealing === 'file' ? { besides: 'secret.key' } : {});
  const files: readonly Buffer[] = sealing === 'file' ? [await keyInHome(home), ...further] : further;
  const [newest, ...older] = files;
  const providers = [
    ...(newest ? [localKeys('file', [newest, ...older])] : []),
    ...(environment ? [localKeys('environment', readKeys(environment.keys, environment.setting))] : []),
    ...(transit ? [await transitKeys(transit, clock)] : []),
  ];
  return providers.toSorted((one, other) => Number(other.kind === sealing) - Number(one.kind === sealing));
}

function partsOf(sealed: string, place: Place) {
  const parts = readSealed(sealed);
  if (!parts) throw broken(place, new Error('not a sealed text'));
  return parts;
}

/** It says which key is missing: whoever runs the platform looks for that one. */
function missing(place: Place, key: string): Failure {
  return new Failure('secret-key-missing', { what: nameOf(place), key });
}

function broken(place: Place, cause: unknown): Failure {
  return new Failure(
    'conflict',
    { what: because('the-secret', { name: nameOf(place) }), reason: because('sealed-otherwise') },
    { cause },
  );
}
