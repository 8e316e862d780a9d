import { expect, test } from 'vitest';
import { readTemplate } from './template.ts';

/** Problems of a file of 2.0 whose second line is the first of `text`. */
const problems = (text: string) =>
  readTemplate(new Map([['t.yaml', `tosca_definitions_version: tosca_2_0\n${text}`]]), 't.yaml').problems.map(
    ({ severity, line, rule }) => `${severity === 'warning' ? '(warning) ' : ''}${line} ${rule}`,
  );

const base = `capability_types: { Host: { properties: { cpus: { type: integer, default: 1 } } }, Other: {} }
relationship_types: { On: { properties: { weight: { type: integer } } }, Beside: {} }
interface_types: { Life: { operations: { start: { outputs: { at: { type: string } } } } } }
artifact_types: { Zip: {} }
node_types:
  Machine: { capabilities: { host: Host, other: Other } }
`;

test.each<[section: string, text: string, expected: string[]]>([
  ['§6.3', 'dsl_definitions: { a: 1 }', ['2 missing-anchor']],
  ['§6.3', 'dsl_definitions: { a: &a { b: 1 } }', []],
  ['§5.3.1', 'metadata: { template_name: { any: thing }, other: [ 1, null ] }', []],
  ['§9.1', 'data_types: { integer: { derived_from: string } }', ['2 reserved-name']],
  ['§9.1.1.4', 'node_types: { A: { properties: { p: { type: string, required: "true" } } } }', ['2 expected-boolean']],
  [
    '§9.1.2.2',
    'data_types: { M: { derived_from: scalar, units: { g: 1 }, validation: { $less_than: [ $value, 9 g ] } } }\nnode_types: { A: { properties: { p: { type: M, default: 5g } } } }',
    ['3 wrong-type'],
  ],
  [
    '§9.1.2.2',
    'data_types: { M: { derived_from: scalar, units: { g: 1 } } }\nnode_types: { A: { properties: { p: { type: M, default: 0x1F g } } } }',
    [],
  ],
  ['§9.1.2.3', 'node_types: { A: { version: 2.0-x } }', ['2 bad-version']],
  ['§9.1.2.3', 'node_types: { A: { version: "2" } }', ['2 bad-version']],
  ['§9.1.2.3', 'node_types: { A: { properties: { p: { type: version, default: 1 } } } }', ['2 wrong-type']],
  ['§9.1.2.3', 'node_types: { A: { properties: { p: { type: version, default: 1.0.0.alpha-10 } } } }', []],
  ['§9.1.3', 'node_types: { A: { properties: { p: { type: list } } } }', ['(warning) 2 missing-key']],
  ['§9.2', 'data_types: { D: { properties: {} } }', ['2 missing-key']],
  [
    '§9.4',
    'node_types: { A: { properties: { p: { type: string, required: false, default: x } } } }',
    ['(warning) 2 default-of-optional'],
  ],
  ['§9.4', 'node_types: { A: { properties: { p: { type: string, mapping: [ SELF, p ] } } } }', ['2 unknown-key']],
  ['§9.6', 'node_types: { A: { attributes: { p: { type: string, required: true } } } }', ['2 unknown-key']],
  [
    '§9.8',
    'interface_types: { I: { inputs: { p: { type: string, value: x, mapping: [ SELF, p ] } } } }',
    ['2 value-and-mapping'],
  ],
  ['§8.4', `${base}  A: { requirements: [ r: { capability: Host } ] }`, ['(warning) 8 missing-key']],
  [
    '§8.4',
    `${base}  A: { requirements: [ r: { capability: Host, relationship: On }, r: { capability: Host, relationship: On } ] }`,
    ['8 duplicate-name'],
  ],
  [
    '§8.4',
    `${base}  A: { requirements: [ r: { capability: Host, relationship: { type: On, properties: { heavy: { type: integer } } } } ] }`,
    ['8 unknown-property'],
  ],
  ['§11.2', `${base}  A: { interfaces: { life: { operations: { start: {} } } } }`, ['8 missing-key']],
  ['§11.2', `${base}  A: { interfaces: { life: { type: Life, operations: { stop: {} } } } }`, ['8 unknown-operation']],
  ['§11.2', `${base}  A: { interfaces: { life: { type: Life, start: {} } } }`, ['8 unknown-key']],
  [
    '§11.4',
    'interface_types: { I: { operations: { go: { outputs: { a: [ SELF, b ] } } } } }',
    ['2 mapping-in-interface-type'],
  ],
  ['§12.2', `${base}  A: { artifacts: { a: { file: a.zip } } }`, ['8 missing-key']],
  ['§12.2', `${base}  A: { artifacts: { a: { file: a.zip, type: Zip, checksum: abc } } }`, ['8 missing-key']],
  [
    '§16.3',
    'policy_types:\n  P: { triggers: { t: { event: e, action: [] } } }\n  Q: { derived_from: P, triggers: { t: { event: f, action: [] } } }',
    ['4 bad-refinement'],
  ],
  [
    '§16.3',
    'node_types: { A: {}, B: {} }\npolicy_types:\n  P: { targets: [ A ] }\n  Q: { derived_from: P, targets: [ B ] }',
    ['5 bad-refinement'],
  ],
])('%s: %s', (_, text, expected) => {
  expect(problems(text)).toEqual(expected);
});

