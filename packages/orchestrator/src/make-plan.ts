import { because, Failure, problemAt, specs, type Problem } from '@pileus/model';
import { planInvalid } from './plan-invalid.ts';
import type { Connection, Provider } from '@pileus/provider';
import { evaluate, type Data, type ServiceTemplate, type Topology, type Value } from '@pileus/tosca';
import { choose } from './choices.ts';
import { isShrinking } from './compare.ts';
import { noFindings, type Changeable, type Findings } from './comparison.ts';
import { difference } from './difference.ts';
import type { Expanded, Graph, Instance } from './expand.ts';
import type { Counts } from './scale-groups.ts';
import { expand } from './expand-template.ts';
import { existingAt, type Existing, type Stock } from './existing.ts';
import { hostNamed } from './hosts.ts';
import { deployedBy, undeployedBy } from './make-called-plan.ts';
import { nothingKnown, type Choices, type Plan, type PlanStep } from './plan.ts';
import { presentOf, Revisions } from './present.ts';
import { asksToSelect, select, typesSought, withSelected } from './select.ts';
import type { Secrets } from './secrets.ts';
import { structureOf, type Structure } from './structure.ts';
import { asksForSubstitute, substituteFor } from './substitute.ts';
import { switching } from './switching.ts';
import { holesIn, valueOf, waitsFor } from './values.ts';
import { watchesOf } from './watches.ts';
import type { Revision, Survey } from './world.ts';

/** What a deployment is to become. */
export interface Desired {
  readonly template: ServiceTemplate;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly inputs: Readonly<Record<string, Data>>;
  readonly counts: Counts;
  /** Which flavors, images and networks it has now; they are kept as long as the template asks for the same. */
  readonly choices: Choices;
}

export interface PlanRequest {
  /** Absent when nothing of the deployment is wanted any more. */
  readonly desired?: Desired | undefined;
  /** What there is; nothing for a new deployment. */
  readonly survey: Survey;
  readonly revisions: ReadonlyMap<number, Revision>;
  readonly findings?: Findings | undefined;
  /** Somebody asks for just this: what cannot be had is refused rather than met by what there is. */
  readonly isStrict?: boolean;
  /** The deployment's name. */
  readonly name: string;
  /** What its secret inputs are sealed with. */
  readonly secrets: Secrets;
  readonly connection: Connection;
  readonly provider: Pick<Provider, 'title'>;
  readonly signal: AbortSignal;
  /** Nodes of other deployments, of which a template may select; asked only when it does. */
  readonly inventory?: (() => Promise<Stock>) | undefined;
}

export const nothingThere: Survey = { at: '', resources: [], nodes: [], operations: [], made: {} };

/**
 * Works out what leads from what there is to what is wanted. Reads the cloud's catalogues and changes nothing. Throws
 * `not-supported` when the cloud cannot make what the template asks for, and `invalid` with one problem per node for what
 * does not fit.
 */
export async function makePlan(request: PlanRequest): Promise<Plan> {
  const { desired, survey, connection, findings = noFindings, secrets } = request;
  const present = presentOf(survey, new Revisions(request.revisions));
  const changeable: Changeable = (kind) => {
    const driver = connection.drivers[kind];
    return (driver?.update && driver.changeable) || [];
  };
  if (!desired) {
    const all = difference(undefined, present, findings, changeable);
    const steps = present.graph.workflows['undeploy'] ? undeployedBy(request, present, all) : all;
    return { steps, choices: {}, scaling: [], watches: [], nodes: [], gone: survey.nodes.map(({ node }) => node) };
  }
  const { template, files, inputs } = desired;
  refuse(policyProblems(template.topology, inputs, secrets));
  const open = expand(template, inputs, desired.counts);
  const selected = select(open, inputs, await existingFor(request, open), desired.choices);
  refuse(selected.problems);
  const expanded = withSelected(open, selected.choices);
  const { graph, scaling } = expanded;
  const structure = structureOf(graph);
  refuse(shapeProblems(structure, graph, desired));
  requireSupport(structure, request);

  const choices = { ...(await choicesFor(request, desired, expanded, structure)), ...selected.choices };
  const setting = { inputs, choices, deployment: request.name, secrets };
  const all = difference({ graph, scaling, setting, files }, present, findings, changeable, request);
  const isNew = survey.nodes.length === 0 && survey.resources.length === 0;
  const whole = { ...setting, topology: graph, structure, known: nothingKnown() };
  const steps = isNew && graph.workflows['deploy'] ? deployedBy(whole, all) : all;
  refuse(specProblems(steps, secrets));
  refuse(policyProblems(graph, inputs, secrets));
  const watches = watchesOf(graph, inputs, (node) => hostNamed(graph, node));
  const nodes = Object.keys(graph.nodes);
  const wanted = new Set(nodes);
  return {
    steps,
    choices,
    scaling,
    watches,
    nodes,
    gone: survey.nodes.map(({ node }) => node).filter((node) => !wanted.has(node)),
  };
}

/** Stops or starts all servers of a deployment, and the software on them. */
export function makeSwitchPlan(verb: 'start' | 'stop', request: Omit<PlanRequest, 'desired'>): Plan {
  const { survey, connection } = request;
  const present = presentOf(survey, new Revisions(request.revisions));
  const steps = switching(verb, present, (kind) => connection.drivers[kind]?.[verb] !== undefined);
  return { steps, choices: {}, scaling: [], watches: [], nodes: survey.nodes.map(({ node }) => node), gone: [] };
}

