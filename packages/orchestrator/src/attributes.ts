import type { Data, DataSchema, Operation, Schemas } from '@pileus/tosca';
import type { Graph, Instance, Relation } from './expand.ts';
import type { Secrets } from './secrets.ts';

/**
 * An attribute that an operation's output sets. Those of a node's capabilities and relationships are kept with its own,
 * under the keywords of a path of 2.0 (§10.3): `CAPABILITY`, its name, and `RELATIONSHIP`, its id.
 */
export interface Assignment {
  readonly node: string;
  readonly path: readonly string[];
  readonly value: Data;
}

/** Where an operation's outputs go (1.3 §3.6.16, 2.0 §11.4), whether or not a script writes them. */
export function placesOf(graph: Graph, node: Instance, { outputs }: Operation, relation?: Relation): Place[] {
  return Object.entries(outputs).flatMap(([output, { entity, path }]) => {
    if (relation && entity === 'SELF') {
      const schema = within(relation.relationship.schemas, path);
      return [{ output, node: node.name, path: ['RELATIONSHIP', relation.id, ...path], schema }];
    }
    const name = entity === 'TARGET' ? relation?.target : entity === 'SELF' || entity === 'SOURCE' ? node.name : entity;
    const of = name === undefined ? undefined : graph.nodes[name];
    return of ? [{ output, node: of.name, ...placeIn(of, path) }] : [];
  });
}

interface Place {
  readonly output: string;
  readonly node: string;
  readonly path: readonly string[];
  readonly schema: DataSchema | undefined;
}

/** Outputs a script did not write leave the attribute as it is. */
export function assignmentsOf(
  graph: Graph,
  node: Instance,
  definition: Operation,
  written: Readonly<Record<string, string>>,
  secrets: Secrets,
  relation?: Relation,
): Assignment[] {
  return placesOf(graph, node, definition, relation).flatMap(({ output, schema, ...place }) => {
    const text = written[output];
    if (text === undefined) return [];
    const value = typed(secrets.open(text), schema);
    return [{ ...place, value: secrets.isIn(text) ? secrets.close(value) : value }];
  });
}

/** 1.3 names a capability as such; 2.0 says CAPABILITY, or RELATIONSHIP with which one it is. */
function placeIn(node: Instance, path: readonly string[]): Pick<Place, 'path' | 'schema'> {
  const [first = '', second = '', ...rest] = path;
  const isPart = path.length > 1 && !(first in node.schemas.attributes) && first in node.capabilities;
  if (isPart) return placeIn(node, ['CAPABILITY', ...path]);
  if (first === 'CAPABILITY') return { path, schema: within(node.capabilities[second]?.schemas, rest) };
  if (first !== 'RELATIONSHIP') return { path, schema: within(node.schemas, path) };
  const [index = '', ...inside] = rest;
  const isNumbered = /^\d+$/.test(index);
  const relation = node.requirements.filter(({ name }) => name === second)[isNumbered ? Number(index) : 0];
  const name = isNumbered ? inside : rest;
  return {
    path: ['RELATIONSHIP', relation?.id ?? second, ...name],
    schema: within(relation?.relationship.schemas, name),
  };
}

function within(schemas: Schemas | undefined, [first = '', ...rest]: readonly string[]): DataSchema | undefined {
  let schema: DataSchema | undefined = schemas?.attributes[first] ?? schemas?.properties[first];
  for (const step of rest) schema = schema?.fields ? schema.fields[step] : schema?.entry;
  return schema;
}

/** What a script wrote, as its attribute's type has it; text that is nothing of the kind stays text. */
function typed(text: string, schema: DataSchema | undefined): Data {
  const isNumber = schema?.base === 'integer' || schema?.base === 'float';
  if (isNumber) return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
  if (schema?.base === 'boolean') return text === 'true' || (text !== 'false' && text);
  const isStructured = schema && (schema.fields ?? schema.entry ?? ['list', 'map', 'range'].includes(schema.base));
  if (!isStructured) return text;
  try {
    return JSON.parse(text) as Data;
  } catch {
    return text;
  }
}

export function dig(
  attributes: ReadonlyMap<string, Data> | undefined,
  [first, ...rest]: readonly string[],
): Data | undefined {
  let found: Data | undefined = first === undefined ? undefined : attributes?.get(first);
  for (const part of rest) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Readonly<Record<string, Data>>)[part];
  }
  return found;
}

/** A value with something set inside of it. */
export function withInside(held: Data | undefined, [first, ...rest]: readonly string[], value: Data): Data {
  if (first === undefined) return value;
  return { ...asMap(held), [first]: withInside(asMap(held)[first], rest, value) };
}

/** Attributes in which one is not known any more. */
export function forget(attributes: Map<string, Data> | undefined, [first = '', ...rest]: readonly string[]): void {
  if (rest.length === 0) attributes?.delete(first);
  else if (attributes?.has(first)) attributes.set(first, without(attributes.get(first), rest));
}

function without(held: Data | undefined, [first = '', ...rest]: readonly string[]): Data {
  const { [first]: inner, ...others } = asMap(held);
  return rest.length === 0 || inner === undefined ? others : { ...others, [first]: without(inner, rest) };
}

function asMap(data: Data | undefined): Readonly<Record<string, Data>> {
  const isMap = typeof data === 'object' && data !== null && !Array.isArray(data);
  return isMap ? (data as Readonly<Record<string, Data>>) : {};
}
