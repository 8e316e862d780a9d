import { constraintsOf } from './constraint.ts';
import { isNothing } from './fields.ts';
import type { Reading } from './reading.ts';
import { hintAt } from './suggest.ts';
import type { DataSchema, Schemas } from './topology.ts';
import type { Yaml } from './yaml-tree.ts';

const clauses = new Set(['and', 'or', 'not', 'assert']);

/**
 * Condition clauses of 1.x (1.3 §3.6.24, §3.6.25): attributes with constraints on them, joined by `and`, `or`, `not` and `assert`.
 * What has the attributes is not always known.
 */
export function checkAssertions(
  reading: Reading,
  yaml: Yaml | undefined,
  holder: { readonly schemas: Schemas; readonly name: string } | undefined,
  what: string,
): void {
  if (!yaml || isNothing(yaml)) return;
  if (yaml.is === 'list') {
    for (const item of yaml.items) checkAssertions(reading, item, holder, what);
    return;
  }
  if (yaml.is === 'scalar') {
    const message = `${what} names an attribute and constraints on it, e.g. "- state: [ equal: started ]"`;
    reading.report.error(yaml.at, 'bad-condition', message);
    return;
  }
  for (const [name, { value, at }] of yaml.entries) {
    if (clauses.has(name)) {
      checkAssertions(reading, value, holder, what);
      continue;
    }
    const schemas = holder?.schemas.isWhole === false ? undefined : holder?.schemas;
    const schema: DataSchema | undefined = schemas?.attributes[name] ?? schemas?.properties[name];
    if (schemas && holder && !schema) {
      const hint = hintAt(name, [...Object.keys(schemas.attributes), ...Object.keys(schemas.properties)]);
      // Other processors let it through, and it does no harm: the condition is never fulfilled.
      reading.report.warn(at, 'unknown-attribute', `${holder.name} has no attribute ${name}${hint}`);
    }
    // A value alone is what the attribute must equal.
    if (value.is !== 'scalar') constraintsOf(reading, value, `${what} on ${name}`, schema?.base ?? 'any');
  }
}
