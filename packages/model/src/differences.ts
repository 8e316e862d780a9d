import type { ManagedKind, SecurityRule, Shown, Specs } from './resource.ts';

/** A field that is not what was asked for. */
export interface Difference {
  readonly field: string;
  /** Null: none was asked for. */
  readonly asked: unknown;
  /** Null: there is none. */
  readonly shown: unknown;
}

/**
 * What a cloud shows otherwise than it was asked for. What it does not show is not compared, nor is what it chooses by
 * itself where nothing was asked; the order of a list does not matter, and neither does how an address is written.
 */
export function differences<K extends ManagedKind>(kind: K, spec: Specs[K], shown: Shown<K> = {}): Difference[] {
  const asked: Readonly<Record<string, unknown>> = spec;
  return Object.entries(shown)
    .filter(([field, value]) => value !== undefined && !isSame(kind, field, asked, value))
    .map(([field, value]) => ({ field, asked: asked[field] ?? null, shown: value }));
}

/** Fields that a cloud fills in where nothing was asked. */
const chosenByClouds: { readonly [K in ManagedKind]?: readonly (keyof Specs[K])[] } = {
  subnet: ['gateway'],
  port: ['subnet', 'address', 'securityGroups'],
  volume: ['type', 'zone'],
  server: ['flavor', 'image', 'networks', 'securityGroups', 'zone'],
  attachment: ['device'],
  address: ['network'],
};

function isSame(kind: ManagedKind, field: string, spec: Readonly<Record<string, unknown>>, shown: unknown): boolean {
  const asked = spec[field] ?? null;
  const isAsked = Array.isArray(asked) ? asked.length > 0 : asked !== null;
  const chosen: readonly string[] = chosenByClouds[kind] ?? [];
  if (!isAsked && chosen.includes(field)) return true;
  if (kind === 'server' && field === 'ports') return hasPorts(spec as Specs['server'], list(shown));
  if (kind === 'security-group' && field === 'rules') return sameRules(list(asked), list(shown));
  return canonical(asked) === canonical(shown);
}

/** A server has the ports that were made for it, and one more in each network that it was to join without a port. */
function hasPorts({ ports, networks }: Specs['server'], shown: readonly unknown[]): boolean {
  if (ports.length + networks.length === 0) return true;
  return shown.length === ports.length + networks.length && ports.every((port) => shown.includes(port));
}

/** Clouds let everything out unless there are rules about it. */
function sameRules(asked: readonly SecurityRule[], shown: readonly SecurityRule[]): boolean {
  const hasOwn = asked.some(({ direction }) => direction === 'egress');
  return canonical(asked) === canonical(hasOwn ? shown : shown.filter((rule) => !letsAllOut(rule)));
}

/** Whether a rule lets everything out to anywhere. */
export function letsAllOut({ direction, protocol, ports, cidr, group }: SecurityRule): boolean {
  const anywhere = cidr === undefined || anyAddress.includes(address(cidr));
  return direction === 'egress' && protocol === 'any' && !ports && !group && anywhere;
}

const anyAddress = ['0.0.0.0/0', '::/0'];

const list = <T>(value: unknown): readonly T[] => (Array.isArray(value) ? (value as T[]) : []);

/** One text for all ways to write a value: lists as sets, keys in order, addresses in their usual form. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${[...new Set(value.map(inside))].toSorted().join()}]`;
  return inside(value);
}

/** The same for what stands in a list, where the order of a pair such as first and last port does matter. */
function inside(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(address(value));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value)
    .filter(([, each]) => each !== undefined && each !== null)
    .map(([key, each]) => `${JSON.stringify(key)}:${inside(each)}`);
  return `{${entries.toSorted().join()}}`;
}

/** An address or a block of addresses as clouds write it (RFC 5952; no host bits in a block); any other text as it is. */
function address(text: string): string {
  const [, host = '', length] = /^([^/]*)(\/\d{1,3})?$/.exec(text) ?? [];
  if (/^[\da-f:.]*:[\da-f:.]*$/i.test(host) && URL.canParse(`http://[${host}]`))
    return new URL(`http://[${host}]`).hostname.slice(1, -1) + (length ?? '');
  const bytes = host.split('.').map(Number);
  if (length === undefined || bytes.length !== 4 || bytes.some((byte) => !(byte >= 0 && byte <= 255))) return text;
  const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const first = number - (number % 2 ** (32 - Number(length.slice(1))));
  return [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.') + length;
}
