import { assignProperties } from './assign.ts';
import { readGroupType, readPolicyType } from './entity-type.ts';
import {
  checkKeys,
  dataOf,
  entriesOf,
  isNothing,
  itemsOf,
  metadataOf,
  namedItemsOf,
  textOf,
  textsOf,
} from './fields.ts';
import type { Position } from './position.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import { didYouMean, listing } from './suggest.ts';
import type { Data, Group, InputDefinition, Node, Policy, Workflow } from './topology.ts';
import type { TypeSource, Unit } from './unit.ts';
import type { Yaml, YamlEntry } from './yaml-tree.ts';

type Named<T> = Readonly<Record<string, T>>;

/** `names` are the nodes the template has, also those that are wrong in themselves. */
export function readGroups(
  reading: Reading,
  unit: Unit,
  yaml: Yaml | undefined,
  nodes: Named<Node>,
  names: ReadonlySet<string>,
): Named<Group> {
  const { report } = reading;
  const groups = emptyRecord<Group>();
  for (const [name, { value, at }] of entriesOf(report, yaml, 'groups')) {
    const what = `The group ${name}`;
    const fields = entriesOf(report, value, what);
    checkKeys(report, fields, reading.unit.grammar.group, what);
    const source = typeOf(reading, 'group', fields, unit, at, what);
    if (!source) continue;
    const type = readGroupType(reading, source);
    const members = textsOf(report, fields.get('members')?.value, `members of ${what}`);
    checkNames(reading, members, fields.get('members')?.value, names, 'node');
    for (const [index, member] of members.entries()) {
      const node = nodes[member];
      if (!node || type.members.length === 0 || type.members.some((one) => node.types.includes(one))) continue;
      const place = positionOf(fields.get('members')?.value, index, at);
      report.error(
        place,
        'member-mismatch',
        `${what} has members of ${listing(type.members)}; ${member} is a ${node.type}`,
      );
    }
    groups[name] = {
      type: type.name,
      types: type.types,
      description: textOf(report, fields.get('description')?.value, `The description of ${what}`),
      metadata: metadataOf(report, fields.get('metadata')?.value),
      properties: assignProperties(reading, fields.get('properties')?.value, type.properties, what, at),
      members,
      at,
    };
  }
  return groups;
}

export function readPolicies(
  reading: Reading,
  unit: Unit,
  yaml: Yaml | undefined,
  names: ReadonlySet<string>,
): Named<Policy> {
  const { report } = reading;
  const policies = emptyRecord<Policy>();
  for (const [name, { value, at }] of namedItemsOf(report, yaml, 'policies')) {
    const what = `The policy ${name}`;
    if (name in policies) report.error(at, 'duplicate-key', `There are two policies ${name}; rename one of them`);
    const fields = entriesOf(report, value, what);
    checkKeys(report, fields, reading.unit.grammar.policy, what);
    const source = typeOf(reading, 'policy', fields, unit, at, what);
    if (!source) continue;
    const type = readPolicyType(reading, source);
    const targets = textsOf(report, fields.get('targets')?.value, `targets of ${what}`);
    checkNames(reading, targets, fields.get('targets')?.value, names, 'node or group');
    policies[name] = {
      type: type.name,
      types: type.types,
      description: textOf(report, fields.get('description')?.value, `The description of ${what}`),
      metadata: metadataOf(report, fields.get('metadata')?.value),
      properties: assignProperties(reading, fields.get('properties')?.value, type.properties, what, at),
      targets,
      triggers: triggersOf(reading, fields.get('triggers')?.value),
      at,
    };
  }
  return policies;
}

function triggersOf(reading: Reading, yaml: Yaml | undefined): Named<Data> {
  const triggers = emptyRecord<Data>();
  const entries: [string, YamlEntry][] =
    yaml?.is === 'list'
      ? namedItemsOf(reading.report, yaml, 'triggers')
      : [...entriesOf(reading.report, yaml, 'triggers')];
  for (const [name, { value, at }] of entries) {
    const what = `The trigger ${name}`;
    const fields = entriesOf(reading.report, value, what);
    checkKeys(reading.report, fields, reading.unit.grammar.trigger, what);
    if (!fields.has('event') && !fields.has('event_type'))
      reading.report.error(at, 'missing-key', `${what} needs an event`);
    triggers[name] = dataOf(value);
  }
  return triggers;
}

