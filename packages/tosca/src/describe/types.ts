import {
  readCapabilityType,
  readGroupType,
  readPolicyType,
  readRelationshipType,
  type EntityType,
} from '../entity-type.ts';
import { readNodeType } from '../node-type.ts';
import { entry, metadataOf, textOf } from '../fields.ts';
import { readInterfaceType, type InterfaceDefinition } from '../interface.ts';
import { defaultLimits, type Limits } from '../limits.ts';
import { lineage, Names } from '../names.ts';
import type { Position } from '../position.ts';
import { profileNamed, standardProfile } from '../profile.ts';
import type { Reading } from '../reading.ts';
import { Report } from '../report.ts';
import { readDataType } from '../read-schema.ts';
import { plainSchema, type Schema } from '../schema.ts';
import { renewSuggestions } from '../suggest.ts';
import type { FieldSchema } from '../topology.ts';
import { loadUnit, type Files, type TypeKind, type TypeSource, type Unit } from '../unit.ts';

/** What a person wants to know about a type while writing its name, as plain data. */
export interface TypeDescription {
  readonly kind: TypeKind;
  readonly name: string;
  readonly description?: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  /** Its ancestors, nearest first. */
  readonly derivedFrom: readonly string[];
  /** Where it is defined; a profile's name for its types. */
  readonly at: Position;
  /** Inherited ones included. */
  readonly properties: Readonly<Record<string, FieldSchema>>;
  readonly attributes: Readonly<Record<string, FieldSchema>>;
  readonly capabilities: readonly { readonly name: string; readonly type: string }[];
  readonly requirements: readonly RequirementDescription[];
  readonly interfaces: readonly {
    readonly name: string;
    readonly type: string;
    readonly operations: readonly string[];
  }[];
}

export interface RequirementDescription {
  readonly name: string;
  readonly capability?: string | undefined;
  readonly node?: string | undefined;
  readonly relationship?: string | undefined;
  readonly least: number;
  /** Infinity when there is no bound. */
  readonly most: number;
}

/** The types that a template's entry file may use. */
export interface TypeLibrary {
  readonly unit: Unit;
  /** Every name the file may write, shorthands left out. */
  names(kind: TypeKind): readonly string[];
  /** Names of the functions a file of 2.0 may call beside the built-in ones, without `$`. */
  functions(): readonly string[];
  /** By any name the file may use for it; undefined when there is no such type. */
  describe(kind: TypeKind, name: string): TypeDescription | undefined;
}

/** Reads the types of a template, however broken the rest of it is; undefined when the file cannot be read at all. */
export function openTypes(files: Files, path: string, limits: Limits = defaultLimits): TypeLibrary | undefined {
  renewSuggestions();
  const report = new Report();
  const units = new Map<string, Unit | undefined>();
  const loading = { files, report, limits, isProfile: false, profile: profileNamed, units, taken: new Set<string>() };
  const unit = files.has(path) ? loadUnit(loading, path) : undefined;
  if (!unit) return undefined;
  const reading: Reading = { report, names: new Names(report, unit, standardProfile, true), files, unit };
  return {
    unit,
    names: (kind) => [...reading.names.known(kind, unit)].toSorted(),
    functions: () => [...reading.names.known('function', unit)].toSorted(),
    describe: (kind, name) => {
      const source = reading.names.find(kind, name, unit);
      return source && described(reading, kind, source);
    },
  };
}

function described(reading: Reading, kind: TypeKind, source: TypeSource): TypeDescription {
  const { report } = reading;
  const base = {
    kind,
    name: source.name,
    description: textOf(report, entry(source.yaml, 'description'), 'description'),
    metadata: metadataOf(report, entry(source.yaml, 'metadata')),
    derivedFrom: lineage(report, reading.names, source)
      .slice(1)
      .map(({ name }) => name),
    at: source.at,
    properties: {},
    attributes: {},
    capabilities: [],
    requirements: [],
    interfaces: [],
  };
  switch (kind) {
    case 'node': {
      const type = readNodeType(reading, source);
      return {
        ...base,
        ...fieldsOf(type),
        capabilities: Object.values(type.capabilities).map((one) => ({ name: one.name, type: one.type.name })),
        requirements: type.requirements.map((one) => ({
          name: one.name,
          capability: one.capability?.name ?? one.capabilityName,
          node: one.node?.name,
          relationship: one.relationship?.name,
          least: one.occurrences.least,
          most: one.occurrences.most,
        })),
        interfaces: interfacesOf(type.interfaces),
      };
    }
    case 'relationship': {
      const type = readRelationshipType(reading, source);
      return { ...base, ...fieldsOf(type), interfaces: interfacesOf(type.interfaces) };
    }
    case 'capability':
      return { ...base, ...fieldsOf(readCapabilityType(reading, source)) };
    case 'group':
      return { ...base, ...fieldsOf(readGroupType(reading, source)) };
    case 'policy':
      return { ...base, ...fieldsOf(readPolicyType(reading, source)) };
    case 'data':
      return { ...base, properties: plain(readDataType(reading, source).fields ?? {}) };
    case 'interface':
      return { ...base, interfaces: interfacesOf({ [source.name]: readInterfaceType(reading, source) }) };
    case 'artifact':
      return base;
  }
}

function fieldsOf({ properties, attributes }: EntityType): Pick<TypeDescription, 'properties' | 'attributes'> {
  return { properties: plain(properties), attributes: plain(attributes) };
}

function plain(schemas: Readonly<Record<string, Schema>>): Record<string, FieldSchema> {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, { ...plainSchema(schema), required: schema.required }]),
  );
}

function interfacesOf(interfaces: Readonly<Record<string, InterfaceDefinition>>): TypeDescription['interfaces'] {
  return Object.entries(interfaces).map(([name, { type, operations }]) => ({
    name,
    type,
    operations: Object.keys(operations),
  }));
}
