import { assignProperties, defaults } from './assign.ts';
import { anySchema } from './built-in-type.ts';
import { checkKeys, entriesOf, isNothing, lacks, textOf } from './fields.ts';
import type { Keys } from './grammar.ts';
import { implementationOf } from './implementation.ts';
import { lineage } from './names.ts';
import type { Position } from './position.ts';
import { readingIn } from './profile.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import { schemaOf } from './read-schema.ts';
import type { Schema } from './schema.ts';
import { hintAt } from './suggest.ts';
import type { Artifact, AttributeMapping, Implementation, Interface, Operation, Value } from './topology.ts';
import type { TypeSource, Unit } from './unit.ts';
import { readValue } from './value.ts';
import type { Yaml, YamlEntry } from './yaml-tree.ts';

/** An interface as a type defines it. `complete` is what a template that assigns nothing gets. */
export interface InterfaceDefinition {
  readonly type: string;
  readonly types: readonly string[];
  readonly inputs: Inputs;
  readonly operations: Readonly<Record<string, OperationDefinition>>;
  readonly notifications: Readonly<Record<string, OperationDefinition>>;
  /** False where an ancestor is not known: then it may well have other operations too. */
  readonly isWhole: boolean;
  readonly complete: Interface;
}

export interface OperationDefinition {
  readonly inputs: Inputs;
  readonly implementation: Implementation | undefined;
  readonly outputs: Readonly<Record<string, AttributeMapping>>;
}

/** Inputs as they are defined, and the values given to them so far. */
interface Inputs {
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly values: Readonly<Record<string, Value>>;
}

type InterfaceDefinitions = Readonly<Record<string, InterfaceDefinition>>;

/** What the interfaces stand in: a type, which may add to them, or a template, which may only fill them in. */
export interface InterfaceOwner {
  readonly unit: Unit;
  readonly what: string;
  readonly isTemplate: boolean;
  /** False where the type has interfaces that are not known, as an ancestor is missing. */
  readonly isWhole: boolean;
  readonly isInterfaceType?: boolean;
  /** Implementations may name them. */
  readonly artifacts: Readonly<Record<string, Artifact>>;
}

const noInputs: Inputs = { schemas: emptyRecord(), values: emptyRecord() };
const interfaceTypes = new WeakMap<TypeSource, InterfaceDefinition>();

export function readInterfaceType(given: Reading, source: TypeSource): InterfaceDefinition {
  const known = interfaceTypes.get(source);
  if (known) return known;
  const reading = readingIn(given, source.unit);
  const { report } = reading;
  const what = `the interface type ${source.name}`;
  const line = lineage(report, reading.names, source);
  const parent = line[1] ? readInterfaceType(reading, line[1]) : undefined;
  const entries = entriesOf(report, source.yaml, what);
  const isWhole = parent ? parent.isWhole : !entries.has('derived_from');
  const owner: InterfaceOwner = {
    unit: source.unit,
    what,
    isTemplate: false,
    isWhole,
    isInterfaceType: true,
    artifacts: emptyRecord(),
  };
  const inputs = inputsOf(reading, entries.get('inputs')?.value, owner, parent?.inputs ?? noInputs);
  const operations = emptyRecord<OperationDefinition>();
  Object.assign(operations, parent?.operations);
  if (reading.unit.isTwo) checkInterfaceType(reading, entries, what);
  for (const [name, entry] of operationEntries(reading, entries, reading.unit.grammar.interfaceType)) {
    refuseImplementation(reading, name, entry.value);
    operations[name] = operationOf(reading, name, entry, owner, operations[name]);
  }
  const notifications = notificationsOf(reading, entries, owner, parent?.notifications ?? emptyRecord());
  for (const [name, { value }] of entriesOf(report, entries.get('notifications')?.value, 'notifications')) {
    refuseImplementation(reading, name, value);
  }
  const types = line.map(({ name }) => name);
  const definition = completed({ type: source.name, types, isWhole, inputs, operations, notifications });
  interfaceTypes.set(source, definition);
  return definition;
}

/** 2.0 §11.1: operations stand below `operations`, and inputs are defined here, not given. */
function checkInterfaceType({ report, unit }: Reading, fields: ReadonlyMap<string, YamlEntry>, what: string): void {
  checkKeys(report, fields, unit.grammar.interfaceType, what);
  for (const [name, { value }] of entriesOf(report, fields.get('inputs')?.value, `inputs of ${what}`)) {
    if (value.is !== 'map')
      report.error(value.at, 'expected-map', `The input ${name} of ${what} needs a definition, e.g. "type: string"`);
  }
}

