import { isNothing } from './fields.ts';
import { deepestDerivation } from './names.ts';
import type { Position } from './position.ts';
import type { Reading } from './reading.ts';
import type { Schema } from './schema.ts';
import { isBuiltIn } from './built-in-type.ts';
import { isSlip } from './suggest.ts';
import type { TypeSource, Unit } from './unit.ts';
import type { Yaml, YamlEntry } from './yaml-tree.ts';

/** What is defined; in 2.0 each has keys of its own (§9.4, §9.6, §9.8). */
export type Role = 'property' | 'attribute' | 'parameter';

const foreignKeys: Readonly<Record<Role, readonly string[]>> = {
  property: ['mapping'],
  attribute: ['mapping', 'value', 'required'],
  parameter: [],
};

export function isCollectionName(name: string): boolean {
  return name === 'list' || name === 'map';
}

/** 2.0 §9.3: lists and maps say what they hold, and nothing else does. */
export function checkInnerSchemas(
  { report }: Reading,
  fields: ReadonlyMap<string, YamlEntry>,
  base: string,
  what: string,
  at: Position,
  isInherited: boolean,
): void {
  const isCollection = isCollectionName(base);
  const entry = fields.get('entry_schema');
  const key = fields.get('key_schema');
  if (isCollection && !entry && !isInherited) {
    report.warn(at, 'missing-key', `${what} is a ${base} and needs an entry_schema, e.g. "entry_schema: string"`);
  }
  if (base === 'any') return;
  if (entry && !isCollection)
    report.error(entry.at, 'not-a-collection', `${what} is neither a list nor a map, so it has no entry_schema`);
  if (key && base !== 'map') report.error(key.at, 'not-a-collection', `${what} is no map, so it has no key_schema`);
}

/** As `lineage` does, which would take a primitive ancestor for an unknown type. */
export function leadsIntoCircle({ report, names }: Reading, source: TypeSource): boolean {
  const line = new Set([source]);
  for (let type: TypeSource | undefined = source; type;) {
    const name: Yaml | undefined = type.yaml.is === 'map' ? type.yaml.entries.get('derived_from')?.value : undefined;
    const parent: TypeSource | undefined = name?.is === 'scalar' ? names.find('data', name.text, type.unit) : undefined;
    if (parent && line.has(parent)) {
      const message = `The type ${parent.name} is derived from itself; change its derived_from`;
      report.error(parent.at, 'circular-derivation', message);
      return true;
    }
    if (line.size > deepestDerivation) {
      const message = `${source.name} is derived over more than ${deepestDerivation} types; shorten the chain`;
      report.error(source.at, 'too-deep', message);
      return true;
    }
    if (parent) line.add(parent);
    type = parent;
  }
  return false;
}

/** 2.0 §9.4, §9.6 and §9.8: keys that do not go with what is defined, or with one another. */
export function checkKeysTwo(
  { report }: Reading,
  entries: ReadonlyMap<string, YamlEntry>,
  role: Role,
  name: string,
): void {
  for (const key of foreignKeys[role]) {
    const given = entries.get(key);
    if (given) report.error(given.at, 'unknown-key', `The ${role} ${name} has no key ${key}; leave it out`);
  }
  const mapping = entries.get('mapping');
  if (mapping && entries.has('value')) {
    report.error(mapping.at, 'value-and-mapping', `${name} has either a value or a mapping; leave one of them out`);
  }
  const required = entries.get('required')?.value;
  const isOptional = required?.is === 'scalar' && required.value === false;
  const given = entries.get('default');
  // The examples of 2.0 (§9.4) do it, so it is no error.
  if (given && isOptional) {
    const message = `${name} is not required, so its default is never used; leave out the default, or "required: false"`;
    report.warn(given.at, 'default-of-optional', message);
  }
}

/** Whether a refinement is written out, rather than being the value alone (2.0 §9.4). */
export function isDefinition({ unit }: Reading, yaml: Yaml, refined: Schema): boolean {
  if (yaml.is !== 'map') return false;
  const keys = [...yaml.entries.keys()];
  if (keys.every((key) => unit.grammar.property.has(key))) return true;
  // Where a map cannot be a value, it is a definition with a key that is wrong.
  const mayBeMap = refined.fields !== undefined || refined.base === 'map' || refined.base === 'any';
  return !mayBeMap && !keys.some((key) => key.startsWith('$'));
}

/** In 1.x, where a definition may be the name of a type alone: whether what stands in its place can only be a value. */
export function isPlainValue(reading: Reading, yaml: Yaml, unit: Unit): boolean {
  if (yaml.is === 'list') return true;
  const known = unit.grammar.property;
  if (yaml.is === 'map')
    return (
      yaml.entries.size > 0 && ![...yaml.entries.keys()].some((key) => known.has(key) || isSlip(key, known.keys()))
    );
  if (isNothing(yaml)) return false;
  return !isBuiltIn(yaml.text) && !reading.names.find('data', yaml.text, unit);
}

export function refuseScalar({ report }: Reading, at: Position, name: string): void {
  report.error(at, 'abstract-scalar', `${name} cannot be a bare scalar; derive a type from scalar and give it units`);
}
