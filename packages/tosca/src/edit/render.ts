import { isScalar, stringify, type Node } from 'yaml';
import type { Data } from '../topology.ts';

/** Texts such as `yes` are quoted for readers of YAML 1.1 too. */
const plain = { lineWidth: 0, minContentWidth: 0, compat: 'yaml-1.1' } as const;

/** A value as a block whose first line begins at a column; a scalar or an empty collection as one word. */
export function inBlock(value: Data, column: number, eol: string): string {
  const lines = stringify(value, { ...plain, blockQuote: typeof value === 'object', indentSeq: true })
    .replace(/\n$/, '')
    .split('\n');
  return lines.map((line, index) => (index === 0 || line === '' ? line : ' '.repeat(column) + line)).join(eol);
}

/** `{ a: 1, b: [ x ] }`, on one line. */
export function inFlow(value: Data): string {
  if (value === null || typeof value !== 'object') return flowScalar(value);
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[ ${value.map(inFlow).join(', ')} ]`;
  const entries = Object.entries(value).map(([key, entry]) => `${keyText(key)}: ${inFlow(entry)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** A key as it may stand anywhere. */
export function keyText(key: string): string {
  return /^[A-Za-z_][\w.-]*$/.test(key) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(key)
    ? key
    : flowScalar(key);
}

/** A word in the quotes of the one it replaces, where it can stand in them. */
export function scalarLike(before: Node, value: string | number | boolean | null): string {
  if (typeof value === 'string' && isScalar(before)) {
    if (before.type === 'QUOTE_DOUBLE') return JSON.stringify(value);
    if (before.type === 'QUOTE_SINGLE' && /^[\x20-\x7e]*$/.test(value)) return `'${value.replaceAll("'", "''")}'`;
  }
  return flowScalar(value);
}

/** Plain where it means the same in a block and between brackets, else in double quotes. */
function flowScalar(value: string | number | boolean | null): string {
  const text = stringify(value, { ...plain, blockQuote: false, defaultStringType: 'PLAIN' }).trimEnd();
  if (typeof value !== 'string') return text;
  return text === value && !/[[\]{},#&*!|>%@`\n]|^[-?:](?:\s|$)|:\s|:$|\s$|^\s/.test(value)
    ? text
    : JSON.stringify(value);
}