export function readWorkflows(
  reading: Reading,
  yaml: Yaml | undefined,
  names: ReadonlySet<string>,
  inputsOf: (yaml: Yaml | undefined) => Named<InputDefinition>,
): Named<Workflow> {
  const { report } = reading;
  const workflows = emptyRecord<Workflow>();
  for (const [name, { value, at }] of entriesOf(report, yaml, 'workflows')) {
    const what = `The workflow ${name}`;
    const fields = entriesOf(report, value, what);
    checkKeys(report, fields, reading.unit.grammar.workflow, what);
    workflows[name] = {
      description: textOf(report, fields.get('description')?.value, `The description of ${what}`),
      metadata: metadataOf(report, fields.get('metadata')?.value),
      inputs: inputsOf(fields.get('inputs')?.value),
      preconditions: itemsOf(report, fields.get('preconditions')?.value, `preconditions of ${what}`).map(dataOf),
      steps: stepsOf(reading, fields.get('steps')?.value, names, what),
      at,
    };
  }
  return workflows;
}

function stepsOf(reading: Reading, yaml: Yaml | undefined, names: ReadonlySet<string>, what: string): Named<Data> {
  const { report } = reading;
  const entries = entriesOf(report, yaml, `steps of ${what}`);
  const steps = emptyRecord<Data>();
  for (const [name, { value, at }] of entries) {
    const step = `The step ${name}`;
    const fields = entriesOf(report, value, step);
    checkKeys(report, fields, reading.unit.grammar.step, step);
    const target = fields.get('target')?.value;
    if (target) checkNames(reading, textsOf(report, target, `The target of ${step}`), target, names, 'node or group');
    else report.error(at, 'missing-key', `${step} needs a target`);
    for (const next of ['on_success', 'on_failure']) {
      const followers = fields.get(next)?.value;
      checkNames(reading, textsOf(report, followers, next), followers, new Set(entries.keys()), 'step');
    }
    for (const activity of itemsOf(report, fields.get('activities')?.value, `activities of ${step}`)) {
      if (activity.is === 'map') checkKeys(report, activity.entries, reading.unit.grammar.activity, 'An activity');
      else if (!isNothing(activity))
        report.error(
          activity.at,
          'expected-map',
          `An activity is one of ${listing(reading.unit.grammar.activity.keys())}`,
        );
    }
    steps[name] = dataOf(value);
  }
  return steps;
}

function typeOf(
  { report, names }: Reading,
  kind: 'group' | 'policy',
  fields: ReadonlyMap<string, YamlEntry>,
  unit: Unit,
  at: Position,
  what: string,
): TypeSource | undefined {
  const yaml = fields.get('type')?.value;
  const name = textOf(report, yaml, `The type of ${what}`);
  if (yaml && name !== undefined) return names.require(kind, name, unit, yaml.at);
  report.error(at, 'missing-key', `${what} needs a type`);
  return undefined;
}

function checkNames(
  { report }: Reading,
  given: readonly string[],
  yaml: Yaml | undefined,
  known: ReadonlySet<string>,
  noun: string,
): void {
  for (const [index, name] of given.entries()) {
    if (known.has(name) || !yaml) continue;
    report.error(
      positionOf(yaml, index, yaml.at),
      `unknown-${noun.split(' ')[0]}`,
      `There is no ${noun} ${name}${didYouMean(name, known)}`,
    );
  }
}

function positionOf(yaml: Yaml | undefined, index: number, otherwise: Position): Position {
  return yaml?.is === 'list' ? (yaml.items[index]?.at ?? otherwise) : (yaml?.at ?? otherwise);
}
