import ipaddr from 'ipaddr.js';

/**
 * What kind of place an address is, after the special-purpose registries of IANA (RFC 6890 and its successors).
 * `disguised`: an IPv4 address inside an IPv6 one (compatible, 6to4, NAT64, ISATAP, SIIT) that leads to who knows where.
 */
export type Range =
  | 'public'
  | 'loopback'
  | 'private'
  | 'shared'
  | 'link-local'
  | 'metadata'
  | 'multicast'
  | 'unspecified'
  | 'reserved'
  | 'disguised';

/** An address in its one spelling, IPv4 wherever it is one in truth, and the kind of place it is. */
export interface Place {
  readonly address: string;
  readonly range: Range;
}

/**
 * Reads an address however it is written: `127.1`, `0x7f000001`, `017700000001`, `2130706433`, `::ffff:7f00:1` and
 * `[::ffff:127.0.0.1]` are all 127.0.0.1. Undefined for what is not an address: a name.
 */
export function placeOf(written: string): Place | undefined {
  const text = written.replace(/^\[|\]$/g, '');
  if (!ipaddr.isValid(text)) return undefined;
  const parsed = ipaddr.process(text);
  return { address: parsed.toString(), range: rangeOf(parsed) };
}

/** Whether an administrator can open addresses of this kind at all. */
export function canBeAllowed(range: Range): boolean {
  return openable.has(range);
}

const openable: ReadonlySet<Range> = new Set(['loopback', 'private', 'shared', 'link-local', 'reserved']);

function rangeOf(address: ipaddr.IPv4 | ipaddr.IPv6): Range {
  if (metadata.has(address.toString().replace(/%.*$/, ''))) return 'metadata';
  return address instanceof ipaddr.IPv4 ? rangeOfFour(address) : rangeOfSix(address);
}

/**
 * Where clouds tell a machine who it is and hand it their keys. Azure's is in the midst of public addresses, Alibaba's in
 * the shared ones, Oracle's in the reserved ones.
 */
const metadata: ReadonlySet<string> = new Set([
  '169.254.169.254',
  '169.254.169.253',
  '169.254.169.249',
  '169.254.170.2',
  '169.254.170.23',
  '169.254.0.23',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  'fd00:ec2::254',
  'fd00:ec2::253',
  'fd00:ec2::23',
  'fd20:ce::254',
  'fe80::a9fe:a9fe',
]);

function rangeOfFour(address: ipaddr.IPv4): Range {
  switch (address.range()) {
    case 'unicast':
      return 'public';
    case 'loopback':
      return 'loopback';
    case 'private':
      return 'private';
    case 'carrierGradeNat':
      return 'shared';
    case 'linkLocal':
      return 'link-local';
    case 'multicast':
    case 'broadcast':
      return 'multicast';
    case 'unspecified':
      return 'unspecified';
    default:
      return 'reserved';
  }
}

/** Of IPv6 only 2000::/3 has been given out (RFC 3587); whatever is not known to be public is not. */
function rangeOfSix(address: ipaddr.IPv6): Range {
  switch (address.range()) {
    case 'unicast':
      return rangeOfUnicast(address);
    case 'loopback':
      return 'loopback';
    case 'uniqueLocal':
      return 'private';
    case 'linkLocal':
      return 'link-local';
    case 'multicast':
      return 'multicast';
    case 'unspecified':
      return 'unspecified';
    case 'rfc6052':
      return isPublicNat64(address) ? 'public' : 'disguised';
    case '6to4':
    case 'rfc6145':
    case 'teredo':
      return 'disguised';
    default:
      return 'reserved';
  }
}

function rangeOfUnicast(address: ipaddr.IPv6): Range {
  const [first = 0, second, third, fourth, fifth = 0, sixth] = address.parts;
  if (first === 0 && [second, third, fourth, fifth, sixth].every((part) => part === 0)) return 'disguised';
  // ISATAP (RFC 5214): the interface is 0000:5efe or 0200:5efe and an IPv4 address.
  if ((fifth === 0 || fifth === 0x200) && sixth === 0x5efe) return 'disguised';
  return first >= 0x2000 && first < 0x4000 ? 'public' : 'reserved';
}

/**
 * In a network that has IPv6 only, every public IPv4 host is 64:ff9b::/96 (RFC 6052, which keeps that prefix for public
 * addresses). 64:ff9b:1::/48 is for private ones (RFC 8215).
 */
function isPublicNat64(address: ipaddr.IPv6): boolean {
  if (!address.match(ipaddr.IPv6.parse('64:ff9b::'), 96)) return false;
  return rangeOf(new ipaddr.IPv4(address.toByteArray().slice(12))) === 'public';
}
