import { fingerprintOf } from '@pileus/outbound/certificate';
import { type Context, unreachable } from '../context.ts';
import { usage } from '../exit.ts';
import { clip, harmless } from '../output/width.ts';
import { confirm } from '../values/ask.ts';
import { doubted, Doubted } from './doubted.ts';
import { meet, type Met } from './meet.ts';
import { readTrusts, trustInAuthority, trustsFile, type Trust, writeTrust } from './trusts.ts';

export interface TrustOptions {
  readonly certificateAuthority?: string | undefined;
  /** As the server prints it when it starts. */
  readonly fingerprint?: string | undefined;
}

/**
 * Before a sign-in: makes sure that the server is the one meant, and remembers by what. One that no authority of this
 * machine vouches for is met as by ssh: a person agrees to its fingerprint, once; later on another one stops every command.
 */
export async function settleTrust(
  context: Context,
  server: string,
  options: TrustOptions,
  ask: typeof confirm = confirm,
): Promise<Trust | undefined> {
  const { say, signal, out, environment } = context;
  const { fingerprint } = options;
  // Who names a fingerprint means that one.
  const usual = fingerprint === undefined ? environment['PILEUS_CERTIFICATE_AUTHORITY'] || undefined : undefined;
  const certificateAuthority = options.certificateAuthority ?? usual;
  const isChosen = certificateAuthority !== undefined || fingerprint !== undefined;
  if (!server.startsWith('https:')) {
    if (isChosen) throw usage(say('trust.noTls', { server }));
    return undefined;
  }
  const file = trustsFile(context.contextsFile);
  const saved = (await readTrusts(file, say))[server];
  const wanted = isChosen ? await chosen({ certificateAuthority, fingerprint }, context) : saved;
  const met = await meet(server, wanted, signal).catch((error: unknown) =>
    Promise.reject(unreachable(server, error, say)),
  );
  const trust =
    met.doubt === undefined ? wanted : await agreed(context, server, met, isChosen || wanted !== undefined, ask);
  if (trust !== saved) await writeTrust(file, server, trust, say);
  if (trust && 'fingerprint' in trust && trust !== saved)
    out.message(say('trust.pinned', { server, fingerprint: trust.fingerprint }));
  return trust;
}

async function chosen(
  { certificateAuthority, fingerprint }: TrustOptions,
  { say }: Context,
): Promise<Trust | undefined> {
  if (fingerprint === undefined) return trustInAuthority(certificateAuthority ?? '', say);
  if (certificateAuthority !== undefined) throw usage(say('trust.both'));
  if (!/^SHA256:[A-Za-z0-9+/]{43}=?$/.test(fingerprint))
    throw usage(say('trust.badFingerprint', { given: fingerprint }));
  return { fingerprint: fingerprint.replace(/=$/, '') };
}

/** In columns; a certificate may carry thousands. */
const longestNames = 200;

/** Only who is met for the first time can be agreed to. */
async function agreed(
  context: Context,
  server: string,
  { certificate, doubt = '' }: Met,
  isKnown: boolean,
  ask: typeof confirm,
): Promise<Trust> {
  const { say, asks, out } = context;
  if (isKnown || doubt !== 'unknown' || !asks) throw doubted(server, doubt, say);
  const fingerprint = fingerprintOf(certificate);
  // Anybody can write what they like into a certificate.
  const names = clip(harmless((certificate.subjectAltName ?? '').replace(/DNS:|IP Address:/g, '')), longestNames);
  out.message(
    say('trust.met', { server, fingerprint, names, until: certificate.validToDate.toISOString().slice(0, 10) }),
  );
  if (!(await ask(context, say('trust.ask', { server })))) throw new Doubted(say('trust.declined', { server }));
  return { fingerprint };
}
