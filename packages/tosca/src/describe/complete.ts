import { listing } from '../suggest.ts';
import type { FieldSchema } from '../topology.ts';
import { typeKinds, type TypeKind } from '../unit.ts';
import type { Yaml } from '../yaml-tree.ts';
import type { RequirementDescription, TypeDescription, TypeLibrary } from './types.ts';

/** One thing that may stand at a place, with what to show beside it. */
export interface Completion {
  readonly label: string;
  readonly is:
    | 'key'
    | 'type'
    | 'property'
    | 'attribute'
    | 'capability'
    | 'requirement'
    | 'operation'
    | 'node'
    | 'input'
    | 'function'
    | 'value';
  /** The type of a property, of a requirement's capability … */
  readonly detail?: string | undefined;
  readonly documentation?: string | undefined;
}

/**
 * What may be written below a place of a template: the path leads to the map whose keys are wanted, or to the value
 * (`[…, 'node_templates', 'web', 'type']`). Nothing where the language leaves it open.
 */
export function completionsAt(library: TypeLibrary, path: readonly (string | number)[]): readonly Completion[] {
  const [head, ...rest] = path;
  const { grammar } = library.unit;
  if (head === undefined) return keysOf([...grammar.file.keys()]);
  if (typeof head === 'string' && head.endsWith('_types')) return inType(library, head, rest);
  if (head !== 'topology_template' && head !== 'service_template') return [];
  const [section, name, ...inside] = rest;
  if (section === undefined) return keysOf([...grammar.topology.keys()]);
  switch (section) {
    case 'node_templates':
      return name === undefined ? [] : inNode(library, String(name), inside);
    case 'inputs':
      return inside[0] === 'type'
        ? dataTypes(library)
        : inside.length === 0 && name !== undefined
          ? keysOf([...grammar.property.keys()])
          : [];
    case 'relationship_templates':
      return typed(library, 'relationship', [section, name], inside);
    case 'groups':
      return inside[0] === 'members' ? nodesOf(library) : typed(library, 'group', [section, name], inside);
    case 'policies':
      return inside[1] === 'type' ? typesOf(library, 'policy') : [];
    default:
      return [];
  }
}

function inType(library: TypeLibrary, section: string, rest: readonly (string | number)[]): readonly Completion[] {
  const kind = typeKinds.find((one) => section === `${one}_types`);
  if (!kind || rest.length < 1) return [];
  if (rest.length === 1) return keysOf([...library.unit.grammar[`${kind}Type`].keys()]);
  if (rest[1] === 'derived_from') return typesOf(library, kind);
  const last = rest.at(-1);
  if (rest[1] === 'properties' || rest[1] === 'attributes') {
    if (last === 'type') return dataTypes(library);
    return rest.length === 3 ? keysOf([...library.unit.grammar.property.keys()]) : [];
  }
  if (rest[1] === 'capabilities' && last === 'type') return typesOf(library, 'capability');
  const byKey: Readonly<Record<string, TypeKind>> = {
    capability: 'capability',
    node: 'node',
    relationship: 'relationship',
  };
  const wanted = rest[1] === 'requirements' && typeof last === 'string' ? byKey[last] : undefined;
  return wanted ? typesOf(library, wanted) : [];
}

function inNode(library: TypeLibrary, node: string, inside: readonly (string | number)[]): readonly Completion[] {
  const [part, second, third, fourth] = inside;
  if (part === undefined) return keysOf([...library.unit.grammar.nodeTemplate.keys()]);
  if (part === 'type') return typesOf(library, 'node');
  const type = typeOf(library, 'node', ['node_templates', node]);
  if (!type) return [];
  switch (part) {
    case 'properties':
    case 'attributes':
      return second === undefined ? fields(type[part], part) : values(type[part][String(second)]);
    case 'capabilities': {
      if (second === undefined)
        return type.capabilities.map(({ name, type: detail }) => ({ label: name, is: 'capability', detail }));
      const capability = type.capabilities.find(({ name }) => name === second);
      const described = capability && library.describe('capability', capability.type);
      if (!described || third !== 'properties') return described ? keysOf(['properties', 'attributes']) : [];
      return fourth === undefined
        ? fields(described.properties, 'properties')
        : values(described.properties[String(fourth)]);
    }
    case 'requirements':
      return inRequirement(library, type, typeof second === 'number' ? inside.slice(2) : inside.slice(1));
    case 'interfaces': {
      if (second === undefined)
        return type.interfaces.map(({ name, type: detail }) => ({ label: name, is: 'key', detail }));
      const operations = type.interfaces.find(({ name }) => name === second)?.operations ?? [];
      return third === 'operations' || third === undefined
        ? operations.map((label) => ({ label, is: 'operation' }))
        : [];
    }
    default:
      return [];
  }
}

function inRequirement(
  library: TypeLibrary,
  type: TypeDescription,
  [name, key]: readonly (string | number)[],
): readonly Completion[] {
  if (name === undefined) return type.requirements.map(requirement);
  const found = type.requirements.find((one) => one.name === name);
  if (key === 'relationship') return typesOf(library, 'relationship');
  if (!found || (key !== undefined && key !== 'node')) return [];
  return [...nodesOf(library, found), ...typesOf(library, 'node')];
}

