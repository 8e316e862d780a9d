import type { Random } from './random.ts';

/** A type with values of it, valid and written as in a template. */
interface Kind {
  readonly type: string;
  readonly constraints: readonly string[];
  values(random: Random): string;
}

const kinds: readonly Kind[] = [
  { type: 'string', constraints: ['min_length: 1', 'pattern: "[a-z$]+|zz"', 'max_length: 9'], values: oneOf('abc', '$ab', '"zz"') },
  { type: 'integer', constraints: ['in_range: [ 1, UNBOUNDED ]', 'greater_than: 0', 'valid_values: [ 1, 2, 3 ]'], values: oneOf('1', '2', '3') },
  { type: 'float', constraints: ['less_or_equal: 9.5', 'in_range: [ 0.5, 4 ]'], values: oneOf('0.5', '2', '1e0') },
  { type: 'boolean', constraints: ['equal: true'], values: oneOf('true', 'True') },
  { type: 'timestamp', constraints: [], values: oneOf('2026-11-22T10:00:00Z') },
  { type: 'version', constraints: [], values: oneOf('1.10', '2.0.1') },
  { type: 'range', constraints: ['in_range: [ 1, 99 ]'], values: oneOf('[ 1, 9 ]', '[ 5, 5 ]') },
  { type: 'scalar-unit.size', constraints: ['greater_or_equal: 1 MB'], values: oneOf('10 GB', '512 MB') },
  { type: 'scalar-unit.time', constraints: ['less_than: 2 h'], values: oneOf('10 s', '5 ms') },
  { type: 'scalar-unit.frequency', constraints: [], values: oneOf('2.4 GHz') },
  { type: 'scalar-unit.bitrate', constraints: [], values: oneOf('10 Mbps') },
  { type: 'gen.Small', constraints: [], values: oneOf('1', '2') },
  { type: 'gen.Leaf', constraints: [], values: (random) => leaf(random) },
  { type: 'gen.Tree', constraints: [], values: (random) => `{ leaf: ${leaf(random)}, leaves: [ ${leaf(random)} ], next: { leaf: ${leaf(random)} } }` },
]; // oxfmt-ignore

const leaf = (random: Random) =>
  `{ name: ${random.pick(['a', '$b', "'it''s'"])}, size: ${random.pick(['1 GB', '2 MB'])} }`;

function oneOf(...values: readonly string[]): Kind['values'] {
  return (random) => random.pick(values);
}

interface Property {
  readonly name: string;
  readonly kind: Kind;
  readonly collection: 'list' | 'map' | 'none';
}

function property(random: Random, name: string): Property {
  const collection = random.pick(['none', 'none', 'none', 'list', 'map'] as const);
  return { name, kind: random.pick(kinds), collection };
}

function valueOf(random: Random, { kind, collection }: Property): string {
  const value = kind.values(random);
  if (collection === 'list') return `[ ${value}, ${kind.values(random)} ]`;
  return collection === 'map' ? `{ one: ${value} }` : value;
}

/** The definition of a property, with or without a default. */
function definitionOf(random: Random, given: Property, isGiven = false): string {
  const { kind, collection } = given;
  const picked = kind.constraints.length > 0 && random.whole(2) === 0 ? random.pick(kind.constraints) : undefined;
  const inner = `type: ${kind.type}${picked === undefined ? '' : `, constraints: [ ${picked} ]`}`;
  const own = collection === 'none' ? inner : `type: ${collection}, entry_schema: { ${inner} }`;
  const usual = isGiven || random.whole(2) === 0 ? `, default: ${valueOf(random, given)}` : '';
  const required = usual === '' ? random.pick(['', ', required: false', ', required: False']) : '';
  return `{ ${own}${usual}${required}${random.pick(['', ', description: "it: is"', ', status: experimental'])} }`;
}

