import { withArticle } from './text.ts';
import { isCountable } from './allocation.ts';
import { placeDirectives, directivesOf, countOf } from './assignment.ts';
import { checkValue } from './check-value.ts';
import { isA } from './capability-is-a.ts';
import type { Draft } from './draft.ts';
import { readNodeType, type NodeType } from './node-type.ts';
import type { CapabilityDefinition } from './capability-definition.ts';
import type { RequirementDefinition } from './requirement-definition.ts';
import { booleanOf, checkKeys, entriesOf, textOf } from './fields.ts';
import { joinedFilter, nodeFilterOf } from './node-filter.ts';
import { occurrencesIn, occurrencesOf } from './occurrences.ts';
import type { Position } from './position.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import { type RelationshipTemplates, relationshipTo, defaultRelationship, bareRelationship } from './relationship.ts';
import { plainSchema } from './schema.ts';
import { didYouMean, hintAt, isSlip, listing } from './suggest.ts';
import type { DanglingRequirement, Node, Requirement, RequirementOptions, Value } from './topology.ts';
import type { Unit } from './unit.ts';
import { readValue } from './value.ts';
import type { Yaml, YamlEntry } from './yaml-tree.ts';

export interface Linking {
  readonly reading: Reading;
  readonly unit: Unit;
  readonly drafts: ReadonlyMap<string, Draft | undefined>;
  readonly relationships: RelationshipTemplates;
}

export function linksOf(linking: Linking, draft: Draft): Pick<Node, 'requirements' | 'dangling'> {
  const { report } = linking.reading;
  const requirements: Requirement[] = [];
  const dangling: DanglingRequirement[] = [];
  const counts = new Map<string, number>();
  const needed = new Map<string, number>();
  /** Those whose number a deployment decides. */
  const variable = new Set<string>();
  for (const [name, entry] of draft.requirements) {
    const known = draft.type.requirements.map((one) => one.name);
    const definition =
      draft.type.requirements.find((one) => one.name === name) ??
      numbered(linking, draft, name, entry) ??
      adHoc(linking, draft, name, entry);
    if (!definition) {
      if (!draft.type.isWhole) continue;
      const hint = hintAt(name, known);
      report.error(entry.at, 'unknown-requirement', `${draft.what} has no requirement ${name}${hint}`);
      continue;
    }
    const options = optionsOf(linking, entry, `the requirement ${name} of ${draft.what}`);
    const before = counts.get(name) ?? 0;
    const count = before + numberOf(options.count);
    counts.set(name, count);
    if (!options.optional) needed.set(name, (needed.get(name) ?? 0) + numberOf(options.count));
    if (options.count?.is === 'call') variable.add(name);
    if (count > definition.occurrences.most && before <= definition.occurrences.most) {
      const message = `${draft.what} may have the requirement ${name} ${times(definition.occurrences.most)}; remove the others`;
      report.error(entry.at, 'too-many-requirements', message);
    }
    // One that is wrong is kept as open, so that what leads over it is not taken for wrong as well.
    const made = linkOf(linking, draft, definition, entry) ?? openLink(linking, draft, definition);
    if (!made) continue;
    const link = { ...made, ...options };
    if ('target' in link) requirements.push(link);
    else dangling.push(link);
  }
  const { unit } = linking;
  for (const definition of draft.type.requirements) {
    const count = needed.get(definition.name) ?? 0;
    if (count >= definition.occurrences.least) continue;
    if (unit.isTwo && counts.has(definition.name) && !variable.has(definition.name)) {
      const [, first] = draft.requirements.find(([name]) => name === definition.name) ?? [];
      const message = `${draft.what} needs the requirement ${definition.name} at least ${times(definition.occurrences.least)}; here it is ${times(count)}`;
      report.error(first?.at ?? draft.node.at, 'too-few-requirements', message);
      continue;
    }
    const link = openLink(linking, draft, definition);
    if (link) dangling.push(link);
  }
  return { requirements, dangling };
}

