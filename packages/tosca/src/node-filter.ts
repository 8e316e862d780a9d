import { checkKeys, entriesOf, isNothing, namedItemsOf } from './fields.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import { conditionOf } from './condition.ts';
import { constraintsOf } from './constraint.ts';
import type { ConstraintClause, NodeFilter } from './topology.ts';
import type { Yaml, YamlEntry } from './yaml-tree.ts';

/** §3.6.5: what a node, and capabilities of it, must look like to be chosen. */
export function nodeFilterOf(reading: Reading, yaml: Yaml | undefined): NodeFilter | undefined {
  if (!yaml || isNothing(yaml)) return undefined;
  const { report, unit } = reading;
  if (unit.isTwo) {
    const condition = conditionOf(reading, yaml, 'the node_filter');
    return { properties: emptyRecord(), capabilities: emptyRecord(), conditions: condition ? [condition] : [] };
  }
  const fields = entriesOf(report, yaml, 'the node_filter');
  checkKeys(report, fields, reading.unit.grammar.nodeFilter, 'the node_filter');
  const capabilities = emptyRecord<Readonly<Record<string, readonly ConstraintClause[]>>>();
  for (const [name, { value }] of capabilityFilters(reading, fields.get('capabilities')?.value)) {
    const properties = value.is === 'map' ? value.entries.get('properties')?.value : undefined;
    capabilities[name] = propertyFiltersOf(reading, properties);
  }
  return { properties: propertyFiltersOf(reading, fields.get('properties')?.value), capabilities };
}

/** 2.0 §8.4.1 and §8.5.2: conditions add to those refined; in 1.x a filter takes the place of the one refined. */
export function joinedFilter(own: NodeFilter | undefined, refined: NodeFilter | undefined): NodeFilter | undefined {
  if (!own?.conditions || !refined?.conditions) return own ?? refined;
  return { ...own, conditions: [...refined.conditions, ...own.conditions] };
}

/** §3.6.5 indents `properties` below the name of the capability, or as far as the name, which makes it a second key. */
function capabilityFilters({ report }: Reading, yaml: Yaml | undefined): [string, YamlEntry][] {
  if (yaml?.is !== 'list') return namedItemsOf(report, yaml, 'capabilities of a node_filter');
  return yaml.items.flatMap((item) => {
    const [first, second, ...more] = item.is === 'map' ? item.entries : [];
    const isFlat = first && second?.[0] === 'properties' && more.length === 0 && isNothing(first[1].value);
    if (isFlat) return [[first[0], { at: first[1].at, value: item }] satisfies [string, YamlEntry]];
    return namedItemsOf(report, { ...yaml, items: [item] }, 'capabilities of a node_filter');
  });
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
        : constraintsOf(reading, value, `the filter on ${name}`, 'any');
    filters[name] = [...(filters[name] ?? []), ...clauses];
  }
  return filters;
}
