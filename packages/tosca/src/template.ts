import { checkFunctions } from './check-functions.ts';
import { checkKeys, entriesOf, entry, isNothing, lacks, metadataOf, textOf } from './fields.ts';
import { readGroups, readPolicies } from './groups.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { Names } from './names.ts';
import { readNodes } from './nodes.ts';
import { readRelationshipTemplates } from './relationship.ts';
import type { Position } from './position.ts';
import { profileNamed, standardProfile } from './profile.ts';
import type { TemplateProblem } from './problem.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import { Report } from './report.ts';
import { renewSuggestions } from './suggest.ts';
import { anySchema } from './built-in-type.ts';
import { schemaOf } from './read-schema.ts';
import { plainSchema, renewPlainSchemas, type Schema } from './schema.ts';
import { resolveAllTypes } from './all-types.ts';
import type { InputDefinition, Output, ServiceTemplate, Topology } from './topology.ts';
import { loadUnit, type Files, type Unit } from './unit.ts';
import { checkValue } from './check-value.ts';
import { readSubstitution } from './substitution.ts';
import { readValue } from './value.ts';
import { readWorkflows } from './workflow.ts';
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
  return readTemplateOf(
    { has: (path) => files.has(path), text: (path) => files.get(path), paths: () => files.keys() },
    entry,
    limits,
  );
}

export function readTemplateOf(files: Files, entry: string, limits: Limits = defaultLimits): TemplateResult {
  renewSuggestions();
  renewPlainSchemas();
  const report = new Report(files.shown);
  const units = new Map<string, Unit | undefined>();
  const done = (template?: ServiceTemplate): TemplateResult => ({
    template: report.failed ? undefined : template,
    problems: report.problems([...units.keys()]),
  });
  if (!files.has(entry)) {
    report.error(
      { file: entry, line: 1, column: 1 },
      'missing-file',
      `There is no file ${report.shownFile(entry)} in the template`,
    );
    return done();
  }
  const unit = loadUnit(
    { files, report, limits, isProfile: false, profile: profileNamed, units, taken: new Set() },
    entry,
  );
  if (!unit) return done();
  const isIncomplete = [...units.values()].includes(undefined);
  const reading: Reading = { report, names: new Names(report, unit, standardProfile, isIncomplete), files, unit };
  resolveAllTypes(reading, units.values());
  const template = serviceTemplateOf(reading, unit);
  const substitutes = [...units.values()].flatMap((other) =>
    other && other !== unit && canSubstitute(other) ? serviceTemplateOf({ ...reading, unit: other }, other) : [],
  );
  return done(substitutes.length > 0 ? { ...template, substitutes } : template);
}

/** Whether an imported file holds a template that stands in for nodes of some type. */
function canSubstitute({ root, isTwo }: Unit): boolean {
  const section = root.entries.get(isTwo ? 'service_template' : 'topology_template')?.value;
  return entry(section, 'substitution_mappings') !== undefined;
}

function serviceTemplateOf(reading: Reading, unit: Unit): ServiceTemplate {
  const { report } = reading;
  const root = unit.root.entries;
  const text = (key: string) => textOf(report, root.get(key)?.value, key);
  const metadata = metadataOf(report, root.get('metadata')?.value, reading.unit.isTwo);
  const section = unit.isTwo ? 'service_template' : 'topology_template';
  const fields = entriesOf(report, root.get(section)?.value, section);
  checkKeys(report, fields, unit.grammar.topology, `the ${section}`);
  if (unit.isTwo && root.has(section) && !fields.has('node_templates')) {
    report.error(root.get(section)?.at ?? unit.root.at, 'missing-key', 'A service_template needs node_templates');
  }
  const inputs = inputsOf(reading, fields.get('inputs')?.value);
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
  const declared = {
    input: yaml('inputs'),
    node: yaml('node_templates'),
    relationship: yaml('relationship_templates'),
    group: yaml('groups'),
  };
  const nodeNames = namesIn(declared.node);
  const memberNames = new Set([...nodeNames, ...namesIn(declared.group)]);
  const groups = readGroups(reading, unit, declared.group, nodes, nodeNames);
  const workflows = readWorkflows(reading, yaml('workflows'), { nodes, names: memberNames }, (own) =>
    inputsOf(reading, own),
  );
  const policies = readPolicies(reading, unit, yaml('policies'), { nodes, groups, names: memberNames });
  const outputs = outputsOf(reading, yaml('outputs'), unit);
  const substitution = readSubstitution(reading, yaml('substitution_mappings'), {
    nodes,
    names: nodeNames,
    inputs,
    outputs,
    workflows,
  });
  const topology: Topology = { nodes, groups, policies, workflows, outputs, substitution };
  checkFunctions(reading.report, topology, {
    inputs,
    isDeclared: (kind, name) => entry(declared[kind], name) !== undefined,
    isTwo: unit.isTwo,
  });
  return topology;
}

