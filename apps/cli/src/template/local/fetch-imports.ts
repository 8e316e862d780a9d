import { Failure, milliseconds, type Duration } from '@pileus/model';
import { createOutbound, type Outbound } from '@pileus/outbound';
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
  const named = new Set(urls.map(placeIn));
  const outbound = createOutbound({ allow: { permits: (host, _, port) => named.has(`${host}:${port}`) } });
  const end = AbortSignal.timeout(all);
  while (urls.length > 0) {
    const waiting = [...urls];
    const work = async () => {
      for (let url = waiting.shift(); url !== undefined; url = waiting.shift()) {
        fetched.set(url, await fetchText(outbound, url, milliseconds(each), end));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    urls = wanted(fetched);
  }
  await outbound.close();
  return fetched;
}

/** Host and port. */
function placeIn(url: string): string {
  const { hostname = '', port = '', protocol = '' } = URL.parse(url) ?? {};
  return `${hostname.replace(/^\[|\]$|\.$/g, '')}:${port || (protocol === 'https:' ? '443' : '80')}`;
}

async function fetchText(outbound: Outbound, url: string, within: Duration, end: AbortSignal): Promise<Fetched> {
  try {
    const response = await outbound.fetch(url, {
      within,
      signal: end,
      redirects: mostRedirects,
      bytes: defaultLimits.bytesPerFile,
      headers: { accept: 'application/yaml, text/*, */*' },
    });
    const { status } = response;
    if (status === 404 || status === 410) return { is: 'missing', reason: `there is no such file (${status})` };
    return response.ok ? { text: await response.text() } : unreachable(`the server answers ${status}`);
  } catch (error) {
    return unreachable(end.aborted ? late : reasonOf(error));
  }
}

function unreachable(reason: string): Failed {
  return { is: 'unreachable', reason };
}

const late = 'it did not answer in time';

/** Why there is no text, in the words of one who reads a template. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Failure)) return error instanceof Error ? error.message : String(error);
  const { code, facts } = error;
  if (code === 'timed-out') return late;
  if (code === 'address-invalid') return 'only http and https are read';
  if (code === 'answer-too-large') return `it is larger than ${facts['bytes']} bytes`;
  if (code === 'redirect-refused') return `it redirects where it is not followed: ${facts['reason']}`;
  if (code === 'address-refused' || code === 'address-forbidden')
    return `it leads to ${facts['host']}, which is in a private network (${facts['range']})`;
  return error.message;
}
