import { expect, test } from 'vitest';
import { readTemplate } from '../template.ts';
import { graphOf } from '../testing/graph.ts';
import { threeTier } from '../testing/three-tier.ts';
import type { Files } from '../unit.ts';
import { convertToTwo } from './convert.ts';

const filesOf = (texts: ReadonlyMap<string, string>): Files => ({
  has: (path) => texts.has(path),
  text: (path) => texts.get(path),
});

test('what is converted to 2.0 means the same', () => {
  const [entry = ''] = threeTier.keys();
  const converted = new Map([...threeTier.keys()].map((path) => [path, convertToTwo(filesOf(threeTier), path).text]));
  const before = readTemplate(threeTier, entry);
  const after = readTemplate(converted, entry);
  expect(after.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(after.template?.toscaVersion).toBe('tosca_2_0');
  expect(after.template && graphOf(after.template)).toEqual(before.template && graphOf(before.template));
});

const old = `tosca_definitions_version: tosca_simple_yaml_1_0 # first
template_name: old
imports:
  - own: { file: types.yaml, namespace_prefix: own }
data_types:
  Port: { derived_from: integer, constraints: [ in_range: [ 1, UNBOUNDED ] ] }
node_types:
  my.App:
    derived_from: SoftwareComponent
    properties:
      name: { type: string, required: 'yes', constraints: [ min_length: 2, pattern: '[a-z]+' ] }
    requirements:
      - data: tosca.capabilities.Endpoint
topology_template:
  node_templates:
    # the application
    app:
      type: my.App
      properties: { name: $money }
      requirements:
        - host: box
        - data: { node_filter: { properties: [ size: { equal: 1 } ], capabilities: [ host: { properties: [ num_cpus: { greater_than: 1 } ] } ] } }
      interfaces:
        tosca.interfaces.node.lifecycle.Standard:
          create: { implementation: run.sh, inputs: { cpus: { get_property: [ HOST, num_cpus ] }, out: { get_operation_output: [ SELF, Standard, create, x ] } } }
    box: { type: Compute }
  policies:
    spread: { type: tosca.policies.Placement, targets: [ app ] }
`;

test('what 1.x writes in other words is written in those of 2.0, and what has none is noted at its line', () => {
  const { text, notes } = convertToTwo(filesOf(new Map([['old.yaml', old]])), 'old.yaml');
  expect(text).toBe(`tosca_definitions_version: tosca_2_0 # first
metadata:
  template_name: old
imports:
  - { profile: org.oasis-open.simple:2.0 }
  - { url: types.yaml, namespace: own }
data_types:
  Port: { derived_from: integer, validation: { $greater_or_equal: [ $value, 1 ] } }
node_types:
  my.App:
    derived_from: tosca.nodes.SoftwareComponent
    properties:
      name: { type: string, required: true, validation: { $and: [ { $greater_or_equal: [ { $length: [ $value ] }, 2 ] }, { $matches: [ $value, '[a-z]+' ] } ] } }
    requirements:
      - data: { capability: tosca.capabilities.Endpoint, count_range: [ 1, 1 ] }
service_template:
  node_templates:
    # the application
    app:
      type: my.App
      properties: { name: $$money }
      requirements:
        - host: box
        - data: { node_filter: { $and: [ { $equal: [ { $get_property: [ SELF, size ] }, 1 ] }, { $greater_than: [ { $get_property: [ SELF, CAPABILITY, host, num_cpus ] }, 1 ] } ] } }
      interfaces:
        Standard:
          operations:
            create: { implementation: run.sh, inputs: { cpus: { $get_property: [ SELF, RELATIONSHIP, host, TARGET, num_cpus ] }, out: { get_operation_output: [ SELF, Standard, create, x ] } } }
    box: { type: tosca.nodes.Compute }
  policies:
    - spread: { type: tosca.policies.Placement, targets: [ app ] }
`);
  expect(notes.map(({ line, rule }) => ({ line, rule }))).toEqual([{ line: 25, rule: 'not-convertible' }]);
});

test('what is 2.0 already, or no YAML, comes back as it is', () => {
  for (const text of ['tosca_definitions_version: tosca_2_0\n#  x\na:   1\n', 'a: [\n', 'a: *b\n', '']) {
    expect(convertToTwo(filesOf(new Map([['a.yaml', text]])), 'a.yaml').text).toBe(text);
  }
});