async function choicesFor(
  { name, connection, signal, secrets }: PlanRequest,
  { inputs, choices: before }: Desired,
  { graph }: Expanded,
  structure: Structure,
): Promise<Choices> {
  const setting = { topology: graph, structure, inputs, deployment: name, choices: {}, known: nothingKnown(), secrets };
  const read = (node: Instance, property: string, capability?: string): Data | undefined => {
    const value =
      capability === undefined ? node.properties[property] : node.capabilities[capability]?.properties[property];
    const known = value && valueOf(setting, value, node);
    return holesIn(known).length > 0 ? undefined : (known as Data | undefined);
  };
  const { choices, problems } = await choose(graph, connection, read, before, signal);
  refuse(problems);
  return choices;
}

/** What nodes may be selected from; undefined where nobody can tell. */
async function existingFor(request: PlanRequest, open: Expanded): Promise<readonly Existing[] | undefined> {
  const types = typesSought(open);
  if (types.length === 0 || !request.inventory) return types.length === 0 ? [] : undefined;
  const { connection, signal } = request;
  const { nodes, managed } = await request.inventory();
  const shown = await existingAt(connection, types, signal);
  return [...nodes, ...shown.filter(({ refs }) => !Object.values(refs).some((ref) => managed.has(ref)))];
}

function noSubstitute(node: Instance, { template, inputs }: Desired): string {
  const outer = template.topology.nodes[node.template] ?? node;
  const said = substituteFor(template, outer, inputs).others.map(({ template: of, reason }) => `${of}: ${reason}`);
  const why = said.length > 0 ? said.join('; ') : 'the package has no template with substitution_mappings';
  return `No template of the package stands in for ${node.name} (${node.type}). ${why}`;
}

function shapeProblems({ stuck, hostless }: Structure, graph: Graph, desired: Desired): Problem[] {
  const problems: Problem[] = [];
  if (stuck.length > 0) {
    problems.push(problemAt(`/nodes/${stuck[0]}`, because('nodes-wait', { nodes: stuck.slice(0, 10).join(', ') })));
  }
  for (const { node, operation, said } of hostless) {
    const reason =
      said === 'ORCHESTRATOR'
        ? because('script-orchestrator', { operation })
        : said === undefined
          ? because('script-nowhere', { operation })
          : because('script-nowhere-said', { operation, said });
    problems.push(problemAt(`/nodes/${node.name}`, reason));
  }
  for (const node of Object.values(graph.nodes)) {
    // What the language can say and cannot be carried out is refused rather than passed over.
    if (asksForSubstitute(node)) problems.push({ at: `/nodes/${node.name}`, message: noSubstitute(node, desired) });
    if (asksToSelect(node)) {
      problems.push(problemAt(`/nodes/${node.name}`, because('to-be-selected')));
    }
    for (const { name, optional } of node.dangling) {
      if (optional) continue;
      problems.push(problemAt(`/nodes/${node.name}`, because('requirement-open', { name })));
    }
  }
  return problems;
}

function requireSupport({ outlines }: Structure, { connection, provider }: PlanRequest): void {
  const lacking = new Set<string>();
  for (const { does } of outlines) {
    if (does.action === 'create' && !connection.drivers[does.kind]) lacking.add(does.kind);
    if (does.action === 'run' && !connection.shell) lacking.add('run scripts');
  }
  if (lacking.size === 0) return;
  // One thing that is lacking is enough to say: it will not do.
  const [first = ''] = lacking;
  const what = first === 'run scripts' ? because('run-scripts') : because('make-kind', { kind: first });
  throw new Failure('not-supported', { provider: provider.title.en, what });
}

/** What is fully known already is checked now rather than in the middle of a deployment. */
function specProblems(steps: readonly PlanStep[], secrets: Secrets): Problem[] {
  const problems = steps.flatMap((step) => {
    if (!('spec' in step)) return [];
    const unknowable = holesIn(step.spec).find(({ keys }) => keys.length === 0);
    if (unknowable) {
      return [problemAt(`/nodes/${step.node}`, because('value-never-set', { step: step.key }))];
    }
    if (step.action === 'update' && step.changes?.some((change) => isShrinking(step.kind, change))) {
      const [size] = step.changes.filter((change) => isShrinking(step.kind, change));
      const facts = { name: step.name, from: String(size?.from), to: String(size?.to) };
      return [problemAt(`/nodes/${step.node}`, because('volume-smaller', facts))];
    }
    if (step.action === 'run' || waitsFor(step.spec).length > 0) return [];
    const { error } = specs[step.kind].safeParse(secrets.open(step.spec));
    return (error?.issues ?? []).map(({ path, message }) => ({
      at: `/nodes/${step.node}/${path.join('/')}`,
      message: `${step.kind}: ${message}`,
    }));
  });
  return problems;
}

/** What policies say is kept and shown as it is. */
function policyProblems(topology: Topology, inputs: Readonly<Record<string, Data>>, secrets: Secrets): Problem[] {
  const isSecret = (value: Value): boolean => {
    const found = evaluate(value, { topology }, { inputs, secrets, attribute: () => undefined });
    return found.known && secrets.isIn(found.value);
  };
  return Object.entries(topology.policies)
    .filter(([, { properties }]) => Object.values(properties).some(isSecret))
    .map(([name]) => problemAt(`/policies/${name}`, because('policy-secret', { name })));
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  throw planInvalid(problems);
}