/** `local_storage2` in 1.x: one of any number that the definition of `local_storage` allows, by a name of its own. */
function numbered(
  { reading, unit }: Linking,
  { type, what }: Draft,
  name: string,
  { at }: YamlEntry,
): RequirementDefinition | undefined {
  const [, stem] = /^(.+?)_?\d+$/.exec(name) ?? [];
  const definition = type.requirements.find((one) => one.name === stem && one.occurrences.most === Infinity);
  if (unit.isTwo || !definition) return undefined;
  const message = `${what} has no requirement ${name} (1.3 §3.8.2); it is taken for one more ${definition.name}, write that name as often as it is needed`;
  reading.report.warn(at, 'unknown-requirement', message);
  return { ...definition, name };
}

/**
 * A requirement of 1.x that no type defines, and whose assignment says all that a definition would: its node, capability and
 * relationship.
 */
function adHoc(
  { reading, unit }: Linking,
  { type, what }: Draft,
  name: string,
  { value: yaml, at }: YamlEntry,
): RequirementDefinition | undefined {
  const known = type.requirements.map((one) => one.name);
  const isComplete = yaml.is === 'map' && ['node', 'capability', 'relationship'].every((key) => yaml.entries.has(key));
  if (unit.isTwo || !type.isWhole || !isComplete || isSlip(name, known)) return undefined;
  const message = `${what} has no requirement ${name} (1.3 §3.8.2); it is taken as the assignment says, define it in a node type`;
  reading.report.warn(at, 'unknown-requirement', message);
  return {
    name,
    capability: undefined,
    capabilityName: undefined,
    node: undefined,
    relationship: undefined,
    interfaces: undefined,
    occurrences: { least: 0, most: Infinity },
    filter: undefined,
    at,
  };
}

function numberOf(count: Value | undefined): number {
  return count?.is === 'literal' && typeof count.value === 'number' ? count.value : 1;
}

