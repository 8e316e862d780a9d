import { BlockList, isIP } from 'node:net';

/**
 * The ranges that Neutron gives addresses from when it is not told otherwise: all of the block but the gateway, the first
 * address, and the last one of IPv4. Neutron makes them when a subnet is made and leaves them when its gateway changes.
 * Undefined where the gateway is not in the block.
 */
export function poolsAround(cidr: string, gateway: string): { start: string; end: string }[] | undefined {
  const [base = '', length = ''] = cidr.split('/');
  const family = isIP(base) === 6 ? 'ipv6' : 'ipv4';
  const block = new BlockList();
  block.addSubnet(base, Number(length), family);
  if (!isIP(gateway) || !block.check(gateway, family)) return undefined;
  const bits = family === 'ipv6' ? 128n : 32n;
  const size = 1n << (bits - BigInt(length));
  const first = (numberOf(base) / size) * size;
  const last = first + size - (family === 'ipv6' ? 1n : 2n);
  const at = numberOf(gateway);
  const ranges = [
    [first + 1n, at - 1n],
    [at + 1n, last],
  ] as const;
  return ranges
    .filter(([start, end]) => start <= end)
    .map(([start, end]) => ({ start: textOf(start, family), end: textOf(end, family) }));
}

function numberOf(address: string): bigint {
  if (!address.includes(':')) return address.split('.').reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const [head = '', tail] = address.split('::');
  const groups = (text: string | undefined) => (text ? text.split(':') : []);
  const missing = 8 - groups(head).length - groups(tail).length;
  const all =
    tail === undefined ? groups(head) : [...groups(head), ...Array<string>(missing).fill('0'), ...groups(tail)];
  return all.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

function textOf(number: bigint, family: 'ipv4' | 'ipv6'): string {
  const digits = (count: number, each: bigint) =>
    Array.from({ length: count }, (_, n) => (number >> (BigInt(count - 1 - n) * each)) % (1n << each));
  if (family === 'ipv4') return digits(4, 8n).join('.');
  const long = digits(8, 16n).map((group) => group.toString(16));
  return new URL(`http://[${long.join(':')}]`).hostname.slice(1, -1);
}
