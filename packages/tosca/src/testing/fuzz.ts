import { readArchive } from '../csar/read-archive.ts';
import { archiveFormats, writeArchive } from '../csar/write-archive.ts';
import { convertToTwo } from '../convert/convert.ts';
import { completionsAt } from '../describe/complete.ts';
import { openTypes } from '../describe/types.ts';
import { setValue } from '../edit/edit.ts';
import { EditRefused } from '../edit/edit-refused.ts';
import { inputsSchema } from '../inputs-schema.ts';
import { readPackage } from '../package.ts';
import { readTemplate } from '../template.ts';
import { Random } from './random.ts';
import { threeTier } from './three-tier.ts';

/** What is mutated: templates that are right, each with its files. */
export const fuzzSeeds: readonly ReadonlyMap<string, string>[] = [threeTier, new Map([['two.yaml', twoZero()]])];

/**
 * One mutated template (four of five) or archive, made from its number alone, read as far as it can be. Throws when the
 * reader does, and when it says nothing about what it refuses or tells a problem without a place.
 */
export function fuzzCase(number: number, seeds: readonly ReadonlyMap<string, string>[] = fuzzSeeds): void {
  const random = new Random(number);
  const seed = random.pick(seeds);
  const texts = seeds.flatMap((files) => [...files.values()]);
  if (random.whole(5) === 0) fuzzArchive(random, seed);
  else fuzzTemplate(random, seed, texts);
}

function fuzzTemplate(random: Random, seed: ReadonlyMap<string, string>, texts: readonly string[]): void {
  const files = new Map(seed);
  const path = random.pick([...files.keys()]);
  let text = files.get(path) ?? '';
  for (let times = 1 + random.whole(4); times > 0; times--) text = mutated(random, text, random.pick(texts));
  files.set(path, text);
  const [entry = ''] = files.keys();
  const { template, problems } = readTemplate(files, entry);
  if (template) inputsSchema(template);
  else if (!problems.some(({ severity }) => severity === 'error')) throw new Error('Refused without a reason');
  placed(problems);
  // The slower tools get every fiftieth.
  if (random.whole(50) === 0) fuzzTools(random, files, entry);
}

/** Converts, completes and edits a mutated template. */
function fuzzTools(random: Random, texts: ReadonlyMap<string, string>, entry: string): void {
  const files = { has: (path: string) => texts.has(path), text: (path: string) => texts.get(path) };
  const { files: made, problems } = convertToTwo(files, entry);
  if (!made && problems.length === 0) throw new Error('Refused without a reason');
  placed(problems);
  const library = openTypes(files, entry);
  if (library)
    completionsAt(library, ['topology_template', 'node_templates', 'web', random.pick(['type', 'properties'])]);
  try {
    setValue(texts.get(entry) ?? '', ['topology_template', 'node_templates', 'web', 'properties', 'port'], 1);
  } catch (error) {
    if (!(error instanceof EditRefused)) throw error;
  }
}

function fuzzArchive(random: Random, seed: ReadonlyMap<string, string>): void {
  const encoder = new TextEncoder();
  const files = new Map([...seed].map(([path, text]) => [path, encoder.encode(text)]));
  let bytes = writeArchive(files, random.pick(archiveFormats));
  for (let times = 1 + random.whole(8); times > 0; times--) bytes = mutatedBytes(random, bytes);
  const { files: found, problems } = readArchive(bytes);
  if (!found && problems.length === 0) throw new Error('Refused without a reason');
  placed(problems);
  if (found) placed(readPackage(found).problems);
}

function placed(problems: readonly { line: number; column: number; rule: string; message: string }[]): void {
  for (const { line, column, rule, message } of problems) {
    if (!(line >= 1 && column >= 1) || rule === '' || message === '') {
      throw new Error(`A problem has no place: ${line}:${column} ${rule} ${message}`);
    }
  }
}

/** Words that a reader may stumble over. */
const nasty = [
  '*a', '&a ', '&a {x: *a}', '<<: *a', '{', '}', '[', ']', '"', "'", '|', '>-', '? ', '- ', ': ', '#', '\t', '\r', '\0', '\uFEFF',
  '---', '...', '%YAML 1.1', '!!binary x', '!t ', '__proto__', 'constructor', 'toString', '~', 'null', '.nan', '.inf', '1e999',
  '0x1F', '1_000', '2026-13-45', '10 GB', '-1', '99999999999999999999', '[0, UNBOUNDED]', '{ get_input: port }',
  '{ get_property: [SELF, x, 0] }', '{ get_attribute: [] }', '{ concat: [a, { token: [a, b, c] }] }', '$get_input', '$$x',
  '{ $get_property: [SELF, RELATIONSHIP, host, 0, TARGET] }', '{ $and: [{ $equal: [$value, 1] }] }', 'tosca_2_0',
  'tosca_simple_yaml_1_0', 'derived_from: tosca.nodes.Root', 'node_templates:', 'type: tosca.nodes.Compute',
  'substitution_mappings: { node_type: tosca.nodes.Root }', 'occurrences: [ 2, 1 ]', 'count: 3', 'copy: web', 'imports: [ shop.yaml ]',
  '(a+)+$', '\u{1F600}', 'é', 'x'.repeat(300), '[ '.repeat(80), '- '.repeat(80),
] as const; // oxfmt-ignore

