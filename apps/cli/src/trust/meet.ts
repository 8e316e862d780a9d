import type { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { fingerprintOf } from '@pileus/outbound/certificate';
import { seconds } from '@pileus/model';
import type { Trust } from './trusts.ts';

/** Why a server is not believed to be the one that was asked for; otherwise it is as OpenSSL or Node call it. */
export type Doubt = 'unknown' | 'changed' | 'ended' | 'early' | 'other-name' | (string & {});

export interface Met {
  readonly certificate: X509Certificate;
  readonly doubt: Doubt | undefined;
}

/** Shakes hands with a server, says nothing, and answers what it shows. Throws when there is no handshake. */
export async function meet(server: string, trust: Trust | undefined, signal: AbortSignal): Promise<Met> {
  const { hostname, port } = new URL(server);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const socket = connect({
    host,
    port: Number(port) || 443,
    ...(isIP(host) === 0 && { servername: host }),
    ...(trust && 'authority' in trust && { ca: trust.authority }),
    // What it shows is looked at below, and nothing is sent.
    rejectUnauthorized: false,
  });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.any([signal, AbortSignal.timeout(seconds(10))]) });
    const certificate = socket.getPeerX509Certificate();
    if (!certificate) throw new Error('the server shows no certificate');
    return { certificate, doubt: doubtAbout(socket, trust) };
  } finally {
    socket.destroy();
  }
}

/** What is wrong with whom a handshake was made with; undefined when it is who it should be. */
export function doubtAbout(socket: TLSSocket, trust: Trust | undefined): Doubt | undefined {
  if (trust && 'fingerprint' in trust) {
    const certificate = socket.getPeerX509Certificate();
    return certificate && fingerprintOf(certificate) === trust.fingerprint ? undefined : 'changed';
  }
  return socket.authorized ? undefined : doubtOf(String(socket.authorizationError));
}

/** From the code that OpenSSL or Node has for it. */
export function doubtOf(code: string): Doubt {
  return doubts[code] ?? code;
}

/** Whether a connection failed because of whom it was made to. */
export const isDoubt = (code: string): boolean => Object.hasOwn(doubts, code);

const doubts: Readonly<Record<string, Doubt>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'unknown',
  SELF_SIGNED_CERT_IN_CHAIN: 'unknown',
  UNABLE_TO_GET_ISSUER_CERT: 'unknown',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'unknown',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'unknown',
  CERT_HAS_EXPIRED: 'ended',
  CERT_NOT_YET_VALID: 'early',
  ERR_TLS_CERT_ALTNAME_INVALID: 'other-name',
};
