import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { defaultLimits, type Fetched } from '@pileus/tosca/read';

/** How long imports may take, in milliseconds. */
export interface Patience {
  readonly each: number;
  readonly all: number;
}

const patience: Patience = { each: 5_000, all: 10_000 };
const atOnce = 8;
const mostRedirects = 5;

type Failed = Exclude<Fetched, { readonly text: string }>;

/**
 * Fetches what a template imports from the network until nothing more is wanted; what cannot be had in time is answered with
 * the reason. Hosts in private networks are asked only where the template itself names them, not because a file from
 * elsewhere, or a redirect, does.
 */
export async function fetchImports(
  wanted: (fetched: ReadonlyMap<string, Fetched>) => readonly string[],
  { each, all }: Patience = patience,
): Promise<ReadonlyMap<string, Fetched>> {
  const fetched = new Map<string, Fetched>();
  let urls = wanted(fetched);
  if (urls.length === 0) return fetched;
  const named = new Set(urls.map((url) => URL.parse(url)?.host ?? ''));
  const end = AbortSignal.timeout(all);
  while (urls.length > 0) {
    const waiting = [...urls];
    const work = async () => {
      for (let url = waiting.shift(); url !== undefined; url = waiting.shift()) {
        fetched.set(url, await fetchText(url, named, AbortSignal.any([end, AbortSignal.timeout(each)])));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    urls = wanted(fetched);
  }
  return fetched;
}

async function fetchText(given: string, named: ReadonlySet<string>, signal: AbortSignal): Promise<Fetched> {
  let url = given;
  try {
    for (let hop = 0; hop <= mostRedirects; hop++) {
      const refused = await refusal(url, named, signal);
      if (refused !== undefined) return unreachable(refused);
      const response = await fetch(url, {
        redirect: 'manual',
        signal,
        headers: { accept: 'application/yaml, text/*, */*' },
      });
      const target = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || target === null) return await textOf(response);
      await response.body?.cancel();
      url = URL.parse(target, url)?.href ?? target;
    }
    return unreachable(`it redirects more than ${mostRedirects} times`);
  } catch (error) {
    return unreachable(signal.aborted ? 'it did not answer in time' : reasonOf(error));
  }
}

/** Why a URL is not even asked. */
async function refusal(url: string, named: ReadonlySet<string>, signal: AbortSignal): Promise<string | undefined> {
  const { protocol = '', host = '', hostname = '' } = URL.parse(url) ?? {};
  if (protocol !== 'https:' && protocol !== 'http:') return 'only http and https are read';
  if (named.has(host)) return undefined;
  const name = hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(name) ? [{ address: name }] : await lookup(name, { all: true });
  signal.throwIfAborted();
  return addresses.some(({ address }) => isPrivate(address))
    ? `it leads to ${host}, which is in a private network`
    : undefined;
}

async function textOf(response: Response): Promise<Fetched> {
  const { status } = response;
  if (!response.ok) {
    await response.body?.cancel();
    if (status === 404 || status === 410) return { is: 'missing', reason: `there is no such file (${status})` };
    return unreachable(`the server answers ${status}`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop cancels the rest.
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > defaultLimits.bytesPerFile) return unreachable(`it is larger than ${defaultLimits.bytesPerFile} bytes`);
    chunks.push(chunk);
  }
  return { text: Buffer.concat(chunks).toString('utf8') };
}

function unreachable(reason: string): Failed {
  return { is: 'unreachable', reason };
}

/** What lies beneath "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}

const privateRanges = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  privateRanges.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  privateRanges.addSubnet(network, prefix, 'ipv6');
}

/** IPv4 addresses written as IPv6 are compared as what they are. */
function isPrivate(address: string): boolean {
  return privateRanges.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