const template = (nodes: string, more = '') => `${base}  A:
    artifacts: { zip: { type: Zip, file: a.zip } }
    attributes: { at: { type: string } }
    interfaces: { life: { type: Life, operations: { start: { outputs: { at: [ SELF, at ] } } } } }
    requirements:
      - r: { capability: Host, relationship: { type: On, properties: { weight: { type: integer, default: 7 } } }, count_range: [ 0, 2 ] }
      - s: { node: Machine, capability: host, relationship: On, count_range: [ 0, 2 ] }
service_template:
  node_templates:
    m: { type: Machine }
    a: { type: A${nodes} }
${more}`;

test.each<[section: string, nodes: string, more: string, expected: string[]]>([
  ['§8.4', ', requirements: [ r: m ]', '', []],
  ['§8.4', ', requirements: [ r: { node: m, relationship: On } ]', '', []],
  ['§8.5.2', ', requirements: [ r: { node: m, capability: other } ]', '', ['18 capability-mismatch']],
  [
    '§8.5.2',
    ', requirements: [ s: { node: m, capability: other, relationship: { type: On, properties: { weight: 1 } } } ]',
    '',
    ['18 capability-mismatch'],
  ],
  ['§10.2.1.6', ', requirements: [ r: { node: m, count: { $get_input: none } } ]', '', ['18 unknown-input']],
  ['§10.3', '', '  outputs: { o: { value: { $get_attribute: [ a, 1, at ] } } }\n', ['19 no-index']],
  [
    '§11.5',
    ', interfaces: { life: { operations: { start: { outputs: { at: [ SELF, at ] } } } } }',
    '',
    ['18 fixed-value'],
  ],
  [
    '§13.2.3',
    '',
    '  workflows: { w: { steps: { one: { target: a, activities: [ { set_state: x, inline: w } ] } } } }\n',
    ['19 bad-activity'],
  ],
  [
    '§15.5.4',
    ', requirements: [ r: m ]',
    '  substitution_mappings: { node_type: A, requirements: [ r: [ a, r ] ] }\n',
    ['(warning) 19 not-open'],
  ],
  [
    '§15.5.4',
    '',
    '  substitution_mappings: { node_type: A, requirements: [ [ r, 3 ]: [ a, r ] ] }\n',
    ['19 too-many-mappings'],
  ],
  [
    '§15.5.4',
    ', requirements: [ r: {} ]',
    '  substitution_mappings: { node_type: A, requirements: [ r: [ a, r ] ] }\n',
    ['(warning) 19 too-many-mappings'],
  ],
  [
    '§15.5',
    '',
    '  substitution_mappings: { node_type: A, requirements: [ [ r, UNBOUNDED ]: [ a, r ], r: [ a, r ] ] }\n',
    ['19 bad-mapping'],
  ],
])('%s, in a template: %s %s', (_, nodes, more, expected) => {
  expect(problems(template(nodes, more))).toEqual(expected);
});

test('what a requirement refines of its relationship is what relationships are made with', () => {
  const text = `tosca_definitions_version: tosca_2_0\n${template(', requirements: [ r: { node: m, relationship: On }, r: m ]')}`;
  const { template: read } = readTemplate(new Map([['t.yaml', text]]), 't.yaml');
  const weights = read?.topology.nodes['a']?.requirements.map((one) => one.relationship.properties['weight']);
  expect(weights).toMatchObject([{ value: 7 }, { value: 7 }]);
});

test('a group may hold groups, and has the nodes of all of them', () => {
  const groups = `  groups:
    inner: { type: G, members: [ m, outer ] }
    outer: { type: G, members: [ inner, a ] }
`;
  const text = `tosca_definitions_version: tosca_2_0\ngroup_types: { G: {} }\n${template('', groups)}`;
  const { template: read, problems: found } = readTemplate(new Map([['t.yaml', text]]), 't.yaml');
  expect(found).toEqual([]);
  expect(read?.topology.groups['outer']?.members).toEqual(['m', 'a']);
});

test('a policy has the triggers of its type beside its own', () => {
  const policies = '  policies: [ p: { type: P, triggers: { own: { event: e, action: [] } } } ]\n';
  const types = 'policy_types: { P: { triggers: { given: { event: f, action: [] } } } }\n';
  const text = `tosca_definitions_version: tosca_2_0\n${types}${template('', policies)}`;
  const { template: read } = readTemplate(new Map([['t.yaml', text]]), 't.yaml');
  expect(Object.keys(read?.topology.policies['p']?.triggers ?? {})).toEqual(['given', 'own']);
});

test('keys of 1.x that 2.0 calls otherwise are told with their new names', () => {
  const text = `tosca_definitions_version: tosca_2_0
relationship_types: { R: { valid_target_types: [ C ] } }
capability_types: { C: {} }
node_types:
  A:
    properties: { p: { type: string, constraints: [ min_length: 1 ] } }
    capabilities: { c: { type: C, valid_source_types: [ A ] } }
    requirements: [ r: { capability: C, relationship: R, occurrences: [ 0, 1 ] } ]`;
  const { problems } = readTemplate(new Map([['t.yaml', text]]), 't.yaml');
  expect(problems.map(({ line, message }) => `${line} ${message.split('; ')[1]}`)).toEqual([
    '2 2.0 has valid_capability_types in its place',
    '6 2.0 has validation in its place',
    '7 2.0 has valid_source_node_types in its place',
    '8 2.0 has count_range in its place',
  ]);
});
