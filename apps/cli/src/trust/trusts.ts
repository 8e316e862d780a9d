import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exitCodes, Stop, usage } from '../exit.ts';
import { writePrivateFile } from '../private-file.ts';
import type { Say } from '../texts/texts.ts';

/** How a server is told from one that only says it is it, where the authorities of this machine do not vouch for it. */
export type Trust =
  /** By its key, whose fingerprint somebody has agreed to. */
  | { readonly fingerprint: string }
  /** By these authorities (PEM) and no others. */
  | { readonly authority: string };

/** By the address of a server: `https://pileus.example.org:7800`. */
export type Trusts = Readonly<Record<string, Trust>>;

/** Beside the sign-ins, and longer lived: who signs out still knows the server. */
export const trustsFile = (contextsFile: string): string => join(dirname(contextsFile), 'servers.json');

/** None when there is no file. One that cannot be read stops the command: what was trusted must not be forgotten. */
export async function readTrusts(file: string, say: Say): Promise<Trusts> {
  try {
    const trusts = JSON.parse(await readFile(file, 'utf8')) as unknown;
    if (typeof trusts !== 'object' || trusts === null || !Object.values(trusts).every(isTrust))
      throw new Error('neither fingerprints nor authorities');
    return trusts as Trusts; // as was just seen
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new Stop(exitCodes.error, say('message.badContexts', { file, detail: (error as Error).message }));
  }
}

/** Undefined forgets what was trusted at an address. */
export async function writeTrust(file: string, server: string, trust: Trust | undefined, say: Say): Promise<void> {
  const { [server]: _before, ...others } = await readTrusts(file, say);
  await writePrivateFile(file, { ...others, ...(trust && { [server]: trust }) });
}

/** Says that the authorities of this machine are enough, in place of a file. */
export const ofThisMachine = 'system';

/** What `--certificate-authority` names. */
export async function trustInAuthority(file: string, say: Say): Promise<Trust | undefined> {
  if (file === ofThisMachine) return undefined;
  const authority = await readFile(file, 'utf8').catch((error: Error) => {
    throw usage(say('usage.noFile', { file, detail: error.message }));
  });
  if (!isCertificate(authority)) throw usage(say('trust.noCertificate', { file }));
  return { authority };
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

function isTrust(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const [[how, by] = [], ...more] = Object.entries(value);
  return more.length === 0 && (how === 'fingerprint' || how === 'authority') && typeof by === 'string' && by !== '';
}
