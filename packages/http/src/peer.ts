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
  const isTrusted = (ip: string) => isIP(ip) !== 0 && proxies.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4');
  return (socket, headers, isEncrypted = false) => {
    const direct = plain(socket ?? '') || 'local';
    const host = headers.get('host') ?? '';
    if (!isTrusted(direct)) return { ip: direct, secure: isEncrypted, host, isHandedOn: false };
    const chain = (headers.get('x-forwarded-for') ?? '').split(',').map((hop) => plain(hop.trim()));
    // Each proxy appends who called it, so the first stranger from the right is the caller.
    const caller = chain.findLast((hop) => isIP(hop) !== 0 && !isTrusted(hop));
    const last = (name: string) => headers.get(name)?.split(',').at(-1)?.trim();
    return {
      ip: caller ?? direct,
      secure: (last('x-forwarded-proto') ?? (isEncrypted ? 'https' : 'http')) === 'https',
      host: last('x-forwarded-host') ?? host,
      isHandedOn: true,
    };
  };
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

/** `::ffff:10.0.0.1` is 10.0.0.1 that came in over a socket which speaks both. */
function plain(ip: string): string {
  return ip.replace(/^::ffff:(?=\d+\.)/i, '');
}
