import { likePattern } from '../pattern.ts';
import type { Filter, Subject } from '../filter.ts';

/** A filter as SQL, part by part as its docstring says, with its values as parameters. */
export function sqlOf(filter: Filter, column: (subject: Subject) => string): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const write = (part: Filter): string => {
    switch (part.is) {
      case 'all':
        return 'true';
      case 'none':
        return 'false';
      case 'and':
      case 'or':
        return `(${part.of.map(write).join(` ${part.is} `)})`;
      case 'not':
        return `(not ${write(part.of)})`;
      case 'equals':
        return `coalesce(${column(part.subject)} = any(${parameter([...part.values])}::text[]), false)`;
      case 'like':
        return `coalesce(${column(part.subject)} like any(${parameter(part.patterns.map(likePattern))}::text[]), false)`;
      case 'number':
        return `coalesce(${column(part.subject)} ${part.comparison} any(${parameter(part.values)}::float8[]), false)`;
      case 'truth':
        return `coalesce(${column(part.subject)} = ${parameter(part.value)}::boolean, false)`;
      case 'exists':
        return `(${column(part.subject)} is not null)`;
    }
  };
  return { text: write(filter), values };
}
