import { checkActivities, type Acting, type Members } from './activity.ts';
import { checkAssertions } from './assertion.ts';
import { conditionOf } from './condition.ts';
import { checkKeys, dataOf, entriesOf, entry, itemsOf, lacks, metadataOf, textOf, textsOf } from './fields.ts';
import { keys } from './grammar.ts';
import { implementationOf } from './implementation.ts';
import { outputsOf } from './interface.ts';
import { checkNames } from './names-given.ts';
import { typeHasRequirement } from './node-type.ts';
import type { Position } from './position.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import { hintAt } from './suggest.ts';
import type { Artifact, Data, InputDefinition, Node, Workflow } from './topology.ts';
import type { Yaml } from './yaml-tree.ts';

type Named<T> = Readonly<Record<string, T>>;

/** Imperative workflows (1.3 §3.7.7, 2.0 §13.2), checked and kept as written. */
export function readWorkflows(
  reading: Reading,
  yaml: Yaml | undefined,
  members: Members,
  inputsOf: (yaml: Yaml | undefined) => Named<InputDefinition>,
): Named<Workflow> {
  const { report, unit } = reading;
  const workflows = emptyRecord<Workflow>();
  const entries = entriesOf(report, yaml, 'workflows');
  const all = new Map<string, Named<InputDefinition>>();
  for (const [name, { value }] of entries) all.set(name, inputsOf(entry(value, 'inputs')));
  for (const [name, { value, at }] of entries) {
    const what = `the workflow ${name}`;
    const fields = entriesOf(report, value, what);
    checkKeys(report, fields, unit.grammar.workflow, what);
    const precondition = fields.get('precondition')?.value;
    if (precondition) conditionOf(reading, precondition, `the precondition of ${what}`);
    const steps = fields.get('steps');
    const implementation = fields.get('implementation');
    if (unit.isTwo && steps && implementation) {
      const message = `${what} has either steps or an implementation; leave one of them out`;
      report.error(implementation.at, 'steps-and-implementation', message);
    }
    const inputs = all.get(name) ?? emptyRecord<InputDefinition>();
    if (!unit.isTwo) checkPreconditions(reading, fields.get('preconditions')?.value, members, what);
    const owner = { unit, what, isTemplate: true, isWhole: true, artifacts: emptyRecord<Artifact>() };
    const outputs = fields.get('outputs')?.value;
    workflows[name] = {
      description: textOf(report, fields.get('description')?.value, `the description of ${what}`),
      metadata: metadataOf(report, fields.get('metadata')?.value, reading.unit.isTwo),
      inputs,
      preconditions: precondition
        ? [dataOf(precondition)]
        : itemsOf(report, fields.get('preconditions')?.value, `preconditions of ${what}`).map(dataOf),
      steps: stepsOf(reading, steps?.value, members, what, { inputs, workflows: all }),
      ...(implementation && unit.isTwo && { implementation: implementationOf(reading, implementation.value, owner) }),
      ...(outputs && unit.isTwo && { outputs: outputsOf(reading, outputs, emptyRecord(), owner) }),
      at,
    };
  }
  return workflows;
}

function stepsOf(
  reading: Reading,
  yaml: Yaml | undefined,
  { nodes, names }: Members,
  what: string,
  around: Pick<Acting, 'inputs' | 'workflows'>,
): Named<Data> {
  const { report, unit } = reading;
  const entries = entriesOf(report, yaml, `steps of ${what}`);
  const steps = emptyRecord<Data>();
  const stepNames = new Set(entries.keys());
  for (const [name, { value, at }] of entries) {
    const step = `the step ${name}`;
    const fields = entriesOf(report, value, step);
    checkKeys(report, fields, unit.grammar.step, step);
    const targetYaml = fields.get('target')?.value;
    const [target] = textsOf(report, targetYaml, `the target of ${step}`);
    if (targetYaml) checkNames(reading, target === undefined ? [] : [target], targetYaml, names, 'node or group');
    else if (lacks(fields, 'target', unit.grammar.step)) report.error(at, 'missing-key', `${step} needs a target`);
    const node = target === undefined ? undefined : nodes[target];
    const relationship = fields.get('target_relationship')?.value;
    const requirement = textOf(report, relationship, `the target_relationship of ${step}`);
    if (relationship && node && requirement !== undefined)
      checkRequirement(reading, node, requirement, relationship.at);
    for (const next of ['on_success', 'on_failure']) {
      const followers = fields.get(next)?.value;
      checkNames(reading, textsOf(report, followers, next), followers, stepNames, 'step');
    }
    if (unit.isTwo) {
      if (lacks(fields, 'activities', unit.grammar.step)) report.error(at, 'missing-key', `${step} needs activities`);
      for (const filter of itemsOf(report, fields.get('filter')?.value, `the filter of ${step}`)) {
        conditionOf(reading, filter, `the filter of ${step}`);
      }
    } else checkAssertions(reading, fields.get('filter')?.value, holderOf(node, requirement), `the filter of ${step}`);
    checkActivities(reading, fields.get('activities')?.value, step, {
      ...around,
      target: relationship ? undefined : node,
    });
    steps[name] = dataOf(value);
  }
  return steps;
}

/** 1.3 §3.6.26: what must be so before a workflow runs. */
function checkPreconditions(reading: Reading, yaml: Yaml | undefined, { nodes, names }: Members, what: string): void {
  const { report } = reading;
  const inside = `the precondition of ${what}`;
  for (const item of itemsOf(report, yaml, `preconditions of ${what}`)) {
    const fields = entriesOf(report, item, inside);
    checkKeys(report, fields, preconditionKeys, inside);
    const targetYaml = fields.get('target')?.value;
    const target = textOf(report, targetYaml, `the target of ${inside}`);
    if (target === undefined) {
      if (lacks(fields, 'target', preconditionKeys)) report.error(item.at, 'missing-key', `${inside} needs a target`);
    } else checkNames(reading, [target], targetYaml, names, 'node or group');
    const node = target === undefined ? undefined : nodes[target];
    const relationship = fields.get('target_relationship')?.value;
    const requirement = textOf(report, relationship, `the target_relationship of ${inside}`);
    if (relationship && node && requirement !== undefined)
      checkRequirement(reading, node, requirement, relationship.at);
    checkAssertions(reading, fields.get('condition')?.value, holderOf(node, requirement), `the condition of ${inside}`);
  }
}

const preconditionKeys = keys('target', 'target_relationship', 'condition');

/** In 2.0 a step acts on a relationship there is; in 1.x the type of its target may be the one that has the requirement. */
function checkRequirement(reading: Reading, node: Node, name: string, at: Position): void {
  const { report, unit } = reading;
  const known = [...new Set([...node.requirements, ...node.dangling].map((one) => one.name))];
  if (known.includes(name) || node.schemas.isWhole === false) return;
  if (!unit.isTwo && typeHasRequirement(reading, node, name)) return;
  report.error(at, 'unknown-requirement', `${node.name} has no requirement ${name}${hintAt(name, known)}`);
}

/** What has the attributes that a condition is about: the target, or the relationship of it. */
function holderOf(node: Node | undefined, requirement: string | undefined): Parameters<typeof checkAssertions>[2] {
  if (!node) return undefined;
  if (requirement === undefined) return { schemas: node.schemas, name: `the node ${node.name}` };
  const made = node.requirements.find((one) => one.name === requirement);
  return made && { schemas: made.relationship.schemas, name: `the relationship ${requirement} of ${node.name}` };
}
