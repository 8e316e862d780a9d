import { parseDocument, visit, YAMLMap, YAMLSeq, type Document, type Node } from 'yaml';
import { Source } from '../position.ts';
import type { TemplateProblem } from '../problem.ts';
import { standardProfile } from '../profile.ts';
import { normative } from '../names.ts';
import { readTemplateOf } from '../template.ts';
import type { Topology } from '../topology.ts';
import { typeKinds, type Files, type TypeKind } from '../unit.ts';
import {
  dropWithNote,
  rewriteArtifacts,
  rewriteInterfaces,
  rewriteRelationship,
  rewriteSchema,
  rewriteSchemas,
  rewriteType,
  rewriteTypeName,
  type Converting,
} from './definitions.ts';
import {
  entriesIn,
  entryOf,
  flowMap,
  isMap,
  isScalar,
  isSeq,
  itemsIn,
  keyOf,
  remove,
  rename,
  setText,
  textAt,
  valueAt,
  word,
} from './tree.ts';
import { rewriteFilter } from './validation.ts';
import { rewriteValue, rewriteValues, type PathKnowledge } from './values.ts';

export interface Converted {
  /** The file in TOSCA 2.0; comments and the order of what is in it stay. */
  readonly text: string;
  /** What could not be carried over, each a warning at its place in the file that was converted. */
  readonly notes: readonly TemplateProblem[];
}

/**
 * Writes a file of the Simple Profile 1.0–1.3 in TOSCA 2.0, importing the Simple Profile's types. Files it imports are
 * converted one by one. `files` are looked at to tell capabilities and requirements apart in `get_property`. A file that is
 * 2.0 already, or no YAML, comes back as it is.
 */
export function convertToTwo(files: Files, entry: string): Converted {
  const text = files.text(entry) ?? '';
  const document = openDocument(text);
  const root = document?.contents ?? null;
  const version = valueAt(root, 'tosca_definitions_version');
  const named = textAt(version);
  const notes: TemplateProblem[] = [];
  const source = new Source(entry, text);
  const note = (node: unknown, message: string): void => {
    const { line, column } = source.position(offsetOf(node));
    notes.push({ file: entry, line, column, severity: 'warning', rule: 'not-convertible', message });
  };
  if (!document) note(null, `${entry} is no YAML that can be rewritten; validate it first`);
  if (!document || named === undefined || named === 'tosca_2_0') return { text, notes };
  const converting: Converting = {
    document,
    note,
    typeName: (kind, name) =>
      entryOf(valueAt(root, `${kind}_types`), name) ? name : (normative(kind, name, standardProfile())?.name ?? name),
  };
  setText(version, 'tosca_2_0');
  const { template } = readTemplateOf(files, entry);
  rewriteFile(converting, root, template?.topology);
  return { text: document.toString({ lineWidth: 0, flowCollectionPadding: true }), notes };
}

