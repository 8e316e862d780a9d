import type { ManagedKind } from '@pileus/model';
import type { Data } from '@pileus/tosca';
import type { Graph, Instance, Relation, ScaleGroup } from './expand.ts';
import { attainable, differing, isShrinking } from './compare.ts';
import { forget, placesOf } from './attributes.ts';
import { hostedOn, hostFor, hostNamed } from './hosts.ts';
import { digestOf, inputsOf } from './operation.ts';
import { sorted } from './order.ts';
import {
  keyOfMaking,
  nothingKnown,
  outputKey,
  stepKey,
  type DeleteStep,
  type FieldChange,
  type Known,
  type OperationStep,
  type PlanStep,
  type Why,
} from './plan.ts';
import { roll } from './roll.ts';
import { removalOf, undoneBy, type Removal } from './removal.ts';
import { specOf } from './resources.ts';
import {
  implementedOperation,
  incomingRelations,
  notices,
  operationKey,
  resourcesOf,
  structureOf,
  type Outline,
  type Structure,
} from './structure.ts';
import { holesIn, portsOf, scopeOf, waitsFor, type Setting } from './values.ts';
import type { KnownOperation, KnownResource, Survey } from './world.ts';

/** What a deployment is to become. */
export interface Wanted {
  readonly graph: Graph;
  readonly scaling: readonly ScaleGroup[];
  readonly setting: Omit<Setting, 'topology' | 'structure' | 'known'>;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** What there is: the instances as they were when they were last made or changed, joined in one graph. */
export interface Present {
  readonly graph: Graph;
  readonly survey: Survey;
}

/** What is known about single things beyond what was written down about them. */
export interface Findings {
  /** Resources (by the inventory's name) that are to be made anew, and whether scripts can still run on them. */
  readonly broken: ReadonlyMap<string, { readonly why: Why; readonly isReachable: boolean }>;
  /** Resources that somebody else has changed, with what the cloud shows. */
  readonly drifted: ReadonlyMap<string, readonly FieldChange[]>;
  /** Servers that are stopped and should be running. */
  readonly stopped: ReadonlySet<string>;
  /** Instances whose software is to be set up again. */
  readonly ailing: ReadonlySet<string>;
}

export const noFindings: Findings = { broken: new Map(), drifted: new Map(), stopped: new Set(), ailing: new Set() };

export type Changeable = (kind: ManagedKind) => readonly string[];

/**
 * The steps from what there is to what is wanted, in an order in which they can be done; none when nothing differs. What
 * differs in fields that cannot be changed in place is replaced, with all that lives on it. A server is taken out of
 * service before what it is replaced by is put into service, unless others keep using what is replaced. A volume that is
 * larger than wanted is left so, unless the comparison is strict.
 */
export function difference(
  wanted: Wanted | undefined,
  present: Present,
  findings: Findings,
  changeable: Changeable,
  { isStrict = false }: { readonly isStrict?: boolean } = {},
): PlanStep[] {
  return new Difference(wanted, present, findings, changeable, isStrict).steps();
}

/** One's own operations that make and start a node, in their order (TOSCA Simple Profile 1.3, 5.8.4). */
const lifecycle: readonly string[] = ['create', 'configure', 'start'];

class Difference {
  readonly #wanted: Wanted | undefined;
  readonly #present: Present;
  readonly #findings: Findings;
  readonly #changeable: Changeable;
  readonly #isStrict: boolean;
  /** By the key of the step that makes it, oldest first; those that were made again in its place among them. */
  readonly #resources = new Map<string, KnownResource[]>();
  readonly #operations: ReadonlyMap<string, KnownOperation>;
  /** What is known for sure, and the same without attributes that running something again may change. */
  readonly #known: Known = nothingKnown();
  readonly #stable: Known = nothingKnown();
  /** The keys of all resources that are wanted. */
  readonly #wantedKeys = new Set<string>();
  /** Resources to delete, with the reason. */
  readonly #deleted = new Map<string, Why>();
  /** Keys of resources that are made anew or for the first time. */
  readonly #made = new Set<string>();
  readonly #ups = new Map<string, PlanStep>();
  /** Who leads to each node. */
  #incoming: ReturnType<typeof incomingRelations> = new Map();
  /** By the operation that has a source use its target again: what the target is stopped for, when it can be told. */
  readonly #drained = new Map<string, readonly string[] | undefined>();
  /** A node's own operations among them. */
  readonly #runs = new Map<string, OperationStep[]>();

