import { checkFunctions } from './check-functions.ts';
import { checkKeys, entriesOf, entry, isNothing, metadataOf, textOf } from './fields.ts';
import { readGroups, readPolicies, readWorkflows } from './groups.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { Names } from './names.ts';
import { readNodes, readRelationshipTemplates } from './nodes.ts';
import { profileNamed, standardProfile } from './profile.ts';
import type { TemplateProblem } from './problem.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import { Report } from './report.ts';
import { renewSuggestions } from './suggest.ts';
import { plainSchema, schemaOf } from './schema.ts';
import { resolveAllTypes } from './all-types.ts';
import type { InputDefinition, Output, ServiceTemplate, Topology } from './topology.ts';
import { loadUnit, type Files, type Unit } from './unit.ts';
import { checkValue } from './check-value.ts';
import { readValue } from './value.ts';
import type { Yaml } from './yaml-tree.ts';

export interface TemplateResult {
  /** Present when nothing is wrong with it; warnings do not count. */
  readonly template?: ServiceTemplate | undefined;
  /** All that is wrong, in the order of the text. */
  readonly problems: readonly TemplateProblem[];
}

/**
 * Reads a service template of the Simple Profile 1.0–1.3 with everything it imports. `files` maps paths within the template
 * to their text; imports and relative paths are looked up there and nowhere else.
 */
export function readTemplate(
  files: ReadonlyMap<string, string>,
  entry: string,
  limits: Limits = defaultLimits,
): TemplateResult {
  return readTemplateOf({ has: (path) => files.has(path), text: (path) => files.get(path) }, entry, limits);
}

export function readTemplateOf(files: Files, entry: string, limits: Limits = defaultLimits): TemplateResult {
  renewSuggestions();
  const report = new Report();
  const units = new Map<string, Unit | undefined>();
  const done = (template?: ServiceTemplate): TemplateResult => ({
    template: report.failed ? undefined : template,
    problems: report.problems([...units.keys()]),
  });
  if (!files.has(entry)) {
    report.error({ file: entry, line: 1, column: 1 }, 'missing-file', `There is no file ${entry} in the template`);
    return done();
  }
  const unit = loadUnit({ files, report, limits, isProfile: false, profile: profileNamed, units }, entry);
  if (!unit) return done();
  const isIncomplete = [...units.values()].includes(undefined);
  const reading: Reading = { report, names: new Names(report, unit, standardProfile(), isIncomplete), files, unit };
  resolveAllTypes(reading, units.values());
  return done(serviceTemplateOf(reading, unit));
}

function serviceTemplateOf(reading: Reading, unit: Unit): ServiceTemplate {
  const { report } = reading;
  const root = unit.root.entries;
  const text = (key: string) => textOf(report, root.get(key)?.value, key);
  const metadata = metadataOf(report, root.get('metadata')?.value);
  const yaml = root.get('topology_template')?.value;
  const fields = entriesOf(report, yaml, 'topology_template');
  checkKeys(report, fields, reading.unit.grammar.topology, 'A topology_template');
  const inputs = inputsOf(reading, fields.get('inputs')?.value, unit);
  return {
    toscaVersion: unit.version,
    name: metadata['template_name'] ?? text('template_name'),
    version: metadata['template_version'] ?? text('template_version'),
    author: metadata['template_author'] ?? text('template_author'),
    description: text('description') ?? textOf(report, fields.get('description')?.value, 'description'),
    metadata,
    inputs,
    topology: topologyOf(reading, unit, fields, inputs),
  };
}

function topologyOf(
  reading: Reading,
  unit: Unit,
  fields: ReadonlyMap<string, { readonly value: Yaml }>,
  inputs: Readonly<Record<string, InputDefinition>>,
): Topology {
  const yaml = (key: string) => fields.get(key)?.value;
  const relationships = readRelationshipTemplates(reading, unit, yaml('relationship_templates'));
  const nodes = readNodes(reading, unit, yaml('node_templates'), relationships);
  const declared = { input: yaml('inputs'), node: yaml('node_templates'), group: yaml('groups') };
  const nodeNames = namesIn(declared.node);
  const memberNames = new Set([...nodeNames, ...namesIn(declared.group)]);
  const groups = readGroups(reading, unit, declared.group, nodes, nodeNames);
  const policies = readPolicies(reading, unit, yaml('policies'), memberNames);
  const workflows = readWorkflows(reading, yaml('workflows'), memberNames, (own) => inputsOf(reading, own, unit));
  const topology: Topology = { nodes, groups, policies, workflows, outputs: outputsOf(reading, yaml('outputs'), unit) };
  checkFunctions(reading.report, topology, {
    inputs,
    isDeclared: (kind, name) => entry(declared[kind], name) !== undefined,
  });
  return topology;
}

/** Everything written there, also what is wrong in itself. */
function namesIn(yaml: Yaml | undefined): ReadonlySet<string> {
  return new Set(yaml?.is === 'map' ? yaml.entries.keys() : []);
}

function inputsOf(reading: Reading, yaml: Yaml | undefined, unit: Unit): Readonly<Record<string, InputDefinition>> {
  const inputs = emptyRecord<InputDefinition>();
  for (const [name, { value, at }] of entriesOf(reading.report, yaml, 'inputs')) {
    const schema = schemaOf(reading, name, value, at, unit);
    if (!schema) continue;
    const { defaultValue } = schema;
    if (defaultValue) {
      checkValue(defaultValue, schema, `The default of ${name}`, (wrong, rule, message) =>
        reading.report.error(wrong.at, rule, message),
      );
    }
    const required = schema.required && defaultValue === undefined;
    inputs[name] = { ...plainSchema(schema), name, required, metadata: schema.metadata };
  }
  return inputs;
}

function outputsOf(reading: Reading, yaml: Yaml | undefined, unit: Unit): Readonly<Record<string, Output>> {
  const { report } = reading;
  const outputs = emptyRecord<Output>();
  for (const [name, { value: given, at }] of entriesOf(report, yaml, 'outputs')) {
    const what = `The output ${name}`;
    const fields = entriesOf(report, given, what);
    checkKeys(report, fields, reading.unit.grammar.output, what);
    const value = fields.get('value')?.value ?? fields.get('default')?.value;
    if (!value || isNothing(value)) {
      report.error(at, 'missing-key', `${what} needs a value`);
      continue;
    }
    const schema = fields.has('type') ? schemaOf(reading, name, withoutValue(given), at, unit) : undefined;
    const read = readValue(reading, value, schema);
    if (schema) checkValue(read, schema, what, (wrong, rule, message) => report.error(wrong.at, rule, message));
    const description = textOf(report, fields.get('description')?.value, `The description of ${what}`);
    outputs[name] = { description, type: schema?.type, value: read, at };
  }
  return outputs;
}

/** The definition beside an output's value. */
function withoutValue(yaml: Yaml): Yaml {
  if (yaml.is !== 'map') return yaml;
  return { ...yaml, entries: new Map([...yaml.entries].filter(([key]) => key !== 'value' && key !== 'default')) };
}
