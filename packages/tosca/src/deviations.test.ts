import { expect, test } from 'vitest';
import { evaluate } from './evaluate.ts';
import { readTemplate } from './template.ts';

function read(text: string) {
  const { template, problems } = readTemplate(new Map([['main.yaml', text]]), 'main.yaml');
  return { template, told: problems.map(({ severity, line, rule }) => `${severity} ${line} ${rule}`) };
}

const simple = (minor: number, text: string) => `tosca_definitions_version: tosca_simple_yaml_1_${minor}\n${text}`;
const two = (text: string) => `tosca_definitions_version: tosca_2_0\n${text}`;

const attached = `node_types:
  App: { derived_from: tosca.nodes.Root, requirements: [ disk: { capability: tosca.capabilities.Attachment } ] }
topology_template:
  node_templates:
    app: { type: App, requirements: [ disk: box ] }
    box: { type: tosca.nodes.Compute }
`;

const roles = (artifact: string) => `topology_template:
  node_templates:
    app: { type: tosca.nodes.SoftwareComponent, artifacts: { run: ${artifact} } }
`;

const texts = `node_types: { App: { derived_from: tosca.nodes.Root, properties: { port: { type: string } } } }
topology_template:
  inputs: { port: { type: integer } }
  node_templates:
    app: { type: App, properties: { port: { get_input: port } } }
`;

const named = (pattern: string, name: string) => `node_types:
  App: { derived_from: tosca.nodes.Root, properties: { name: { type: string, constraints: [ pattern: '${pattern}' ] } } }
topology_template:
  node_templates:
    app: { type: App, properties: { name: ${name} } }
`;

const image = `artifact_types: { Image: { properties: { os: { type: string } } } }
node_types: { App: { derived_from: tosca.nodes.Root, artifacts: { image: { type: Image, file: a.img } } } }
topology_template: { node_templates: { app: { type: App } } }
`;

const brought = (artifact: string) => `artifact_types: { Image: {} }
node_types: { App: { artifacts: { image: { type: Image, file: a.img } } } }
service_template:
  node_templates:
    app: { type: App, artifacts: { image: ${artifact} } }
`;

const slipped = `node_types: { App: { properties: { port: { type: integer } } } }
service_template:
  node_templates:
    app: { type: App, directives: [ select ] }
    node_filter: { $equal: [ { $get_property: [ SELF, port ] }, 80 ] }
`;

const allocating = (name: string) => `capability_types: { Host: { properties: { cpus: { type: integer } } } }
relationship_types: { On: {} }
node_types:
  App: { requirements: [ host: { capability: Host, relationship: On } ] }
  Box: { capabilities: { host: Host } }
service_template:
  node_templates:
    app:
      type: App
      requirements:
        - host: { node: box, allocation: { ${name}: 1 } }
    box: { type: Box, capabilities: { host: { properties: { cpus: 2 } } } }
`;

const draft = `imports: [ { profile: org.oasis-open.tosca.simple:2.0 } ]
topology_template:
  inputs: { cpus: { type: integer, default: 2 } }
  node_templates:
    box: { type: Compute, capabilities: { host: { properties: { num_cpus: { get_input: cpus } } } } }
`;

