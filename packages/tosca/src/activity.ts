import { checkAssertions } from './assertion.ts';
import { checkValue } from './check-value.ts';
import { conditionOf } from './condition.ts';
import {
  checkKeys,
  dataOf,
  entriesOf,
  entry,
  isNothing,
  itemsOf,
  lacks,
  namedItemsOf,
  shown,
  textOf,
} from './fields.ts';
import { keys } from './grammar.ts';
import { inputProblem, optionalProblem } from './input-type.ts';
import type { Position } from './position.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import { secondsOf } from './scalar-unit.ts';
import { didYouMean, hintAt, listing } from './suggest.ts';
import type { Data, FieldSchema, InputDefinition, Node } from './topology.ts';
import { readValue } from './value.ts';
import type { Yaml, YamlEntry } from './yaml-tree.ts';

type Named<T> = Readonly<Record<string, T>>;

/** What steps and triggers act on. */
export interface Members {
  readonly nodes: Named<Node>;
  /** Nodes and groups the template has, also those that are wrong in themselves. */
  readonly names: ReadonlySet<string>;
}

/** Triggers of a policy (1.3 §3.6.22, 2.0 §16.5), checked and kept as written. In a template the nodes are known by name. */
export function triggersOf(reading: Reading, yaml: Yaml | undefined, names?: ReadonlySet<string>): Named<Data> {
  const { report, unit } = reading;
  const triggers = emptyRecord<Data>();
  const entries: [string, YamlEntry][] =
    yaml?.is === 'list' ? namedItemsOf(report, yaml, 'triggers') : [...entriesOf(report, yaml, 'triggers')];
  for (const [name, { value, at }] of entries) {
    const what = `the trigger ${name}`;
    const fields = entriesOf(report, value, what);
    if (unit.isTwo) checkKeys(report, fields, unit.grammar.trigger, what);
    if (lacks(fields, 'event', unit.grammar.trigger) && !fields.has('event_type')) {
      // 1.0 to 1.2 only sketch triggers, and monitoring tools write their own.
      const tell = unit.isTwo || unit.minor === 3 ? 'error' : 'warn';
      report[tell](at, 'missing-key', `${what} needs an event`);
    }
    if (unit.isTwo) {
      const condition = fields.get('condition')?.value;
      if (condition) conditionOf(reading, condition, `the condition of ${what}`);
      if (lacks(fields, 'action', unit.grammar.trigger)) report.error(at, 'missing-key', `${what} needs an action`);
      checkActivities(reading, fields.get('action')?.value, what, {});
    } else if (unit.minor === 3) {
      checkSimpleTrigger(reading, fields, what);
      if (names) checkEventFilter(reading, fields.get('target_filter')?.value, names, what);
    }
    triggers[name] = dataOf(value);
  }
  return triggers;
}

/** 1.3 §3.6.22: what happens, and when it has lasted or come back often enough. */
function checkSimpleTrigger(reading: Reading, fields: ReadonlyMap<string, YamlEntry>, what: string): void {
  const action = fields.get('action')?.value;
  if (action?.is === 'list') checkActivities(reading, action, what, {});
  const condition = fields.get('condition')?.value;
  const extended = condition?.is === 'map' ? condition.entries : undefined;
  const isExtended = extended?.has('constraint') || extended?.has('period') || extended?.has('evaluations');
  const constraint = isExtended ? extended?.get('constraint')?.value : condition;
  // The examples of the specification also write a sentence there, and a period in seconds.
  if (constraint?.is !== 'scalar') checkAssertions(reading, constraint, undefined, `the condition of ${what}`);
  const period = extended?.get('period')?.value;
  if (
    period &&
    !(
      period.is === 'scalar' &&
      (isNothing(period) || /^\d+$/.test(period.text) || secondsOf(period.text) !== undefined)
    )
  ) {
    reading.report.error(period.at, 'wrong-type', `the period of ${what} is a time such as 5 m, not ${shown(period)}`);
  }
  const evaluations = extended?.get('evaluations')?.value;
  if (
    evaluations &&
    !(evaluations.is === 'scalar' && (isNothing(evaluations) || /^[1-9]\d*$/.test(evaluations.text)))
  ) {
    const message = `the evaluations of ${what} are a whole number above 0, not ${shown(evaluations)}`;
    reading.report.error(evaluations.at, 'wrong-type', message);
  }
}

/** 1.3 §3.6.20: events are those of a node of the template, or of nodes of a type. */
function checkEventFilter(reading: Reading, yaml: Yaml | undefined, names: ReadonlySet<string>, what: string): void {
  const node = entry(yaml, 'node');
  const name = textOf(reading.report, node, `the node of the target_filter of ${what}`);
  if (!node || name === undefined || names.has(name) || reading.names.find('node', name, reading.unit)) return;
  if (reading.names.isIncomplete) return;
  const hint = didYouMean(name, names) || '; name a node of this template or a node type';
  reading.report.error(node.at, 'unknown-node', `There is no node ${name}${hint}`);
}

export interface Acting {
  /** The node acted on, where it is one. */
  readonly target?: Node | undefined;
  /** The inputs of the workflows, which `inline` may name. */
  readonly workflows?: ReadonlyMap<string, Named<InputDefinition>> | undefined;
  readonly inputs?: Named<InputDefinition> | undefined;
}