  constructor(
    wanted: Wanted | undefined,
    present: Present,
    findings: Findings,
    changeable: Changeable,
    isStrict: boolean,
  ) {
    this.#wanted = wanted;
    this.#present = present;
    this.#findings = findings;
    this.#changeable = changeable;
    this.#isStrict = isStrict;
    for (const resource of present.survey.resources) {
      const key = keyOfMaking(resource.step);
      const list = this.#resources.get(key);
      if (list) list.push(resource);
      else this.#resources.set(key, [resource]);
    }
    this.#operations = new Map(present.survey.operations.map((one) => [one.step, one]));
  }

  steps(): PlanStep[] {
    if (this.#wanted) this.#goUp(this.#wanted);
    const downs = this.#goDown();
    const joined = this.#join(downs);
    return this.#wanted ? roll(joined, this.#wanted) : sorted(joined);
  }

  #goUp(wanted: Wanted): void {
    const structure = structureOf(wanted.graph);
    this.#incoming = incomingRelations(wanted.graph);
    const { survey } = this.#present;
    for (const { node, attributes } of survey.nodes) {
      if (!wanted.graph.nodes[node]) continue;
      this.#known.attributes.set(node, new Map(Object.entries(attributes)));
      this.#stable.attributes.set(node, new Map(Object.entries(attributes)));
    }
    const outlines = new Map(structure.outlines.map((outline) => [outline.key, outline]));
    for (const { step, node, outputs } of survey.operations) {
      const does = outlines.get(step)?.does;
      if (!outputs || does?.action !== 'run') continue;
      for (const known of [this.#known, this.#stable]) known.outputs.set(outputKey(node, does, does.relation), outputs);
    }
    const settings = {
      known: { ...wanted.setting, topology: wanted.graph, structure, known: this.#known },
      stable: { ...wanted.setting, topology: wanted.graph, structure, known: this.#stable },
    };
    const ports = portsOf(wanted.graph);
    const own = keysByNode(structure);
    const needs = (outline: Outline, spec: unknown) => needsOf(outline, spec, own.get(outline.node.name));
    for (const outline of structure.outlines) {
      if (outline.does.action === 'create') this.#resource(outline, settings.known, ports, needs);
    }
    this.#loseHosted(wanted.graph);
    for (const outline of structure.outlines) {
      if (outline.does.action !== 'run') continue;
      if (outline.does.isNotice) this.#notice(outline, wanted, settings.stable, needs);
      else this.#operation(outline, wanted, settings.stable, needs);
    }
    const runs = [...this.#ups.values()].some(({ action }) => action === 'run');
    for (const outline of runs ? structure.outlines : []) {
      if (outline.does.action === 'create') this.#reconsider(outline, settings.stable, ports, needs);
    }
  }

  #up(step: PlanStep): void {
    this.#ups.set(step.key, step);
    if (step.action !== 'run' || step.relation !== undefined) return;
    const list = this.#runs.get(step.node);
    if (list) list.push(step);
    else this.#runs.set(step.node, [step]);
  }

  /** Makes, changes, replaces or leaves alone one resource. */
  #resource(
    outline: Outline,
    setting: Setting,
    ports: ReadonlyMap<string, readonly Instance[]>,
    needsFor: Needs,
  ): void {
    const { key, node, does } = outline;
    if (does.action !== 'create') return;
    this.#wantedKeys.add(key);
    const { kind, part } = does;
    const scope = scopeOf(setting, node, ports);
    const asked = specOf(kind, node, part, scope);
    const name = part ? `${scope.nameOf(node)}/${part.target}` : scope.nameOf(node);
    const held = this.#resources.get(key) ?? [];
    const current = held.findLast(({ ref, state }) => ref !== undefined && state !== 'failed' && state !== 'deleting');
    for (const other of held) if (other !== current) this.#deleted.set(other.step, 'unfinished');
    const spec = current && !this.#isStrict ? attainable(kind, current.spec, asked) : asked;
    const needs = needsFor(outline, spec);

    const broken = current && this.#findings.broken.get(current.step);
    const changes = current ? differing(current.spec, spec) : [];
    const drift = ((current && this.#findings.drifted.get(current.step)) ?? []).filter(
      (one) => !isShrinking(kind, one),
    );
    const all = [...changes, ...drift.filter(({ field }) => !changes.some((one) => one.field === field))];
    const fields = all.map(({ field }) => field);
    const mayChange = this.#changeable(kind);
    const isReplaced = broken !== undefined || fields.some((field) => !mayChange.includes(field));

    if (!current || isReplaced) {
      const why: Why = !current
        ? held.length > 0
          ? 'unfinished'
          : 'new'
        : (broken?.why ?? (changes.some(({ field }) => !mayChange.includes(field)) ? 'changed' : 'drifted'));
      if (current) this.#deleted.set(current.step, why);
      this.#forget(key, node.name);
      this.#made.add(key);
      const earlier = Math.max(this.#present.survey.made[key] ?? 0, held.length);
      const replaces = held.map(({ step }) => deletionKey(step));
      this.#up({
        key,
        node: node.name,
        action: 'create',
        kind,
        name,
        spec,
        needs,
        earlier,
        why,
        ...(current && all.length > 0 && { changes: all }),
        ...(replaces.length > 0 && { replaces }),
      });
      return;
    }
    for (const known of [this.#known, this.#stable]) known.refs.set(key, current.ref ?? '');
    if (fields.length > 0) {
      const why: Why = changes.length > 0 ? 'changed' : 'drifted';
      const resource = current.step;
      this.#up({ key, node: node.name, action: 'update', kind, name, spec, needs, resource, why, changes: all });
    }
    if (this.#findings.stopped.has(current.step)) {
      const verbKey = `${key}:start`;
      const after = fields.length > 0 ? [key] : [];
      this.#up({
        key: verbKey,
        node: node.name,
        action: 'verb',
        verb: 'start',
        kind,
        name,
        resource: current.step,
        needs: after,
        why: 'broken',
      });
    }
  }

  /** A resource that stays may still change in place with what operations will answer: seen once they have. */
  #reconsider(
    outline: Outline,
    setting: Setting,
    ports: ReadonlyMap<string, readonly Instance[]>,
    needsFor: Needs,
  ): void {
    const { key, node, does } = outline;
    if (does.action !== 'create' || this.#ups.has(key)) return;
    const { kind, part } = does;
    const scope = scopeOf(setting, node, ports);
    const spec = specOf(kind, node, part, scope);
    const open = this.#changeable(kind).filter((field) => holesIn(spec[field]).length > 0);
    const current = (this.#resources.get(key) ?? []).findLast(({ ref }) => ref !== undefined);
    if (open.length === 0 || !current) return;
    const { step: resource, name } = current;
    const changes = open.map((field) => ({ field, from: current.spec[field], to: spec[field] }));
    const needs = needsFor(outline, spec);
    this.#up({ key, node: node.name, action: 'update', kind, name, spec, needs, resource, why: 'changed', changes });
  }

  /** What a new resource will set is not known any more. */
  #forget(key: string, node: string): void {
    for (const known of [this.#known, this.#stable]) {
      known.refs.delete(key);
      known.attributes.delete(node);
    }
  }

  /** Software on a server that is made anew has nothing left of it. */
  #loseHosted(graph: Graph): void {
    for (const node of Object.values(graph.nodes)) {
      if (!this.#isOnNewHost(graph, node)) continue;
      if (resourcesOf(node).length > 0) continue;
      for (const known of [this.#known, this.#stable]) known.attributes.delete(node.name);
    }
  }

  #isOnNewHost(graph: Graph, node: Instance): boolean {
    const host = hostNamed(graph, node);
    return host !== undefined && this.#made.has(stepKey(host, 'server'));
  }

  /** Runs an operation that is new, was cut off, has lost its host, follows one that runs, or would run with something else. */
  #operation(outline: Outline, wanted: Wanted, setting: Setting, needsFor: Needs): void {
    const { key, node, does } = outline;
    if (does.action !== 'run') return;
    const { relation, operation, definition, host } = does;
    const inputs = inputsOf(setting, node, definition, relation);
    const done = this.#operations.get(key);
    const isOwn = relation === undefined;
    const earlier = isOwn
      ? lifecycle.slice(0, Math.max(0, lifecycle.indexOf(operation))).map((name) => operationKey(node.name, name))
      : [];
    const before = (this.#runs.get(node.name) ?? []).filter((step) => earlier.includes(step.key));
    const target = relation && wanted.graph.nodes[relation.target];
    const why: Why | undefined = this.#made.has(stepKey(host, 'server'))
      ? done
        ? 'replaced'
        : 'new'
      : !done
        ? 'new'
        : done.digest === undefined
          ? 'unfinished'
          : (target && this.#isNewNode(wanted.graph, target)) || (relation && this.#isNewNode(wanted.graph, node))
            ? 'replaced'
            : isOwn && this.#findings.ailing.has(node.name)
              ? 'broken'
              : before.some((step) => !step.ifChanged)
                ? 'changed'
                : undefined;
    const isOpen = holesIn(inputs).length > 0;
    const isDrained = this.#drained.has(key);
    const drainedFor = this.#drained.get(key) ?? [];
    const differs =
      !isOpen &&
      done?.digest !== undefined &&
      done.digest !== digestOf(definition, inputs as Readonly<Record<string, Data>>, wanted.files);
    const notice = relation && noticeOf(operation, relation, node);
    if (notice !== undefined && why === undefined) return;
    const isDue = why !== undefined || differs || (isDrained && drainedFor.length === 0);
    const conditional = !isDue && (isOpen || before.length > 0 || isDrained);
    if (!isDue && !conditional) return;
    const changes = done?.inputs ? differing(done.inputs, inputs) : [];
    const step: OperationStep = {
      key,
      node: node.name,
      action: 'run',
      of: 'wanted',
      interface: does.interface,
      operation,
      ...(relation && { relation: relation.id, target: relation.target }),
      host,
      spec: inputs,
      needs: [...new Set([...needsFor(outline, inputs), ...before.map((one) => one.key), ...this.#endsOf(relation)])],
      why: why ?? 'changed',
      ...(changes.length > 0 && { changes }),
      ...(notice !== undefined && { settles: [notice] }),
      ...(conditional && {
        ifChanged: [...new Set([...before.flatMap((one) => one.ifChanged ?? []), ...drainedFor, key])],
      }),
    };
    this.#up(isOwn && done && why !== 'replaced' ? this.#stopBefore(step, node, setting) : step);
    this.#unsettle(wanted.graph, outline);
  }

  /** What an operation sets may be something else from now on. */
  #unsettle(graph: Graph, { node, does }: Outline): void {
    if (does.action !== 'run') return;
    for (const { node: of, path } of placesOf(graph, node, does.definition, does.relation))
      forget(this.#stable.attributes.get(of), path);
    this.#stable.outputs.delete(outputKey(node.name, does, does.relation));
  }

  /** What is run at the other end of a relationship comes before what is run for the relationship. */
  #endsOf(relation: Relation | undefined): string[] {
    return relation ? this.#ownRuns(relation.target).map(({ key }) => key) : [];
  }

  #ownRuns(node: string): OperationStep[] {
    return (this.#runs.get(node) ?? []).filter(({ operation }) => lifecycle.includes(operation));
  }

  /**
   * Tells one end of a relationship that the other one has changed: that its own operations run again, or that what it was
   * introduced with (or told last) is different.
   */
  #notice(outline: Outline, wanted: Wanted, setting: Setting, needsFor: Needs): void {
    const { key, node, does } = outline;
    if (does.action !== 'run' || !does.relation || !(does.operation in notices)) return;
    const { relation, definition } = does;
    const which = does.operation as keyof typeof notices;
    const introduction = operationKey(node.name, notices[which], relation);
    const target = wanted.graph.nodes[relation.target];
    const before = this.#present.graph.nodes[node.name]?.requirements.some(({ id }) => id === relation.id);
    const isNew = [node, target].some((end) => end === undefined || this.#isNewNode(wanted.graph, end));
    if (!before || isNew || this.#ups.has(introduction)) return;

    const introduced = implementedOperation(relation.relationship.interfaces, notices[which])?.definition;
    const told = [
      { key: introduction, of: introduced },
      { key, of: definition },
    ].flatMap(({ key: of, of: what }) => {
      const digest = this.#operations.get(of)?.digest;
      const inputs = what && inputsOf(setting, node, what, relation);
      if (digest === undefined || !what || !inputs) return [];
      const isOpen = holesIn(inputs).length > 0;
      const differs = !isOpen && digest !== digestOf(what, inputs as Readonly<Record<string, Data>>, wanted.files);
      return [{ key: of, isOpen, differs }];
    });
    const done = this.#operations.get(key);
    const isUnfinished = done !== undefined && done.digest === undefined;
    const runs = this.#ownRuns(which === 'target_changed' ? relation.target : node.name);
    const isDue = isUnfinished || told.some(({ differs }) => differs) || runs.some(({ ifChanged }) => !ifChanged);
    if (!isDue && runs.length === 0 && !told.some(({ isOpen }) => isOpen)) return;
    const inputs = inputsOf(setting, node, definition, relation);
    const changes = done?.inputs ? differing(done.inputs, inputs) : [];
    const ends = [...this.#endsOf(relation), ...this.#ownRuns(node.name).map((one) => one.key)];
    this.#up({
      key,
      node: node.name,
      action: 'run',
      of: 'wanted',
      interface: does.interface,
      operation: which,
      relation: relation.id,
      target: relation.target,
      host: does.host,
      spec: inputs,
      needs: [...new Set([...needsFor(outline, inputs), ...ends])],
      why: isUnfinished ? 'unfinished' : 'changed',
      ...(changes.length > 0 && { changes }),
      ...(introduced && { settles: [introduction] }),
      ...(!isDue && {
        ifChanged: [...new Set([...runs.flatMap(({ ifChanged }) => ifChanged ?? []), ...told.map((one) => one.key)])],
      }),
    });
    this.#unsettle(wanted.graph, outline);
  }

  /** Software that runs is stopped before it is set up anew in its place; answers the step with that need. */
  #stopBefore(step: OperationStep, node: Instance, setting: Setting): OperationStep {
    if (!this.#operations.has(operationKey(node.name, 'start'))) return step;
    const drains = (this.#incoming.get(node.name) ?? []).flatMap(({ source, relation }) =>
      this.#down(step, source, setting, 'remove_target', relation),
    );
    const stops = this.#down({ ...step, needs: [...step.needs, ...drains] }, node, setting, 'stop');
    return { ...step, needs: [...new Set([...step.needs, ...drains, ...stops])] };
  }

  /** What is done before a step that sets a node up anew, where the template has something for that; answers its key. */
  #down(
    step: OperationStep,
    node: Instance,
    setting: Setting,
    operation: 'stop' | 'remove_target',
    relation?: Relation,
  ): string[] {
    const { interfaces } = relation?.relationship ?? node;
    // Who is told of a change has no need to part.
    if (relation && implementedOperation(interfaces, 'target_changed')) return [];
    const found = implementedOperation(interfaces, operation);
    const host = found && hostFor(setting.topology, node, node, found.definition, relation);
    const undone = operationKey(node.name, relation ? 'add_target' : 'start', relation);
    if (!found || host === undefined || !this.#operations.has(undone)) return [];
    const key = operationKey(node.name, operation, relation);
    const earlier = this.#ups.get(key);
    const before = earlier?.action === 'run' ? earlier : undefined;
    const isCertain = !step.ifChanged || (before && !before.ifChanged);
    const either = isCertain ? undefined : [...new Set([...(before?.ifChanged ?? []), ...(step.ifChanged ?? [])])];
    const planned: OperationStep = {
      key,
      node: node.name,
      action: 'run',
      of: 'wanted',
      interface: found.interface,
      operation,
      ...(relation && { relation: relation.id, target: relation.target }),
      host,
      spec: known(inputsOf(setting, node, found.definition, relation)),
      needs: before?.needs ?? step.needs,
      why: step.why,
      undoes: relation ? undoneBy('remove_target').map((name) => operationKey(node.name, name, relation)) : [undone],
      ...(either && { ifChanged: either }),
    };
    if (before) this.#ups.set(key, planned);
    else this.#up(planned);
    if (relation) this.#drained.set(undone, either);
    return [key];
  }

  /** Whether an instance is made now, or made anew. */
  #isNewNode(graph: Graph, node: Instance): boolean {
    return this.#isOnNewHost(graph, node) || this.#made.has(stepKey(node.name, 'server'));
  }

  #goDown(): PlanStep[] {
    const { graph, survey } = this.#present;
    const going = new Set(survey.nodes.map(({ node }) => node).filter((node) => !this.#wanted?.graph.nodes[node]));
    for (const { step, node } of survey.resources) {
      // A part of a node that stays may go by itself: a volume that is no longer attached.
      const isWanted = !going.has(node) && this.#wantedKeys.has(keyOfMaking(step));
      if (!isWanted) this.#deleted.set(step, this.#deleted.get(step) ?? 'unwanted');
    }
    if (going.size === 0 && this.#made.size === 0 && this.#deleted.size === 0) return [];
    const leaving = (node: Instance): boolean => {
      const host = hostNamed(graph, node);
      return going.has(node.name) || (host !== undefined && this.#made.has(stepKey(host, 'server')));
    };
    const partings = new Set<string>();
    const replaced = new Map<string, readonly string[]>();
    const steps: PlanStep[] = [];
    const all = removalOf(graph);
    for (const removal of all) {
      const needs = [...new Set(removal.needs.flatMap((need) => replaced.get(need) ?? [need]))];
      const target = removal.action === 'run' && removal.relation ? graph.nodes[removal.relation.target] : undefined;
      const isLeaving = leaving(removal.node);
      const added =
        removal.action === 'delete'
          ? this.#deletions(removal, needs, going)
          : isLeaving || (target && leaving(target))
            ? this.#undoing(removal, needs, going)
            : [];
      steps.push(...added);
      if (removal.action === 'run' && removal.relation) for (const { key } of added) partings.add(key);
      if (added.length > 0)
        replaced.set(
          removal.key,
          added.map(({ key }) => key),
        );
      // What stays has nothing to wait for but what it loses itself.
      else replaced.set(removal.key, isLeaving ? needs : needs.filter((need) => !partings.has(need)));
    }
    return [...steps, ...this.#forgotten(steps)];
  }

  /** Nothing that was made is passed over because its node cannot be found in any revision any more. */
  #forgotten(steps: readonly PlanStep[]): DeleteStep[] {
    const found = new Set(steps.map(({ key }) => key));
    return this.#present.survey.resources.flatMap(({ step, node, kind, name }) => {
      const why = this.#deleted.get(step);
      const key = deletionKey(step);
      if (!why || found.has(key)) return [];
      return [{ key, node, action: 'delete', kind, name, resource: step, needs: [], why, clears: [node] }];
    });
  }

  #deletions(
    removal: Extract<Removal, { action: 'delete' }>,
    needs: readonly string[],
    going: ReadonlySet<string>,
  ): DeleteStep[] {
    return (this.#resources.get(removal.made) ?? []).flatMap((resource) => {
      const why = this.#deleted.get(resource.step);
      if (!why) return [];
      const { step, node, kind, name } = resource;
      const clears = kind === 'server' ? hostedOn(this.#present.graph, node) : going.has(node) ? [node] : [];
      return [{ key: deletionKey(step), node, action: 'delete', kind, name, resource: step, needs, why, clears }];
    });
  }

  #undoing(
    removal: Extract<Removal, { action: 'run' }>,
    needs: readonly string[],
    going: ReadonlySet<string>,
  ): OperationStep[] {
    const { node, host, relation, undoes, after, operation } = removal;
    const hostKey = stepKey(host, 'server');
    const server = (this.#resources.get(hostKey) ?? []).findLast(({ ref }) => ref !== undefined);
    const broken = server && this.#findings.broken.get(server.step);
    const isOurs = server !== undefined && server.state !== 'failed' && (!broken || broken.isReachable);
    const isReachable = isOurs || this.#present.graph.nodes[host]?.elsewhere === 'selected';
    if (!isReachable || !after.some((key) => this.#operations.has(key))) return [];
    const isGoing = going.has(node.name) || (relation && going.has(relation.target));
    return [
      {
        key: removal.key,
        node: node.name,
        action: 'run',
        of: 'present',
        interface: removal.interface,
        operation,
        ...(relation && { relation: relation.id, target: relation.target }),
        host,
        spec: {},
        needs,
        why: isGoing ? 'unwanted' : 'replaced',
        undoes,
        // What is left of the host, or of the other end, must not keep it.
        mayFail: true,
      },
    ];
  }

  /** Ties the way down to the way up. */
  #join(downs: readonly PlanStep[]): PlanStep[] {
    const keys = new Set([...this.#ups.keys(), ...downs.map(({ key }) => key)]);
    const scripts = Map.groupBy(
      downs.filter((step) => step.action === 'run'),
      ({ node, host }) => `${node} ${host}`,
    );
    const usedBy = this.#usersOfReplaced();
    const waiting = new Map<string, string[]>();
    const ups = [...this.#ups.values()].map((step): PlanStep => {
      const extra: string[] = [];
      if (step.action === 'create') {
        for (const deletion of step.replaces ?? []) {
          const users = usedBy.get(deletion) ?? [];
          if (users.length === 0) extra.push(deletion);
          else waiting.set(deletion, [...users, step.key]);
        }
      }
      if (step.action === 'run') {
        // A node parts with what goes before it is set up anew, and with the old one of a kind before it meets the new one.
        const parting = (scripts.get(`${step.node} ${step.host}`) ?? []).filter(
          ({ target }) => step.target === undefined || step.target === target,
        );
        extra.push(...parting.map(({ key }) => key));
      }
      return { ...step, needs: [...new Set([...step.needs, ...extra])].filter((need) => keys.has(need)) };
    });
    return [
      ...ups,
      ...downs.map((step) => ({
        ...step,
        needs: [...new Set([...step.needs, ...(waiting.get(step.key) ?? [])])].filter((need) => keys.has(need)),
      })),
    ];
  }

  /** By the deletion of what is replaced: the updates of those that use it and stay. They need the new one first. */
  #usersOfReplaced(): Map<string, string[]> {
    const users = new Map<string, string[]>();
    const updates = [...this.#ups.values()].filter((step) => step.action === 'update');
    if (updates.length === 0) return users;
    const byStep = new Map(this.#present.survey.resources.map((one) => [one.step, one]));
    for (const step of this.#deleted.keys()) {
      const ref = byStep.get(step)?.ref;
      if (ref === undefined) continue;
      const using = updates.filter(({ resource }) =>
        JSON.stringify(byStep.get(resource)?.spec ?? {}).includes(JSON.stringify(ref)),
      );
      if (using.length > 0)
        users.set(
          deletionKey(step),
          using.map(({ key }) => key),
        );
    }
    return users;
  }
}

export function deletionKey(resource: string): string {
  return `${resource}:delete`;
}

/** The key of what tells a relationship's end of changes, for the operation that has introduced the other end. */
function noticeOf(operation: string, relation: Relation, node: Instance): string | undefined {
  const notice = Object.entries(notices).find(([, introduction]) => introduction === operation)?.[0];
  const found = notice !== undefined && implementedOperation(relation.relationship.interfaces, notice);
  return found ? operationKey(node.name, notice, relation) : undefined;
}

type Needs = (outline: Outline, spec: unknown) => string[];

function keysByNode({ outlines }: Structure): ReadonlyMap<string, ReadonlySet<string>> {
  const keys = new Map<string, Set<string>>();
  for (const { key, node } of outlines) keys.set(node.name, (keys.get(node.name) ?? new Set()).add(key));
  return keys;
}

/** Inputs for tidying up: what is not known is empty. */
export function known(inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [name, holesIn(value).length > 0 ? '' : value]),
  );
}

/** A node's later steps do not set what its earlier ones need: of its own, the order alone counts. */
function needsOf({ key, after }: Outline, spec: unknown, own: ReadonlySet<string> = new Set()): string[] {
  const waits = waitsFor(spec).filter((need) => !own.has(need));
  return [...new Set([...after, ...waits])].filter((need) => need !== key);
}
