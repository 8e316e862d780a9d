import { conditionOf } from './condition.ts';
import { readNodeType, typeHasRequirement, type NodeType } from './node-type.ts';
import { checkKeys, entriesOf, entry, isNothing, namedItemsOf, shown, textOf, textsOf } from './fields.ts';
import { nodeFilterOf } from './node-filter.ts';
import type { Position } from './position.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import { didYouMean, hintAt } from './suggest.ts';
import type { InputDefinition, Node, NodeFilter, Output, Substitution, Workflow } from './topology.ts';
import type { Yaml, YamlEntry } from './yaml-tree.ts';

type Named<T> = Readonly<Record<string, T>>;

/** The parts of the template that mappings lead to. */
export interface Mapped {
  readonly nodes: Named<Node>;
  /** Also nodes that are wrong in themselves. */
  readonly names: ReadonlySet<string>;
  readonly inputs: Named<InputDefinition>;
  readonly outputs: Named<Output>;
  readonly workflows: Named<Workflow>;
}

/** `substitution_mappings` (1.3 §3.8.13, 2.0 chapter 15). */
export function readSubstitution(reading: Reading, yaml: Yaml | undefined, mapped: Mapped): Substitution | undefined {
  const { report, names, unit } = reading;
  if (!yaml || isNothing(yaml)) return undefined;
  const what = 'substitution_mappings';
  const fields = entriesOf(report, yaml, what);
  checkKeys(report, fields, unit.grammar.substitution, what);
  const typeYaml = fields.get('node_type')?.value;
  const typeName = textOf(report, typeYaml, 'node_type');
  if (!typeYaml || typeName === undefined) {
    if (yaml.is === 'map') report.error(yaml.at, 'missing-key', `${what} needs a node_type`);
    return undefined;
  }
  const source = names.require('node', typeName, unit, typeYaml.at);
  if (!source) return undefined;
  const type = readNodeType(reading, source);
  const mapping: Mapping = { reading, type, mapped };
  if (!unit.isTwo && type.isWhole && !fields.has('properties')) checkImplicit(mapping, typeYaml.at);
  if (unit.isTwo) checkInputs(mapping, fields.get('properties')?.value, typeYaml.at);
  return {
    node: type.name,
    types: type.types,
    filter: filterOf(reading, fields.get('substitution_filter')?.value),
    properties: valuesOf(mapping, fields.get('properties')?.value, 'property', mapped.inputs, 'input'),
    attributes: valuesOf(mapping, fields.get('attributes')?.value, 'attribute', mapped.outputs, 'output'),
    capabilities: capabilitiesOf(mapping, fields.get('capabilities')?.value),
    requirements: requirementsOf(mapping, fields.get('requirements')?.value),
    interfaces: interfacesOf(mapping, fields.get('interfaces')?.value),
    at: yaml.at,
  };
}

interface Mapping {
  readonly reading: Reading;
  readonly type: NodeType;
  readonly mapped: Mapped;
}

/** 1.x without property mappings: inputs get the properties of the replaced node that bear their names (1.0 §3.8.7). */
function checkImplicit({ reading, type, mapped }: Mapping, at: Position): void {
  const { report } = reading;
  for (const [name, schema] of Object.entries(type.properties)) {
    if (!schema.required || schema.defaultValue || name in mapped.inputs) continue;
    report.error(
      at,
      'missing-input',
      `A ${type.name} needs the property ${name}, so the template needs an input ${name} to take it from`,
    );
  }
  for (const input of Object.values(mapped.inputs)) {
    if (!input.required || input.name in type.properties) continue;
    report.error(
      at,
      'missing-default',
      `${type.name} has no property ${input.name} to take the input from; give the input a default`,
    );
  }
}

/** 2.0 §15.2: what the template must be given comes from the replaced node. */
function checkInputs({ reading, mapped }: Mapping, yaml: Yaml | undefined, at: Position): void {
  const given = new Set<string>();
  for (const [, { value }] of yaml?.is === 'map' ? yaml.entries : []) if (value.is === 'scalar') given.add(value.text);
  for (const input of Object.values(mapped.inputs)) {
    if (!input.required || given.has(input.name)) continue;
    reading.report.error(
      at,
      'missing-input',
      `No property is mapped to the input ${input.name}, which has no default; map one to it`,
    );
  }
}

function filterOf(reading: Reading, yaml: Yaml | undefined): NodeFilter | undefined {
  if (!yaml || isNothing(yaml)) return undefined;
  if (!reading.unit.isTwo) return nodeFilterOf(reading, entry(yaml, 'node_filter') ?? yaml);
  const condition = conditionOf(reading, yaml, 'the substitution_filter');
  return { properties: emptyRecord(), capabilities: emptyRecord(), conditions: condition ? [condition] : [] };
}

