import { checkActivities, type Members } from './activity.ts';
import { conditionOf } from './condition.ts';
import { checkKeys, dataOf, entriesOf, itemsOf, lacks, metadataOf, textOf, textsOf } from './fields.ts';
import { implementationOf } from './implementation.ts';
import { outputsOf } from './interface.ts';
import { checkNames } from './names-given.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import { hintAt } from './suggest.ts';
import type { Artifact, Data, InputDefinition, Workflow } from './topology.ts';
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
  const names = new Set(entries.keys());
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
    const inputs = inputsOf(fields.get('inputs')?.value);
    const owner = { unit, what, isTemplate: true, isWhole: true, artifacts: emptyRecord<Artifact>() };
    const outputs = fields.get('outputs')?.value;
    workflows[name] = {
      description: textOf(report, fields.get('description')?.value, `the description of ${what}`),
      metadata: metadataOf(report, fields.get('metadata')?.value, reading.unit.isTwo),
      inputs,
      preconditions: precondition
        ? [dataOf(precondition)]
        : itemsOf(report, fields.get('preconditions')?.value, `preconditions of ${what}`).map(dataOf),
      steps: stepsOf(reading, steps?.value, members, what, { inputs, workflows: names }),
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
  around: { readonly inputs: Named<InputDefinition>; readonly workflows: ReadonlySet<string> },
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
    const known = [...(node?.requirements ?? []), ...(node?.dangling ?? [])].map((one) => one.name);
    if (relationship && node && requirement !== undefined && !known.includes(requirement) && unit.isTwo) {
      const message = `${node.name} has no requirement ${requirement}${hintAt(requirement, known)}`;
      report.error(relationship.at, 'unknown-requirement', message);
    }
    for (const next of ['on_success', 'on_failure']) {
      const followers = fields.get(next)?.value;
      checkNames(reading, textsOf(report, followers, next), followers, stepNames, 'step');
    }
    if (unit.isTwo) {
      if (lacks(fields, 'activities', unit.grammar.step)) report.error(at, 'missing-key', `${step} needs activities`);
      for (const filter of itemsOf(report, fields.get('filter')?.value, `the filter of ${step}`)) {
        conditionOf(reading, filter, `the filter of ${step}`);
      }
    }
    checkActivities(reading, fields.get('activities')?.value, step, {
      ...around,
      target: relationship ? undefined : node,
    });
    steps[name] = dataOf(value);
  }
  return steps;
}
