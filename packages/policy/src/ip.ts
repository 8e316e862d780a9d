/** An address as four words of 32 bits; IPv4 stands in the last one. */
interface Address {
  readonly version: 4 | 6;
  readonly words: readonly [number, number, number, number];
}

/** A block of addresses: `10.0.0.0/8`, `2001:db8::/32`, or one address. */
export interface Block extends Address {
  /** How many leading bits are given; counted from the first bit of all four words. */
  readonly bits: number;
}

/** IPv4, IPv6, and IPv4 written as IPv6 (`::ffff:10.0.0.1`), which is the IPv4 address. Undefined when it is no address. */
export function readAddress(text: string): Address | undefined {
  const whole = text.includes(':') ? sixOf(text) : fourOf(text);
  if (whole === undefined) return undefined;
  return isMapped(whole.words) ? { version: 4, words: [0, 0, 0, whole.words[3]] } : whole;
}

/** As for addresses, with the number of leading bits after a `/`; bits beyond them do not matter. */
export function readBlock(text: string): Block | undefined {
  const [address = '', length, ...more] = text.split('/');
  const whole = address.includes(':') ? sixOf(address) : fourOf(address);
  if (!whole || more.length > 0) return undefined;
  const longest = whole.version === 4 ? 32 : 128;
  if (length !== undefined && !/^(0|[1-9]\d{0,2})$/.test(length)) return undefined;
  const given = length === undefined ? longest : Number(length);
  if (given > longest) return undefined;
  const bits = given + 128 - longest;
  if (!isMapped(whole.words) || bits < 96) return { ...whole, bits };
  return { version: 4, words: [0, 0, 0, whole.words[3]], bits };
}

export function isWithin(address: Address, block: Block): boolean {
  if (address.version !== block.version) return false;
  for (let word = 0; word < 4; word++) {
    const left = block.bits - word * 32;
    if (left <= 0) return true;
    const different = (address.words[word] ?? 0) ^ (block.words[word] ?? 0);
    if (left >= 32 ? different !== 0 : different >>> (32 - left) !== 0) return false;
  }
  return true;
}

const isMapped = (words: Address['words']) => words[0] === 0 && words[1] === 0 && words[2] === 0xffff;

function fourOf(text: string): Address | undefined {
  const word = wordOfFour(text);
  return word === undefined ? undefined : { version: 4, words: [0, 0, 0, word] };
}

function wordOfFour(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((word, part) => word * 256 + Number(part), 0);
}

function sixOf(text: string): Address | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [before, after] = halves.map((half, at) => groupsOf(half, at === halves.length - 1));
  if (!before || (halves.length === 2 && !after)) return undefined;
  const given = before.length + (after?.length ?? 0);
  if (after ? given > 7 : given !== 8) return undefined;
  const groups = [...before, ...Array.from({ length: 8 - given }, () => 0), ...(after ?? [])];
  const word = (at: number) => (groups[at] ?? 0) * 65_536 + (groups[at + 1] ?? 0);
  return { version: 6, words: [word(0), word(2), word(4), word(6)] };
}

/** The groups of 16 bits on one side of `::`; at the end of the address the last two may be written as IPv4. */
function groupsOf(text: string, isEnd: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [at, part] of parts.entries()) {
    const four = isEnd && at === parts.length - 1 && part.includes('.') ? wordOfFour(part) : undefined;
    if (four !== undefined) groups.push(Math.floor(four / 65_536), four % 65_536);
    else if (/^[\da-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}
