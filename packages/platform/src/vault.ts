import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { chmod, link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '@pileus/model';

/** Seals secrets for the database. Each sealed text belongs to one place (`account|field`) and opens nowhere else. */
export interface Vault {
  seal(secret: string, place: string): string;
  /** Throws `conflict` when the text was sealed with another key or for another place. */
  open(sealed: string, place: string): string;
}

/**
 * AES-256-GCM under a data key of each secret's own, which is itself sealed under the key that lies in `PILEUS_HOME`,
 * readable by us alone. Rotating that key wraps the data keys again and leaves the secrets as they are.
 */
export async function openVault(home: string): Promise<Vault> {
  const master = await masterKey(join(home, 'secret.key'));
  return {
    seal: (secret, place) => {
      const key = randomBytes(32);
      return ['v1', encrypt(master, key, place), encrypt(key, Buffer.from(secret), place)].join('.');
    },
    open: (sealed, place) => {
      const [version, wrapped = '', content = ''] = sealed.split('.');
      try {
        if (version !== 'v1') throw new Error(`unknown version ${version}`);
        return decrypt(decrypt(master, wrapped, place), content, place).toString();
      } catch (cause) {
        throw new Failure(
          'conflict',
          {
            what: `The secret ${place.split('|').at(-1)}`,
            reason:
              'it was sealed with another key than the secret.key of this PILEUS_HOME; enter it again, or bring back that file',
          },
          { cause },
        );
      }
    },
  };
}

/** Made once; when two make it at the same time, both use the one that was there first. */
async function masterKey(path: string): Promise<Buffer> {
  const mine = `${path}.${randomUUID()}`;
  const kept = await readFile(path).catch(() => undefined);
  if (kept?.length === 32) return kept;
  if (kept) throw new Failure('invalid', { what: path, reason: 'it must hold 32 bytes; bring it back from a backup' });
  await writeFile(mine, randomBytes(32), { mode: 0o600 });
  await link(mine, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(mine, { force: true });
  await chmod(path, 0o600);
  return readFile(path);
}

function encrypt(key: Buffer, plain: Buffer, place: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(place));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
}

function decrypt(key: Buffer, text: string, place: string): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
  decipher.setAAD(Buffer.from(place));
  decipher.setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]);
}
