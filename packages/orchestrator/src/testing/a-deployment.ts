import { readInputs, readTemplate } from '@pileus/tosca';
import { expect } from 'vitest';
import { noFindings, type Findings, type Present, type Wanted } from '../comparison.ts';
import { difference } from '../difference.ts';
import type { Counts } from '../scale-groups.ts';
import { expand } from '../expand-template.ts';
import { digestOf, inputsOf } from '../operation.ts';
import { nothingKnown, type PlanStep } from '../plan.ts';
import { specOf } from '../resources.ts';
import { structureOf } from '../structure.ts';
import { portsOf, scopeOf, type Setting } from '../values.ts';
import type { KnownOperation, KnownResource, Survey } from '../world.ts';
import { noSecrets } from '../secrets.ts';

const scripts = new Map([['a.sh', new Uint8Array([1])]]);

/** A template whose scripts are all `a.sh`, planned without a cloud; `others` are the files it imports. */
export function aDeployment(text: string, others: Readonly<Record<string, string>> = {}) {
  const { template, problems } = readTemplate(new Map(Object.entries({ ...others, 't.yaml': text })), 't.yaml');
  if (!template || problems.some(({ severity }) => severity === 'error')) throw new Error(JSON.stringify(problems));
  const wantedFrom = (given: Record<string, string>, counts: Counts = {}, files = scripts): Wanted => {
    const inputs = readInputs(template, given).inputs ?? {};
    const { graph, scaling } = expand(template, inputs, counts);
    return { graph, scaling, setting: { inputs, choices: {}, deployment: 'd', secrets: noSecrets() }, files };
  };
  return { template, wantedFrom, carriedOut, planned };
}

/** What there is once a plan for this has been carried out: whatever a script may set is `<output> of <node>`. */
function carriedOut(wanted: Wanted): Present {
  const { graph, setting: given } = wanted;
  const structure = structureOf(graph);
  const known = nothingKnown();
  const outlines = structure.outlines.filter(({ does }) => does.action === 'create' || !does.isNotice);
  for (const { key, node, does } of outlines) {
    if (does.action === 'create') known.refs.set(key, `ref of ${key}`);
    else {
      const set = known.attributes.get(node.name) ?? new Map<string, string>();
      for (const output of Object.keys(does.definition.outputs)) set.set(output, `${output} of ${node.name}`);
      known.attributes.set(node.name, set);
    }
  }
  const setting: Setting = { ...given, topology: graph, structure, known };
  const ports = portsOf(graph);
  const resources: KnownResource[] = [];
  const operations: KnownOperation[] = [];
  for (const { key, node, does } of outlines) {
    if (does.action === 'create') {
      const { kind } = does;
      const spec = specOf(kind, node, does.part, scopeOf(setting, node, ports)) as KnownResource['spec'];
      const ref = `ref of ${key}`;
      resources.push({ step: key, node: node.name, kind, name: key, token: key, ref, state: 'ready', spec });
    } else {
      const inputs = inputsOf(setting, node, does.definition, does.relation) as Record<string, string>;
      const digest = digestOf(does.definition, inputs, wanted.files);
      operations.push({ step: key, node: node.name, target: does.relation?.target, digest, inputs, outputs: {} });
    }
  }
  const nodes = Object.values(graph.nodes).map(({ name, template: of, index }) => ({
    node: name,
    template: of,
    index,
    revision: 1,
    state: 'started',
    attributes: Object.fromEntries(known.attributes.get(name) ?? []),
  }));
  const survey: Survey = { at: '', resources, nodes, operations, made: {} };
  return { graph, survey };
}

const changeable = (kind: string): string[] => (kind === 'volume' ? ['gigabytes'] : []);

export const nothing: Present = {
  graph: { nodes: {}, outputs: {}, groups: {}, policies: {}, workflows: {} },
  survey: { at: '', resources: [], nodes: [], operations: [], made: {} },
};

function planned(wanted: Wanted | undefined, present: Present, findings: Partial<Findings> = {}): PlanStep[] {
  return difference(wanted, present, { ...noFindings, ...findings }, changeable);
}

export const sketch = (steps: readonly PlanStep[]): string[] =>
  steps.map((step) => {
    const what =
      step.action === 'run'
        ? `${step.operation}${step.target ? ` ${step.target}` : ''}`
        : step.action === 'verb'
          ? step.verb
          : step.action === 'state'
            ? step.state
            : step.action === 'check'
              ? ''
              : step.kind;
    return `${step.action === 'run' ? '>' : step.action} ${step.node} ${what}`;
  });

/** Whether a step is done before another one in every order that the plan allows. */
export function isBefore(steps: readonly PlanStep[], first: string, then: string): boolean {
  const byKey = new Map(steps.map((step) => [step.key, step]));
  const seen = new Set<string>();
  const waits = (key: string): boolean => {
    if (seen.has(key)) return false;
    seen.add(key);
    return (byKey.get(key)?.needs ?? []).some((need) => need === first || waits(need));
  };
  expect([byKey.has(first), byKey.has(then)], `${first} and ${then} are planned`).toEqual([true, true]);
  return waits(then);
}