/** Everything written there, also what is wrong in itself. */
function namesIn(yaml: Yaml | undefined): ReadonlySet<string> {
  return new Set(yaml?.is === 'map' ? yaml.entries.keys() : []);
}

function inputsOf(reading: Reading, yaml: Yaml | undefined): Readonly<Record<string, InputDefinition>> {
  const inputs = emptyRecord<InputDefinition>();
  for (const [name, { value, at }] of entriesOf(reading.report, yaml, 'inputs')) {
    const schema = parameterOf(reading, name, value, at);
    if (!schema) continue;
    const { defaultValue } = schema;
    if (defaultValue) {
      checkValue(defaultValue, schema, `the default of ${name}`, (wrong, rule, message) =>
        reading.report.error(wrong.at, rule, message),
      );
    }
    const required = schema.required && defaultValue === undefined;
    inputs[name] = { ...plainSchema(schema), name, required, metadata: schema.metadata };
  }
  return inputs;
}

/** 1.3 §3.6.14, 2.0 §9.8: the type of a parameter may be left out; it then takes any value. */
function parameterOf(reading: Reading, name: string, yaml: Yaml, at: Position): Schema | undefined {
  const { unit } = reading;
  const isOpen = (unit.isTwo || unit.minor === 3) && yaml.is === 'map' && !yaml.entries.has('type');
  return schemaOf(reading, name, yaml, at, unit, isOpen ? anySchema(name, at) : undefined);
}

function outputsOf(reading: Reading, yaml: Yaml | undefined, unit: Unit): Readonly<Record<string, Output>> {
  const { report } = reading;
  const outputs = emptyRecord<Output>();
  for (const [name, { value: written, at }] of entriesOf(report, yaml, 'outputs')) {
    const given = unit.isTwo ? asParameter(unit, written, at) : written;
    const what = `the output ${name}`;
    const fields = entriesOf(report, given, what);
    checkKeys(report, fields, reading.unit.grammar.output, what);
    const value = fields.get('value')?.value ?? fields.get('default')?.value;
    if (!value || isNothing(value)) {
      // An output of 2.0 may be filled by a workflow, or by the substitution it belongs to.
      if (!unit.isTwo && lacks(fields, 'value', unit.grammar.output)) {
        report.error(at, 'missing-key', `${what} needs a value`);
      }
      continue;
    }
    const schema = fields.has('type') ? schemaOf(reading, name, withoutValue(given), at, unit) : undefined;
    const read = readValue(reading, value, schema);
    if (schema) checkValue(read, schema, what, (wrong, rule, message) => report.error(wrong.at, rule, message));
    const description = textOf(report, fields.get('description')?.value, `the description of ${what}`);
    outputs[name] = { description, type: schema?.type, value: read, at };
  }
  return outputs;
}

/** 2.0 §9.8: a parameter that is only given a value may be written as that value. */
function asParameter(unit: Unit, yaml: Yaml, at: Position): Yaml {
  const isDefinition = yaml.is === 'map' && [...yaml.entries.keys()].every((key) => unit.grammar.output.has(key));
  if (isDefinition || isNothing(yaml)) return yaml;
  if (yaml.is === 'map' && ![...yaml.entries.keys()].some((key) => key.startsWith('$'))) return yaml;
  return { is: 'map', entries: new Map([['value', { at, value: yaml }]]), at: yaml.at };
}

/** The definition beside an output's value. */
function withoutValue(yaml: Yaml): Yaml {
  if (yaml.is !== 'map') return yaml;
  return { ...yaml, entries: new Map([...yaml.entries].filter(([key]) => key !== 'value' && key !== 'default')) };
}
