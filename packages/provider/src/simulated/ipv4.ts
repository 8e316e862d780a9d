/** A block of IPv4 addresses, its ends as numbers. */
export interface Block {
  readonly first: number;
  readonly last: number;
}

/** Reads `10.0.0.0/24`; undefined for anything else. */
export function parseBlock(cidr: string): Block | undefined {
  const [, address = '', length = ''] = /^([\d.]+)\/(\d{1,2})$/.exec(cidr) ?? [];
  const number = parseAddress(address);
  const size = 2 ** (32 - Number(length));
  if (number === undefined || length === '' || size < 1) return undefined;
  const first = number - (number % size);
  return { first, last: first + size - 1 };
}

export function parseAddress(text: string): number | undefined {
  const parts = text.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) return undefined;
  return parts.reduce((number, part) => number * 256 + part, 0);
}

/** The first address of the block that is nobody's; its first two (network, gateway) and its last are not given out. */
export function freeAddress({ first, last }: Block, taken: ReadonlySet<string>): string | undefined {
  for (let number = first + 2; number < last; number += 1) {
    const address = formatAddress(number);
    if (!taken.has(address)) return address;
  }
  return undefined;
}

export function overlaps(a: Block, b: Block): boolean {
  return a.first <= b.last && b.first <= a.last;
}

function formatAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
