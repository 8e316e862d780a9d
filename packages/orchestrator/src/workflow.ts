import { because, problemAt, type Because, type Problem } from '@pileus/model';
import type { Data, Workflow } from '@pileus/tosca';
import { callStep, operationNamed } from './call.ts';
import type { Graph, Instance, Relation } from './expand.ts';
import { planInvalid } from './plan-invalid.ts';
import { stepKey, type PlanStep } from './plan.ts';
import { resourcesOf } from './structure.ts';
import type { Setting } from './values.ts';
import { filledIn, isRecord, textOf } from './written.ts';

export interface WorkflowRequest {
  readonly name: string;
  readonly inputs: Readonly<Record<string, Data>>;
  readonly setting: Setting;
  readonly of: 'wanted' | 'present';
  /** What is done with one instance when it is left to Pileus: `deploy`, `undeploy`, `start`, `stop`. Undefined for what is not. */
  delegate(node: Instance, workflow: string): readonly PlanStep[] | undefined;
}

/** The states a node can be said to be in (1.3 §3.4.1). */
const states = [
  'initial',
  'creating',
  'created',
  'configuring',
  'configured',
  'starting',
  'started',
  'stopping',
  'stopped',
  'deleting',
  'error',
];

/**
 * The steps of an imperative workflow (1.3 §7.3, 2.0 §13.2): each of its steps for every instance of its target, one step
 * after those that name it in on_success or on_failure. Throws `invalid` with what in it cannot be carried out.
 */
export function workflowSteps(request: WorkflowRequest): PlanStep[] {
  const telling = new Telling(request);
  telling.workflow(request.name, request.inputs, [], '');
  if (telling.problems.length === 0) return telling.steps;
  const { problems } = telling;
  throw planInvalid(problems);
}

interface Told {
  /** Every step's key, and those nothing of it comes after. */
  readonly keys: readonly string[];
  readonly ends: readonly string[];
}

class Telling {
  readonly steps: PlanStep[] = [];
  readonly problems: Problem[] = [];
  readonly #request: WorkflowRequest;
  readonly #graph: Graph;
  readonly #within: string[] = [];

  constructor(request: WorkflowRequest) {
    this.#request = request;
    this.#graph = request.setting.topology;
  }

  workflow(name: string, given: Readonly<Record<string, Data>>, needs: readonly string[], prefix: string): Told {
    const workflow = this.#graph.workflows[name];
    if (!workflow || this.#within.includes(name)) {
      const known = Object.keys(this.#graph.workflows).join(', ') || 'none';
      const problem = workflow ? because('workflow-inline-itself', { name }) : because('no-workflow', { name, known });
      return this.#problem(`/workflows/${name}`, problem, needs);
    }
    if (workflow.implementation)
      return this.#problem(`/workflows/${name}`, because('workflow-implementation', { name }), needs);
    const inputs = this.#inputs(name, workflow, given);
    this.#within.push(name);
    const before = this.#preconditions(name, workflow, inputs, needs, prefix);
    const told = this.#stepsOf(name, workflow, inputs, before, prefix);
    this.#within.pop();
    return told;
  }

  #problem(at: string, reason: Because, needs: readonly string[] = []): Told {
    this.problems.push(problemAt(at, reason));
    return { keys: [], ends: needs };
  }

  /** What the workflow may name: its own inputs over those of the deployment. */
  #inputs(name: string, { inputs }: Workflow, given: Readonly<Record<string, Data>>): Record<string, Data> {
    for (const input of Object.keys(given)) {
      if (!(input in inputs)) this.#problem(`/inputs/${input}`, because('no-workflow-input', { name, input }));
    }
    const own = Object.values(inputs).flatMap((input): [string, Data][] => {
      const value = given[input.name] ?? input.default;
      if (value === undefined && input.required)
        this.#problem(`/inputs/${input.name}`, because('workflow-input-missing', { name, input: input.name }));
      return value === undefined ? [] : [[input.name, value]];
    });
    return { ...this.#request.setting.inputs, ...Object.fromEntries(own) };
  }

