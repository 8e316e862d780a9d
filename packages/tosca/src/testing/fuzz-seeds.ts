import { convertToTwo } from '../convert/convert.ts';
import { Random } from './random.ts';
import { randomTemplate } from './random-template.ts';
import { smallSeeds } from './small-seeds.ts';
import { threeTier } from './three-tier.ts';

type Texts = ReadonlyMap<string, string>;

/** What is mutated: templates that are right, each with its files; the entry first. */
export interface FuzzSeeds {
  readonly small: readonly Texts[];
  /** Between them they use all of 1.3 and 2.0. */
  readonly whole: readonly Texts[];
}

export function fuzzSeeds(): FuzzSeeds {
  const made = Array.from({ length: 12 }, (_, number) => randomTemplate(new Random(number)));
  const inTwo = made.slice(0, 4).flatMap((texts) => {
    const { files } = convertToTwo({ has: (path) => texts.has(path), text: (path) => texts.get(path) }, 'main.yaml');
    return files ?? [];
  });
  return {
    small: smallSeeds(),
    whole: [threeTier, new Map([['two.yaml', twoZero()]]), substituting, ...made, ...inTwo],
  };
}

const substituting: Texts = new Map([
  [
    'outer.yaml',
    `tosca_definitions_version: tosca_2_0
imports: [ inner.yaml, types.yaml ]
service_template:
  inputs: { size: { type: integer, default: 3 } }
  node_templates:
    app: { type: App, directives: [ substitute ], properties: { size: { $get_input: [ size ] } }, requirements: [ store: disk ] }
    disk: { type: Store }
  outputs: { where: { value: { $get_attribute: [ app, where ] } } }
`,
  ],
  [
    'inner.yaml',
    `tosca_definitions_version: tosca_2_0
imports: [ types.yaml ]
service_template:
  inputs: { size: { type: integer } }
  substitution_mappings:
    node_type: App
    substitution_filter: { $greater_than: [ { $get_property: [ SELF, size ] }, 2 ] }
    properties: { size: size }
    attributes: { where: place }
    requirements: [ store: [ part, store ] ]
    interfaces: { Life: { start: begin } }
  node_templates:
    part: { type: App, count: { $get_input: [ size ] }, properties: { size: 1 } }
  outputs: { place: { value: { $get_attribute: [ part, where ] } } }
  workflows: { begin: { steps: { one: { target: part, activities: [ call_operation: Life.start ] } } } }
`,
  ],
  [
    'types.yaml',
    `tosca_definitions_version: tosca_2_0
capability_types: { Keeps: { properties: { room: { type: Mass, default: 3 kg } } } }
relationship_types: { Uses: {} }
interface_types: { Life: { operations: { start: {} } } }
data_types:
  Mass: { derived_from: scalar, units: { g: 1 }, prefixes: { k: 1000 } }
  Tree: { properties: { name: { type: string }, next: { type: Tree, required: false } } }
node_types:
  Store: { capabilities: { keeps: Keeps } }
  App:
    properties:
      size: { type: integer, validation: { $or: [ { $less_than: [ $value, 100 ] }, { $has_entry: [ [ 1, 2 ], $value ] } ] } }
      trees: { type: map, key_schema: string, entry_schema: Tree, default: { one: { name: a, next: { name: b } } } }
    attributes: { where: { type: string } }
    requirements: [ store: { capability: Keeps, relationship: Uses, node: Store, count_range: [ 0, 2 ], node_filter: { $equal: [ { $get_property: [ SELF, CAPABILITY, room ] }, 3 kg ] } } ]
    interfaces: { Life: { type: Life } }
`,
  ],
]);

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
