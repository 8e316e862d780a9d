import { withArticle } from './text.ts';
import type { Position } from './position.ts';
import type { Reading } from './reading.ts';
import type { Schema } from './schema.ts';
import { hintAt } from './suggest.ts';
import type { Yaml } from './yaml-tree.ts';

/** 2.0 §9.4: what a definition may change of the one it refines. */
export function checkRefinement({ report }: Reading, schema: Schema, refined: Schema, at: Position): void {
  const { name } = schema;
  if (refined.isFixed) {
    report.error(
      at,
      'fixed-value',
      `The value of ${name} is fixed in ${report.shownFile(refined.at.file)} line ${refined.at.line}; it cannot be refined`,
    );
    return;
  }
  if (refined.required && !schema.required) {
    report.error(at, 'bad-refinement', `${name} is required where it is first defined, so it cannot become optional`);
  }
  checkTypes(report, schema, refined, name, at);
}

function checkTypes(report: Reading['report'], schema: Schema, refined: Schema, name: string, at: Position): void {
  const { types, name: type } = schema.dataType;
  if (type === 'any' || refined.dataType.name === 'any') return;
  if (!types.includes(refined.dataType.name)) {
    report.error(
      at,
      'bad-refinement',
      `${name} is ${withArticle(refined.type)} where it is first defined; ${type} is not derived from that`,
    );
    return;
  }
  if (schema.entry && refined.entry && schema.entry !== refined.entry) {
    checkTypes(report, schema.entry, refined.entry, `the entries of ${name}`, at);
  }
  if (schema.key && refined.key && schema.key !== refined.key) {
    checkTypes(report, schema.key, refined.key, `the keys of ${name}`, at);
  }
}

/** Each of a list of types, given with its ancestors, must be one of the parent's list or derived from one. */
export function checkNarrower(
  { report }: Reading,
  lines: readonly (readonly string[])[],
  parent: readonly string[],
  what: string,
  at: Position,
): void {
  if (parent.length === 0) return;
  for (const line of lines) {
    if (line.some((type) => parent.includes(type))) continue;
    const message = `${what} may only narrow what its parent allows (${parent.join(', ')}); ${line[0]} is not among that`;
    report.error(at, 'bad-refinement', message);
  }
}

/** 2.0 §8.2, §8.4: a definition may refine what its type defines, and add nothing. */
export function refuseNew(
  { report }: Reading,
  yaml: Yaml | undefined,
  known: Readonly<Record<string, Schema>>,
  what: string,
  noun: string,
): void {
  for (const [name, { at }] of yaml?.is === 'map' ? yaml.entries : []) {
    if (name in known) continue;
    report.error(
      at,
      `unknown-${noun}`,
      `${what} has no ${noun} ${name}${hintAt(name, Object.keys(known))}; define it in the type`,
    );
  }
}