/** Properties to inputs, attributes to outputs. In 1.x a property may also be given a value, which only chooses the template. */
function valuesOf(
  { reading, type }: Mapping,
  yaml: Yaml | undefined,
  noun: 'property' | 'attribute',
  there: Named<unknown>,
  goal: string,
): Named<string> {
  const { report, unit } = reading;
  const found = emptyRecord<string>();
  for (const [name, { value, at }] of entriesOf(report, yaml, `${noun} mappings`)) {
    const isPath = name.startsWith('[');
    const known = { ...type.properties, ...(noun === 'attribute' ? type.attributes : {}) };
    if (!isPath && !(name in known) && unit.isTwo) {
      report.error(at, `unknown-${noun}`, `${type.name} has no ${noun} ${name}${hintAt(name, Object.keys(known))}`);
    }
    const mapping = value.is === 'map' ? (value.entries.get('mapping')?.value ?? value) : value;
    const [target] = mapping.is === 'map' ? [] : textsOf(report, mapping, `the mapping of ${name}`);
    if (target !== undefined && target in there) found[name] = target;
    else if (unit.isTwo) {
      const hint = didYouMean(target ?? '', Object.keys(there));
      report.error(
        value.at,
        `unknown-${goal}`,
        `There is no ${goal} ${target ?? shown(value)}${hint}; map ${name} to one`,
      );
    }
  }
  return found;
}

function capabilitiesOf({ reading, type, mapped }: Mapping, yaml: Yaml | undefined): Substitution['capabilities'] {
  const { report } = reading;
  const found = emptyRecord<{ node: string; capability: string }>();
  for (const [name, { value, at }] of namedOrEntries(reading, yaml, 'capability mappings')) {
    if (!(name in type.capabilities) && type.isWhole) {
      report.error(
        at,
        'unknown-capability',
        `${type.name} has no capability ${name}${hintAt(name, Object.keys(type.capabilities))}`,
      );
    }
    const place = placeOf(reading, value, `the mapping of ${name}`);
    if (!place || place[1] === undefined || !isNode(reading, mapped, place[0], value)) continue;
    const [node, capability] = place;
    const target = mapped.nodes[node];
    if (target && target.schemas.isWhole !== false && !(capability in target.capabilities)) {
      const hint = hintAt(capability, Object.keys(target.capabilities));
      report.error(value.at, 'unknown-capability', `The node ${node} has no capability ${capability}${hint}`);
    }
    found[name] = { node, capability };
  }
  return found;
}

function requirementsOf({ reading, type, mapped }: Mapping, yaml: Yaml | undefined): Substitution['requirements'] {
  const { report } = reading;
  const known = type.requirements.map((one) => one.name);
  const mappings = namedOrEntries(reading, yaml, 'requirement mappings');
  if (reading.unit.isTwo) checkCounts({ reading, type, mapped }, mappings);
  return mappings.map(([written, { value, at }]) => {
    const { name, count } = countedName(written);
    if (!known.includes(name) && type.isWhole) {
      report.error(at, 'unknown-requirement', `${type.name} has no requirement ${name}${hintAt(name, known)}`);
    }
    const isSeveral = value.is === 'list' && value.items.some((item) => item.is === 'list');
    const targets = isSeveral && value.is === 'list' ? value.items : [value];
    const to = targets.flatMap((target) => {
      const place = placeOf(reading, target, `the mapping of ${name}`);
      if (!place || !isNode(reading, mapped, place[0], target)) return [];
      const [node, requirement] = place;
      const there = mapped.nodes[node];
      const names = [...(there?.requirements ?? []), ...(there?.dangling ?? [])].map((one) => one.name);
      if (
        there &&
        there.schemas.isWhole !== false &&
        requirement !== undefined &&
        !names.includes(requirement) &&
        !typeHasRequirement(reading, there, requirement)
      ) {
        report.error(
          target.at,
          'unknown-requirement',
          `The node ${node} has no requirement ${requirement}${hintAt(requirement, names)}`,
        );
      }
      if (there && requirement !== undefined && reading.unit.isTwo) checkOpen(reading, there, requirement, target);
      return [{ node, requirement }];
    });
    return { name, count, to };
  });
}

/** 2.0 §15.5.4, rule 1: what is mapped is still open in the template. */
function checkOpen({ report }: Reading, node: Node, requirement: string, yaml: Yaml): void {
  const met = node.requirements.find((one) => one.name === requirement);
  if (!met || node.dangling.some((one) => one.name === requirement)) return;
  const message = `The requirement ${requirement} of ${node.name} leads to ${met.target} already; leave it open or map another`;
  // The rule has no MUST, and what is mapped so is met all the same.
  report.warn(yaml.at, 'not-open', message);
}

