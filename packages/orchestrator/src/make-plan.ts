import { Failure, specs, type Problem } from '@pileus/model';
import type { Connection, Provider } from '@pileus/provider';
import type { Data, Node, ServiceTemplate } from '@pileus/tosca';
import { choose } from './choices.ts';
import { nothingKnown, type Plan, type PlanStep } from './plan.ts';
import { specOf } from './resources.ts';
import { structureOf, type Outline, type Structure } from './structure.ts';
import { inputsOf } from './operation.ts';
import { holesIn, portsOf, scopeOf, valueOf, waitsFor, type Setting } from './values.ts';

export interface PlanRequest {
  readonly template: ServiceTemplate;
  readonly inputs: Readonly<Record<string, Data>>;
  /** The deployment's name. */
  readonly name: string;
  readonly connection: Connection;
  readonly provider: Pick<Provider, 'title'>;
  readonly signal: AbortSignal;
}

/**
 * Works out what deploying a template at a cloud account will do. Reads the cloud's catalogues and changes nothing.
 * Throws `not-supported` when the cloud cannot make what the template asks for, and `invalid` with one problem per
 * node for what does not fit.
 */
export async function makePlan(request: PlanRequest): Promise<Plan> {
  const { topology } = request.template;
  const structure = structureOf(topology);
  refuse(shapeProblems(structure, request.template));
  requireSupport(structure, request);

  const setting = { topology, structure, inputs: request.inputs, deployment: request.name, known: nothingKnown() };
  const { choices, problems } = await choose(
    topology,
    request.connection,
    (node, name, capability) => {
      const value = capability === undefined ? node.properties[name] : node.capabilities[capability]?.properties[name];
      const known = value && valueOf({ ...setting, choices: {} }, value, node);
      return waitsFor(known).length > 0 ? undefined : (known as Data | undefined);
    },
    request.signal,
  );
  refuse(problems);

  const steps = planSteps(structure, { ...setting, choices });
  refuse(specProblems(steps));
  return { steps: inOrder(steps), choices };
}

/** The steps of a plan with their specs; each also needs what its values wait for. */
export function planSteps(structure: Structure, setting: Setting): PlanStep[] {
  const ports = portsOf(setting.topology);
  return structure.outlines.map((outline): PlanStep => {
    const { key, node, does } = outline;
    if (does.action === 'create') {
      const scope = scopeOf(setting, node, ports);
      const spec = specOf(does.kind, node, does.part, scope);
      return {
        key,
        node: node.name,
        action: 'create',
        kind: does.kind,
        name: does.part ? `${scope.nameOf(node)}/${does.part.target}` : scope.nameOf(node),
        spec,
        needs: needs(outline, spec),
      };
    }
    const spec = inputsOf(setting, node, does.definition, does.requirement);
    const { interface: of, operation, requirement, host } = does;
    return {
      key,
      node: node.name,
      action: 'run',
      interface: of,
      operation,
      requirement,
      host,
      spec,
      needs: needs(outline, spec),
    };
  });
}

function needs({ key, after }: Outline, spec: unknown): string[] {
  return [...new Set([...after, ...waitsFor(spec)])].filter((need) => need !== key);
}

function shapeProblems({ stuck, hostless }: Structure, { topology }: ServiceTemplate): Problem[] {
  const problems: Problem[] = [];
  if (stuck.length > 0) {
    problems.push({
      at: `/nodes/${stuck[0]}`,
      message: `These nodes wait for each other, so none can be first: ${stuck.slice(0, 10).join(', ')}`,
    });
  }
  for (const { node, operation } of hostless) {
    problems.push({
      at: `/nodes/${node.name}`,
      message: `The script for ${operation} has nowhere to run: host the node on a tosca.nodes.Compute`,
    });
  }
  for (const node of Object.values(topology.nodes)) {
    for (const message of beyondUs(node)) problems.push({ at: `/nodes/${node.name}`, message });
    for (const { name, optional } of node.dangling) {
      if (optional) continue;
      problems.push({
        at: `/nodes/${node.name}`,
        message: `The requirement ${name} leads to no node: name the node that fulfils it`,
      });
    }
  }
  return problems;
}

/** What the language can say and deployments do not carry out yet: refused rather than passed over. */
function beyondUs(node: Node): string[] {
  const messages: string[] = [];
  const elsewhere = node.directives.find((directive) => /^(select|substitut)/.test(directive));
  if (elsewhere)
    messages.push(`It is to be had by "${elsewhere}", which deployments cannot do yet: describe the node itself`);
  const isOne = node.count === undefined || (node.count.is === 'literal' && Number(node.count.value) === 1);
  if (!isOne)
    messages.push('It has a count, which deployments cannot carry out yet: write the node as often as it is wanted');
  return messages;
}

function requireSupport({ outlines }: Structure, { connection, provider }: PlanRequest): void {
  const lacking = new Set<string>();
  for (const { does } of outlines) {
    if (does.action === 'create' && !connection.drivers[does.kind]) lacking.add(does.kind);
    if (does.action === 'run' && !connection.shell) lacking.add('run scripts');
  }
  if (lacking.size === 0) return;
  const what = [...lacking]
    .map((one) => (one === 'run scripts' ? 'run scripts on its servers' : `make a ${one}`))
    .join(', ');
  throw new Failure('not-supported', { provider: provider.title.en, what });
}

/** What is fully known already is checked now rather than in the middle of a deployment. */
function specProblems(steps: readonly PlanStep[]): Problem[] {
  return steps.flatMap((step) => {
    const unknowable = holesIn(step.spec).find(({ keys }) => keys.length === 0);
    if (unknowable) {
      return [
        {
          at: `/nodes/${step.node}`,
          message: `A value of ${step.key} depends on something that no step will ever set`,
        },
      ];
    }
    if (step.action !== 'create' || waitsFor(step.spec).length > 0) return [];
    const { error } = specs[step.kind].safeParse(step.spec);
    return (error?.issues ?? []).map(({ path, message }) => ({
      at: `/nodes/${step.node}/${path.join('/')}`,
      message: `${step.kind}: ${message}`,
    }));
  });
}

/** Each step after those it needs; steps that wait for each other are a problem of the template's values. */
function inOrder(steps: readonly PlanStep[]): PlanStep[] {
  const byKey = new Map(steps.map((step) => [step.key, step]));
  const waiting = new Map(steps.map(({ key, needs: keys }) => [key, keys.filter((need) => byKey.has(need)).length]));
  const followers = new Map<string, string[]>();
  for (const { key, needs: keys } of steps) {
    for (const need of keys) {
      const list = followers.get(need);
      if (list) list.push(key);
      else followers.set(need, [key]);
    }
  }
  const order = steps.filter(({ key }) => waiting.get(key) === 0);
  for (let next = 0; next < order.length; next++) {
    for (const follower of followers.get(order[next]?.key ?? '') ?? []) {
      const left = (waiting.get(follower) ?? 0) - 1;
      waiting.set(follower, left);
      const step = byKey.get(follower);
      if (left === 0 && step) order.push(step);
    }
  }
  const stuck = steps.filter(({ key }) => (waiting.get(key) ?? 0) > 0);
  refuse(
    stuck.slice(0, 1).map(({ node }) => ({
      at: `/nodes/${node}`,
      message: `Values of these nodes wait for each other: ${[...new Set(stuck.map((step) => step.node))].slice(0, 10).join(', ')}`,
    })),
  );
  return order;
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  throw new Failure('invalid', { what: 'The plan', reason: problems[0]?.message ?? '' }, { problems });
}