/** §3.7.5: an interface type says what there is to do, not how. */
function refuseImplementation({ report, unit }: Reading, name: string, yaml: Yaml): void {
  const given = yaml.is === 'map' ? yaml.entries.get('implementation') : undefined;
  const at =
    given && !isNothing(given.value) ? given.at : yaml.is === 'scalar' && !isNothing(yaml) ? yaml.at : undefined;
  const isShort = yaml.is === 'scalar' && !unit.isTwo;
  const message = isShort
    ? `${name} is read as an operation, and an interface type does not implement those (1.3 §3.7.5); take it out, or give it its implementation in a node type`
    : `An interface type does not implement its operations; give ${name} its implementation in a node type`;
  if (at) report.error(at, 'implementation-in-interface-type', message);
}

/** The interfaces of a type or template over those inherited. */
export function interfacesOf(
  reading: Reading,
  yaml: Yaml | undefined,
  owner: InterfaceOwner,
  inherited: InterfaceDefinitions,
): InterfaceDefinitions {
  const entries = entriesOf(reading.report, yaml, `interfaces of ${owner.what}`);
  if (entries.size === 0) return inherited;
  const interfaces = emptyRecord<InterfaceDefinition>();
  Object.assign(interfaces, inherited);
  for (const [written, { value, at }] of entries) {
    const fields = entriesOf(reading.report, value, `the interface ${written} of ${owner.what}`);
    if (reading.unit.isTwo)
      checkKeys(reading.report, fields, reading.unit.grammar.interface, `the interface ${written}`);
    const found = baseOf(reading, written, fields, at, owner, interfaces);
    if (found) interfaces[found.name] = interfaceOf(reading, fields, owner, found.base);
  }
  return interfaces;
}

/** What topologies hold of the interfaces. */
export function completeInterfaces(definitions: InterfaceDefinitions): Readonly<Record<string, Interface>> {
  const interfaces = emptyRecord<Interface>();
  for (const name in definitions) {
    const definition = definitions[name];
    if (definition) interfaces[name] = definition.complete;
  }
  return interfaces;
}

/** Which interface is meant: by its name, or as 1.0 templates do, by its type. */
function baseOf(
  reading: Reading,
  written: string,
  fields: ReadonlyMap<string, YamlEntry>,
  at: Position,
  owner: InterfaceOwner,
  interfaces: InterfaceDefinitions,
): { name: string; base: InterfaceDefinition } | undefined {
  const { report, names } = reading;
  const typeYaml = fields.get('type')?.value;
  const typeName = textOf(report, typeYaml, `the type of the interface ${written}`);
  const known = interfaces[written];
  if (typeYaml && typeName !== undefined) {
    const source = names.require('interface', typeName, owner.unit, typeYaml.at);
    if (!source) return known && { name: written, base: known };
    if (known?.types.includes(source.name)) return { name: written, base: known };
    return { name: written, base: readInterfaceType(reading, source) };
  }
  if (known) return { name: written, base: known };
  // Without a type it refines one that is not known, 2.0 §11.2.
  if (reading.unit.isTwo && !owner.isWhole) return undefined;
  const source = reading.unit.isTwo ? undefined : names.find('interface', written, owner.unit);
  if (reading.unit.isTwo && !owner.isTemplate) {
    const message = `The interface ${written} of ${owner.what} needs a type: the interface type it is of`;
    if (lacks(fields, 'type', reading.unit.grammar.interface)) report.error(at, 'missing-key', message);
    return undefined;
  }
  if (source) {
    const named = Object.keys(interfaces).find((name) => interfaces[name]?.types.includes(source.name));
    const base = named === undefined ? undefined : interfaces[named];
    return named !== undefined && base
      ? { name: named, base }
      : { name: written, base: readInterfaceType(reading, source) };
  }
  if (!owner.isWhole) return undefined;
  const own = Object.keys(interfaces);
  const hint = hintAt(written, own);
  // The examples of 2.0 (§6.9.4, §10.2.1.2) give interfaces to relationships whose types have none.
  const tell = reading.unit.isTwo && owner.isTemplate && own.length === 0 ? 'warn' : 'error';
  report[tell](at, 'unknown-interface', `${owner.what} has no interface ${written}${hint}`);
  return undefined;
}

