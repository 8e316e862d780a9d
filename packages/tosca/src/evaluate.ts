import { allocatedWithin, numberIn, numberLike } from './allocation.ts';
import { comparable } from './comparable.ts';
import { compute } from './compute.ts';
import { dig } from './dig.ts';
import { emptyRecord } from './record.ts';
import { signatureFor } from './fits.ts';
import { firstIndex } from './multiplicity.ts';
import { entityNamed, placeOf, reach, type Holder, type Place } from './reach.ts';
import { textOf } from './text.ts';
import type {
  ComputedName,
  Data,
  DataSchema,
  FunctionCall,
  FunctionSignature,
  Requirement,
  Schemas,
  Value,
} from './topology.ts';

/** What is known while a deployment runs. */
export interface State {
  /** Of the deployment, completed by `readInputs`. */
  readonly inputs: Readonly<Record<string, Data>>;
  /**
   * What has been set; undefined while it has not. `path` begins with the attribute's name and may lead into it; `index` says
   * which of the nodes made of one template is meant, where a path does.
   */
  attribute(node: string, path: readonly string[], index?: number): Data | undefined;
  capabilityAttribute?(node: string, capability: string, path: readonly string[]): Data | undefined;
  relationshipAttribute?(node: string, requirement: Requirement, path: readonly string[]): Data | undefined;
  operationOutput?(
    node: string,
    operation: { readonly interface: string; readonly operation: string; readonly output: string },
    requirement: Requirement | undefined,
  ): Data | undefined;
  /** Where an artifact is to be found by whoever asks; its path within the template if this says nothing. */
  artifact?(node: string, artifact: string, location: string | undefined): string | undefined;
  /** What a function of the template's own yields (2.0 §10.4); undefined while it has not been run. */
  callFunction?(name: string, signature: FunctionSignature, given: readonly Data[]): Data | undefined;
  /** Where secrets are sealed: opens them for functions that look into their arguments, and seals what these yield. */
  readonly secrets?: Secrets | undefined;
  /** What others than this topology take up of a capability's property, each amount apart (2.0 §8.5.5). */
  allocated?(node: string, capability: string, property: string): readonly Data[];
}

/** Sealed values are texts that name a secret; what holds none is answered as it is. */
interface Secrets {
  open<T extends Data>(value: T): T;
  close(value: Data): Data;
}

export type Evaluated =
  | { readonly known: true; readonly value: Data }
  /** `waitsFor` names what is not set yet: `node.attribute`. */
  | { readonly known: false; readonly waitsFor: readonly string[] };

/** Computes a value. Never throws: what a template may get wrong is refused when it is read. */
export function evaluate(value: Value, place: Place, state: State): Evaluated {
  return new Evaluation(state).value(value, place);
}

/** Deeper than any chain of functions that reading has found free of cycles. */
const deepest = 200;

class Evaluation {
  readonly #state: State;
  #depth = 0;

  constructor(state: State) {
    this.#state = state;
  }

