import { because, Failure, problemAt } from '@pileus/model';
import { isSecretInput, type Data } from '@pileus/tosca';
import { callStep } from './call.ts';
import { noFindings, type Changeable, type Present, type Wanted } from './comparison.ts';
import { difference } from './difference.ts';
import { mapped, type Graph, type Instance } from './expand.ts';
import type { PlanRequest } from './make-plan.ts';
import { inputsOf } from './operation.ts';
import { sorted } from './order.ts';
import { stepKey, type Plan, type PlanStep } from './plan.ts';
import { presentOf, Revisions } from './present.ts';
import { switching } from './switching.ts';
import type { Setting } from './values.ts';
import { Work } from './work.ts';
import { workflowSteps } from './workflow.ts';

/** What a deployment is asked to do as it is, in the revision it is in. */
export type CalledRequest = Omit<PlanRequest, 'desired' | 'findings'> & { readonly revision: number };

export interface CalledOperation {
  /** The instance, as it is named. */
  readonly node: string;
  /** The id of one of its relationships (`requirement.target`), for an operation of that. */
  readonly relationship?: string | undefined;
  readonly interface: string;
  readonly operation: string;
  readonly inputs: Readonly<Record<string, Data>>;
}

/** Runs a workflow of the template on what there is. */
export function makeWorkflowPlan(
  request: CalledRequest,
  { workflow, inputs: given }: { readonly workflow: string; readonly inputs: Readonly<Record<string, Data>> },
): Plan {
  const { setting, wanted, present } = asItIs(request);
  const declared = setting.topology.workflows[workflow]?.inputs ?? {};
  const inputs = mapped(given, (value, name) => {
    const input = declared[name];
    return input && isSecretInput(input) ? setting.secrets.close(value) : value;
  });
  const can = canSwitch(request);
  const all = once(() => difference(wanted, present, noFindings, changeableOf(request)));
  const delegate = (node: Instance, name: string): readonly PlanStep[] | undefined => {
    if (name === 'deploy') return ofNode(all(), node);
    return name === 'start' || name === 'stop' ? ofNode(switching(name, present, can), node) : undefined;
  };
  const steps = workflowSteps({ name: workflow, inputs, setting, of: 'wanted', delegate });
  return { ...planned(request, setting.topology, steps), called: { name: workflow, inputs } };
}

/** Runs one operation of one instance. */
export function makeOperationPlan(
  request: CalledRequest,
  { node: name, relationship, inputs: given, ...called }: CalledOperation,
): Plan {
  const { setting } = asItIs(request);
  const node = instanceNamed(setting, name);
  const relation = relationship === undefined ? undefined : node.requirements.find(({ id }) => id === relationship);
  if (relationship !== undefined && !relation)
    throw new Failure('not-found', { kind: 'relationship', id: relationship });
  const { interfaces } = relation?.relationship ?? node;
  const workflow = node.calls?.[`${called.interface}.${called.operation}`];
  if (workflow !== undefined) return makeWorkflowPlan(request, { workflow, inputs: given });
  const definition = interfaces[called.interface]?.operations[called.operation];
  const known = Object.entries(interfaces).flatMap(([of, { operations }]) =>
    Object.entries(operations).flatMap(([operation, { implementation }]) =>
      implementation ? [`${of}.${operation}`] : [],
    ),
  );
  if (!definition?.implementation) {
    const operation = `${called.interface}.${called.operation}`;
    const reason = because('not-implemented', { operation, known: known.join(', ') || '–' });
    throw new Failure('invalid', { what: name, reason }, { problems: [problemAt('/operation', reason)] });
  }
  const schemas = definition.inputSchemas ?? {};
  const unknown = Object.keys(given).filter((input) => !(input in schemas) && !(input in definition.inputs));
  if (unknown.length > 0) {
    const problems = unknown.map((input) => problemAt(`/inputs/${input}`, because('no-operation-input', { input })));
    const reason = problems[0]?.because ?? '';
    throw new Failure('invalid', { what: because('the-inputs'), reason }, { problems });
  }
  // What takes the place of a secret is one.
  const now = inputsOf(setting, node, definition, relation);
  const inputs = mapped(given, (value, input) =>
    setting.secrets.isIn(now[input]) ? setting.secrets.close(value) : value,
  );
  const key = stepKey(node.name, `call.${called.interface}.${called.operation}`);
  const step = callStep(setting, { node, relation, ...called, given: inputs, of: 'wanted' }, key, []);
  const plan = planned(request, setting.topology, step ? [step] : []);
  const operation = `${called.interface}.${called.operation}`;
  return { ...plan, called: { name: operation, node: name, ...(relationship && { relationship }), inputs } };
}