function requirement({ name, capability, node, least, most }: RequirementDescription): Completion {
  const count = `${least} to ${most === Infinity ? 'any number' : most}`;
  return { label: name, is: 'requirement', detail: [node ?? capability, count].filter(Boolean).join(', ') };
}

function typed(
  library: TypeLibrary,
  kind: TypeKind,
  path: readonly (string | number | undefined)[],
  [part, second]: readonly (string | number)[],
): readonly Completion[] {
  if (part === 'type') return typesOf(library, kind);
  const type = typeOf(library, kind, path);
  if (!type || part !== 'properties') return [];
  return second === undefined ? fields(type.properties, 'properties') : values(type.properties[String(second)]);
}

function typesOf(library: TypeLibrary, kind: TypeKind): readonly Completion[] {
  return library.names(kind).map((label) => {
    const documentation = library.describe(kind, label)?.description;
    return { label, is: 'type', documentation };
  });
}

const primitives = ['string', 'integer', 'float', 'boolean', 'timestamp', 'list', 'map'];

function dataTypes(library: TypeLibrary): readonly Completion[] {
  return [...primitives.map((label): Completion => ({ label, is: 'type' })), ...typesOf(library, 'data')];
}

/** The nodes of the topology, each with its type. */
export function nodeNames(library: TypeLibrary): readonly Completion[] {
  return nodesOf(library);
}

/** The type of a node of the topology, as far as it can be read. */
export function typeOfNode(library: TypeLibrary, node: string): TypeDescription | undefined {
  return typeOf(library, 'node', ['node_templates', node]);
}

/** The nodes of the topology; those first whose type fits the requirement. */
function nodesOf(library: TypeLibrary, wanted?: RequirementDescription): readonly Completion[] {
  const nodes = below(section(library), ['node_templates']);
  if (nodes?.is !== 'map') return [];
  const all = [...nodes.entries.keys()].map((name) => {
    const type = typeOf(library, 'node', ['node_templates', name]);
    const fits = !wanted || (type !== undefined && isTarget(library, type, wanted));
    return { fits, completion: { label: name, is: 'node', detail: type?.name } satisfies Completion };
  });
  return all.toSorted((a, b) => Number(b.fits) - Number(a.fits)).map(({ completion }) => completion);
}

function isTarget(library: TypeLibrary, type: TypeDescription, { node, capability }: RequirementDescription): boolean {
  if (node !== undefined && node !== type.name && !type.derivedFrom.includes(node)) return false;
  if (capability === undefined) return true;
  return type.capabilities.some(
    ({ type: has }) => has === capability || library.describe('capability', has)?.derivedFrom.includes(capability),
  );
}

function fields(
  schemas: Readonly<Record<string, FieldSchema>>,
  part: 'properties' | 'attributes',
): readonly Completion[] {
  return Object.entries(schemas).map(([label, schema]) => ({
    label,
    is: part === 'properties' ? 'property' : 'attribute',
    detail: schema.required && schema.default === undefined ? `${schema.type}, needed` : schema.type,
    documentation: schema.description,
  }));
}

function values(schema: FieldSchema | undefined): readonly Completion[] {
  if (schema?.base === 'boolean') return ['true', 'false'].map((label) => ({ label, is: 'value' }));
  const given = schema?.constraints.find(({ operator }) => operator === 'valid_values')?.argument;
  return Array.isArray(given) ? given.map((value: unknown) => ({ label: String(value), is: 'value' })) : [];
}

function keysOf(keys: readonly string[]): readonly Completion[] {
  return keys.map((label) => ({ label, is: 'key' }));
}

function typeOf(
  library: TypeLibrary,
  kind: TypeKind,
  path: readonly (string | number | undefined)[],
): TypeDescription | undefined {
  const type = below(section(library), [...path, 'type']);
  return type?.is === 'scalar' ? library.describe(kind, type.text) : undefined;
}

function section({ unit }: TypeLibrary): Yaml | undefined {
  return unit.root.entries.get('topology_template')?.value ?? unit.root.entries.get('service_template')?.value;
}

function below(yaml: Yaml | undefined, path: readonly (string | number | undefined)[]): Yaml | undefined {
  let at = yaml;
  for (const step of path) at = at?.is === 'map' ? at.entries.get(String(step))?.value : undefined;
  return at;
}

/** What a person reads when pointing at a type: one sentence or two of its own, then what it has. */
export function hoverText(type: TypeDescription): string {
  const names = (label: string, all: readonly string[]) => (all.length > 0 ? [`${label}: ${listing(all)}`] : []);
  return [
    type.name,
    ...(type.description ? [type.description] : []),
    ...names('Derived from', type.derivedFrom.slice(0, 1)),
    ...names('Properties', Object.keys(type.properties)),
    ...names('Attributes', Object.keys(type.attributes)),
    ...names(
      'Capabilities',
      type.capabilities.map(({ name }) => name),
    ),
    ...names(
      'Requirements',
      type.requirements.map(({ name }) => name),
    ),
  ].join('\n');
}
