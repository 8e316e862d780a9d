import { expect, test } from 'vitest';
import type { NodeInstance, PlannedStep } from '../../api/types.ts';
import { drawnInstances, drawnPlan } from './nodes.ts';

const scaling = [{ node: 'web', count: 3, min: 1, members: ['web'] }];
const hosted = (target: string) => ({ name: 'host', target, relationship: 'tosca.relationships.HostedOn' });
const instance = (name: string, state: NodeInstance['state'], change: Partial<NodeInstance> = {}): NodeInstance => ({
  id: `dep-1.${name}`,
  node: name,
  template: name.replace(/-\d+$/, ''),
  index: 0,
  type: 'pileus.nodes.WebServer',
  state,
  attributes: {},
  requires: [],
  ...change,
});
const instances = [
  instance('web-1', 'started', { requires: [hosted('dep-1.data')] }),
  instance('web-2', 'error', { requires: [hosted('dep-1.data')] }),
  instance('web-3', 'started', { requires: [hosted('dep-1.data')] }),
  instance('web-4', 'deleted'),
  instance('data', 'started'),
  instance('balancer', 'started', { requires: [hosted('dep-1.web-1'), hosted('dep-1.web-2')] }),
];

test('instances that are counted are one stack in the state that most needs looking at', () => {
  const drawn = drawnInstances({ state: 'running', nodeInstances: instances, scaling });
  expect(drawn.map(({ id }) => id)).toEqual(['web', 'dep-1.data', 'dep-1.balancer']);
  expect(drawn[0]).toMatchObject({
    title: 'web',
    state: 'error',
    stack: [
      ['error', 1],
      ['started', 2],
    ],
    requires: [{ target: 'dep-1.data' }],
  });
  expect(drawn[2]?.requires).toEqual([hosted('web')]);
});

test('what is gone is drawn only while everything goes', () => {
  const drawn = drawnInstances({ state: 'deleting', nodeInstances: instances, scaling });
  expect(drawn[0]?.stack).toContainEqual(['deleted', 1]);
});

test('a plan draws the template’s nodes that it works on, with what it does there', () => {
  const step = (node: string, action: PlannedStep['action']): PlannedStep => ({
    key: `${node}.${action}`,
    action,
    node,
    what: 'server',
    title: '',
    spec: {},
    needs: [],
    why: 'new',
  });
  const nodes = ['web', 'data'].map((name) => ({ name, type: 'pileus.nodes.WebServer', requires: [] }));
  const drawn = drawnPlan(
    { steps: [step('web-1', 'create'), step('web-2', 'create'), step('web-2', 'run')], scaling },
    nodes,
  );
  expect(drawn.map(({ id, remark }) => [id, remark])).toEqual([['web', '+2  ▸1']]);
});
