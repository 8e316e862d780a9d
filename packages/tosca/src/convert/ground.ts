import { isA } from '../capability-is-a.ts';
import { readNodeType, type NodeType } from '../node-type.ts';
import { readRelationshipType } from '../entity-type.ts';
import type { Reading } from '../reading.ts';
import type { Requirement, Topology } from '../topology.ts';
import { flat, shapeOfNode, shapeOfType, type Shape, type Want } from './shape.ts';

/** Where a value stands: what SELF, SOURCE and TARGET are there. Types stand wherever they are used. */
export interface Ground {
  readonly places: readonly Standing[];
  /** A node of the topology that a path names. */
  named(node: string): Shape | undefined;
}

interface Standing {
  readonly self: Shape | undefined;
  readonly source?: Shape | undefined;
  readonly target?: Shape | undefined;
}

/** The places of a template that has been read; without one nothing is known of any node. */
export class Grounds {
  readonly #reading: Reading;
  readonly #topology: Topology | undefined;

  constructor(reading: Reading, topology: Topology | undefined) {
    this.#reading = reading;
    this.#topology = topology;
  }

  /** Outputs, groups and policies. */
  get outside(): Ground {
    return this.#ground([{ self: undefined }]);
  }

  node(name: string): Ground {
    return this.#ground([{ self: this.#named(name) }]);
  }

  type(type: NodeType): Ground {
    const own = { self: shapeOfType(this.#reading, type) };
    const used = this.#nodes().filter(({ types }) => types.includes(type.name));
    return this.#ground(used.length > 0 ? used.map(({ name }) => ({ self: this.#named(name) })) : [own]);
  }

  /** All relationships that `isMeant` tells. */
  relationships(isMeant: (requirement: Requirement, source: string) => boolean): Ground {
    return this.#ground(
      this.#nodes().flatMap((node) =>
        node.requirements
          .filter((requirement) => isMeant(requirement, node.name))
          .map((requirement) => ({
            self: flat(requirement.relationship.schemas),
            source: this.#named(node.name),
            target: this.#named(requirement.target),
          })),
      ),
    );
  }

  /** A type of relationship: wherever the template has one, else between whatever types it may join. */
  relationshipType(name: string): Ground {
    const used = this.relationships(({ relationship }) => relationship.types.includes(name));
    const { names, unit } = this.#reading;
    const source = names.find('relationship', name, unit);
    if (used.places.length > 0 || !source) return used;
    const type = readRelationshipType(this.#reading, source);
    const nodes = [...names.known('node', unit)].flatMap((one) => {
      const found = names.find('node', one, unit);
      return found ? [readNodeType(this.#reading, found)] : [];
    });
    const isTarget = ({ capabilities }: NodeType) =>
      type.validTargetTypes.length === 0 ||
      Object.values(capabilities).some((one) => type.validTargetTypes.some((valid) => isA(one.type.types, valid)));
    const isSource = ({ requirements }: NodeType) =>
      requirements.some(({ relationship }) => relationship && type.types.includes(relationship.name));
    const self = flat(type);
    return this.#ground([
      ...nodes.filter(isTarget).map((node) => ({ self, target: shapeOfType(this.#reading, node) })),
      ...nodes.filter(isSource).map((node) => ({ self, source: shapeOfType(this.#reading, node) })),
    ]);
  }

  #nodes() {
    return Object.values(this.#topology?.nodes ?? {});
  }

  #named(name: string): Shape | undefined {
    const node = this.#topology?.nodes[name];
    return node && this.#topology ? shapeOfNode(this.#reading, this.#topology, node) : undefined;
  }

  #ground(places: readonly Standing[]): Ground {
    return { places, named: (node) => this.#named(node) };
  }
}

/**
 * A path of 1.3 §4.4.2, which names requirements and capabilities without saying which, as 2.0 §10.3 writes it. Undefined
 * where nothing tells what is meant, or different uses of a type mean different things.
 */
export function pathInTwo(path: readonly string[], want: Want, ground: Ground): readonly string[] | undefined {
  const [entity = '', ...rest] = path;
  const found = new Map<string, readonly string[]>();
  const add = (start: readonly string[], way: readonly string[] | undefined) => {
    if (way) found.set([...start, ...way].join('\n'), [...start, ...way]);
  };
  const isOfPlace = placeWords.has(entity);
  for (const place of isOfPlace ? ground.places : []) {
    if (entity === 'HOST') add(['SELF'], place.self && hosted(place.self, rest, want));
    else if (entity === 'SELF') add(['SELF'], way(place.self, rest, want));
    else add(['SELF', entity], way(entity === 'SOURCE' ? place.source : place.target, rest, want));
  }
  if (!isOfPlace) add([entity], way(ground.named(entity), rest, want));
  const [only, ...others] = found.values();
  if (only) return others.length === 0 ? only : undefined;
  if (rest.length > 1) return undefined;
  return entity === 'HOST' ? undefined : [...(entity === 'SOURCE' || entity === 'TARGET' ? ['SELF'] : []), ...path];
}

const placeWords = new Set(['SELF', 'HOST', 'SOURCE', 'TARGET']);

/** The steps from a shape to a value; undefined where it has no such thing. */
function way(shape: Shape | undefined, rest: readonly string[], want: Want): readonly string[] | undefined {
  const [name = '', next, ...after] = rest;
  if (!shape) return undefined;
  if (next === undefined) return shape.has(name, want) ? rest : undefined;
  const capability = shape.capability(name);
  const requirement = shape.requirement(name);
  if (shape.has(name, want) && !capability && !requirement) return rest;
  if (capability?.has(next, want)) return ['CAPABILITY', ...rest];
  if (requirement?.capability?.has(next, want)) return ['RELATIONSHIP', name, 'CAPABILITY', next, ...after];
  if (requirement) {
    const further = way(requirement.node, [next, ...after], want);
    if (further ?? !requirement.node) return ['RELATIONSHIP', name, 'TARGET', ...(further ?? [next, ...after])];
  }
  return shape.has(name, want) ? rest : undefined;
}

/** HOST is the nearest host that has what is asked for; 2.0 goes there step by step. */
function hosted(self: Shape, rest: readonly string[], want: Want): readonly string[] | undefined {
  const seen = new Set<Shape>();
  const steps: string[] = [];
  for (let at: Shape | undefined = self; at && !seen.has(at) && steps.length < mostSteps;) {
    seen.add(at);
    if (at.hosting === undefined) return undefined;
    steps.push('RELATIONSHIP', at.hosting, 'TARGET');
    const { node }: { readonly node?: Shape | undefined } = at.requirement(at.hosting) ?? {};
    // What is still to be matched must have it itself.
    if (!node) return [...steps, ...rest];
    const found = way(node, rest, want);
    if (found) return [...steps, ...found];
    at = node;
  }
  return undefined;
}

/** More hosts than stand on one another anywhere, as a circle of them never ends. */
const mostSteps = 3 * 50;
