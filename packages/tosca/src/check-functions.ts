import { isCountable } from './allocation.ts';
import { argumentSchema, dataProblem, signatureFor, takes } from './fits.ts';
import { inputProblem, resultProblem, writtenAsText } from './input-type.ts';
import { entityNamed, placeOf, reach, wrongStep, type Place, type Reached } from './reach.ts';
import { plainData } from './plain-data.ts';
import { emptyRecord } from './record.ts';
import type { Report } from './report.ts';
import { didYouMean, hintAt, listing } from './suggest.ts';
import type {
  AttributeMapping,
  Data,
  FieldSchema,
  FunctionCall,
  FunctionDefinition,
  InputDefinition,
  Interface,
  Node,
  Topology,
  Value,
} from './topology.ts';

/** What functions may refer to beside the topology itself. */
export interface Names {
  readonly inputs: Readonly<Record<string, InputDefinition>>;
  /** Written in the template, though perhaps with mistakes of their own, which are told where they stand. */
  isDeclared(kind: 'input' | 'node' | 'relationship', name: string): boolean;
  readonly isTwo?: boolean;
}

/** Looks at every function of a topology in its place: whether what it names exists, and that nothing leads in a circle. */
export function checkFunctions(report: Report, topology: Topology, names: Names): void {
  const check = new FunctionCheck(report, topology, names);
  for (const node of Object.values(topology.nodes)) check.node(node);
  for (const { value } of Object.values(topology.outputs)) check.value(value, { topology });
  for (const { properties } of Object.values(topology.groups)) check.values(properties, { topology });
  for (const { properties } of Object.values(topology.policies)) check.values(properties, { topology });
}

/** Looks at the functions of one node alone, where only SELF is known: not the inputs, nor other nodes. */
export function checkNode(report: Report, topology: Topology, node: Node): void {
  new FunctionCheck(report, topology, { inputs: emptyRecord(), isDeclared: (_, name) => name !== 'SELF' }, true).node(
    node,
  );
}

type Values = Readonly<Record<string, Value>>;

class FunctionCheck {
  readonly #report: Report;
  readonly #topology: Topology;
  readonly #names: Names;
  /** Records shared by all nodes of a type mostly hold no function; these need no second look. */
  readonly #plain = new WeakSet<object>();
  readonly #followed = new Map<string, 'open' | 'done'>();

  /** Whether only what begins with SELF is looked at. */
  readonly #isSelfOnly: boolean;

  constructor(report: Report, topology: Topology, names: Names, isSelfOnly = false) {
    this.#isSelfOnly = isSelfOnly;
    this.#report = report;
    this.#topology = topology;
    this.#names = names;
  }