function interfaceOf(
  reading: Reading,
  fields: ReadonlyMap<string, YamlEntry>,
  owner: InterfaceOwner,
  base: InterfaceDefinition,
): InterfaceDefinition {
  const given = inputsOf(reading, fields.get('inputs')?.value, owner, noInputs);
  const inputs = merged(base.inputs, given);
  const operations = emptyRecord<OperationDefinition>();
  // What the template gives to the whole interface counts more than what a type gives to one operation.
  for (const name in base.operations) {
    const operation = base.operations[name];
    if (!operation) continue;
    operations[name] = owner.isTemplate ? { ...operation, inputs: merged(operation.inputs, given) } : operation;
  }
  for (const [name, entry] of operationEntries(reading, fields, reading.unit.grammar.interface)) {
    const before = operations[name];
    // In 2.0 (§11.2) types too only refine what the interface type defines.
    if (!before && base.isWhole && (owner.isTemplate || reading.unit.isTwo)) {
      const known = Object.keys(operations);
      const hint = hintAt(name, known);
      reading.report.error(entry.at, 'unknown-operation', `${base.type} has no operation ${name}${hint}`);
    }
    operations[name] = operationOf(reading, name, entry, owner, before, inputs.schemas);
  }
  const notifications = notificationsOf(reading, fields, owner, base.notifications, base);
  const { type, types, isWhole } = base;
  return completed({ type, types, isWhole, inputs, operations, notifications });
}

/** §3.6.19 (2.0 §11.6): what the outside tells, in the shape of operations. A template only fills in what its type has. */
function notificationsOf(
  reading: Reading,
  fields: ReadonlyMap<string, YamlEntry>,
  owner: InterfaceOwner,
  inherited: Readonly<Record<string, OperationDefinition>>,
  refined?: InterfaceDefinition,
): Readonly<Record<string, OperationDefinition>> {
  const entries = entriesOf(reading.report, fields.get('notifications')?.value, 'notifications');
  if (entries.size === 0) return inherited;
  const notifications = emptyRecord<OperationDefinition>();
  Object.assign(notifications, inherited);
  for (const [name, entry] of entries) {
    if (!(name in inherited) && refined?.isWhole === true && (owner.isTemplate || reading.unit.isTwo)) {
      const hint = hintAt(name, Object.keys(inherited));
      reading.report.error(entry.at, 'unknown-notification', `${refined.type} has no notification ${name}${hint}`);
    }
    notifications[name] = operationOf(reading, name, entry, owner, inherited[name]);
  }
  return notifications;
}

/** Below `operations`, or, as until 1.2, directly in the interface. */
function operationEntries(
  reading: Reading,
  fields: ReadonlyMap<string, YamlEntry>,
  reserved: Keys,
): [string, YamlEntry][] {
  const direct = reading.unit.isTwo ? [] : [...fields].filter(([name]) => !reserved.has(name));
  return [...entriesOf(reading.report, fields.get('operations')?.value, 'operations'), ...direct];
}

function operationOf(
  reading: Reading,
  name: string,
  { value: yaml }: YamlEntry,
  owner: InterfaceOwner,
  base: OperationDefinition | undefined,
  ofInterface: Readonly<Record<string, Schema>> = noInputs.schemas,
): OperationDefinition {
  const { report } = reading;
  const before = base ?? { inputs: noInputs, implementation: undefined, outputs: emptyRecord<AttributeMapping>() };
  if (isNothing(yaml)) return before;
  if (yaml.is === 'scalar') return { ...before, implementation: implementationOf(reading, yaml, owner) };
  const what = `the operation ${name}`;
  // Descriptors of network functions say so that an operation is there.
  if (yaml.is === 'list' && yaml.items.length === 0 && !reading.unit.isTwo) {
    report.warn(
      yaml.at,
      'expected-map',
      `${what} is a map or a script (1.3 §3.6.17); an empty list is read as nothing`,
    );
    return before;
  }
  const fields = entriesOf(report, yaml, what);
  checkKeys(report, fields, reading.unit.grammar.operation, what);
  const implementation = fields.get('implementation')?.value;
  const schemas = { ...ofInterface, ...before.inputs.schemas };
  return {
    implementation:
      implementation && !isNothing(implementation)
        ? implementationOf(reading, implementation, owner)
        : before.implementation,
    inputs: merged(
      before.inputs,
      inputsOf(reading, fields.get('inputs')?.value, owner, { schemas, values: noInputs.values }),
    ),
    outputs: outputsOf(reading, fields.get('outputs')?.value, before.outputs, owner),
  };
}

