import { createHmac, randomBytes } from 'node:crypto';
import { decrypt, encrypt } from './aes-gcm.ts';
import type { KeyProvider, KeyProviderKind } from './key-provider.ts';

/** What a wrapped data key is bound to, so that it passes for nothing else. */
const bound = (id: string) => `data key|${id}`;

/** Tells keys apart and says nothing of them; the same key has the same id wherever it is kept. */
export function keyId(key: Buffer): string {
  return createHmac('sha256', key).update('the id of this key').digest('hex').slice(0, 16);
}

/** Keys that we have ourselves. The first one wraps, the others unwrap too; each secret gets a data key of its own. */
export function localKeys(
  kind: Exclude<KeyProviderKind, 'transit'>,
  [first, ...others]: readonly [Buffer, ...Buffer[]],
): KeyProvider {
  const newest = keyId(first);
  const known = new Map([first, ...others].map((key) => [keyId(key), key]));
  const wrap = (secret: Buffer) => ({ key: newest, wrapped: encrypt(first, secret, bound(newest)) });
  return {
    kind,
    has: (key) => known.has(key),
    keys: () => [...known.keys()],
    dataKey: () => {
      const secret = randomBytes(32);
      return { secret, ...wrap(secret) };
    },
    wrap: async (secret) => wrap(secret),
    unwrap: async ({ key, wrapped }) => {
      const found = known.get(key);
      if (!found) throw new Error(`no key ${key} here`);
      return decrypt(found, wrapped, bound(key));
    },
    unwrapUnnamed: (wrapped, place) => {
      for (const key of known.values()) {
        try {
          return decrypt(key, wrapped, place);
        } catch {
          // Another one may be it.
        }
      }
      return undefined;
    },
    newest: async () => newest,
    close: async () => {},
  };
}