/** One change such as an author, an editor or an enemy makes. */
function mutated(random: Random, text: string, other: string): string {
  const lines = text.split('\n');
  const at = random.whole(lines.length);
  const line = lines[at] ?? '';
  switch (random.whole(10)) {
    case 0:
      return spliced(text, random.whole(text.length + 1), random.whole(3), random.pick(nasty));
    case 1:
      lines.splice(at, 1 + random.whole(3));
      break;
    case 2:
      lines.splice(random.whole(lines.length), 0, ...lines.slice(at, at + 1 + random.whole(8)));
      break;
    case 3:
      lines[at] = ' '.repeat(random.whole(12)) + line.trimStart();
      break;
    case 4:
      lines[at] = line.replace(/:.*$/, `: ${random.pick(nasty)}`);
      break;
    case 5:
      lines[at] = line.replace(/[\w.]+/, random.pick(nasty));
      break;
    case 6: {
      const from = other.split('\n');
      const start = random.whole(from.length);
      lines.splice(at, random.whole(3), ...from.slice(start, start + 1 + random.whole(12)));
      break;
    }
    case 7:
      return text.slice(0, random.whole(text.length + 1));
    case 8: {
      const words = text.match(/[\w.]+/g) ?? ['x'];
      lines[at] = line.replace(/[\w.]+(?=\s*$)/, random.pick(words));
      break;
    }
    default:
      return spliced(text, random.whole(text.length + 1), random.whole(20), '');
  }
  return lines.join('\n');
}

function spliced(text: string, at: number, removed: number, added: string): string {
  return text.slice(0, at) + added + text.slice(at + removed);
}

function mutatedBytes(random: Random, bytes: Uint8Array): Uint8Array {
  const at = random.whole(bytes.length);
  const copy = bytes.slice();
  switch (random.whole(6)) {
    case 0:
      return copy.slice(0, at);
    case 1:
      copy.copyWithin(at, random.whole(bytes.length), random.whole(bytes.length));
      return copy;
    case 2:
      copy.set([0xff, 0xff, 0xff, 0xff].slice(0, Math.min(4, copy.length - at)), at);
      return copy;
    default:
      copy[at] = random.whole(256);
      return copy;
  }
}

function twoZero(): string {
  return `tosca_definitions_version: tosca_2_0
metadata: { template_name: two }
data_types:
  Size: { derived_from: integer, validation: { $greater_than: [ $value, 0 ] } }
capability_types:
  Feature: { properties: { size: { type: Size, default: 1 } } }
relationship_types:
  Uses: { valid_capability_types: [ Feature ] }
interface_types:
  Life: { operations: { create: { inputs: { size: { type: integer } } } } }
node_types:
  Base:
    properties: { name: { type: string, required: false }, sizes: { type: list, entry_schema: integer, default: [ 1 ] } }
    attributes: { address: { type: string } }
    capabilities: { feature: Feature }
    requirements:
      - uses: { capability: Feature, relationship: Uses, count_range: [ 0, UNBOUNDED ] }
    interfaces: { life: { type: Life } }
functions:
  double: { signatures: [ { arguments: [ integer ], result: { type: integer }, implementation: double.py } ] }
service_template:
  inputs:
    size: { type: integer, default: 2, validation: { $in_range: [ $value, [ 1, 9 ] ] } }
  node_templates:
    web:
      type: Base
      count: 2
      properties: { name: { $concat: [ web, { $get_input: [ size ] } ] } }
      requirements:
        - uses: { node: store, allocation: { size: 1 } }
      interfaces:
        life: { operations: { create: { implementation: create.sh, inputs: { size: { $get_input: [ size ] } } } } }
    store: { type: Base, capabilities: { feature: { properties: { size: 3 } } } }
  outputs:
    address: { value: { $get_attribute: [ web, address ] } }
  groups:
    all: { type: Group, members: [ web, store ] }
  workflows:
    deploy: { steps: { first: { target: web, activities: [ { call_operation: life.create } ] } } }
`;
}