test.each<[what: string, text: string, told: string[]]>([
  ['a target without the capability in 1.0 to 1.2', simple(2, attached), ['warning 6 capability-mismatch']],
  ['a target without the capability in 1.3', simple(3, attached), ['error 6 capability-mismatch']],
  [
    'a type in the section of another kind',
    simple(0, 'node_types: { my.End: { derived_from: tosca.capabilities.Endpoint } }\n'),
    ['warning 2 wrong-section'],
  ],
  [
    'an artifact of a type that nothing defines',
    simple(0, roles('{ type: ansible, file: a.yml }')),
    ['warning 4 unknown-type'],
  ],
  [
    'an artifact of a type with a slip',
    simple(0, roles('{ type: tosca.artifacts.Fil, file: a.yml }')),
    ['error 4 unknown-type'],
  ],
  ['an artifact without a file', simple(0, roles('{ type: tosca.artifacts.File }')), ['error 4 missing-key']],
  ['an input of whole numbers for a text', simple(0, texts), ['warning 6 wrong-type']],
  [
    'an input of texts for a number',
    simple(0, texts.replaceAll('string', 'float').replace('integer', 'string')),
    ['error 6 wrong-type'],
  ],
  ['a pattern with look-around', simple(3, named('(?!-)[a-z-]+', 'x')), ['warning 3 unchecked-pattern']],
  ['a pattern that is none', simple(3, named('(?!-[a-z]+', 'x')), ['error 3 bad-constraint']],
  ['an artifact of a type of nodes that leaves a property to its nodes', simple(3, image), []],
  [
    'inputs of operations without a type',
    simple(
      3,
      texts
        .replace(
          'properties: { port: { type: string } }',
          'interfaces: { Standard: { create: { inputs: { a: { default: 1 } } } } }',
        )
        .replace(', properties: { port: { get_input: port } }', ''),
    ),
    [],
  ],
  [
    'an input without a type in 1.3',
    simple(3, texts.replace('type: integer', 'default: 80').replace('type: string', 'type: integer')),
    [],
  ],
  ['an input without a type in 1.2', simple(2, texts.replace('type: integer', 'default: 80')), ['error 4 missing-key']],
  ['deploy_path in 2.0', two(brought('{ type: Image, file: b.img, deploy_path: /a }')), ['warning 6 unknown-key']],
  ['an artifact that leaves its file to its type', two(brought('{ type: Image }')), ['warning 6 missing-key']],
  ['node_filter beside its node', two(slipped), ['warning 6 not-indented']],
  ['an allocation of what no capability has', two(allocating('target-count')), ['warning 12 unknown-property']],
  ['an allocation with a slip', two(allocating('cpu')), ['error 12 unknown-property']],
  ['what drafts of 2.0 were like', two(draft), ['warning 2 draft-of-two', 'warning 3 draft-of-two']],
  ['a template of 2.0 under the key of 1.3', two(draft.replace('get_input', '$get_input')), ['error 3 unknown-key']],
])('%s is told as what it is', (_what, text, told) => {
  const result = read(text);
  expect(result.told).toEqual(told);
  expect(result.template !== undefined).toBe(!told.some((one) => one.startsWith('error')));
});

test('a number behind a requirement leads to the relationship, as RELATIONSHIP does', () => {
  const { template, told } = read(
    simple(
      3,
      `topology_template:
  node_templates:
    box:
      type: tosca.nodes.Compute
      requirements:
        - local_storage: { node: disk, relationship: { type: tosca.relationships.AttachesTo, properties: { location: /data } } }
    disk: { type: tosca.nodes.Storage.BlockStorage, properties: { size: 1 GB } }
  outputs:
    at: { value: { get_property: [ box, local_storage, 0, location ] } }
`,
    ),
  );
  expect(told).toEqual(['warning 10 bad-path']);
  const value = template?.topology.outputs['at']?.value;
  expect(
    template && value && evaluate(value, { topology: template.topology }, { inputs: {}, attribute: () => undefined }),
  ).toEqual({
    known: true,
    value: '/data',
  });
});

test('a type in the section of another kind is one of the kind it is derived from', () => {
  const { template, told } = read(
    simple(
      1,
      `node_types:
  my.Far: { derived_from: my.Middle }
  my.Middle: { derived_from: tosca.capabilities.Endpoint }
  my.End: { derived_from: my.Middle, properties: { path: { type: string, default: / } } }
  App: { derived_from: tosca.nodes.Root, capabilities: { end: my.End } }
topology_template:
  node_templates:
    app: { type: App, capabilities: { end: { properties: { path: /x } } } }
`,
    ),
  );
  expect(told).toEqual(['warning 3 wrong-section', 'warning 4 wrong-section', 'warning 5 wrong-section']);
  expect(template?.topology.nodes['app']?.capabilities['end']?.types).toContain('tosca.capabilities.Endpoint');
});