  node(node: Node): void {
    const place: Place = { topology: this.#topology, node: node.name };
    this.values(node.properties, place, node.schemas.properties);
    this.values(node.attributes, place);
    for (const { properties, attributes, schemas } of Object.values(node.capabilities)) {
      this.values(properties, place, schemas.properties);
      this.values(attributes, place);
    }
    this.#interfaces(node.interfaces, place);
    if (node.count) this.value(node.count, { topology: this.#topology });
    for (const { properties } of Object.values(node.artifacts)) this.values(properties, place);
    for (const { count, allocation } of node.dangling) {
      if (count) this.value(count, place);
      if (allocation) this.values(allocation, place);
    }
    for (const requirement of node.requirements) {
      const inside: Place = { ...place, requirement };
      const { count, index, allocation } = requirement;
      if (count) this.value(count, place);
      if (index) this.value(index, inside);
      if (allocation) this.values(allocation, inside);
      this.values(requirement.relationship.properties, inside);
      this.values(requirement.relationship.attributes, inside);
      this.#interfaces(requirement.relationship.interfaces, inside);
    }
  }

  values(values: Values, place: Place, schemas?: Readonly<Record<string, FieldSchema>>): void {
    if (this.#plain.has(values)) return;
    let holdsCall = false;
    for (const name in values) {
      const value = values[name];
      if (!value || !this.value(value, place)) continue;
      holdsCall = true;
      const schema = schemas?.[name];
      if (!schema) continue;
      const { inputs, isTwo } = this.#names;
      const asText = isTwo ? undefined : writtenAsText(value, schema, name, inputs);
      const problem = inputProblem(value, schema, name, inputs) ?? resultProblem(value, schema, name);
      if (asText !== undefined) this.#report.warn(value.at, 'wrong-type', asText);
      else if (problem !== undefined) this.#report.error(value.at, 'wrong-type', problem);
    }
    if (!holdsCall) this.#plain.add(values);
  }

  /** Whether there is a function in the value. */
  value(value: Value, place: Place): boolean {
    if (value.is === 'literal') return false;
    if (value.is === 'call') {
      for (const argument of value.arguments) this.value(argument, place);
      this.#call(value, place);
      return true;
    }
    const inner = value.is === 'list' ? value.items : Object.values(value.entries);
    let holdsCall = false;
    for (const item of inner) if (this.value(item, place)) holdsCall = true;
    return holdsCall;
  }

  #interfaces(interfaces: Readonly<Record<string, Interface>>, place: Place): void {
    if (this.#plain.has(interfaces)) return;
    let isPlain = true;
    for (const { operations } of Object.values(interfaces)) {
      for (const { inputs, outputs } of Object.values(operations)) {
        this.values(inputs, place);
        for (const mapping of Object.values(outputs)) {
          this.#mapping(mapping, place);
          isPlain = false;
        }
        if (!this.#plain.has(inputs)) isPlain = false;
      }
    }
    if (isPlain) this.#plain.add(interfaces);
  }

  #mapping({ entity, path, at }: AttributeMapping, place: Place): void {
    if (this.#isSelfOnly && entity !== 'SELF') return;
    const reached = reach(place, [entity, ...path], 'attribute');
    if (reached.is === 'wrong') this.#report.error(at, reached.rule, reached.message);
  }

  #call(call: FunctionCall, place: Place): void {
    const { name, arguments: given, at } = call;
    const path = pathOf(given);
    if (call.definition) return this.#own(call, call.definition);
    // An artifact that a type asks for may be one that each template brings.
    if (this.#isSelfOnly && (path?.[0] !== 'SELF' || name === 'get_artifact')) return;
    switch (name) {
      case 'get_input':
        return this.#input(call, path);
      case 'get_property':
      case 'get_attribute': {
        if (!path || this.#isBroken(path[0])) return;
        const reached = reach(place, path, name === 'get_property' ? 'property' : 'attribute');
        if (reached.is === 'wrong') {
          const isHarmless = place.node === undefined && this.#isNeverKnown(reached);
          const message = isHarmless
            ? `${reached.message} (1.3 §4.5.1; nothing sets it, so this is never known)`
            : reached.message;
          this.#report[isHarmless ? 'warn' : 'error'](given[reached.step]?.at ?? at, reached.rule, message);
        } else if (reached.is === 'found') {
          if (reached.told !== undefined) this.#report.warn(given[1]?.at ?? at, 'bad-path', reached.told);
          this.#follow(call, place);
        }
        return;
      }
      case 'get_artifact':
        return this.#artifact(call, path, place);
      case 'get_operation_output':
        return this.#operationOutput(call, path, place);
      case 'get_nodes_of_type':
        if (given.length !== 1) this.#bad(call, 'the name of a node type');
        return;
      case 'concat':
        if (given.length === 0) this.#bad(call, 'a list of texts');
        return;
      case 'join':
        if (given.length === 0 || given.length > 2 || given[0]?.is === 'literal')
          this.#bad(call, '[ [ texts ], separator ]');
        return;
      case 'token':
        if (given.length !== 3) this.#bad(call, '[ text, separators, index ]');
        return;
      case 'node_index':
        if (place.node === undefined) this.#report.error(at, 'no-self', '$node_index means something in a node only');
        return;
      case 'relationship_index':
        if (!place.requirement && place.node === undefined)
          this.#report.error(at, 'no-relationship', '$relationship_index means something in a relationship only');
        return;
      case 'available_allocation':
        return this.#allocation(call, path, place);
      default:
      // Those of 2.0 are looked at where they are read.
    }
  }

  /** An attribute of a normative type that 1.x does not define but other processors set: an output waits for it, and that is all. */
  #isNeverKnown({ rule, holder }: Reached & { is: 'wrong' }): boolean {
    return !this.#names.isTwo && rule === 'unknown-attribute' && holder?.node.type.startsWith('tosca.nodes.') === true;
  }

  /** 2.0 §10.4: arguments of a function of the template's own, as far as they are known. */
  #own({ arguments: given, at }: FunctionCall, definition: FunctionDefinition): void {
    const data = given.map(plainData);
    if (definition.signatures.length === 0 || data.includes(undefined)) return;
    if (signatureFor(definition, data as Data[])) return; // None is undefined.
    const [only, ...others] = definition.signatures.filter((one) => takes(one, given.length));
    // How many there must be was told where the call was read.
    if (!only) return;
    const wrong = given.findIndex((_, index) => {
      const schema = argumentSchema(only, index);
      return schema && dataProblem(data[index] ?? null, schema, '') !== undefined;
    });
    const schema = argumentSchema(only, wrong);
    const problem = schema && others.length === 0 && dataProblem(data[wrong] ?? null, schema, `Argument ${wrong + 1}`);
    const message = problem || `$${definition.name} has no signature that takes arguments of these types`;
    this.#report.error(given[wrong]?.at ?? at, 'bad-function', message);
  }

  /** 2.0 §10.2.1.8: what can be allocated is a number, or a scalar, of a capability. */
  #allocation(call: FunctionCall, path: readonly string[] | undefined, place: Place): void {
    if (!path || this.#isBroken(path[0])) return;
    const reached = reach(place, path, 'property');
    if (reached.is === 'wrong') {
      this.#report.error(call.arguments[reached.step]?.at ?? call.at, reached.rule, reached.message);
    } else if (reached.is === 'found') {
      const { holder, name } = reached;
      const schema = holder.schemas.properties[name];
      if (holder.capability === undefined) this.#bad(call, 'a path that leads to a capability, and a property of that');
      else if (schema && !isCountable(schema)) {
        const message = `${name} is a ${schema.type}; only numbers and scalars can be allocated`;
        this.#report.error(call.at, 'bad-allocation', message);
      }
    }
  }

  /** 1.3 §4.6.1: what an operation yields is known once it has run; which operation that is must be known before. */
  #operationOutput(call: FunctionCall, path: readonly string[] | undefined, place: Place): void {
    if (!path) return;
    if (path.length !== 4) return this.#bad(call, '[ SELF, interface, operation, output ]');
    const [entity = '', named = '', operation = ''] = path;
    if (this.#isBroken(entity)) return;
    const [entityAt, namedAt, operationAt] = call.arguments.map(({ at }) => at);
    const holder = entityNamed(place, entity);
    if ('is' in holder) return this.#report.error(entityAt ?? call.at, holder.rule, holder.message);
    const { interfaces, schemas } = holder.requirement?.relationship ?? holder.node;
    if (schemas.isWhole === false) return;
    const found = interfaces[named] ?? Object.values(interfaces).find(({ types }) => types.includes(named));
    const owner = holder.requirement ? `The relationship ${holder.requirement.name}` : `The node ${holder.node.name}`;
    if (!found) {
      const hint = hintAt(named, Object.keys(interfaces));
      this.#report.error(namedAt ?? call.at, 'unknown-interface', `${owner} has no interface ${named}${hint}`);
    } else if (!found.operations[operation]) {
      const hint = hintAt(operation, Object.keys(found.operations));
      const message = `The interface ${named} has no operation ${operation}${hint}`;
      this.#report.error(operationAt ?? call.at, 'unknown-operation', message);
    }
  }

  #bad({ name, at }: FunctionCall, usage: string): void {
    this.#report.error(at, 'bad-function', `${name} takes ${usage}`);
  }

  #input(call: FunctionCall, path: readonly string[] | undefined): void {
    const [name] = path ?? [];
    if (path && (name === undefined || name === '')) return this.#bad(call, 'the name of an input');
    const input = name === undefined ? undefined : this.#names.inputs[name];
    const problem = input && path && wrongStep(input, input.name, path.slice(1));
    if (problem !== undefined) this.#report.error(call.at, 'bad-path', problem);
    if (name === undefined || input || this.#names.isDeclared('input', name)) return;
    const known = Object.keys(this.#names.inputs);
    const hint =
      didYouMean(name, known) || (known.length > 0 ? `; there are ${listing(known)}` : '; declare it under inputs');
    this.#report.error(call.arguments[0]?.at ?? call.at, 'unknown-input', `There is no input ${name}${hint}`);
  }

  #artifact(call: FunctionCall, path: readonly string[] | undefined, place: Place): void {
    const [entity, name] = path ?? [];
    if (!path || this.#isBroken(entity)) return;
    if (entity === undefined || name === undefined) return this.#bad(call, '[ SELF, artifact ]');
    const holder = entityNamed(place, entity);
    // What a relationship has is said by no type.
    if (!('is' in holder) && holder.requirement && path.length === 2) return;
    const reached = reach(place, path, 'artifact');
    if (reached.is === 'wrong') {
      this.#report.error(call.arguments[reached.step]?.at ?? call.at, reached.rule, reached.message);
    }
  }

  #isBroken(entity: string | undefined): boolean {
    if (entity === undefined || entity in this.#topology.nodes) return false;
    // Groups and policies have properties too (1.3 §4.4), which only a policy's own actions ask for.
    return (
      this.#names.isDeclared('node', entity) ||
      this.#names.isDeclared('relationship', entity) ||
      entity in this.#topology.groups ||
      entity in this.#topology.policies
    );
  }

  /** Walks from a property to the properties it is made of. */
  #follow(call: FunctionCall, place: Place): void {
    const path = pathOf(call.arguments);
    const reached = path && reach(place, path, call.name === 'get_property' ? 'property' : 'attribute');
    if (reached?.is !== 'found') return;
    const { holder, name, rest } = reached;
    const value =
      call.name === 'get_attribute' ? (holder.attributes[name] ?? holder.properties[name]) : holder.properties[name];
    if (!value || value.is === 'literal') return;
    const key = [holder.node.name, holder.requirement?.name, holder.capability, name, ...rest].join('\n');
    const state = this.#followed.get(key);
    if (state === 'open') {
      this.#report.error(
        call.at,
        'circular-value',
        `${name} of ${holder.node.name} is made of itself; break the circle`,
      );
      return;
    }
    if (state === 'done') return;
    this.#followed.set(key, 'open');
    const inside = placeOf(place.topology, holder);
    for (const inner of callsIn(into(value, rest))) {
      if (inner.name === 'get_property' || inner.name === 'get_attribute') this.#follow(inner, inside);
    }
    this.#followed.set(key, 'done');
  }
}

function into(value: Value, path: readonly string[]): Value {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  const inner = value.is === 'map' ? value.entries[step] : value.is === 'list' ? value.items[Number(step)] : undefined;
  return inner ? into(inner, rest) : value;
}

function* callsIn(value: Value): Iterable<FunctionCall> {
  if (value.is === 'call') {
    yield value;
    for (const argument of value.arguments) yield* callsIn(argument);
  } else if (value.is === 'list') for (const item of value.items) yield* callsIn(item);
  else if (value.is === 'map') for (const entry of Object.values(value.entries)) yield* callsIn(entry);
}

/** The arguments as texts; undefined where a function is among them. */
function pathOf(given: readonly Value[]): readonly string[] | undefined {
  const path: string[] = [];
  for (const value of given) {
    if (value.is !== 'literal') return undefined;
    path.push(String(value.value ?? ''));
  }
  return path;
}