  value(value: Value, place: Place): Evaluated {
    switch (value.is) {
      case 'literal':
        return known(value.value);
      case 'list':
        return this.#all(value.items, place, (items) => items);
      case 'map':
        return this.#all(Object.values(value.entries), place, (items) => {
          const record = emptyRecord<Data>();
          for (const [index, name] of Object.keys(value.entries).entries()) record[name] = items[index] ?? null;
          return record;
        });
      case 'call': {
        if (this.#depth >= deepest) return waits('a value that depends on itself');
        this.#depth += 1;
        const evaluated = this.#call(value, place);
        this.#depth -= 1;
        return evaluated;
      }
    }
  }

  #all(values: readonly Value[], place: Place, then: (items: readonly Data[]) => Data): Evaluated {
    const items: Data[] = [];
    const waitsFor = new Set<string>();
    for (const value of values) {
      const evaluated = this.value(value, place);
      if (evaluated.known) items.push(evaluated.value);
      else for (const name of evaluated.waitsFor) waitsFor.add(name);
    }
    return waitsFor.size > 0 ? { known: false, waitsFor: [...waitsFor] } : known(then(items));
  }

  #call(call: FunctionCall, place: Place): Evaluated {
    if (call.name === 'and' || call.name === 'or') return this.#either(call, place, call.name === 'or');
    const evaluated = this.#all(call.arguments, place, (items) => items);
    if (!evaluated.known) return evaluated;
    const given = Array.isArray(evaluated.value) ? (evaluated.value as readonly Data[]) : []; // #all was given a list.
    const path = given.map(textOf);
    switch (call.name) {
      case 'get_input':
        return known(dig(this.#state.inputs[path[0] ?? ''] ?? null, path.slice(1)));
      case 'get_property':
        return this.#every(place, path, 'property', (one) => this.#property(place, one));
      case 'get_attribute':
        return this.#every(place, path, 'attribute', (one) => this.#attribute(place, one));
      case 'get_operation_output':
        return this.#output(place, path);
      case 'get_artifact':
        return this.#every(place, path, 'artifact', (one) => this.#artifact(place, one));
      case 'get_nodes_of_type':
        return known(
          Object.values(place.topology.nodes).flatMap(({ name, types }) =>
            types.includes(path[0] ?? '') ? [name] : [],
          ),
        );
      case 'node_index':
        return known(place.index ?? 0);
      case 'relationship_index':
        return known(relationshipIndex(place));
      case 'value':
        return waits('$value');
      case 'sealed': {
        const [value = null] = given;
        return known(this.#state.secrets?.close(value) ?? value);
      }
      case 'available_allocation':
        return this.#every(place, path, 'property', (one) => this.#available(place, one));
      default: {
        const open = this.#opened(given);
        const result = this.#looking(call, open, place);
        // Whether a secret fits shows in what is done: a yes or no is none itself.
        if (open === given || !result.known || typeof result.value === 'boolean') return result;
        return known(this.#state.secrets?.close(result.value) ?? null);
      }
    }
  }

  #opened<T extends Data>(value: T): T {
    return this.#state.secrets?.open(value) ?? value;
  }

  /** Functions that look into their arguments. */
  #looking(call: FunctionCall, given: readonly Data[], place: Place): Evaluated {
    switch (call.name) {
      case 'concat': {
        const isLists = given.length > 0 && given.every((one) => Array.isArray(one));
        return known(isLists ? given.flat() : given.map(textOf).join(''));
      }
      case 'join':
        return known((Array.isArray(given[0]) ? given[0].map(textOf) : []).join(textOf(given[1] ?? null)));
      case 'token':
        return known(token(textOf(given[0] ?? null), textOf(given[1] ?? null), Number(textOf(given[2] ?? null))));
      default: {
        if (call.name.startsWith('$')) return this.#own(call, given);
        const schema = this.#schemaAmong(call.arguments, place);
        const order = schema && ((data: Data) => comparable(data, schema));
        return known(compute(call.name as ComputedName, given, order, schema?.scalar) ?? null); // All others are named above.
      }
    }
  }

  /** `and` and `or`: one argument may decide, whatever the others wait for. */
  #either({ arguments: given }: FunctionCall, place: Place, deciding: boolean): Evaluated {
    const results = given.map((one) => this.value(one, place));
    if (results.some((one) => one.known && this.#opened(one.value) === deciding)) return known(deciding);
    const waitsFor = results.flatMap((one) => (one.known ? [] : one.waitsFor));
    if (waitsFor.length > 0) return { known: false, waitsFor: [...new Set(waitsFor)] };
    return known(!deciding && results.every((one) => one.known && this.#opened(one.value) === true));
  }

  /** A function of the template's own runs where the orchestrator runs scripts. */
  #own({ name, definition }: FunctionCall, given: readonly Data[]): Evaluated {
    const signature = definition && signatureFor(definition, given);
    const value = signature && this.#state.callFunction?.(definition.name, signature, given);
    return value === undefined ? waits(name) : known(value);
  }

  /** The schema of the first argument that is read from the graph: it says how scalars, versions and times compare. */
  #schemaAmong(given: readonly Value[], place: Place): DataSchema | undefined {
    for (const one of given) {
      if (one.is !== 'call') continue;
      const isGraph =
        one.name === 'get_property' || one.name === 'get_attribute' || one.name === 'available_allocation';
      if (!isGraph) {
        const inner = this.#schemaAmong(one.arguments, place);
        if (inner) return inner;
        continue;
      }
      const path = this.#all(one.arguments, place, (items) => items);
      const steps = path.known && Array.isArray(path.value) ? (path.value as readonly Data[]).map(textOf) : []; // #all was given a list.
      const reached = reach(place, steps, one.name === 'get_attribute' ? 'attribute' : 'property');
      if (reached.is === 'found') return schemaAt(reached.holder.schemas, reached.name, reached.rest);
    }
    return undefined;
  }

  /** 2.0 §10.2.1.8: what is left of a capability's property once all relationships have theirs. */
  #available(place: Place, path: readonly string[]): Evaluated {
    const reached = reach(place, path, 'property');
    if (reached.is === 'open') return waits(`${reached.node}.${reached.requirement}`);
    if (reached.is === 'wrong' || reached.holder.capability === undefined) return known(null);
    const { holder, name } = reached;
    const { node, capability = '', schemas } = holder;
    const whole = this.#property(place, path);
    if (!whole.known) return whole;
    const schema = schemas.properties[name];
    const total = numberIn(whole.value, schema);
    const inside = allocatedWithin(place.topology, node.name, capability, name, schema, (value, at, requirement) => {
      const evaluated = this.value(value, { topology: place.topology, node: at, requirement });
      return evaluated.known ? evaluated.value : undefined;
    });
    if (inside === undefined) return waits(`$available_allocation ${node.name}.${capability}.${name}`);
    const outside = (this.#state.allocated?.(node.name, capability, name) ?? []).map(
      (one) => numberIn(one, schema) ?? 0,
    );
    if (total === undefined) return known(null);
    const left = outside.reduce((rest, one) => rest - one, total - inside);
    return known(numberLike(left, whole.value, schema));
  }

  /** `ALL` in a path (2.0 §10.3): what each of the numbers in its place leads to, as a list. */
  #every(
    place: Place,
    path: readonly string[],
    want: 'property' | 'attribute' | 'artifact',
    one: (path: readonly string[]) => Evaluated,
  ): Evaluated {
    const at = path.indexOf('ALL');
    if (at === -1) return one(path);
    // How many nodes there are of one template only a deployment may know; relationships are counted until there are no more.
    const count = at === 1 ? place.topology.nodes[path[0] ?? '']?.count : undefined;
    const counted = count && this.value(count, place);
    if (counted && !counted.known) return counted;
    const most = typeof counted?.value === 'number' ? counted.value : Infinity;
    const items: Data[] = [];
    for (let index = 0; index < most; index++) {
      const numbered = path.with(at, String(index));
      const reached = reach(
        place,
        numbered.includes('ALL') ? numbered.map((step) => (step === 'ALL' ? '0' : step)) : numbered,
        want,
      );
      if (reached.is === 'wrong') return known(items);
      const evaluated = this.#every(place, numbered, want, one);
      if (!evaluated.known) return evaluated;
      if (numbered.includes('ALL') && Array.isArray(evaluated.value))
        items.push(...(evaluated.value as readonly Data[])); // isArray forgets readonly arrays.
      else items.push(evaluated.value);
    }
    return known(items);
  }

  #property(place: Place, path: readonly string[]): Evaluated {
    const reached = reach(place, path, 'property');
    if (reached.is === 'open') return waits(`${reached.node}.${reached.requirement}`);
    if (reached.is === 'wrong') return known(null);
    const { holder, name, rest } = reached;
    const value = holder.properties[name];
    return value ? this.#into(value, placeOf(place.topology, holder), rest) : known(null);
  }

  #attribute(place: Place, path: readonly string[]): Evaluated {
    const reached = reach(place, path, 'attribute');
    if (reached.is === 'open') return waits(`${reached.node}.${reached.requirement}`);
    if (reached.is === 'wrong') return known(null);
    const { holder, name, rest } = reached;
    const set = this.#setAttribute(holder, [name, ...rest]);
    if (set !== undefined) return known(set);
    const value = holder.attributes[name] ?? holder.properties[name];
    if (value) return this.#into(value, placeOf(place.topology, holder), rest);
    const { node, capability, requirement } = holder;
    if (name === 'tosca_name' && capability === undefined) return known(requirement?.name ?? node.name);
    if (name in holder.schemas.properties) return known(null);
    return waits([node.name, requirement?.name, capability, name].filter((part) => part !== undefined).join('.'));
  }

  #setAttribute({ node, capability, requirement, index }: Holder, path: readonly string[]): Data | undefined {
    if (requirement) return this.#state.relationshipAttribute?.(node.name, requirement, path);
    if (capability !== undefined) return this.#state.capabilityAttribute?.(node.name, capability, path);
    return this.#state.attribute(node.name, path, index);
  }

  /** Goes along a path before evaluating, so that what lies beside it need not be known. */
  #into(value: Value, place: Place, path: readonly string[]): Evaluated {
    const [step, ...rest] = path;
    if (step === undefined) return this.value(value, place);
    const inner =
      value.is === 'map' ? value.entries[step] : value.is === 'list' ? value.items[Number(step)] : undefined;
    if (inner) return this.#into(inner, place, rest);
    if (value.is !== 'call') return known(null);
    const evaluated = this.value(value, place);
    return evaluated.known ? known(dig(evaluated.value, path)) : evaluated;
  }

  #output(place: Place, path: readonly string[]): Evaluated {
    const [entity = '', inInterface = '', operation = '', output = ''] = path;
    const holder = entityNamed(place, entity);
    if ('is' in holder) return known(null);
    const names = { interface: inInterface, operation, output };
    const value = this.#state.operationOutput?.(holder.node.name, names, holder.requirement);
    return value === undefined ? waits(`${holder.node.name}.${inInterface}.${operation}.${output}`) : known(value);
  }

  #artifact(place: Place, path: readonly string[]): Evaluated {
    const reached = reach(place, path, 'artifact');
    if (reached.is === 'open') return waits(`${reached.node}.${reached.requirement}`);
    if (reached.is === 'wrong') return known(null);
    const { holder, name, rest } = reached;
    return known(this.#state.artifact?.(holder.node.name, name, rest[0]) ?? holder.node.artifacts[name]?.file ?? null);
  }
}

/** The type of a part of a property or attribute. */
function schemaAt(schemas: Schemas, name: string, path: readonly string[]): DataSchema | undefined {
  let at: DataSchema | undefined = schemas.properties[name] ?? schemas.attributes[name];
  for (const step of path) at = at?.fields ? at.fields[step] : at?.entry;
  return at;
}

/** 2.0 §10.2.1.7: counted over all relationships that a requirement of a node makes. */
function relationshipIndex({ topology, node, requirement, relationshipIndex: index = 0 }: Place): number {
  const source = node === undefined ? undefined : topology.nodes[node];
  return source && requirement ? firstIndex(source, requirement) + index : index;
}

function known(value: Data): Evaluated {
  return { known: true, value };
}

function waits(name: string): Evaluated {
  return { known: false, waitsFor: [name] };
}

/** §4.3.3: the part of a text between separators, counted from 0. */
function token(text: string, separators: string, index: number): string {
  const parts: string[] = [''];
  for (const character of text) {
    if (separators.includes(character)) parts.push('');
    else parts.push((parts.pop() ?? '') + character);
  }
  return parts[index] ?? '';
}
