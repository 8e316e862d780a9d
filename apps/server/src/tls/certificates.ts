import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import type { Credentials } from '@pileus/http';
import { type Clock, days, Failure, sentence } from '@pileus/model';
import { fingerprintOf, isNamedIn } from '@pileus/outbound/certificate';
import { type CertificateFiles, givenCertificate } from './given-certificate.ts';
import { madeCertificate } from './made-certificate.ts';
import { namesOf } from './names.ts';

/** With what TLS is spoken, and what becomes of it while the server runs. */
export interface Certificates {
  /** Those of the start, or of the last {@link refresh} that found others. */
  readonly current: Credentials;
  /**
   * Looks again: files that an operator has changed are read, a certificate of our own that ends soon or lacks an address
   * is written anew. Answers what to take from now on, where that is something else. What cannot be used is logged, once,
   * and what there was stays.
   */
  refresh(): Promise<Credentials | undefined>;
}

export interface CertificatesOptions {
  /** An operator's own; absent: one is made. */
  readonly files?: CertificateFiles | undefined;
  readonly home: string;
  readonly host: string;
  readonly origin: string | undefined;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** From then on it is said every day. */
const early = days(14);

/** @throws Failure `invalid` where what an operator has given cannot be used. */
export async function openCertificates(options: CertificatesOptions): Promise<Certificates> {
  const { files, home, host, origin, clock, log } = options;
  const read = () => (files ? givenCertificate(files) : madeCertificate(home, namesOf(host, origin), clock.now()));
  const where = files?.certificate ?? join(home, 'tls', 'certificate.pem');
  let current = await read();
  let wrong = '';
  let said = '';
  const warn = (): void => {
    const warning = ending(current, where, clock.now());
    if (warning !== undefined && warning !== said) log(warning);
    said = warning ?? '';
  };
  log(described(current, where));
  if (origin !== undefined && !isNamedIn(new X509Certificate(current.certificate), new URL(origin).hostname))
    log(`TLS: ${where} is not for ${new URL(origin).hostname}, which PILEUS_ORIGIN says people ask for`);
  warn();
  return {
    get current() {
      return current;
    },
    async refresh() {
      try {
        const found = await read();
        wrong = '';
        const isSame = found.certificate === current.certificate && found.key === current.key;
        if (!isSame) {
          current = found;
          log(described(found, where));
        }
        warn();
        return isSame ? undefined : found;
      } catch (error) {
        const reason = error instanceof Failure ? sentence(error) : String(error);
        if (reason !== wrong) log(`TLS: the certificate of before is kept. ${reason}`);
        wrong = reason;
        return undefined;
      }
    },
  };
}

function described({ certificate }: Credentials, where: string): string {
  const read = new X509Certificate(certificate);
  return `TLS: ${where}, ${fingerprintOf(read)}, until ${read.validToDate.toISOString().slice(0, 10)}`;
}

function ending({ certificate }: Credentials, where: string, now: number): string | undefined {
  const left = new X509Certificate(certificate).validToDate.getTime() - now;
  if (left > early) return undefined;
  if (left <= 0) return `TLS: ${where} has ended; nobody who checks it connects. Put another one there`;
  return `TLS: ${where} ends in ${Math.ceil(left / days(1))} day(s). Put another one there`;
}
