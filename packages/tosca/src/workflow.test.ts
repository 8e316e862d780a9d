import { describe, expect, test } from 'vitest';
import { readTemplate } from './template.ts';

/** What is told of a workflow of 1.3 whose first line is line 9. */
function told(workflow: string) {
  const text = `tosca_definitions_version: tosca_simple_yaml_1_3
topology_template:
  node_templates:
    host: { type: tosca.nodes.Compute }
    app: { type: tosca.nodes.SoftwareComponent, requirements: [ host: host ] }
  workflows:
    other: { inputs: { size: { type: integer }, name: { type: string, default: x } } }
    main:
${workflow}`;
  return readTemplate(new Map([['t.yaml', text]]), 't.yaml').problems.map(
    ({ severity, line, column, rule }) => `${severity === 'warning' ? '(warning) ' : ''}${line}:${column} ${rule}`,
  );
}

describe('a precondition', () => {
  const of = (precondition: string) => told(`      preconditions: [ ${precondition} ]\n`);

  test.each<[what: string, precondition: string, expected: string[]]>([
    ['is about a node or a group', '{ target: apq }', ['9:34 unknown-node']],
    ['needs a target', '{ condition: [] }', ['9:24 missing-key']],
    ['has no other keys', '{ target: app, when: [] }', ['9:39 unknown-key']],
    ['may be about a relationship', '{ target: app, target_relationship: host }', []],
    ['names a requirement the node has', '{ target: app, target_relationship: hots }', ['9:60 unknown-requirement']],
    ['may name a requirement that is not met', '{ target: host, target_relationship: local_storage }', []],
    ['asks for attributes', '{ target: app, condition: [ state: [ equal: started ] ] }', []],
    [
      'joins conditions',
      '{ target: app, condition: [ or: [ state: [ equal: a ], not: [ state: [ equal: b ] ] ] ] }',
      [],
    ],
    [
      'asks for attributes there are',
      '{ target: app, condition: [ stat: [ equal: x ] ] }',
      ['(warning) 9:52 unknown-attribute'],
    ],
    ['knows the constraints', '{ target: app, condition: [ state: [ equals: x ] ] }', ['9:61 unknown-constraint']],
    ['is no text', '{ target: app, condition: started }', ['9:50 bad-condition']],
  ])('%s', (_, precondition, expected) => {
    expect(of(precondition)).toEqual(expected);
  });
});

describe('a step', () => {
  const of = (step: string) => told(`      steps: { one: { target: app, ${step} } }\n`);

  test.each<[what: string, step: string, expected: string[]]>([
    [
      'filters by attributes',
      'filter: [ and: [ state: [ equal: x ], port: [ equal: 1 ] ] ], activities: []',
      ['(warning) 9:74 unknown-attribute'],
    ],
    ['acts on a relationship of its target', 'target_relationship: hots, activities: []', ['9:57 unknown-requirement']],
    ['inlines a workflow', 'activities: [ inline: { workflow: other, inputs: { size: 3 } } ]', []],
    ['gives a workflow what it needs', 'activities: [ inline: other ]', ['9:58 missing-property']],
    [
      'gives a workflow nothing else',
      'activities: [ inline: { workflow: other, inputs: { size: 3, sise: 4 } } ]',
      ['9:96 unknown-input'],
    ],
    [
      'gives a workflow values of the right type',
      'activities: [ inline: { workflow: other, inputs: { size: many } } ]',
      ['9:93 wrong-type'],
    ],
    ['names the workflow it inlines', 'activities: [ inline: {} ]', ['9:58 missing-key']],
    ['names the workflow it delegates to', 'activities: [ delegate: {} ]', ['9:60 missing-key']],
    ['may delegate to what the orchestrator knows', 'activities: [ delegate: deploy ]', []],
  ])('%s', (_, step, expected) => {
    expect(of(step)).toEqual(expected);
  });
});

describe('a trigger of 1.3', () => {
  const of = (trigger: string) => {
    const text = `tosca_definitions_version: tosca_simple_yaml_1_3
topology_template:
  policies: [ grow: { type: tosca.policies.Scaling, triggers: { load: { event: high, ${trigger} } } } ]`;
    const { problems } = readTemplate(new Map([['t.yaml', text]]), 't.yaml');
    return problems.map(({ line, column, rule }) => `${line}:${column} ${rule}`);
  };

  test.each<[what: string, trigger: string, expected: string[]]>([
    ['calls operations, one an entry', 'action: [ call_operation: Scaling.grow ]', []],
    ['knows no other activities', 'action: [ call: Scaling.grow ]', ['3:96 unknown-key']],
    [
      'has a condition that lasts',
      'condition: { constraint: [ load: [ greater_than: 5 ] ], period: 5 m, evaluations: 2 }',
      [],
    ],
    ['may have a condition in words', 'condition: { constraint: load greater_than 50%, period: 60 }', []],
    ['has a period that is a time', 'condition: { period: 5 horses }', ['3:107 wrong-type']],
    ['looks at least once', 'condition: { evaluations: 0 }', ['3:112 wrong-type']],
  ])('%s', (_, trigger, expected) => {
    expect(of(trigger)).toEqual(expected);
  });
});

test('the target_filter of a trigger names a node or a node type', () => {
  const of = (node: string) =>
    readTemplate(
      new Map([
        [
          't.yaml',
          `tosca_definitions_version: tosca_simple_yaml_1_3
topology_template:
  node_templates: { web: { type: tosca.nodes.Compute } }
  policies: [ grow: { type: tosca.policies.Scaling, triggers: { load: { event: high, target_filter: { node: ${node} } } } } ]`,
        ],
      ]),
      't.yaml',
    ).problems.map(({ line, column, rule }) => `${line}:${column} ${rule}`);
  expect(of('web')).toEqual([]);
  expect(of('tosca.nodes.Compute')).toEqual([]);
  expect(of('wbe')).toEqual(['4:109 unknown-node']);
});
