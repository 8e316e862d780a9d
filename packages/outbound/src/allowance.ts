import { Failure } from '@pileus/model';
import ipaddr from 'ipaddr.js';
import { canBeAllowed, placeOf, type Place } from './range.ts';

/** What is opened of the places that can be; public ones are open, and the others stay closed. */
export interface Allowance {
  /** Whether a port of `host`, which leads to `place`, may be connected to. The host is in lower case, without brackets. */
  permits(host: string, place: Place, port: number): boolean;
}

type Rule = (host: string, address: ipaddr.IPv4 | ipaddr.IPv6, port: number) => boolean;

/** The networks that belong to nobody but their owner: RFC 1918 and RFC 4193. */
const privateNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'];

/**
 * Reads a list of what is opened: `private` (the private networks), `10.1.0.0/16`, `127.0.0.1`, `127.0.0.1:5000`,
 * `keystone.example.org`, `*.example.org:443`, `[fd00::1]:443`. `setting` is where it was written, for the failure.
 *
 * @throws Failure `invalid` for what is none of these, and for networks that are not refused anyway or reach further than
 * one kind of them, such as 0.0.0.0/0.
 */
export function readAllowance(list: readonly string[], setting: string): Allowance {
  const rules = list.map((entry) => ruleOf(entry.trim().toLowerCase(), setting));
  return {
    permits: (host, { address }, port) => rules.some((rule) => rule(host, ipaddr.process(address), port)),
  };
}

function ruleOf(entry: string, setting: string): Rule {
  const refuse = (reason: string) => new Failure('invalid', { what: `${setting} (${entry})`, reason });
  if (entry === 'private') {
    const rules = privateNetworks.map((network) => networkRule(ipaddr.parseCIDR(network)));
    return (...asked) => rules.some((rule) => rule(...asked));
  }
  if (ipaddr.isValidCIDR(entry)) {
    const network = ipaddr.parseCIDR(entry);
    const reason = whyNot(network);
    if (reason) throw refuse(reason);
    return networkRule(network);
  }
  const whole = ipaddr.IPv6.isValid(entry) ? `[${entry}]` : entry;
  const [, bracketed, bare, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(whole) ?? [];
  const host = bracketed ?? bare;
  if (!host || (port !== undefined && Number(port) > 65_535)) throw refuse(notKnown);
  const atPort = (asked: number) => port === undefined || asked === Number(port);
  const place = placeOf(host);
  if (place) {
    if (!canBeAllowed(place.range)) throw refuse(cannot(place));
    const rule = networkRule([ipaddr.process(place.address), place.address.includes(':') ? 128 : 32]);
    return (name, address, asked) => atPort(asked) && rule(name, address, asked);
  }
  if (!/^(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/.test(host))
    throw refuse(notKnown);
  return host.startsWith('*.')
    ? (name, _, asked) => name.endsWith(host.slice(1)) && atPort(asked)
    : (name, _, asked) => name === host && atPort(asked);
}

function networkRule([network, bits]: [ipaddr.IPv4 | ipaddr.IPv6, number]): Rule {
  return (_, address) => address.kind() === network.kind() && address.match(network, bits);
}

/** A network is opened only when all of it is of one kind that can be. */
function whyNot([network, bits]: [ipaddr.IPv4 | ipaddr.IPv6, number]): string | undefined {
  const bytes = network.toByteArray();
  const edge = (fill: 0 | 1) =>
    ipaddr.fromByteArray(
      bytes.map((byte, at) => {
        const free = 0xff >> Math.min(8, Math.max(0, bits - at * 8));
        return fill === 1 ? byte | free : byte & ~free;
      }),
    );
  const [first, last] = [placeOf(edge(0).toString()), placeOf(edge(1).toString())];
  if (!first || !last) return notKnown;
  if (first.range !== last.range) return `it reaches from ${first.range} to ${last.range} addresses`;
  return canBeAllowed(first.range) ? undefined : cannot(first);
}

const notKnown =
  'write private, a network such as 10.1.0.0/16, an address, or a host name such as keystone.example.org, with or without a port';

const cannot = ({ address, range }: Place): string =>
  range === 'public'
    ? `${address} is a public address, which needs no permission`
    : `${address} is a ${range} address, which is never called`;