const indent = (columns: number, lines: readonly string[]) =>
  lines.map((line) => `${' '.repeat(columns)}${line}\n`).join('');

/**
 * A template of 1.3 made from random numbers alone, with types in a file of their own: valid, and convertible to 2.0. Every
 * construct that has its like in 2.0 comes in some of them.
 */
export function randomTemplate(random: Random): ReadonlyMap<string, string> {
  const own = Array.from({ length: 1 + random.whole(4) }, (_, index) => property(random, `p${index}`));
  const more = Array.from({ length: random.whole(3) }, (_, index) => property(random, `q${index}`));
  return new Map([
    ['main.yaml', mainFile(random, own, more)],
    ['types/gen.yaml', typesFile(random, own, more)],
  ]);
}

function typesFile(random: Random, own: readonly Property[], more: readonly Property[]): string {
  const definitions = (given: readonly Property[]) =>
    indent(6, ['properties:', ...given.map((one) => `  ${one.name}: ${definitionOf(random, one)} # ${one.kind.type}`)]);
  return `tosca_definitions_version: tosca_simple_yaml_1_3
# Types made at random
data_types:
  gen.Small: { derived_from: integer, constraints: [ in_range: [ 0, 100 ], valid_values: [ 1, 2, 3 ] ] }
  gen.Leaf:
    properties:
      name: { type: string, constraints: [ min_length: 1 ] }
      size: { type: scalar-unit.size, default: 1 GB }
  gen.Tree:
    properties:
      leaf: { type: gen.Leaf }
      leaves: { type: list, entry_schema: gen.Leaf, required: false }
      next: { type: gen.Tree, required: false }
artifact_types:
  gen.Image: { derived_from: tosca.artifacts.Deployment.Image, file_ext: [ img ], properties: { level: { type: integer, default: 3 } } }
capability_types:
  gen.Cap: { derived_from: tosca.capabilities.Endpoint, properties: { weight: { type: integer, default: ${random.whole(9)} } }, attributes: { load: { type: float } } }
  gen.Cap.Fine: { derived_from: gen.Cap, valid_source_types: [ gen.Base ] }
interface_types:
  gen.Ops:
    derived_from: tosca.interfaces.Root
    inputs: { level: { type: integer, default: 1 } }
    operations:
      run: { inputs: { what: { type: string, default: all } } }
      ${random.pick(['stop:', 'stop: {}', 'stop: { description: Ends it }'])}
relationship_types:
  gen.Uses:
    derived_from: tosca.relationships.ConnectsTo
    valid_target_types: [ gen.Cap ]
    properties: { share: { type: float, default: 0.5 } }
    interfaces:
      Configure:
        operations:
          pre_configure_source:
            implementation: ../scripts/link.sh
            inputs:
              weight: { type: integer, default: { get_property: [ TARGET, cap, weight ] } }
              who: { type: string, default: { get_attribute: [ SOURCE, state ] } }
              share: { default: { get_property: [ SELF, share ] }, type: float }
group_types:
  gen.Group: { derived_from: tosca.groups.Root, members: [ gen.Base ], properties: { note: { type: string, default: $note } } }
policy_types:
  gen.Policy: { derived_from: tosca.policies.Root, targets: [ gen.Base, gen.Group ], properties: { most: { type: integer, default: 2 } } }
node_types:
  gen.Base:
    derived_from: tosca.nodes.SoftwareComponent
    metadata: { made: at random }
${definitions(own).replace(/^ {6}/gm, '    ')}    attributes:
      seen: { type: timestamp }
      ratio: { type: float, default: 0.25 }
    capabilities:
      cap: { type: gen.Cap${random.pick(['', ', properties: { weight: { type: integer, default: 7 } }'])} }
    requirements:
      - uses:
          capability: gen.Cap
          relationship: gen.Uses
          occurrences: ${random.pick(['[ 0, UNBOUNDED ]', '[ 0, 4 ]'])}
    artifacts:
      image: { type: gen.Image, file: ../files/a.img, properties: { level: 4 } }
    interfaces:
      Standard:
        operations:
          create: ../scripts/create.sh
          configure: { inputs: { text: { type: string, default: $t } } }
          start:
            implementation: { primary: ../scripts/start.sh, dependencies: [ ../scripts/library.sh ], timeout: 60 }
            inputs:
              weight: { type: integer, default: { get_property: [ SELF, cap, weight ] } }
              image: { type: string, default: { get_artifact: [ SELF, image ] } }
            outputs: { seen: [ SELF, seen ], load: [ SELF, cap, load ] }
      Ops: { type: gen.Ops, inputs: { level: { type: integer, default: 5 } } }
  gen.More:
    derived_from: gen.Base
${more.length > 0 ? definitions(more).replace(/^ {6}/gm, '    ') : ''}    requirements:
      - uses: { capability: gen.Cap${random.pick(['', ', occurrences: [ 0, 3 ]'])}, node_filter: { properties: [ component_version: { equal: 1.2 } ], capabilities: [ gen.Cap: { properties: [ weight: { in_range: [ 1, 9 ] } ] } ] } }
`;
}