export function instanceNamed({ topology }: Setting, name: string): Instance {
  const node = topology.nodes[name];
  if (!node) throw new Failure('not-found', { kind: 'node', id: name });
  return node;
}

/** What is done in place of the default when the template has a workflow `deploy` of its own (2.0 §13.1, 1.3 §7.2). */
export function deployedBy(setting: Setting, steps: readonly PlanStep[]): PlanStep[] {
  const delegate = (node: Instance, name: string) => (name === 'deploy' ? ofNode(steps, node) : undefined);
  return settle(workflowSteps({ name: 'deploy', inputs: {}, setting, of: 'wanted', delegate }));
}

/** The same for `undeploy`; whatever it leaves is removed afterwards. */
export function undeployedBy(
  request: Omit<PlanRequest, 'desired'>,
  present: Present,
  steps: readonly PlanStep[],
): PlanStep[] {
  const work = workOn(request, undefined);
  const setting = work.settingBefore(request.survey.nodes[0]?.node ?? '');
  const stops = once(() => switching('stop', present, canSwitch(request)));
  const delegate = (node: Instance, name: string) =>
    name === 'undeploy' ? ofNode(steps, node) : name === 'stop' ? ofNode(stops(), node) : undefined;
  const told = workflowSteps({ name: 'undeploy', inputs: {}, setting, of: 'present', delegate });
  const done = new Set(
    told.flatMap((step) => (step.action === 'run' && step.as !== undefined ? [step.as] : [step.key])),
  );
  const needed = new Set(told.flatMap(({ needs }) => needs));
  const ends = told.map(({ key }) => key).filter((key) => !needed.has(key));
  const rest = steps.filter(({ key }) => !done.has(key));
  return settle([...told, ...rest.map((step) => ({ ...step, needs: [...step.needs, ...ends] }))]);
}

/** The template as the deployment now is, with the values of what there is. */
export function asItIs(request: CalledRequest): { setting: Setting; wanted: Wanted; present: Present } {
  const { setting, expanded, files } = workOn(request, request.revision);
  const { inputs, choices, deployment, secrets } = setting;
  const wanted = {
    graph: setting.topology,
    scaling: expanded?.scaling ?? [],
    setting: { inputs, choices, deployment, secrets },
    files,
  };
  return { setting, wanted, present: presentOf(request.survey, new Revisions(request.revisions)) };
}

/** The values of what there is, as a run that does nothing would find them. */
function workOn(
  { name, connection, revisions, survey, secrets }: Omit<PlanRequest, 'desired'>,
  revision: number | undefined,
): Work {
  const choices = (revision === undefined ? undefined : revisions.get(revision)?.choices) ?? {};
  const plan = { steps: [], choices, scaling: [], watches: [], nodes: [], gone: [] };
  return new Work({ id: '', name, account: '', connection, revisions, secrets }, { plan, revision }, survey);
}

function planned({ revision, revisions, survey }: CalledRequest, graph: Graph, steps: readonly PlanStep[]): Plan {
  const choices = revisions.get(revision)?.choices ?? {};
  const nodes = survey.nodes.map(({ node }) => node).filter((node) => graph.nodes[node]);
  return { steps: settle(steps), choices, scaling: [], watches: [], nodes, gone: [], revision };
}

/** In order, each step once, needing only what is among them. */
function settle(steps: readonly PlanStep[]): PlanStep[] {
  const keys = new Set(steps.map(({ key }) => key));
  if (keys.size < steps.length) {
    const twice = steps.find(({ key }, index) => steps.findIndex((one) => one.key === key) !== index);
    const reason = because('made-twice', { node: twice?.node ?? '' });
    throw new Failure('invalid', { what: because('the-plan'), reason });
  }
  return sorted(steps.map((step) => ({ ...step, needs: step.needs.filter((need) => keys.has(need)) })));
}

const ofNode = (steps: readonly PlanStep[], { name }: Instance): PlanStep[] =>
  steps.filter(({ node }) => node === name);

function changeableOf({ connection }: Pick<PlanRequest, 'connection'>): Changeable {
  return (kind) => {
    const driver = connection.drivers[kind];
    return (driver?.update && driver.changeable) || [];
  };
}

function canSwitch({ connection }: Pick<PlanRequest, 'connection'>) {
  return (kind: keyof typeof connection.drivers): boolean =>
    connection.drivers[kind]?.start !== undefined && connection.drivers[kind]?.stop !== undefined;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
