import { inUnits, scalarUnit } from './scalar-unit.ts';
import { textOf } from './text.ts';
import type { Data, DataSchema } from './topology.ts';

/** What decides how values compare. */
export type Like = Pick<DataSchema, 'base' | 'scalar'>;

/** What a value of a type is for comparing: a number, or a text that sorts as the values do. Undefined for what has no order. */
export function comparable(data: Data, { base, scalar }: Like): number | string | undefined {
  if (base.startsWith('version')) return versionOrder(textOf(data));
  if (typeof data === 'number') return data;
  if (base.startsWith('timestamp')) return Date.parse(textOf(data));
  if (scalar) return inUnits(scalar, textOf(data))?.value;
  if (base.startsWith('scalar-unit')) return scalarUnit(base, textOf(data));
  if (typeof data !== 'string') return undefined;
  // Constraints of numbers are often written in quotes.
  const number = (base === 'integer' || base === 'float') && data !== '' ? Number(data) : NaN;
  return Number.isNaN(number) ? data : number;
}

/** 2.0 §9.1.2.3: by their numbers; one with a qualifier is older than the same without, and builds of a qualifier follow one another. */
function versionOrder(version: string): string {
  const [numbers = '', qualifier] = /^(\d+(?:\.\d+){0,2})(?:[.-](.*))?$/.exec(version.trim())?.slice(1) ?? [version];
  const [major = '0', minor = '0', fix = '0'] = numbers.split('.');
  const [name = '', build = '0'] = (qualifier ?? '').split(/-(?=\d+$)/);
  // `~` comes after every letter.
  return [...[major, minor, fix].map(padded), qualifier === undefined ? '~' : `${name} ${padded(build)}`].join('.');
}

function padded(digits: string): string {
  return digits.padStart(12, '0');
}