  #preconditions(
    name: string,
    { preconditions }: Workflow,
    inputs: Readonly<Record<string, Data>>,
    needs: readonly string[],
    prefix: string,
  ): readonly string[] {
    const checks = preconditions.flatMap((one, index) => {
      const target = isRecord(one) && typeof one['target'] === 'string' ? one['target'] : undefined;
      const clauses = isRecord(one) && target !== undefined ? one['condition'] : one;
      const nodes = target === undefined ? [undefined] : this.#instances(name, target);
      return nodes.map((node) => {
        const what = `${prefix}${name}.${index + 1}`;
        const key = stepKey(node?.name ?? name, node ? `${what}.${node.name}` : what);
        this.steps.push({
          key,
          node: node?.name ?? '',
          action: 'check',
          conditions: listOf(filledIn(clauses ?? null, inputs)),
          otherwise: name,
          needs,
          why: 'asked',
        });
        return key;
      });
    });
    return checks.length > 0 ? checks : needs;
  }

  #instances(workflow: string, target: string): Instance[] {
    const members = this.#graph.groups[target]?.members ?? [target];
    const found = Object.values(this.#graph.nodes).filter(
      ({ name, template }) => members.includes(template) || members.includes(name),
    );
    const isKnown = this.#graph.groups[target] !== undefined || found.length > 0;
    if (!isKnown) this.#problem(`/workflows/${workflow}`, because('workflow-target', { target, name: workflow }));
    return found;
  }

  /** The steps in an order in which each comes after those that lead to it. */
  #stepsOf(
    name: string,
    { steps }: Workflow,
    inputs: Readonly<Record<string, Data>>,
    needs: readonly string[],
    prefix: string,
  ): Told {
    const told = new Map<string, Told>();
    const successes = leadingTo(steps, 'on_success');
    const failures = leadingTo(steps, 'on_failure');
    const waiting = new Set(Object.keys(steps));
    for (let before = -1; before !== waiting.size;) {
      before = waiting.size;
      for (const step of waiting) {
        const [after, rescued] = [successes.get(step) ?? [], failures.get(step) ?? []];
        if ([...after, ...rescued].some((one) => waiting.has(one))) continue;
        waiting.delete(step);
        const onFailureOf = rescued.flatMap((one) => told.get(one)?.keys ?? []);
        const ends = after.flatMap((one) => told.get(one)?.ends ?? []);
        const all = [...new Set([...ends, ...onFailureOf])];
        const first = after.length + rescued.length === 0 ? needs : all;
        const isHandled = textsOf(isRecord(steps[step]) ? steps[step]['on_failure'] : undefined).length > 0;
        told.set(
          step,
          this.#step(name, step, steps[step] ?? null, { inputs, needs: first, prefix, onFailureOf, isHandled }),
        );
      }
    }
    if (waiting.size > 0)
      this.#problem(`/workflows/${name}`, because('workflow-steps-wait', { name, steps: [...waiting].join(', ') }));
    const led = new Set(Object.values(steps).flatMap((one) => (isRecord(one) ? textsOf(one['on_success']) : [])));
    const lasts = Object.keys(steps).filter((one) => {
      const step = steps[one];
      return (
        textsOf(isRecord(step) ? step['on_success'] : undefined).length === 0 && (led.has(one) || !failures.has(one))
      );
    });
    return {
      keys: [...told.values()].flatMap(({ keys }) => keys),
      ends: lasts.flatMap((one) => told.get(one)?.ends ?? []),
    };
  }

  #step(workflow: string, name: string, step: Data, around: Around): Told {
    if (!isRecord(step)) return { keys: [], ends: around.needs };
    const requirement = typeof step['target_relationship'] === 'string' ? step['target_relationship'] : undefined;
    const [target = ''] = textsOf(step['target']);
    const places = this.#instances(workflow, target).flatMap((node): Place[] =>
      requirement === undefined
        ? [{ node }]
        : node.requirements
            .filter((one) => one.name === requirement || one.relationship.types.includes(requirement))
            .map((relation) => ({ node, relation })),
    );
    const what = `${around.prefix}${workflow}.${name}`;
    const chains = places.map((place): Chain => ({ place, keys: [], needs: around.needs }));
    const filter = listOf(filledIn(step['filter'] ?? null, around.inputs));
    for (const chain of filter.length > 0 ? chains : []) {
      const { name: node } = chain.place.node;
      const key = stepKey(node, `${what}${partOf(chain.place)}.if`);
      this.#add(chain, around, [{ key, node, action: 'check', conditions: filter, needs: [], why: 'asked' }]);
      chain.ifMet = key;
    }
    for (const [index, activity] of listOf(step['activities'] ?? null).entries()) {
      const inline = isRecord(activity) ? activity['inline'] : undefined;
      if (inline !== undefined) this.#inline(inline, chains, `${what}.${index + 1}.`, around);
      for (const chain of inline === undefined ? chains : []) {
        const key = stepKey(chain.place.node.name, `${what}${partOf(chain.place)}.${index + 1}`);
        const host = textsOf(step['operation_host'])[0];
        this.#add(chain, around, this.#activity(workflow, activity, chain.place, around, { key, host }));
      }
    }
    return {
      keys: [...new Set(chains.flatMap(({ keys }) => keys))],
      ends: chains.length === 0 ? around.needs : [...new Set(chains.flatMap(({ needs }) => needs))],
    };
  }

  /** Puts steps behind what there is of a chain. */
  #add(chain: Chain, { onFailureOf, isHandled }: Around, more: readonly PlanStep[]): void {
    if (more.length === 0) return;
    const own = new Set(more.map(({ key }) => key));
    const opening = chain.keys.length === 0 && onFailureOf.length > 0 && { onFailureOf };
    const { ifMet, needs } = chain;
    this.steps.push(
      ...more.map((one): PlanStep => {
        const inner = one.needs.filter((need) => own.has(need));
        return {
          ...one,
          ...(inner.length === 0 && opening),
          ...(ifMet !== undefined && { ifMet: one.ifMet ?? ifMet }),
          ...(isHandled && one.action === 'run' && { isHandled: true }),
          needs: inner.length > 0 ? inner : needs,
        };
      }),
    );
    const needed = new Set(more.flatMap((one) => one.needs));
    chain.keys.push(...own);
    chain.needs = [...own].filter((key) => !needed.has(key));
  }

  /** Another workflow as an activity: done once, whatever the step acts on. */
  #inline(inline: Data, chains: readonly Chain[], prefix: string, around: Around): void {
    const name = textOf(isRecord(inline) ? inline['workflow'] : inline);
    const [first, ...others] = chains;
    if (!first) return;
    if (first.ifMet !== undefined && others.length > 0)
      this.#problem(`/workflows/${name}`, because('workflow-filtered-inline', { name }));
    const given = isRecord(inline) ? filledIn(inline['inputs'] ?? null, around.inputs) : null;
    const from = this.steps.length;
    const told = this.workflow(name, isRecord(given) ? given : {}, [], prefix);
    const steps = this.steps.splice(from);
    first.needs = [...new Set(chains.flatMap(({ needs }) => needs))];
    this.#add(first, { ...around, isHandled: false }, steps);
    if (told.ends.length > 0) first.needs = told.ends;
    for (const other of others) {
      other.keys.push(...told.keys);
      other.needs = first.needs;
    }
  }

  #activity(
    workflow: string,
    activity: Data,
    place: Place,
    around: Around,
    { key, host }: { key: string; host?: string | undefined },
  ): readonly PlanStep[] {
    if (!isRecord(activity)) return [];
    const { node } = place;
    const at = `/workflows/${workflow}`;
    const state = activity['set_state'];
    if (typeof state === 'string') {
      if (!states.includes(state)) this.#problem(at, because('no-such-state', { state, known: states.join(', ') }));
      return [{ key, node: node.name, action: 'state', state, needs: [], why: 'asked' }];
    }
    const delegate = activity['delegate'];
    if (delegate !== undefined) {
      const name = textOf(isRecord(delegate) ? delegate['workflow'] : delegate);
      const steps = this.#request.delegate(node, name);
      if (!steps) this.#problem(at, because('cannot-delegate', { name, node: node.name }));
      return renamed(steps ?? [], key);
    }
    const call = activity['call_operation'];
    if (call === undefined) return [];
    const name = textOf(isRecord(call) ? call['operation'] : call);
    const given = isRecord(call) ? filledIn(call['inputs'] ?? null, around.inputs) : null;
    return this.#call(at, name, place, isRecord(given) ? given : {}, { key, host });
  }

  #call(
    at: string,
    name: string,
    { node, relation }: Place,
    given: Readonly<Record<string, Data>>,
    { key, host }: { key: string; host: string | undefined },
  ): readonly PlanStep[] {
    const instead = relation ? undefined : node.calls?.[name];
    if (instead !== undefined) {
      const from = this.steps.length;
      this.workflow(instead, {}, [], `${key}.`);
      return this.steps.splice(from);
    }
    const found = operationNamed((relation?.relationship ?? node).interfaces, name);
    const operation = name.slice(name.lastIndexOf('.') + 1);
    if (!found) {
      const isPassive = node.elsewhere !== undefined || (operation === 'create' && resourcesOf(node).length > 0);
      if (!isPassive) this.#problem(at, because('node-no-operation', { node: node.name, operation: name }));
      return operation === 'create' ? (this.#request.delegate(node, 'deploy') ?? []) : [];
    }
    const { setting, of } = this.#request;
    const step = callStep(setting, { node, relation, ...found, given, host, of }, key, []);
    if (step) return [step];
    // What Pileus itself makes has no script for it.
    return operation === 'create' && resourcesOf(node).length > 0 ? (this.#request.delegate(node, 'deploy') ?? []) : [];
  }
}

interface Place {
  readonly node: Instance;
  readonly relation?: Relation | undefined;
}

/** What a step does for one instance, as far as it is told. */
interface Chain {
  readonly place: Place;
  readonly keys: string[];
  needs: readonly string[];
  ifMet?: string;
}

const partOf = ({ relation }: Place): string => (relation ? `.${relation.id}` : '');

interface Around {
  readonly inputs: Readonly<Record<string, Data>>;
  readonly needs: readonly string[];
  readonly prefix: string;
  readonly onFailureOf: readonly string[];
  readonly isHandled: boolean;
}

/** Scripts and verbs may come several times in one workflow; what they are done for stays the same. */
function renamed(steps: readonly PlanStep[], prefix: string): PlanStep[] {
  const names = new Map(
    steps.flatMap((step) =>
      step.action === 'verb' || (step.action === 'run' && step.ifChanged === undefined)
        ? [[step.key, stepKey(step.node, `${prefix}.${step.key}`)] as const]
        : [],
    ),
  );
  return steps.map((step): PlanStep => {
    const key = names.get(step.key) ?? step.key;
    const needs = step.needs.map((need) => names.get(need) ?? need);
    return step.action === 'run' ? { ...step, key, needs, as: step.as ?? step.key } : { ...step, key, needs };
  });
}

/** By step: those that name it. */
function leadingTo(steps: Readonly<Record<string, Data>>, key: 'on_success' | 'on_failure'): Map<string, string[]> {
  const leading = new Map<string, string[]>();
  for (const [name, step] of Object.entries(steps)) {
    for (const next of textsOf(isRecord(step) ? step[key] : undefined))
      leading.set(next, [...(leading.get(next) ?? []), name]);
  }
  return leading;
}

function textsOf(data: Data | undefined): string[] {
  return listOf(data ?? null).map(textOf);
}

function listOf(data: Data): readonly Data[] {
  if (Array.isArray(data)) return data as readonly Data[]; // isArray forgets readonly arrays.
  return data === null ? [] : [data];
}