function mainFile(random: Random, own: readonly Property[], more: readonly Property[]): string {
  const isSubstituting = random.whole(3) === 0;
  const inputs = Array.from({ length: 1 + random.whole(3) }, (_, index) => property(random, `i${index}`));
  const names = Array.from({ length: 1 + random.whole(4) }, (_, index) => `n${index}`);
  return `tosca_definitions_version: tosca_simple_yaml_1_3
description: Made at random
metadata: { template_name: random, template_version: 1.0.0 }
imports:
  - ${random.pick(['types/gen.yaml', '{ file: types/gen.yaml }', 'named: { file: types/gen.yaml }'])}
dsl_definitions:
  small: &small { num_cpus: 1, mem_size: 512 MB } # shared
  note: &note { get_input: i0 }
topology_template:
  inputs:
${indent(
  4,
  inputs.map((input) => `${input.name}: ${definitionOf(random, input, isSubstituting)}`),
)}    name: { type: string, default: x }
  node_templates:
    host:
      type: tosca.nodes.Compute
      capabilities:
        host: { properties: ${random.pick(['*small', '{ <<: *small, num_cpus: 2 }', '{ num_cpus: 4 }'])} }
        os: { properties: { type: Linux, version: 1.2 } }
${names.map((name, index) => nodeText(random, name, names.slice(0, index), index % 2 === 0 ? own : [...own, ...more], index % 2 === 0)).join('')}${isSubstituting ? '    loose: { type: tosca.nodes.SoftwareComponent }\n' : ''}${selected(random)}${relationships()}  outputs:
    weight: { value: { get_property: [ n0, cap, weight ] } }
    cpus: { value: { get_property: [ n0, host, num_cpus ] } }
    url: { description: Where, value: { concat: [ 'http://', { get_attribute: [ host, private_address ] }, ':', { token: [ 'a:b', ':', 1 ] } ] } }
    given: { value: *note }
    joined: { value: { join: [ [ a, { get_input: name } ], '$' ] } }
${groups(random, names)}${workflows(random)}${isSubstituting ? substitution(random) : ''}`;
}