/** A type defines inputs; a template gives them values. Types of 1.x sometimes give values at once. */
function inputsOf(reading: Reading, yaml: Yaml | undefined, owner: InterfaceOwner, base: Inputs): Inputs {
  const entries = entriesOf(reading.report, yaml, `inputs in ${owner.what}`);
  if (!yaml || entries.size === 0) return base;
  if (owner.isTemplate) {
    const options = { open: true, partial: true, noun: 'input', under: base.values };
    return {
      schemas: noInputs.schemas,
      values: assignProperties(reading, yaml, base.schemas, owner.what, yaml.at, options),
    };
  }
  const schemas = emptyRecord<Schema>();
  const values = emptyRecord<Value>();
  Object.assign(schemas, base.schemas);
  Object.assign(values, base.values);
  for (const [name, { value, at }] of entries) {
    if (value.is === 'map' && [...definitionKeys].some((key) => value.entries.has(key))) {
      // 1.3 §3.6.14: the type of a parameter may be left out.
      const isOpen = !owner.unit.isTwo && (value.entries.has('default') || value.entries.has('value'));
      const refined = schemas[name] ?? (isOpen ? anySchema(name, at) : undefined);
      const schema = schemaOf(reading, name, value, at, owner.unit, refined);
      if (schema) schemas[name] = schema;
      if (schema?.defaultValue) values[name] = schema.defaultValue;
    } else if (!isNothing(value)) values[name] = readValue(reading, value, schemas[name]);
  }
  return { schemas, values };
}

const definitionKeys = ['type', 'default', 'required', 'description'];

function merged(under: Inputs, over: Inputs): Inputs {
  if (over === noInputs) return under;
  if (under === noInputs) return over;
  return {
    schemas: Object.assign(emptyRecord<Schema>(), under.schemas, over.schemas),
    values: Object.assign(emptyRecord<Value>(), under.values, over.values),
  };
}

function completed(definition: Omit<InterfaceDefinition, 'complete'>): InterfaceDefinition {
  const { type, types, notifications } = definition;
  const operations = completeOperations(definition.inputs, definition.operations);
  const complete: Interface =
    Object.keys(notifications).length === 0
      ? { type, types, operations }
      : { type, types, operations, notifications: completeOperations(noInputs, notifications) };
  return { ...definition, complete };
}

function completeOperations(
  inputs: Inputs,
  definitions: Readonly<Record<string, OperationDefinition>>,
): Readonly<Record<string, Operation>> {
  const operations = emptyRecord<Operation>();
  for (const name in definitions) {
    const definition = definitions[name];
    if (!definition) continue;
    const { schemas, values } = merged(inputs, definition.inputs);
    const { implementation, outputs } = definition;
    const all =
      inputs === noInputs && definition.inputs === noInputs ? noInputs.values : { ...defaults(schemas), ...values };
    operations[name] = { implementation, inputs: all, inputSchemas: schemas, outputs };
  }
  return operations;
}

/** §3.6.16: `output: [ SELF, attribute ]`. */
export function outputsOf(
  reading: Reading,
  yaml: Yaml | undefined,
  base: Readonly<Record<string, AttributeMapping>>,
  owner: InterfaceOwner,
): Readonly<Record<string, AttributeMapping>> {
  const entries = entriesOf(reading.report, yaml, 'outputs of an operation');
  if (entries.size === 0) return base;
  const outputs = emptyRecord<AttributeMapping>();
  Object.assign(outputs, base);
  for (const [name, { value, at }] of entries) {
    // In 2.0 a type defines outputs as parameters, whose `mapping` may come later (§9.10).
    const mapping = reading.unit.isTwo && value.is === 'map' ? value.entries.get('mapping')?.value : value;
    if (!mapping) continue;
    if (owner.isInterfaceType && reading.unit.isTwo) {
      const message = `An interface type maps no outputs; map ${name} in a node type or a template`;
      reading.report.error(mapping.at, 'mapping-in-interface-type', message);
      continue;
    }
    if (base[name] && owner.isTemplate && reading.unit.isTwo) {
      reading.report.error(at, 'fixed-value', `Where the output ${name} goes is fixed in its definition; leave it out`);
      continue;
    }
    const [entity, ...path] =
      mapping.is === 'list' ? mapping.items.flatMap((item) => (item.is === 'scalar' ? [item.text] : [])) : [];
    if (entity !== undefined && path.length > 0) outputs[name] = { entity, path, at: value.at };
    else
      reading.report.error(
        at,
        'bad-output',
        `The output ${name} is mapped to an attribute by a list such as [ SELF, ${name} ]`,
      );
  }
  return outputs;
}
