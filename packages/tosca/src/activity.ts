import { checkValue } from './check-value.ts';
import { conditionOf } from './condition.ts';
import { checkKeys, dataOf, entriesOf, isNothing, itemsOf, lacks, namedItemsOf, textOf } from './fields.ts';
import { keys } from './grammar.ts';
import { inputProblem, optionalProblem } from './input-type.ts';
import type { Position } from './position.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import { hintAt, listing } from './suggest.ts';
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

/** Triggers of a policy (1.3 §3.6.22, 2.0 §16.5), checked and kept as written. */
export function triggersOf(reading: Reading, yaml: Yaml | undefined): Named<Data> {
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
    }
    triggers[name] = dataOf(value);
  }
  return triggers;
}

interface Acting {
  /** The node acted on, where it is one. */
  readonly target?: Node | undefined;
  /** Names of the workflows, which `inline` may name. */
  readonly workflows?: ReadonlySet<string> | undefined;
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
    if (inline && acting.workflows) checkInline(reading, inline.value, acting.workflows);
  }
}

const callKeys = keys('operation:text', 'inputs:map');
const inlineKeys = keys('workflow:text', 'inputs:map');

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
    checkInputs(
      reading,
      fields?.get('inputs')?.value,
      operation.inputSchemas ?? {},
      operation.inputs,
      name,
      named.at,
      inputs,
    );
  }
}

/** By its name; 1.x templates also name its type. */
function interfaceNamed({ interfaces }: Node, name: string): Node['interfaces'][string] | undefined {
  return interfaces[name] ?? Object.values(interfaces).find(({ types }) => types.includes(name));
}

/** 2.0 §13.2.3.3: inputs of a call stand over those of the node; together they give what the operation needs. */
function checkInputs(
  reading: Reading,
  yaml: Yaml | undefined,
  schemas: Named<FieldSchema>,
  given: Named<unknown>,
  name: string,
  at: Position,
  inputs: Named<InputDefinition> | undefined,
): void {
  const { report } = reading;
  const entries = entriesOf(report, yaml, `inputs of ${name}`);
  for (const [input, { value, at: place }] of entries) {
    const schema = schemas[input];
    if (!schema) {
      report.error(
        place,
        'unknown-input',
        `The operation ${name} has no input ${input}${hintAt(input, Object.keys(schemas))}`,
      );
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
    report.error(at, 'missing-property', `The operation ${name} needs the input ${input} (${schema.type})`);
  }
}

function checkInline({ report }: Reading, yaml: Yaml, workflows: ReadonlySet<string>): void {
  const fields = yaml.is === 'map' ? yaml.entries : undefined;
  if (fields) checkKeys(report, fields, inlineKeys, 'the inline');
  const named = fields ? fields.get('workflow')?.value : yaml;
  const name = textOf(report, named, 'the workflow to inline');
  if (name === undefined || !named || workflows.has(name)) return;
  report.error(named.at, 'unknown-workflow', `There is no workflow ${name}${hintAt(name, workflows, 'there are')}`);
}
