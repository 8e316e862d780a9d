import { expect, test } from 'vitest';
import { resolveAllTypes } from './all-types.ts';
import { profileProblems } from './profile.ts';
import { threeTier, threeTierWith } from './testing/three-tier.ts';
import { readTemplate } from './template.ts';
import type { ServiceTemplate } from './topology.ts';

test('the profiles that come with the processor are without a fault', () => {
  expect(profileProblems(resolveAllTypes)).toEqual([]);
});

test('a three-tier template becomes a graph of nodes', () => {
  const { topology, inputs, name, version } = readThreeTier();
  expect({ name, version }).toEqual({ name: 'shop', version: '1.10.0' });
  expect(Object.keys(topology.nodes)).toEqual(['data_host', 'disk', 'data', 'web_host', 'web', 'balancer']);
  expect(topology.nodes['web']?.types).toEqual(['shop.nodes.Web', 'tosca.nodes.SoftwareComponent', 'tosca.nodes.Root']);
  const edges = Object.values(topology.nodes).flatMap((node) =>
    node.requirements.map((one) => `${node.name} -${one.relationship.type}-> ${one.target}.${one.capability}`),
  );
  expect(edges).toEqual([
    'data_host -tosca.relationships.AttachesTo-> disk.attachment',
    'data -tosca.relationships.HostedOn-> data_host.host',
    'web -tosca.relationships.HostedOn-> web_host.host',
    'web -shop.relationships.UsesData-> data.data',
    'balancer -tosca.relationships.HostedOn-> web_host.host',
    'balancer -tosca.relationships.RoutesTo-> web.http',
  ]);
  expect(inputs['port']).toMatchObject({ base: 'integer', required: false, default: 8080 });
  expect(inputs['password']).toMatchObject({ required: true });
});

test('operations of the type, the template and the relationship come together', () => {
  const { nodes } = readThreeTier().topology;
  const standard = nodes['web']?.interfaces['Standard']?.operations;
  expect(standard?.['create']?.implementation?.primary).toMatchObject({
    file: 'scripts/web.sh',
    type: 'tosca.artifacts.Implementation.Bash',
  });
  expect(standard?.['configure']?.implementation).toMatchObject({
    primary: { file: 'scripts/configure.sh' },
    timeoutSeconds: 60,
  });
  expect(Object.keys(standard?.['configure']?.inputs ?? {})).toEqual(['greeting', 'memory', 'data_port']);
  expect(Object.keys(standard?.['create']?.inputs ?? {}).toSorted()).toEqual(['code', 'greeting', 'port']);
  expect(standard?.['stop']).toMatchObject({ implementation: undefined });
  const uses = nodes['web']?.requirements[1]?.relationship.interfaces['Configure']?.operations['pre_configure_source'];
  expect(uses?.implementation?.primary.file).toBe('scripts/connect.sh');
  expect(nodes['data']?.interfaces['Standard']?.operations['start']?.outputs['started_at']).toMatchObject({
    entity: 'SELF',
    path: ['started_at'],
  });
});

/** What is changed in the sample, and what is then told of it. */
const mistakes: readonly (readonly [text: string, other: string, ...problems: string[]])[] = [
  [
    'type: pileus.nodes.Volume',
    'type: pileus.nodes.Volum',
    '30:13 unknown-type There is no node type pileus.nodes.Volum; did you mean pileus.nodes.Volume?',
  ],
  [
    '[ host: data_host ]',
    '[ host: data_hots ]',
    '35:29 unknown-node There is no node data_hots; did you mean data_host?',
  ],
  [
    '[ host: data_host ]',
    '[ hots: data_host ]',
    '35:23 unknown-requirement The node data has no requirement hots; did you mean host?',
  ],
  [
    '[ host: data_host ]',
    '[ host: disk ]',
    '35:29 capability-mismatch The requirement host of the node data needs a target with a capability of the type tosca.capabilities.Compute; disk (pileus.nodes.Volume) has none',
  ],
  ['get_input: size', 'get_input: sise', '31:40 unknown-input There is no input sise; did you mean size?'],
  [
    '{ size: { get_input: size } }',
    '{ size: 5 }',
    '31:27 wrong-type size is a number with a unit (B, kB, KiB, MB, MiB, GB, GiB, TB and TiB), e.g. "10 B"; here stands 5',
  ],
  [
    '{ size: { get_input: size } }',
    '{ colour: red }',
    '31:19 missing-property The node disk needs the property size (scalar-unit.size)',
    '31:21 unknown-property The node disk has no property colour; it has name, size, volume_id, snapshot_id, type and zone',
  ],
  [
    '[ SELF, data, port ]',
    '[ SELF, data, prot ]',
    '59:58 unknown-property The capability data of data has no property prot; did you mean port?',
  ],
  [
    '[ web_host, private_address ]',
    '[ web_host, private_adress ]',
    '68:66 unknown-attribute The node web_host (pileus.nodes.Server) has no attribute private_adress; did you mean private_address?',
  ],
  ['default: 8080', 'default: 80', '17:16 constraint The default of port must be within [1024,65535], not 80'],
  [
    'configure:',
    'configur:',
    '55:13 unknown-operation tosca.interfaces.node.lifecycle.Standard has no operation configur; did you mean configure?',
  ],
  [
    '- types/shop.yaml',
    '- types/shops.yaml',
    "8:5 missing-import There is no file types/shops.yaml, neither beside shop.yaml nor in the template's root",
  ],
  [
    'num_cpus: 1,',
    'num_cpus: 1, num_cpus: 2,',
    '11:32 duplicate-key num_cpus stands twice in this map, first in line 11; keep one of them',
  ],
  [
    'members: [ web, balancer ]',
    'members: [ web, balance ]',
    '70:55 unknown-node There is no node balance; did you mean balancer?',
  ],
  [
    'tosca_simple_yaml_1_3',
    'tosca_simple_yaml_1_9',
    '1:28 unknown-version There is no TOSCA version tosca_simple_yaml_1_9; did you mean tosca_simple_yaml_1_0?',
  ],
  [
    '  groups:',
    '  group:',
    '69:3 unknown-key The topology_template has no key group; did you mean groups?',
    '72:60 unknown-node There is no node or group front',
  ],
  ['*small }', '*smal }', '26:43 unknown-anchor There is no anchor &smal above this alias'],
];