/** What 2.0 lets an assignment say beside its target, §8.5.1. */
function optionsOf({ reading, unit }: Linking, { value: yaml }: YamlEntry, what: string): RequirementOptions {
  if (!unit.isTwo || yaml.is !== 'map') return {};
  const { report } = reading;
  const value = (key: string) => yaml.entries.get(key)?.value;
  const options: { -readonly [K in keyof RequirementOptions]: RequirementOptions[K] } = {};
  const count = countOf(reading, value('count'), `the count of ${what}`);
  if (count) options.count = count;
  const optional = booleanOf(report, value('optional'), `optional of ${what}`);
  if (optional !== undefined) options.optional = optional;
  const directives = directivesOf(reading, value('directives'), placeDirectives, what);
  if (directives.length > 0) options.directives = directives;
  const allocation = value('allocation');
  if (allocation) {
    const amounts = emptyRecord<Value>();
    for (const [name, entry] of entriesOf(report, allocation, `allocation of ${what}`))
      amounts[name] = readValue(reading, entry.value);
    options.allocation = amounts;
  }
  const node = value('node');
  if (node?.is === 'list' && node.items[1])
    options.index = countOf(reading, node.items[1], `the index of the target of ${what}`);
  return options;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

/** A requirement the template does not mention although one is needed: left to be matched. */
function openLink(linking: Linking, draft: Draft, definition: RequirementDefinition): DanglingRequirement | undefined {
  const type = definition.relationship ?? defaultRelationship(linking, undefined);
  if (!type) return undefined;
  return {
    name: definition.name,
    node: definition.node?.name,
    capability: definition.capability?.name ?? definition.capabilityName ?? 'tosca.capabilities.Root',
    relationship: bareRelationship(type, definition),
    filter: definition.filter,
    at: draft.node.at,
  };
}

/** §3.8.2: the name of a node, or a map. */
function linkOf(
  linking: Linking,
  draft: Draft,
  definition: RequirementDefinition,
  { value: yaml, at }: YamlEntry,
): Requirement | DanglingRequirement | undefined {
  const { reading, unit, drafts } = linking;
  const { report, names } = reading;
  const what = `the requirement ${definition.name} of ${draft.what}`;
  const fields = yaml.is === 'map' ? yaml.entries : new Map<string, YamlEntry>();
  checkKeys(report, fields, reading.unit.grammar.requirementAssignment, what);
  const given = yaml.is === 'map' ? fields.get('node')?.value : yaml;
  // 2.0 §8.5.1: `[ node, index ]` is one of several nodes made of a template.
  const nodeYaml = unit.isTwo && given?.is === 'list' && given.items.length === 2 ? given.items[0] : given;
  const nodeName = textOf(report, nodeYaml, `the target of ${what}`);
  const capabilityYaml = fields.get('capability')?.value;
  const capabilityName = textOf(report, capabilityYaml, `the capability of ${what}`);
  const filter = joinedFilter(nodeFilterOf(reading, fields.get('node_filter')?.value), definition.filter);
  const occurrences = occurrencesIn(report, fields);
  if (occurrences) occurrencesOf(report, occurrences);

  const isNode = nodeName !== undefined && drafts.has(nodeName);
  const nodeType = nodeName === undefined || isNode ? undefined : names.find('node', nodeName, unit);
  if (nodeYaml && nodeName !== undefined && !isNode && !nodeType) {
    const hint = didYouMean(nodeName, drafts.keys()) || '; name a node of this topology or a node type';
    report.error(nodeYaml.at, 'unknown-node', `There is no node ${nodeName}${hint}`);
    return undefined;
  }
  const target = nodeName === undefined ? undefined : drafts.get(nodeName);
  if (isNode && !target) return undefined; // What is wrong with that node is told there.

  const capability =
    target &&
    targetCapability(linking, definition, target, capabilityName, (capabilityYaml ?? nodeYaml ?? yaml).at, what);
  if (target && !capability) return undefined;
  if (target) checkTarget(linking, draft, definition, target, capability, (nodeYaml ?? yaml).at, what);
  if (nodeType && nodeYaml && unit.isTwo)
    checkNodeType(reading, definition, readNodeType(reading, nodeType), nodeYaml.at, what);
  const relationship = relationshipTo(linking, definition, fields.get('relationship')?.value, capability, at, what, {
    source: draft,
    target,
  });
  if (!relationship) return undefined;
  if (target && capability && unit.isTwo) checkAllocation(reading, fields.get('allocation')?.value, capability, what);
  if (target && capability) {
    const to = { target: target.node.name, capability: capability.name };
    return { name: definition.name, ...to, relationship, ...(filter && { filter }), at };
  }
  const wanted = capabilityName === undefined ? undefined : names.find('capability', capabilityName, unit);
  return {
    name: definition.name,
    node: nodeType?.name ?? definition.node?.name,
    capability:
      wanted?.name ??
      capabilityName ??
      definition.capability?.name ??
      definition.capabilityName ??
      'tosca.capabilities.Root',
    relationship,
    filter,
    at,
  };
}

function checkNodeType(
  { report }: Reading,
  { node }: RequirementDefinition,
  type: NodeType,
  at: Position,
  what: string,
): void {
  if (!node || type.types.includes(node.name)) return;
  report.error(at, 'node-mismatch', `${what} needs ${withArticle(node.name)}; ${type.name} is not derived from it`);
}

/** 2.0 §8.5.5: what is allocated are properties of the capability that can be counted. */
function checkAllocation(
  reading: Reading,
  yaml: Yaml | undefined,
  capability: CapabilityDefinition,
  what: string,
): void {
  const { report } = reading;
  for (const [name, { value, at }] of entriesOf(report, yaml, `allocation of ${what}`)) {
    const schema = capability.properties[name];
    if (!schema) {
      const known = Object.keys(capability.properties);
      const message = `The capability ${capability.name} has no property ${name} to allocate${hintAt(name, known)}`;
      // The conformance suite wants one of an unheard-of name to be valid; it takes nothing up.
      if (isSlip(name, known)) report.error(at, 'unknown-property', message);
      else report.warn(at, 'unknown-property', `${message}; nothing is kept of it (2.0 §8.5.5)`);
    } else if (!isCountable(schema)) {
      report.error(
        at,
        'bad-allocation',
        `${name} is ${withArticle(schema.type)}; only numbers and scalars can be allocated`,
      );
    } else {
      const tell = (wrong: Value, rule: string, message: string) => report.error(wrong.at, rule, message);
      checkValue(readValue(reading, value, schema), { ...plainSchema(schema), constraints: [] }, name, tell);
    }
  }
}

/** The capability of the target that is meant: by name, by type, or the first one that fits the definition. */
function targetCapability(
  { reading, unit }: Linking,
  definition: RequirementDefinition,
  target: Draft,
  wanted: string | undefined,
  at: Position,
  what: string,
): CapabilityDefinition | undefined {
  const { report, names } = reading;
  const offered = Object.values(target.type.capabilities);
  const named = wanted ?? definition.capabilityName;
  if (named !== undefined) {
    const byName = target.type.capabilities[named];
    const source = byName ? undefined : names.find('capability', named, unit);
    const found = byName ?? (source && offered.find(({ type }) => isA(type.types, source.name)));
    if (found) {
      if (unit.isTwo) checkCapability(reading, definition, found, wanted, at, what);
      return found;
    }
    if (!target.type.isWhole) return undefined;
    const hint = hintAt(named, Object.keys(target.type.capabilities));
    report.error(
      at,
      'unknown-capability',
      `${what} leads to ${target.node.name}, which has no capability ${named}${hint}`,
    );
    return undefined;
  }
  const type = definition.capability;
  const found = type ? offered.filter((capability) => isA(capability.type.types, type.name)) : offered;
  const isKnown = target.type.isWhole && offered.every((capability) => capability.type.isWhole);
  if (found.length === 0 && !isKnown) return undefined;
  if (found.length > 0) return found.find((capability) => mayUse(capability, definition)) ?? found[0];
  const message = `${what} needs a target with a capability of the type ${type?.name}; ${target.node.name} (${target.type.name}) has none`;
  const instead = isLoose(unit) ? (target.type.capabilities['feature'] ?? offered[0]) : undefined;
  if (!instead) {
    report.error(at, 'capability-mismatch', message);
    return undefined;
  }
  const told = `${message}, so it leads to ${instead.name} (1.0 §3.7.2; 1.3 §3.8.2 forbids it); name a node that has one`;
  report.warn(at, 'capability-mismatch', told);
  return instead;
}

/** 1.0 to 1.2 name types for choosing a target; that a target which is named must have them is said from 1.3 on. */
function isLoose({ minor }: Unit): boolean {
  return minor !== undefined && minor < 3;
}

/** 2.0 §8.5.2: an assignment may narrow down the capability of the definition, and not choose another. */
function checkCapability(
  { report }: Reading,
  { capability: type, capabilityName }: RequirementDefinition,
  capability: CapabilityDefinition,
  wanted: string | undefined,
  at: Position,
  what: string,
): void {
  if (wanted !== undefined && capabilityName !== undefined && wanted !== capabilityName) {
    const message = `${what} leads to the capability ${capabilityName} by its definition; it cannot lead to ${wanted}`;
    report.error(at, 'capability-mismatch', message);
  } else if (type && capability.type.isWhole && !isA(capability.type.types, type.name)) {
    const message = `${what} needs a capability of the type ${type.name}; ${capability.name} is ${withArticle(capability.type.name)}`;
    report.error(at, 'capability-mismatch', message);
  }
}

/** Of several capabilities of one type, one named like the requirement is meant first. */
function mayUse(capability: CapabilityDefinition, definition: RequirementDefinition): boolean {
  return capability.name === definition.name;
}

function checkTarget(
  { reading }: Linking,
  draft: Draft,
  definition: RequirementDefinition,
  target: Draft,
  capability: CapabilityDefinition | undefined,
  at: Position,
  what: string,
): void {
  const { report, unit } = reading;
  const severity = isLoose(unit) ? 'warn' : 'error';
  if (definition.node && target.type.isWhole && !isA(target.type.types, definition.node.name)) {
    const message = `${what} needs ${withArticle(definition.node.name)}; ${target.node.name} is ${withArticle(target.type.name)}`;
    report[severity](at, 'node-mismatch', message);
  }
  const valid = capability?.validSourceTypes ?? [];
  if (capability && draft.type.isWhole && valid.length > 0 && !valid.some((name) => draft.type.types.includes(name))) {
    const message = `The capability ${capability.name} of ${target.node.name} is for ${listing(valid)}; ${draft.node.name} is ${withArticle(draft.type.name)}`;
    report[severity](at, 'source-mismatch', message);
  }
}