/** §3.6.23: `delegate`, `set_state`, `call_operation` and `inline`, one each. */
export function checkActivities(reading: Reading, yaml: Yaml | undefined, what: string, acting: Acting): void {
  const { report, unit } = reading;
  const known = unit.grammar.activity;
  for (const activity of itemsOf(report, yaml, `activities of ${what}`)) {
    if (activity.is !== 'map') {
      if (!isNothing(activity))
        report.error(activity.at, 'expected-map', `An activity is one of ${listing(known.keys())}`);
      continue;
    }
    checkKeys(report, activity.entries, known, 'the activity');
    if (unit.isTwo && activity.entries.size !== 1) {
      report.error(
        activity.at,
        'bad-activity',
        `An activity is one of ${listing(known.keys())}; write each behind its own "- "`,
      );
    }
    const call = activity.entries.get('call_operation');
    if (call) checkCall(reading, call.value, acting);
    const inline = activity.entries.get('inline');
    if (inline && acting.workflows) checkInline(reading, inline.value, acting.workflows, acting.inputs);
    const delegate = activity.entries.get('delegate');
    if (delegate) workflowNamed(reading, delegate.value, 'delegate');
  }
}

const callKeys = keys('operation:text', 'inputs:map');
const workflowKeys = keys('workflow:text', 'inputs:map');

function checkCall(reading: Reading, yaml: Yaml, { target, inputs }: Acting): void {
  const { report, unit } = reading;
  const fields = yaml.is === 'map' ? yaml.entries : undefined;
  if (fields) checkKeys(report, fields, callKeys, 'the call_operation');
  const named = fields ? fields.get('operation')?.value : yaml;
  const name = textOf(report, named, 'the operation to call');
  if (name === undefined || !named) {
    report.error(yaml.at, 'missing-key', 'A call_operation names an operation, e.g. Standard.start');
    return;
  }
  if (!target) return;
  const dot = name.lastIndexOf('.');
  const found = interfaceNamed(target, name.slice(0, Math.max(dot, 0)));
  if (!found) {
    const hint = hintAt(name, Object.keys(target.interfaces));
    report.error(
      named.at,
      'unknown-interface',
      `${target.name} has no interface ${name.slice(0, Math.max(dot, 0)) || name}${hint}`,
    );
    return;
  }
  const operation = found.operations[name.slice(dot + 1)];
  if (!operation) {
    const hint = hintAt(name.slice(dot + 1), Object.keys(found.operations));
    report.error(named.at, 'unknown-operation', `${found.type} has no operation ${name.slice(dot + 1)}${hint}`);
    return;
  }
  if (unit.isTwo) {
    const schemas = operation.inputSchemas ?? {};
    const what = `the operation ${name}`;
    checkInputs(reading, fields?.get('inputs')?.value, schemas, operation.inputs, what, named.at, inputs);
  }
}

/** By its name; 1.x templates also name its type. */
function interfaceNamed({ interfaces }: Node, name: string): Node['interfaces'][string] | undefined {
  return interfaces[name] ?? Object.values(interfaces).find(({ types }) => types.includes(name));
}

/** 2.0 §13.2.3.3: inputs of a call stand over those of the node; together they give what the operation, or the workflow, needs. */
function checkInputs(
  reading: Reading,
  yaml: Yaml | undefined,
  schemas: Named<FieldSchema>,
  given: Named<unknown>,
  what: string,
  at: Position,
  inputs: Named<InputDefinition> | undefined,
): void {
  const { report } = reading;
  const entries = entriesOf(report, yaml, `inputs of ${what}`);
  for (const [input, { value, at: place }] of entries) {
    const schema = schemas[input];
    if (!schema) {
      report.error(place, 'unknown-input', `${what} has no input ${input}${hintAt(input, Object.keys(schemas))}`);
      continue;
    }
    const read = readValue(reading, value, schema);
    checkValue(read, schema, input, (wrong, rule, message) => report.error(wrong.at, rule, message));
    if (!inputs) continue;
    const wrongType = inputProblem(read, schema, input, inputs);
    const optional = optionalProblem(read, schema, input, inputs);
    if (wrongType) report.error(value.at, 'wrong-type', wrongType);
    else if (optional) report.error(value.at, 'optional-input', optional);
  }
  for (const input in schemas) {
    const schema = schemas[input];
    if (!schema?.required || entries.has(input) || input in given) continue;
    report.error(at, 'missing-property', `${what} needs the input ${input} (${schema.type})`);
  }
}

/** 1.3 §3.6.23.4, 2.0 §13.2.3.4: another workflow of the template, with what it needs. */
function checkInline(
  reading: Reading,
  yaml: Yaml,
  workflows: ReadonlyMap<string, Named<InputDefinition>>,
  inputs: Named<InputDefinition> | undefined,
): void {
  const named = workflowNamed(reading, yaml, 'inline');
  if (!named) return;
  const wanted = workflows.get(named.text);
  if (!wanted) {
    const hint = hintAt(named.text, workflows.keys(), 'there are');
    reading.report.error(named.at, 'unknown-workflow', `There is no workflow ${named.text}${hint}`);
    return;
  }
  const given = yaml.is === 'map' ? yaml.entries.get('inputs')?.value : undefined;
  checkInputs(reading, given, wanted, {}, `the workflow ${named.text}`, named.at, inputs);
}

/** The name of a workflow, alone or with its inputs. */
function workflowNamed({ report }: Reading, yaml: Yaml, activity: string): (Yaml & { is: 'scalar' }) | undefined {
  const fields = yaml.is === 'map' ? yaml.entries : undefined;
  if (fields) checkKeys(report, fields, workflowKeys, `the ${activity}`);
  const named = fields ? fields.get('workflow')?.value : yaml;
  if (named?.is === 'scalar' && !isNothing(named)) return named;
  if (named && !isNothing(named)) textOf(report, named, `the workflow to ${activity}`);
  else report.error(yaml.at, 'missing-key', `${activity} names a workflow, or is a map with the key workflow`);
  return undefined;
}
