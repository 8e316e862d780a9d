import { expect, test } from 'vitest';
import { chooseNode, chooseTarget } from './choose.ts';
import type { InventoryNode } from './inventory.ts';
import { readTemplate } from './template.ts';
import type { Data } from './topology.ts';

const host = (name: string, cpus: number, more: Partial<InventoryNode> = {}): InventoryNode => ({
  id: `i-${name}`,
  name,
  types: ['Server', 'Machine'],
  properties: { zone: 'a' },
  attributes: { load: 1 },
  capabilities: {
    host: { types: ['Host'], properties: { cpus, memory: '8 GB' }, attributes: {}, allocated: { cpus: [1, 1] } },
  },
  ...more,
});

const inventory = (...nodes: InventoryNode[]) => ({ nodes: () => nodes });
const state = { inputs: { least: 4 } satisfies Record<string, Data>, attribute: () => undefined };

function read(requirement: string, filter = '{ $equal: [ { $get_property: [ SELF, zone ] }, a ] }') {
  const text = `tosca_definitions_version: tosca_2_0
capability_types:
  Host: { properties: { cpus: { type: integer }, memory: { type: string } } }
  Disk: {}
relationship_types: { HostedOn: {} }
node_types:
  Machine:
    properties: { zone: { type: string } }
    attributes: { load: { type: integer } }
    capabilities: { host: Host }
  Server: { derived_from: Machine }
  App:
    requirements:
      - host:
          capability: Host
          relationship: HostedOn
          node: Machine
          node_filter: { $greater_or_equal: [ { $get_property: [ SELF, CAPABILITY, cpus ] }, 2 ] }
service_template:
  inputs: { least: { type: integer } }
  node_templates:
    app: { type: App, requirements: [ host: ${requirement} ] }
    chosen: { type: Server, directives: [ select ], node_filter: ${filter} }
`;
  const { template, problems } = readTemplate(new Map([['main.yaml', text]]), 'main.yaml');
  expect(problems).toEqual([]);
  const topology = template?.topology;
  const [app, chosen] = [topology?.nodes['app'], topology?.nodes['chosen']];
  const dangling = app?.dangling[0];
  if (!topology || !app || !chosen || !dangling) throw new Error('The template has nothing open');
  return {
    target: (...nodes: InventoryNode[]) => shown(chooseTarget(topology, app, dangling, inventory(...nodes), state)),
    selected: (...nodes: InventoryNode[]) => shown(chooseNode(topology, chosen, inventory(...nodes), state)),
  };
}

const shown = ({ matches, others }: ReturnType<typeof chooseNode>) => [
  ...matches.map(({ node, capability }) => `${node.name} ${capability}`.trim()),
  ...others.map(({ node, rule, reason }) => `${node.name}: ${rule}: ${reason}`),
];

test('a requirement left open is met by what exists, in the order of names, and each other node says why not', () => {
  const filter =
    '{ $greater_or_equal: [ { $get_property: [ SELF, TARGET, CAPABILITY, host, cpus ] }, { $get_input: least } ] }';
  const { target } = read(`{ node_filter: ${filter} }`);
  const other = host('e', 8, { types: ['Bucket'] });
  const bare = host('d', 8, { capabilities: { disk: { types: ['Disk'], properties: {}, attributes: {} } } });
  expect(target(host('c', 8), host('b', 2), bare, host('a', 4), other, host('f', 1))).toEqual([
    'a host',
    'c host',
    'b: filter: It does not fulfil the condition in main.yaml line 22',
    'd: capability: It has no capability Host; it has disk',
    'e: node-type: It is a Bucket, not a Machine',
    'f: filter: It does not fulfil the condition in main.yaml line 18',
  ]);
});

test('the filter of the definition counts beside that of the assignment', () => {
  const { target } = read('{ node_filter: { $equal: [ { $get_property: [ SELF, TARGET, zone ] }, a ] } }');
  expect(target(host('a', 2), host('b', 1), host('c', 2, { properties: { zone: 'b' } }))).toEqual([
    'a host',
    'b: filter: It does not fulfil the condition in main.yaml line 18',
    'c: filter: It does not fulfil the condition in main.yaml line 22',
  ]);
});