/** Undefined for what has errors, or aliases that stand for nothing, or nests deeper than the library can hold on its stack. */
function openDocument(text: string): Document.Parsed | undefined {
  try {
    const document = parseDocument(text, { uniqueKeys: false, logLevel: 'silent' });
    let isWhole = document.errors.length === 0;
    visit(document, { Alias: (_, alias) => void (isWhole &&= alias.resolve(document) !== undefined) });
    return isWhole ? document : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function offsetOf(node: unknown): number {
  const range = (node as Partial<Node> | null)?.range; // What is noted is a node of the text.
  return range?.[0] ?? 0;
}

function rewriteFile(converting: Converting, root: Node | null, topology: Topology | undefined): void {
  rewriteHead(converting, root);
  rewriteImports(converting, root);
  rewriteValues(converting, valueAt(root, 'dsl_definitions'), { topology, node: undefined });
  for (const { value } of entriesIn(valueAt(root, 'repositories'))) remove(value, 'credential');
  for (const kind of typeKinds) {
    for (const { value } of entriesIn(valueAt(root, `${kind}_types`))) rewriteType(converting, kind, value);
  }
  const template = rename(root, 'topology_template', 'service_template')?.value;
  dropEmpty(root);
  dropEmpty(template);
  for (const { value } of entriesIn(valueAt(template, 'node_templates'))) dropEmpty(value);
  if (isMap(template)) rewriteTemplate(converting, template, topology);
}

/** 1.x lets sections stand empty; 2.0 does not. */
function dropEmpty(map: Node | null | undefined): void {
  for (const entry of entriesIn(map)) {
    const isEmpty = entry.value === null || (isScalar(entry.value) && entry.value.value === null);
    if (isEmpty) remove(map, keyOf(entry));
  }
}

/** What 1.0 writes at the top is metadata; a namespace has no place in a file that is no profile. */
function rewriteHead(converting: Converting, root: Node | null): void {
  for (const key of ['template_name', 'template_version', 'template_author']) {
    const entry = entryOf(root, key);
    if (!entry || !isMap(root)) continue;
    remove(root, key);
    if (!entryOf(root, 'metadata')) {
      root.items.splice(1, 0, converting.document.createPair('metadata', new YAMLMap()));
    }
    const metadata = valueAt(root, 'metadata');
    if (isMap(metadata) && !entryOf(metadata, key)) metadata.items.push(entry);
  }
  dropWithNote(converting, root, ['namespace'], 'A file');
}

const simpleProfileName = 'org.oasis-open.simple:2.0';
const ownProfile = /^(pileus_types_1_0)(?:\.ya?ml)?$/;

function rewriteImports(converting: Converting, root: Node | null): void {
  if (!isMap(root)) return;
  const given = valueAt(root, 'imports');
  const list = isSeq(given) ? given : new YAMLSeq();
  if (isMap(given)) for (const { value } of entriesIn(given)) if (value) list.items.push(value);
  list.items = list.items.map((item) => rewriteImport(item as Node)); // A parsed list holds nodes.
  list.items.unshift(flowMap([['profile', word(simpleProfileName)]]));
  const entry = entryOf(root, 'imports');
  if (entry) entry.value = list;
  else root.items.splice(versionIndex(root) + 1, 0, converting.document.createPair('imports', list));
}

function rewriteImport(item: Node): Node {
  const profile = ownProfile.exec(textAt(item) ?? textAt(valueAt(item, 'file')) ?? '');
  if (profile?.[1] !== undefined) {
    const prefix = valueAt(item, 'namespace_prefix');
    return flowMap([['profile', word(profile[1])], ...(prefix ? [['namespace', prefix] as const] : [])]);
  }
  const [only, ...others] = entriesIn(item);
  if (only && others.length === 0 && keyOf(only) !== 'file' && only.value) return rewriteImport(only.value);
  rename(item, 'file', 'url');
  rename(item, 'namespace_prefix', 'namespace');
  remove(item, 'namespace_uri');
  return item;
}

function versionIndex(root: YAMLMap): number {
  return root.items.findIndex((pair) => isScalar(pair.key) && pair.key.value === 'tosca_definitions_version');
}

function rewriteTemplate(converting: Converting, template: YAMLMap, topology: Topology | undefined): void {
  const known = (node?: string): PathKnowledge => ({ topology, node });
  rewriteSchemas(converting, valueAt(template, 'inputs'), known());
  for (const entry of entriesIn(valueAt(template, 'node_templates'))) {
    rewriteNode(converting, entry.value, known(keyOf(entry)));
  }
  for (const { value } of entriesIn(valueAt(template, 'relationship_templates'))) {
    rewriteRelationship(converting, value, known(), 'template');
  }
  for (const { value } of entriesIn(valueAt(template, 'outputs'))) rewriteSchema(converting, value, known());
  for (const { value } of entriesIn(valueAt(template, 'groups'))) {
    rewriteTypeName(converting, 'group', valueAt(value, 'type'));
    rewriteValues(converting, valueAt(value, 'properties'), known());
    dropWithNote(converting, value, ['interfaces'], 'A group');
  }
  rewritePolicies(converting, template, known());
  rewriteWorkflows(converting, valueAt(template, 'workflows'));
  rewriteSubstitution(converting, valueAt(template, 'substitution_mappings'));
  if (!entryOf(template, 'node_templates')) template.items.push(converting.document.createPair('node_templates', {}));
}

function rewriteNode(converting: Converting, node: Node | null, known: PathKnowledge): void {
  rewriteTypeName(converting, 'node', valueAt(node, 'type'));
  for (const item of itemsIn(valueAt(node, 'directives'))) {
    if (textAt(item) === 'selectable') setText(item, 'select');
    if (textAt(item) === 'substitutable') setText(item, 'substitute');
  }
  rewriteValues(converting, valueAt(node, 'properties'), known);
  rewriteValues(converting, valueAt(node, 'attributes'), known);
  for (const { value } of entriesIn(valueAt(node, 'capabilities'))) {
    rewriteValues(converting, valueAt(value, 'properties'), known);
    rewriteValues(converting, valueAt(value, 'attributes'), known);
    remove(value, 'occurrences');
  }
  for (const item of itemsIn(valueAt(node, 'requirements'))) {
    for (const { value } of entriesIn(item)) rewriteAssignment(converting, value, known);
  }
  rewriteFilter(converting, node);
  rewriteInterfaces(converting, valueAt(node, 'interfaces'), known, 'template');
  rewriteArtifacts(converting, valueAt(node, 'artifacts'), known);
}

function rewriteAssignment(converting: Converting, assignment: Node | null, known: PathKnowledge): void {
  rewriteFilter(converting, assignment);
  const kinds: readonly (readonly [string, TypeKind])[] = [
    ['node', 'node'],
    ['capability', 'capability'],
    ['relationship', 'relationship'],
  ];
  for (const [key, kind] of kinds) {
    const value = valueAt(assignment, key);
    const isOfTopology = key === 'node' && known.topology?.nodes[textAt(value) ?? ''];
    if (isScalar(value) && !isOfTopology) rewriteTypeName(converting, kind, value);
  }
  rewriteRelationship(converting, valueAt(assignment, 'relationship'), known, 'template');
  const occurrences = entryOf(assignment, 'occurrences');
  if (!occurrences) return;
  const [least, most] = itemsIn(occurrences.value);
  if (least && textAt(least) === textAt(most)) {
    occurrences.key.value = 'count';
    occurrences.value = least;
  } else dropWithNote(converting, assignment, ['occurrences'], 'A requirement');
}

function rewritePolicies(converting: Converting, template: YAMLMap, known: PathKnowledge): void {
  const policies = entryOf(template, 'policies');
  // 1.0 wrote them as a map.
  if (policies && isMap(policies.value)) {
    const list = new YAMLSeq();
    for (const entry of entriesIn(policies.value)) {
      const item = new YAMLMap();
      item.items.push(entry);
      list.items.push(item);
    }
    policies.value = list;
  }
  for (const item of itemsIn(policies?.value)) {
    for (const { value } of entriesIn(item)) {
      rewriteTypeName(converting, 'policy', valueAt(value, 'type'));
      rewriteValues(converting, valueAt(value, 'properties'), known);
      dropWithNote(converting, value, ['triggers'], 'A policy here');
    }
  }
}

function rewriteWorkflows(converting: Converting, workflows: Node | null | undefined): void {
  for (const { value: workflow } of entriesIn(workflows)) {
    rewriteSchemas(converting, valueAt(workflow, 'inputs'), { topology: undefined, node: undefined });
    dropWithNote(converting, workflow, ['preconditions'], 'A workflow');
    for (const { value: step } of entriesIn(valueAt(workflow, 'steps'))) {
      dropWithNote(converting, step, ['filter', 'operation_host'], 'A step');
      for (const activity of itemsIn(valueAt(step, 'activities'))) {
        for (const { value } of entriesIn(activity)) {
          for (const input of entriesIn(valueAt(value, 'inputs'))) {
            rewriteValue(converting, input.value, { topology: undefined, node: undefined });
          }
        }
      }
    }
  }
}

function rewriteSubstitution(converting: Converting, mappings: Node | null | undefined): void {
  if (!isMap(mappings)) return;
  rewriteTypeName(converting, 'node', valueAt(mappings, 'node_type'));
  const requirements = entryOf(mappings, 'requirements');
  if (requirements && isMap(requirements.value)) {
    const list = new YAMLSeq();
    for (const entry of entriesIn(requirements.value)) {
      const item = new YAMLMap();
      item.items.push(entry);
      list.items.push(item);
    }
    requirements.value = list;
  }
  for (const entry of entriesIn(valueAt(mappings, 'properties'))) {
    const [input, ...others] = itemsIn(entry.value);
    if (input && others.length === 0) entry.value = input;
  }
}
