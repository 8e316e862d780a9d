import { readBlock } from './ip.ts';
import type { KeyType } from './vocabulary.ts';

/** As values stand in documents. */
export type Written = string | number | boolean;

/** `true`, and `"true"` as AWS writes it. */
export function readBoolean(value: Written): boolean | undefined {
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' ? false : undefined;
}

export function readNumber(value: Written): number | undefined {
  if (typeof value === 'string' && !/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(value)) return undefined;
  const number = typeof value === 'boolean' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** Milliseconds since 1970 of `2026-11-01` (midnight UTC) or `2026-11-01T08:00:00+08:00`: never a time without a zone. */
export function readTime(value: Written): number | undefined {
  if (typeof value !== 'string') return undefined;
  const match = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/.exec(value);
  const midnight = match ? Date.parse(`${match[1]}T00:00:00Z`) : Number.NaN;
  // The 30th of February would be taken for the 2nd of March.
  if (!match || Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== match[1]) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}

/** Whether the value is one that keys of this type are compared with. */
export function fits(value: Written, type: KeyType): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'number':
      return readNumber(value) !== undefined;
    case 'boolean':
      return readBoolean(value) !== undefined;
    case 'date':
      return readTime(value) !== undefined;
    case 'ip':
      return typeof value === 'string' && readBlock(value) !== undefined;
  }
}
