import { readTemplate } from '@pileus/tosca';
import { expect, test } from 'vitest';
import { noFindings } from './comparison.ts';
import { difference } from './difference.ts';
import type { Graph } from './expand.ts';
import { expand } from './expand-template.ts';
import { stepKey } from './plan.ts';
import { removalOf } from './removal.ts';
import { operationKey, structureOf } from './structure.ts';

function topologyOf(text: string): Graph {
  const { template, problems } = readTemplate(
    new Map([['t.yaml', `tosca_definitions_version: tosca_simple_yaml_1_3\n${text}`]]),
    't.yaml',
  );
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  if (!template) throw new Error('the template was not read');
  return expand(template, {}).graph;
}

/** An app on a server that uses a database on another one, with scripts wherever there can be some. */
const twoTiers = topologyOf(`
node_types:
  Scripted:
    derived_from: tosca.nodes.SoftwareComponent
    capabilities: { api: tosca.capabilities.Endpoint }
    requirements: [{ uses: { capability: tosca.capabilities.Endpoint, relationship: Uses, occurrences: [0, UNBOUNDED] } }]
    interfaces: { Standard: { operations: { create: a.sh, configure: a.sh, start: a.sh, stop: a.sh, delete: a.sh } } }
relationship_types:
  Uses:
    derived_from: tosca.relationships.ConnectsTo
    interfaces:
      Configure:
        operations: { pre_configure_source: a.sh, post_configure_target: a.sh, add_target: a.sh, add_source: a.sh, remove_target: a.sh }
topology_template:
  node_templates:
    app: { type: Scripted, requirements: [{ host: app_host }, { uses: database }] }
    database: { type: Scripted, requirements: [{ host: database_host }] }
    app_host: { type: tosca.nodes.Compute }
    database_host: { type: tosca.nodes.Compute }
`);

const ofUses = (operation: string) => operationKey('app', operation, { id: 'uses.database' });

/** Every step that must be done before a step, however far back. */
function allBefore(
  steps: readonly { key: string; before: readonly string[] }[],
  key: string,
  found = new Set<string>(),
): Set<string> {
  for (const before of steps.find((step) => step.key === key)?.before ?? []) {
    if (!found.has(before)) allBefore(steps, before, found.add(before));
  }
  return found;
}

test('a node begins when what it requires is started, and the operations of its relationships come in between its own', () => {
  const { outlines, stuck } = structureOf(twoTiers);
  const steps = outlines.map(({ key, after }) => ({ key, before: after }));
  expect(stuck).toEqual([]);
  const inOrder = [
    'database_host.server',
    'database.create',
    'database.start',
    'app.create',
    ofUses('pre_configure_source'),
    'app.configure',
    'app.start',
    ofUses('add_target'),
  ];
  for (const [index, key] of inOrder.entries()) {
    for (const earlier of inOrder.slice(0, index))
      expect(allBefore(steps, key), `${earlier} before ${key}`).toContain(earlier);
  }
  expect(allBefore(steps, 'app_host.server'), 'servers are made side by side').toEqual(new Set());
  const host = (key: string) => outlines.find((outline) => outline.key === key)?.does;
  expect(host(ofUses('add_target'))).toMatchObject({ host: 'app_host' });
  expect(host(ofUses('add_source'))).toMatchObject({ host: 'database_host' });
});

test('an operation runs at the end of its relationship that its implementation names', () => {
  const graph = topologyOf(`
relationship_types:
  Uses:
    derived_from: tosca.relationships.DependsOn
    interfaces:
      Configure:
        operations:
          pre_configure_source: { implementation: { primary: a.sh, operation_host: TARGET } }
          add_source: { implementation: { primary: a.sh, operation_host: SOURCE } }
          add_target: { implementation: { primary: a.sh, operation_host: SELF } }
topology_template:
  node_templates:
    one: { type: tosca.nodes.Compute, requirements: [{ dependency: { node: two, relationship: Uses } }] }
    two: { type: tosca.nodes.Compute }
`);
  const hosts = structureOf(graph).outlines.flatMap(({ does }) =>
    does.action === 'run' ? [`${does.operation} ${does.host}`] : [],
  );
  expect(hosts).toEqual(['pre_configure_source two', 'add_target one', 'add_source one']);
});

test('the way back is the way there reversed', () => {
  const steps = removalOf(twoTiers).map(({ key, needs }) => ({ key, before: needs }));
  const inOrder = [
    ofUses('remove_target'),
    'app.stop',
    'app.delete',
    'database.stop',
    'database.delete',
    'database_host.server',
  ];
  for (const [index, key] of inOrder.entries()) {
    for (const earlier of inOrder.slice(0, index))
      expect(allBefore(steps, key), `${earlier} before ${key}`).toContain(earlier);
  }
});

test('nothing is undone that was never begun, and what waited for it does not wait for ever', () => {
  const server = {
    step: 'database_host.server',
    node: 'database_host',
    kind: 'server',
    name: 'x',
    token: 't',
    ref: 'r',
    state: 'running',
    spec: {},
  } as const;
  const nodes = Object.values(twoTiers.nodes).map(({ name: node, template, index }) => ({
    node,
    template,
    index,
    revision: 1,
    state: 'creating',
    attributes: {},
  }));
  const operations = [{ step: 'database.create', node: 'database' }];
  const survey = { at: '', resources: [server], nodes, operations, made: {} };
  const steps = difference(undefined, { graph: twoTiers, survey }, noFindings, () => []);
  expect(steps.map(({ key }) => key)).toEqual(['database.stop', 'database.delete', 'database_host.server:delete']);
  expect(steps.find(({ key }) => key === 'database.stop')?.needs).toEqual([]);
});

test('nodes that wait for each other are named', () => {
  const { stuck } = structureOf(
    topologyOf(`
topology_template:
  node_templates:
    one: { type: tosca.nodes.Compute, requirements: [{ dependency: two }] }
    two: { type: tosca.nodes.Compute, requirements: [{ dependency: one }] }
    three: { type: tosca.nodes.Compute }
`),
  );
  expect(stuck).toEqual(['one', 'two']);
});

test('a step key is readable where there is room, short enough for a token, and never shared', () => {
  expect(stepKey('web_1', 'server')).toBe('web_1.server');
  const long = Array.from({ length: 500 }, (_, n) => stepKey(`a-node-with-a-rather-long-name-${n}`, 'configure'));
  expect(new Set(long).size).toBe(500);
  expect(Math.max(...long.map((key) => key.length))).toBeLessThanOrEqual(28);
  expect(stepKey('中文节点', 'start')).toMatch(/^[A-Za-z0-9._-]+$/);
});