test('what others have of a capability is not there to allocate', () => {
  const { target } = read('{ allocation: { cpus: 2 } }');
  expect(target(host('a', 4), host('b', 3))).toEqual(['a host', 'b: allocation: 2 of cpus is needed; 1 is left']);
  const sized = read('{ allocation: { memory: 3 GB } }');
  expect(sized.target(host('a', 4))).toEqual(['a host']);
  expect(read('{ allocation: { memory: 9 GB } }').target(host('a', 4))).toEqual([
    'a: allocation: 9 GB of memory is needed; 8 GB is left',
  ]);
});

test('of several capabilities that fit, one that has enough is taken', () => {
  const two = host('a', 1, {
    capabilities: {
      small: { types: ['Host'], properties: { cpus: 1 }, attributes: {} },
      large: { types: ['Host'], properties: { cpus: 8 }, attributes: {} },
    },
  });
  expect(read('{ allocation: { cpus: 4 } }').target(two)).toEqual(['a large']);
});

test('a requirement to be met from within looks at nothing outside', () => {
  expect(read('{ directives: [ internal ] }').target(host('a', 8))).toEqual([
    'a: directive: host is to be met by a node of the template',
  ]);
  expect(read('{ directives: [ internal, external ] }').target(host('a', 8))).toEqual(['a host']);
});

test('a node to be selected is one of its type that fulfils its filter, of which SELF is the node itself', () => {
  const { selected } = read('{}');
  const machine = host('m', 8, { types: ['Machine'] });
  expect(selected(host('a', 1), machine, host('z', 8, { properties: { zone: 'b' } }))).toEqual([
    'a',
    'm: node-type: It is a Machine, not a Server',
    'z: filter: It does not fulfil the condition in main.yaml line 23',
  ]);
  const left = '{ $greater_or_equal: [ { $available_allocation: [ SELF, CAPABILITY, host, cpus ] }, 3 ] }';
  expect(read('{}', left).selected(host('a', 5), host('b', 4))).toEqual([
    'a',
    'b: filter: It does not fulfil the condition in main.yaml line 23',
  ]);
  const load = '{ $less_than: [ { $get_attribute: [ SELF, load ] }, 2 ] }';
  expect(read('{}', load).selected(host('a', 1), host('b', 1, { attributes: { load: 5 } }))).toEqual([
    'a',
    'b: filter: It does not fulfil the condition in main.yaml line 23',
  ]);
});

test('filters of 1.x choose likewise', () => {
  const text = `tosca_definitions_version: tosca_simple_yaml_1_3
topology_template:
  node_templates:
    app:
      type: tosca.nodes.SoftwareComponent
      requirements:
        - host:
            node: tosca.nodes.Compute
            node_filter: { capabilities: [ host: { properties: [ mem_size: { greater_or_equal: 2 GB } ] } ] }
`;
  const { template, problems } = readTemplate(new Map([['main.yaml', text]]), 'main.yaml');
  expect(problems).toEqual([]);
  const app = template?.topology.nodes['app'];
  const [dangling] = app?.dangling ?? [];
  if (!template || !app || !dangling) throw new Error('The template has nothing open');
  const compute = (name: string, size: string): InventoryNode => ({
    ...host(name, 1),
    types: ['tosca.nodes.Compute', 'tosca.nodes.Root'],
    capabilities: {
      host: {
        types: ['tosca.capabilities.Compute', 'tosca.capabilities.Container'],
        properties: { mem_size: size },
        attributes: {},
      },
    },
  });
  const choice = chooseTarget(
    template.topology,
    app,
    dangling,
    inventory(compute('a', '4 GB'), compute('b', '512 MB')),
    state,
  );
  expect(shown(choice)).toEqual(['a host', 'b: filter: mem_size must be at least 2 GB, not 512 MB']);
});