test.each(mistakes)('what is wrong is told with its place and what to do: %s → %s', (text, other, ...expected) => {
  const { template, problems } = readTemplate(threeTierWith(text, other), 'shop.yaml');
  expect(template).toBeUndefined();
  expect(problems.map(({ line, column, rule, message }) => `${line}:${column} ${rule} ${message}`)).toEqual(expected);
});

test('all that is wrong is told, in every file, in the order of the text', () => {
  const files = new Map(threeTierWith('host: web_host', 'host: nowhere'));
  files.set('types/shop.yaml', (threeTier.get('types/shop.yaml') ?? '').replace('type: timestamp', 'type: timestam'));
  const { problems } = readTemplate(files, 'shop.yaml');
  expect(problems.map(({ file, rule }) => `${file} ${rule}`)).toEqual([
    'shop.yaml unknown-node',
    'types/shop.yaml unknown-type',
  ]);
});

test('operations written as 1.0 does, types by their short names and imports in a circle are understood', () => {
  const files = new Map([
    [
      'a.yaml',
      `tosca_definitions_version: tosca_simple_yaml_1_0
imports: [ some: b.yaml ]
topology_template:
  node_templates:
    server: { type: Compute }
    app:
      type: my:App
      interfaces:
        tosca.interfaces.node.lifecycle.Standard:
          create: { implementation: create.py, inputs: { port: 80 } }
      requirements:
        - host: { node: server, relationship: my_host }
  relationship_templates:
    my_host: { type: tosca:HostedOn, interfaces: { Configure: { pre_configure_source: connect.sh } } }
`.replace('some: b.yaml', '{ file: b.yaml, namespace_prefix: my }'),
    ],
    [
      'b.yaml',
      `tosca_definitions_version: tosca_simple_yaml_1_2
imports: [ named: a.yaml ]
node_types:
  App:
    derived_from: tosca:SoftwareComponent
    interfaces: { Standard: { start: start.sh } }
`,
    ],
  ]);
  const { template, problems } = readTemplate(files, 'a.yaml');
  expect(problems).toEqual([]);
  const app = template?.topology.nodes['app'];
  expect(app?.interfaces['Standard']?.operations).toMatchObject({
    create: { implementation: { primary: { file: 'create.py', type: 'tosca.artifacts.Implementation.Python' } } },
    start: { implementation: { primary: { file: 'start.sh' } } },
  });
  expect(app?.requirements[0]?.relationship).toMatchObject({
    name: 'my_host',
    type: 'tosca.relationships.HostedOn',
    interfaces: {
      Configure: { operations: { pre_configure_source: { implementation: { primary: { file: 'connect.sh' } } } } },
    },
  });
});

test('a requirement that needs a node and names none is left to be matched, with its filter', () => {
  const { template } = readTemplate(
    threeTierWith(
      '[ host: data_host ]',
      '[ host: { node_filter: { capabilities: [ host: { properties: [ num_cpus: { in_range: [ 1, 4 ] } ] } ] } } ]',
    ),
    'shop.yaml',
  );
  expect(template?.topology.nodes['data']?.dangling).toMatchObject([
    {
      name: 'host',
      node: 'tosca.nodes.Compute',
      filter: { capabilities: { host: { num_cpus: [{ operator: 'in_range', argument: [1, 4] }] } } },
    },
  ]);
});

