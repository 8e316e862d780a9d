import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { contextOf, type Credentials } from '@pileus/http';
import { Failure } from '@pileus/model';

/** Where an operator's own certificate lies, and its key. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** The certificate that an operator gives, held to what a handshake needs of it. Throws `invalid`, naming the setting. */
export async function givenCertificate(files: CertificateFiles): Promise<Credentials> {
  const certificate = await textOf(files.certificate, 'PILEUS_TLS_CERTIFICATE');
  const key = await textOf(files.key, 'PILEUS_TLS_KEY');
  const parsed = orInvalid(
    'PILEUS_TLS_CERTIFICATE',
    files.certificate,
    'there is no certificate in it; it begins with -----BEGIN CERTIFICATE-----',
    () => new X509Certificate(certificate),
  );
  const opened = orInvalid(
    'PILEUS_TLS_KEY',
    files.key,
    'there is no private key in it that opens without a passphrase; it begins with -----BEGIN PRIVATE KEY-----',
    () => createPrivateKey(key),
  );
  if (!parsed.checkPrivateKey(opened)) {
    const reason = `${files.key} is not the key of the first certificate in ${files.certificate}`;
    throw new Failure('invalid', { what: 'PILEUS_TLS_KEY', reason });
  }
  const credentials = { certificate, key };
  try {
    createSecureContext(contextOf(credentials));
  } catch (cause) {
    const reason = `${files.certificate} cannot be used: ${(cause as Error).message}`;
    throw new Failure('invalid', { what: 'PILEUS_TLS_CERTIFICATE', reason }, { cause });
  }
  return credentials;
}

async function textOf(path: string, setting: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const reason = `${path} cannot be read (${(cause as NodeJS.ErrnoException).code})`;
    throw new Failure('invalid', { what: setting, reason }, { cause });
  }
}

function orInvalid<T>(setting: string, path: string, why: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new Failure('invalid', { what: setting, reason: `${path}: ${why}` }, { cause });
  }
}
