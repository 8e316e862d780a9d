import { checkValue } from './check-value.ts';
import { entriesOf, isNothing } from './fields.ts';
import type { Position } from './position.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import type { Schema } from './schema.ts';
import { hintAt, meantBy } from './suggest.ts';
import type { Value } from './topology.ts';
import { readValue } from './value.ts';
import type { Yaml } from './yaml-tree.ts';

const defaultsOf = new WeakMap<Readonly<Record<string, Schema>>, Readonly<Record<string, Value>>>();

/** The defaults of definitions; one record for all that assign nothing of their own. */
export function defaults(schemas: Readonly<Record<string, Schema>>): Readonly<Record<string, Value>> {
  let known = defaultsOf.get(schemas);
  if (known) return known;
  const values = emptyRecord<Value>();
  for (const name in schemas) {
    const value = schemas[name]?.defaultValue;
    if (value) values[name] = value;
  }
  defaultsOf.set(schemas, (known = values));
  return known;
}

export interface AssignOptions {
  /** Values without a definition are taken as they are, e.g. inputs of an operation in 1.x. */
  readonly open?: boolean;
  /** A required value may come later: an attribute, an input of an operation that its caller gives. */
  readonly partial?: boolean;
  /** What one of them is called in a sentence. */
  readonly noun?: string;
  /** Values that stand beneath, in place of the definitions' defaults. */
  readonly under?: Readonly<Record<string, Value>>;
}

/** What a template assigns, checked against the definitions and completed with their defaults. */
export function assignProperties(
  reading: Reading,
  yaml: Yaml | undefined,
  schemas: Readonly<Record<string, Schema>>,
  owner: string,
  at: Position,
  { open = false, partial = false, noun = 'property', under = defaults(schemas) }: AssignOptions = {},
): Readonly<Record<string, Value>> {
  const { report } = reading;
  const entries = entriesOf(report, yaml, `${noun === 'property' ? 'properties' : `${noun}s`} of ${owner}`);
  if (!partial) {
    /** What is there under a name with a slip, which is told. */
    const meant = new Set<string | undefined>();
    if (!open) for (const name of entries.keys()) if (!schemas[name]) meant.add(meantBy(name, Object.keys(schemas)));
    for (const name in schemas) {
      const schema = schemas[name];
      if (!schema?.required || under[name] || meant.has(name)) continue;
      const given = entries.get(name);
      if (given && (!isNothing(given.value) || schema.base === 'null')) continue;
      const place = yaml && !isNothing(yaml) ? (given?.value.at ?? yaml.at) : at;
      const section = isStandard(schema.at) ? schema.metadata['often_left_out'] : undefined;
      const message = `${owner} needs the ${noun} ${name} (${schema.type})`;
      if (section === undefined) report.error(place, 'missing-property', message);
      else report.warn(place, 'missing-property', `${message}, says ${section}; without it nothing can ask for it`);
    }
  }
  if (entries.size === 0) return under;
  const values = emptyRecord<Value>();
  Object.assign(values, under);
  for (const [name, { value: given, at: place }] of entries) {
    const schema = schemas[name];
    if (!schema && !open) {
      const known = Object.keys(schemas);
      const hint = hintAt(name, known);
      report.error(place, 'unknown-property', `${owner} has no ${noun} ${name}${hint}`);
      // It is there all the same for whatever refers to it.
      values[name] = readValue(reading, given);
      continue;
    }
    if (schema?.isFixed && reading.unit.isTwo) {
      report.error(place, 'fixed-value', `The value of ${name} is fixed in its definition; leave it out`);
      continue;
    }
    if (isNothing(given) && schema && schema.base !== 'null') continue;
    const assigned = noun === 'attribute' ? attributeValue(given, schema) : given;
    if (!assigned) continue;
    const value = readValue(reading, assigned, schema);
    if (schema) checkValue(value, schema, name, (wrong, rule, message) => report.error(wrong.at, rule, message));
    values[name] = value;
  }
  return values;
}

/** Whether something is defined by the normative types of 1.x. */
function isStandard({ file }: Position): boolean {
  return file.startsWith('tosca_simple_yaml_1_');
}

/** §3.6.13: an attribute's value, or a map with `description` and `value`; undefined where that has no value. */
function attributeValue(yaml: Yaml, schema: Schema | undefined): Yaml | undefined {
  const value = yaml.is === 'map' ? yaml.entries.get('value')?.value : undefined;
  if (yaml.is !== 'map' || yaml.entries.size === 0 || schema?.fields || schema?.base === 'map') return yaml;
  return [...yaml.entries.keys()].every((key) => key === 'value' || key === 'description') ? value : yaml;
}
