import { createPrivateKey, generateKeyPairSync, type KeyObject, randomUUID, X509Certificate } from 'node:crypto';
import { chmod, link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Credentials } from '@pileus/http';
import { days, Failure, hours } from '@pileus/model';
import { isNamedIn, writeCertificate } from '@pileus/outbound/certificate';

/** No longer than browsers like, and anew well before its end. */
const lifetime = days(397);
const renewal = days(30);

/**
 * The certificate that Pileus has made for itself, in `tls/` of the data directory: as it is while it names what it has to
 * and does not end soon, else written anew. The key stays, so that whoever has pinned it still knows the server.
 */
export async function madeCertificate(home: string, names: readonly string[], now: number): Promise<Credentials> {
  const directory = join(home, 'tls');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const key = await keyIn(join(directory, 'key.pem'));
  const path = join(directory, 'certificate.pem');
  const kept = await readFile(path, 'utf8').catch(() => '');
  if (stillServes(kept, createPrivateKey(key), names, now)) return { certificate: kept, key };
  const certificate = writeCertificate({
    key: createPrivateKey(key),
    title: `Pileus on ${hostname()}`,
    names,
    // Clocks of others may be behind ours.
    from: new Date(now - hours(1)),
    until: new Date(now + lifetime),
  });
  await putInPlace(path, certificate);
  return { certificate, key };
}

function stillServes(pem: string, key: KeyObject, names: readonly string[], now: number): boolean {
  try {
    const certificate = new X509Certificate(pem);
    const lasts = certificate.validFromDate.getTime() <= now && certificate.validToDate.getTime() - now > renewal;
    return lasts && certificate.checkPrivateKey(key) && names.every((name) => isNamedIn(certificate, name));
  } catch {
    return false;
  }
}

/** Made once, readable by us alone; when two make it at the same time, both use the one that was there first. */
async function keyIn(path: string): Promise<string> {
  const kept = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  if (kept === undefined) {
    const mine = `${path}.${randomUUID()}`;
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await writeFile(mine, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    await link(mine, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    await rm(mine, { force: true });
  }
  await chmod(path, 0o600);
  const text = kept ?? (await readFile(path, 'utf8'));
  const key = parsed(text);
  if (key?.asymmetricKeyDetails?.namedCurve === 'prime256v1') return text;
  const reason = 'it is no key that Pileus has made; bring it back from a backup, or remove it to have another made';
  throw new Failure('invalid', { what: path, reason });
}

function parsed(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

/** Whole or not at all. */
async function putInPlace(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, text, { mode: 0o644 });
  await rename(draft, path);
}
