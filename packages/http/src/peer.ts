import { BlockList, isIP, isIPv6 } from 'node:net';

/** The other side of a request, as far as it can be believed. */
export interface Peer {
  /** Never empty: `local` where there is no network address (a unix socket). */
  readonly ip: string;
  /** Whether the caller speaks TLS, to us or to a proxy we trust. */
  readonly secure: boolean;
  /** The host and port the caller asked for. */
  readonly host: string;
  /** Whether a trusted proxy has handed the request on, so that what it adds to the headers can be believed. */
  readonly isHandedOn: boolean;
}

/**
 * Reads callers' addresses. Headers that a proxy adds (`X-Forwarded-For`, `-Proto`, `-Host`) count only when the
 * connection comes from one of `trusted`: addresses or CIDR blocks. Anybody can send them.
 */
export function peerReader(
  trusted: readonly string[] = [],
): (socket: string | undefined, headers: Headers, isEncrypted?: boolean) => Peer {
  const proxies = blocks(trusted);
  const isTrusted = (ip: string) => isIP(ip) !== 0 && proxies.check(withoutZone(ip), isIP(ip) === 6 ? 'ipv6' : 'ipv4');
  return (socket, headers, isEncrypted = false) => {
    const direct = plain(socket ?? '') || 'local';
    const host = headers.get('host') ?? '';
    if (!isTrusted(direct)) return { ip: direct, secure: isEncrypted, host, isHandedOn: false };
    const last = (name: string) => headers.get(name)?.split(',').at(-1)?.trim();
    return {
      ip: caller(direct, (headers.get('x-forwarded-for') ?? '').split(','), isTrusted),
      secure: (last('x-forwarded-proto') ?? (isEncrypted ? 'https' : 'http')) === 'https',
      host: last('x-forwarded-host') ?? host,
      isHandedOn: true,
    };
  };
}

/**
 * Each proxy appends who called it, so the first stranger from the right is the caller; where there is none, the farthest
 * proxy. What stands left of something that is no address may come from anybody, and does not count.
 */
function caller(direct: string, chain: readonly string[], isTrusted: (ip: string) => boolean): string {
  let nearest = direct;
  for (const hop of chain.toReversed()) {
    const ip = plain(hop.trim());
    if (isIP(ip) === 0) return nearest;
    nearest = ip;
    if (!isTrusted(ip)) return ip;
  }
  return nearest;
}

/** Whoever has one address of IPv6 has all of its /64. */
export function networkOf(ip: string): string {
  if (!isIPv6(ip)) return ip;
  const [head = '', tail] = (ip.split('%')[0] ?? '').toLowerCase().split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const missing = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length;
  const whole = [...groups(head), ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...groups(tail ?? '')];
  return `${whole
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}

function blocks(trusted: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of trusted) {
    const [address = '', bits] = entry.trim().split('/');
    const version = isIP(address);
    const longest = version === 6 ? 128 : 32;
    const prefix = bits === undefined ? longest : Number(bits);
    if (!version || !Number.isInteger(prefix) || prefix < 0 || prefix > longest) {
      throw new Error(`The trusted proxy "${entry}" is neither an address nor a block such as 10.0.0.0/8.`);
    }
    list.addSubnet(address, prefix, version === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

/**
 * An address in its one spelling: without the port that some proxies add, and IPv4 where it came in over a socket which
 * speaks both (`::ffff:10.0.0.1`, `::ffff:a00:1`).
 */
function plain(given: string): string {
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(given) ?? [];
  const ip = (bracketed ?? given.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')).toLowerCase();
  const [, dotted, high, low] =
    /^(?:0{0,4}:){0,5}:?ffff:(?:(\d+\.\d+\.\d+\.\d+)|([0-9a-f]{1,4}):([0-9a-f]{1,4}))$/.exec(ip) ?? [];
  if (dotted !== undefined) return dotted;
  if (high === undefined || low === undefined) return ip;
  const [front, back] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [front >> 8, front & 255, back >> 8, back & 255].join('.');
}

const withoutZone = (ip: string): string => ip.replace(/%.*$/, '');
