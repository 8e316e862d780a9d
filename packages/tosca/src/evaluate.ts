import { compute } from './compute.ts';
import { dig } from './dig.ts';
import { emptyRecord } from './record.ts';
import { entityNamed, placeOf, reach, type Holder, type Place } from './reach.ts';
import { textOf } from './text.ts';
import type { ComputedName, Data, FunctionCall, Requirement, Value } from './topology.ts';

/** What is known while a deployment runs. */
export interface State {
  /** Of the deployment, completed by `readInputs`. */
  readonly inputs: Readonly<Record<string, Data>>;
  /** What has been set; undefined while it has not. `path` begins with the attribute's name and may lead into it. */
  attribute(node: string, path: readonly string[]): Data | undefined;
  capabilityAttribute?(node: string, capability: string, path: readonly string[]): Data | undefined;
  relationshipAttribute?(node: string, requirement: Requirement, path: readonly string[]): Data | undefined;
  operationOutput?(
    node: string,
    operation: { readonly interface: string; readonly operation: string; readonly output: string },
    requirement: Requirement | undefined,
  ): Data | undefined;
  /** Where an artifact is to be found by whoever asks; its path within the template if this says nothing. */
  artifact?(node: string, artifact: string, location: string | undefined): string | undefined;
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
    const evaluated = this.#all(call.arguments, place, (items) => items);
    if (!evaluated.known) return evaluated;
    const given = Array.isArray(evaluated.value) ? (evaluated.value as readonly Data[]) : []; // #all was given a list.
    const path = given.map(textOf);
    switch (call.name) {
      case 'get_input':
        return known(dig(this.#state.inputs[path[0] ?? ''] ?? null, path.slice(1)));
      case 'get_property':
        return this.#every(place, path, (one) => this.#property(place, one));
      case 'get_attribute':
        return this.#every(place, path, (one) => this.#attribute(place, one));
      case 'get_operation_output':
        return this.#output(place, path);
      case 'get_artifact':
        return this.#artifact(place, path);
      case 'get_nodes_of_type':
        return known(
          Object.values(place.topology.nodes).flatMap(({ name, types }) =>
            types.includes(path[0] ?? '') ? [name] : [],
          ),
        );
      case 'concat':
        return known(given.every((one) => Array.isArray(one)) && given.length > 0 ? given.flat() : path.join(''));
      case 'join':
        return known((Array.isArray(given[0]) ? given[0].map(textOf) : []).join(path[1] ?? ''));
      case 'token':
        return known(token(path[0] ?? '', path[1] ?? '', Number(given[2])));
      case 'node_index':
      case 'relationship_index':
        return known(place.index ?? 0);
      case 'value':
      case 'available_allocation':
        return waits(`$${call.name}`);
      default:
        // A function of the template's own runs where the orchestrator runs scripts.
        return call.name.startsWith('$') ? waits(call.name) : known(compute(call.name as ComputedName, given) ?? null);
    }
  }

  /** `ALL` in a path (2.0 §10.3): what each of the numbers in its place leads to, as a list. */
  #every(place: Place, path: readonly string[], one: (path: readonly string[]) => Evaluated): Evaluated {
    const at = path.indexOf('ALL');
    if (at === -1) return one(path);
    const items: Data[] = [];
    for (let index = 0; ; index++) {
      const numbered = path.with(at, String(index));
      const reached = reach(
        place,
        numbered.includes('ALL') ? numbered.map((step) => (step === 'ALL' ? '0' : step)) : numbered,
        'attribute',
      );
      if (reached.is === 'wrong') return known(items);
      const evaluated = this.#every(place, numbered, one);
      if (!evaluated.known) return evaluated;
      if (numbered.includes('ALL') && Array.isArray(evaluated.value))
        items.push(...(evaluated.value as readonly Data[])); // isArray forgets readonly arrays.
      else items.push(evaluated.value);
    }
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

  #setAttribute({ node, capability, requirement }: Holder, path: readonly string[]): Data | undefined {
    if (requirement) return this.#state.relationshipAttribute?.(node.name, requirement, path);
    if (capability !== undefined) return this.#state.capabilityAttribute?.(node.name, capability, path);
    return this.#state.attribute(node.name, path);
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
    const [entity = '', name = '', location] = path;
    const holder = entityNamed(place, entity);
    if ('is' in holder) return known(null);
    return known(this.#state.artifact?.(holder.node.name, name, location) ?? holder.node.artifacts[name]?.file ?? null);
  }
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