/** 2.0 §15.5, §15.5.4: how often a requirement may be mapped, and that nothing follows the mapping of all the others. */
function checkCounts({ reading, type, mapped }: Mapping, mappings: readonly [string, YamlEntry][]): void {
  const { report } = reading;
  const before = new Map<string, { count: number; needed: number }>();
  for (const [written, { value, at }] of mappings) {
    const { name, count = 1 } = countedName(written);
    const definition = type.requirements.find((one) => one.name === name);
    if (!definition) continue;
    const so = before.get(name) ?? { count: 0, needed: 0 };
    const { least, most } = definition.occurrences;
    if (so.count === Infinity) {
      report.error(at, 'bad-mapping', `All that is left of ${name} is mapped above; put this mapping before that`);
    } else if (count !== Infinity && so.count + count > most) {
      const message = `A ${type.name} has the requirement ${name} ${most} times at most; here more are mapped`;
      report.error(at, 'too-many-mappings', message);
    }
    const needed = so.needed + (isNeeded(mapped, value) && count !== Infinity ? count : 0);
    if (needed > least && so.needed <= least && isNeeded(mapped, value)) {
      // The specification calls its own example of this invalid, and the suite takes it for valid.
      const message = `A ${type.name} has the requirement ${name} ${least} times for sure; more than that are mapped to requirements that must be met`;
      report.warn(at, 'too-many-mappings', message);
    }
    before.set(name, { count: so.count + count, needed });
  }
}

/** Whether a mapping leads to a requirement that must be met. */
function isNeeded({ nodes }: Pick<Mapped, 'nodes'>, yaml: Yaml): boolean {
  if (yaml.is !== 'list') return false;
  const [first, second] = yaml.items;
  if (first?.is === 'list') return yaml.items.some((item) => isNeeded({ nodes }, item));
  if (first?.is !== 'scalar' || second?.is !== 'scalar') return false;
  return (nodes[first.text]?.dangling ?? []).some((one) => one.name === second.text && one.optional !== true);
}

/** 2.0 §15.5: `[ name, count ]`, which the reader of YAML leaves as the text it is. */
function countedName(written: string): { name: string; count: number | undefined } {
  const match = /^\[\s*([^,\s]+)\s*,\s*(\d+|UNBOUNDED)\s*\]$/.exec(written);
  if (!match) return { name: written, count: undefined };
  return { name: match[1] ?? '', count: match[2] === 'UNBOUNDED' ? Infinity : Number(match[2]) };
}

function interfacesOf({ reading, type, mapped }: Mapping, yaml: Yaml | undefined): Substitution['interfaces'] {
  const { report, unit } = reading;
  const found = emptyRecord<Named<string>>();
  for (const [name, { value, at }] of entriesOf(report, yaml, 'interface mappings')) {
    const definition = type.interfaces[name];
    if (!definition) {
      if (!type.isWhole) continue;
      report.error(
        at,
        'unknown-interface',
        `${type.name} has no interface ${name}${hintAt(name, Object.keys(type.interfaces))}`,
      );
      continue;
    }
    const operations = emptyRecord<string>();
    for (const [operation, target] of entriesOf(report, value, `the mapping of ${name}`)) {
      if (!(operation in definition.operations)) {
        const hint = hintAt(operation, Object.keys(definition.operations));
        report.error(target.at, 'unknown-operation', `${definition.type} has no operation ${operation}${hint}`);
      }
      const workflow = textOf(report, target.value, `the workflow of ${operation}`);
      if (workflow === undefined) continue;
      if (!(workflow in mapped.workflows) && unit.isTwo) {
        const hint = hintAt(workflow, Object.keys(mapped.workflows), 'there are');
        report.error(target.value.at, 'unknown-workflow', `There is no workflow ${workflow}${hint}`);
      }
      operations[operation] = workflow;
    }
    found[name] = operations;
  }
  return found;
}

function namedOrEntries(reading: Reading, yaml: Yaml | undefined, what: string): [string, YamlEntry][] {
  return yaml && !isNothing(yaml) ? namedItemsOf(reading.report, yaml, what) : [];
}

/** `[ node, capability ]`, or a node alone; nothing mapped is an empty list. 1.3 may write it under `mapping`. */
function placeOf({ report }: Reading, yaml: Yaml, what: string): [node: string, part: string | undefined] | undefined {
  const mapping = yaml.is === 'map' ? yaml.entries.get('mapping')?.value : yaml;
  if (!mapping) return undefined;
  const parts = textsOf(report, mapping, what);
  const [node, part] = parts;
  if (node !== undefined && parts.length <= 2) return [node, part];
  if (parts.length > 2) report.error(yaml.at, 'bad-mapping', `${what} is written [ node, name ]`);
  return undefined;
}

function isNode({ report }: Reading, { nodes, names }: Mapped, node: string, yaml: Yaml): boolean {
  if (names.has(node)) return node in nodes;
  const at = yaml.is === 'list' ? (yaml.items[0]?.at ?? yaml.at) : yaml.at;
  report.error(at, 'unknown-node', `There is no node ${node}${didYouMean(node, names)}`);
  return false;
}
