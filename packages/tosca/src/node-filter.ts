import { checkKeys, entriesOf, isNothing, namedItemsOf } from './fields.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import { conditionOf } from './condition.ts';
import { constraintsOf } from './constraint.ts';
import type { ConstraintClause, NodeFilter } from './topology.ts';
import type { Yaml } from './yaml-tree.ts';

/** §3.6.5: what a node, and capabilities of it, must look like to be chosen. */
export function nodeFilterOf(reading: Reading, yaml: Yaml | undefined): NodeFilter | undefined {
  if (!yaml || isNothing(yaml)) return undefined;
  const { report, unit } = reading;
  if (unit.isTwo) {
    const condition = conditionOf(reading, yaml, 'A node_filter');
    return { properties: emptyRecord(), capabilities: emptyRecord(), conditions: condition ? [condition] : [] };
  }
  const fields = entriesOf(report, yaml, 'A node_filter');
  checkKeys(report, fields, reading.unit.grammar.nodeFilter, 'A node_filter');
  const capabilities = emptyRecord<Readonly<Record<string, readonly ConstraintClause[]>>>();
  for (const [name, { value }] of namedItemsOf(
    report,
    fields.get('capabilities')?.value,
    'capabilities of a node_filter',
  )) {
    const properties = value.is === 'map' ? value.entries.get('properties')?.value : undefined;
    capabilities[name] = propertyFiltersOf(reading, properties);
  }
  return { properties: propertyFiltersOf(reading, fields.get('properties')?.value), capabilities };
}

/** A list of `- property: constraint(s)`; a plain value means `equal`. */
function propertyFiltersOf(
  reading: Reading,
  yaml: Yaml | undefined,
): Readonly<Record<string, readonly ConstraintClause[]>> {
  const filters = emptyRecord<readonly ConstraintClause[]>();
  for (const [name, { value }] of namedItemsOf(reading.report, yaml, 'properties of a node_filter')) {
    const clauses: ConstraintClause[] =
      value.is === 'scalar'
        ? [{ operator: 'equal', argument: value.value }]
        : constraintsOf(reading, value, `the filter on ${name}`);
    filters[name] = [...(filters[name] ?? []), ...clauses];
  }
  return filters;
}