/** `isBase`: of the type without the further properties. */
function nodeText(
  random: Random,
  name: string,
  before: readonly string[],
  properties: readonly Property[],
  isBase: boolean,
): string {
  const target = before.length > 0 ? random.pick(before) : undefined;
  const uses = [
    ...(target === undefined ? [] : [random.pick([`uses: ${target}`, `uses: { node: ${target}, relationship: { type: gen.Uses, properties: { share: 0.75 } } }`, `uses: { node: ${target}, capability: cap, relationship: link }`])]),
    ...(random.whole(3) === 0 ? ['uses: { node: gen.Base, node_filter: { capabilities: [ cap: { properties: [ weight: { greater_than: 2 } ] } ] } }'] : []),
    ...(random.whole(4) === 0 ? [`uses: { node: gen.Base, occurrences: ${random.pick(['[ 0, 1 ]', '[ 1, 1 ]'])} }`] : []),
  ]; // oxfmt-ignore
  return indent(4, [
    `${name}:`,
    `  type: gen.${isBase ? 'Base' : 'More'}`,
    '  properties:',
    `    component_version: 1.2`,
    ...properties.map((one) => `    ${one.name}: ${valueOf(random, one)}`),
    '  attributes: { ratio: 0.5 }',
    `  capabilities: { cap: { properties: { weight: ${1 + random.whole(9)}, port: 80 } } }`,
    '  requirements:',
    '    - host: host # below',
    ...uses.map((one) => `    - ${one}`),
    '  interfaces:',
    '    Standard:',
    '      operations:',
    '        configure:',
    '          implementation: scripts/configure.sh',
    '          inputs:',
    `            cpus: { get_property: [ ${random.pick(['HOST, host', 'SELF, host'])}, num_cpus ] }`,
    '            address: { get_attribute: [ HOST, private_address ] }',
    ...(target === undefined ? [] : [`            near: { get_property: [ SELF, uses, weight ] }`]),
    `            text: ${random.pick(['$money', '{ get_input: name }', '{ concat: [ a, $b ] }'])}`,
    '    Ops: { inputs: { level: 9 } }',
    ...(random.whole(2) === 0 ? ['  artifacts: { extra: { type: gen.Image, file: files/b.img } }'] : []),
  ]);
}

function relationships(): string {
  return `  relationship_templates:\n    link: { type: gen.Uses, properties: { share: 0.1 } }\n`;
}

/** A node that exists already. */
function selected(random: Random): string {
  if (random.whole(2) === 0) return '';
  return `    kept:
      type: tosca.nodes.Compute
      directives: [ ${random.pick(['select', 'selectable'])} ]
      node_filter: { capabilities: [ host: { properties: [ num_cpus: { in_range: [ 1, 4 ] }, mem_size: { greater_or_equal: 1 GB } ] } ] }
`;
}

function groups(random: Random, names: readonly string[]): string {
  if (random.whole(3) === 0) return '';
  const trigger = random.pick(['', ', triggers: { up: { event: grown, action: [ call_operation: Standard.start ] } }']);
  return `  groups:
    all: { type: gen.Group, members: [ ${names.join(', ')} ], properties: { note: $x } }
  policies:
    - limit: { type: gen.Policy, targets: [ all ], properties: { most: 3 }${trigger} }
`;
}

function workflows(random: Random): string {
  if (random.whole(3) === 0) return '';
  return `  workflows:
    grow:
      inputs: { by: { type: integer, default: 1, constraints: [ in_range: [ 1, 9 ] ] } }
      preconditions:
        - target: n0
          condition: [ ${random.pick(['state: [ equal: started ]', 'or: [ { state: [ valid_values: [ started, stopped ] ] }, { not: [ ratio: [ less_than: 1 ] ] } ]'])} ]
      steps:
        first:
          target: n0
          filter: [ state: [ equal: started ] ]
          activities:
            - set_state: growing
            - call_operation: { operation: Standard.configure, inputs: { text: { get_input: name } } }
          on_success: ${random.pick(['second', '[ second ]'])}
        second: { target: host, activities: [ delegate: deploy ] }
`;
}

function substitution(random: Random): string {
  return `  substitution_mappings:
    node_type: tosca.nodes.SoftwareComponent
    properties: ${random.pick(['{ component_version: 1.2 }', '{}'])}
    ${random.pick(['substitution_filter: { properties: [ component_version: { equal: 1.2 } ] }', 'requirements: { host: [ loose, host ] }'])}
`;
}