test('types derived from themselves and values made of themselves are refused, not followed for ever', () => {
  const rules = (text: string) =>
    readTemplate(
      new Map([['t.yaml', `tosca_definitions_version: tosca_simple_yaml_1_3\n${text}`]]),
      't.yaml',
    ).problems.map(({ rule, line }) => `${line} ${rule}`);
  expect(rules('node_types:\n  A: { derived_from: B }\n  B: { derived_from: A }\n  C: { derived_from: B }')).toContain(
    '3 circular-derivation',
  );
  expect(rules('data_types:\n  A: { derived_from: B }\n  B: { derived_from: A }')).toContain('3 circular-derivation');
  expect(
    rules(`node_types:
  N: { derived_from: tosca.nodes.Root, properties: { a: { type: string }, b: { type: string } } }
topology_template:
  node_templates:
    n:
      type: N
      properties:
        a: { concat: [ x, { get_property: [ SELF, b ] } ] }
        b: { get_property: [ n, a ] }`),
  ).toEqual(['9 circular-value']);
});

test('what a file must not hold is refused quickly and without a crash', () => {
  const first = (text: string) => readTemplate(new Map([['t.yaml', text]]), 't.yaml').problems[0]?.rule;
  const header = 'tosca_definitions_version: tosca_simple_yaml_1_3\n';
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefghi'
      .split('')
      .map(
        (name, index) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefgh'[index] ?? ''}`).join()}]`,
      ),
  ];
  expect(first(`${header}dsl_definitions:\n  ${bomb.join('\n  ')}`)).toBe('too-many-values');
  expect(first(`${header}dsl_definitions: &a { b: *a }`)).toBe('circular-alias');
  expect(first(`${header}metadata: { __proto__: x }`)).toBe('reserved-name');
  expect(first('['.repeat(100_000))).toBe('too-deep');
  expect(first(`${header}dsl_definitions: ${'{ a: '.repeat(80)}1${' }'.repeat(80)}`)).toBe('too-deep');
  expect(first('x'.repeat(1024 * 1024 + 1))).toBe('file-too-large');
  expect(first('')).toBe('not-a-template');
  expect(first('a: b')).toBe('missing-version');
  expect(first(`${header}imports: [ https://example.org/types.yaml ]`)).toBe('import-unreachable');
  expect(first(`${header}---\nb: 1`)).toBe('several-documents');
  expect(first(`${header}a: [`)).toBe('yaml-syntax');
});

test('data types that lead to one another in several ways do not multiply without end', () => {
  const types = Array.from(
    { length: 90 },
    (_, index) => `  D${index}: { properties: { a: { type: D${index + 1} }, b: { type: D${index + 1} } } }\n`,
  );
  const text = `tosca_definitions_version: tosca_simple_yaml_1_3
data_types:
${types.join('')}  D90: { properties: { a: { type: string } } }
topology_template:
  inputs: { d: { type: D0 }, all: { type: list, entry_schema: { type: D0 } } }
`;
  const { template: read } = readTemplate(new Map([['main.yaml', text]]), 'main.yaml');
  expect(read?.inputs['d']?.fields?.['b']?.type).toBe('D1');
});

test('a large template that is wrong throughout is answered in time, with all that is wrong', () => {
  const nodes = (line: (index: number) => string) =>
    `tosca_definitions_version: tosca_simple_yaml_1_3\ntopology_template:\n  node_templates:\n${Array.from({ length: 5_000 }, (_, index) => `    n${index}: ${line(index)}\n`).join('')}`;
  const count = (text: string) => readTemplate(new Map([['t.yaml', text]]), 't.yaml').problems.length;
  expect(count(nodes((index) => `{ type: tosca.nodes.Rot${index} }`))).toBe(5_000);
  expect(count(nodes((index) => `{ type: tosca.nodes.Root, requirements: [ dependency: m${index} ] }`))).toBe(5_000);
  const types = Array.from({ length: 3_000 }, (_, index) => `  T${index}: { derived_from: T${index + 1} }\n`).join('');
  expect(count(`tosca_definitions_version: tosca_simple_yaml_1_3\nnode_types:\n${types}`)).toBeGreaterThan(1_000);
});

test('names that JavaScript gives to every object are names like any other', () => {
  const { template, problems } = readTemplate(
    new Map([
      [
        't.yaml',
        `tosca_definitions_version: tosca_simple_yaml_1_3
topology_template:
  inputs: { constructor: { type: string, required: false } }
  node_templates:
    toString: { type: tosca.nodes.Root, requirements: [ dependency: valueOf ] }
    valueOf: { type: tosca.nodes.Root }
  outputs: { hasOwnProperty: { value: { get_input: constructor } } }`,
      ],
    ]),
    't.yaml',
  );
  expect(problems).toEqual([]);
  expect(template?.topology.nodes['toString']?.requirements[0]?.target).toBe('valueOf');
  expect(template?.topology.nodes['hasOwnProperty']).toBeUndefined();
});

function readThreeTier(): ServiceTemplate {
  const { template, problems } = readTemplate(threeTier, 'shop.yaml');
  expect(problems).toEqual([]);
  if (!template) throw new Error('no template');
  return template;
}
