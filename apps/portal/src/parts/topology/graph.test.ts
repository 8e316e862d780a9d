import { expect, test } from 'vitest';
import { arrange, type DrawnNode, edgesOf } from './graph.ts';

const hostedOn = 'tosca.relationships.HostedOn';
const connectsTo = 'tosca.relationships.ConnectsTo';
const nodes: DrawnNode[] = [
  {
    id: 'balancer',
    node: 'balancer',
    type: 'LoadBalancer',
    requires: [{ name: 'backend', target: 'web', relationship: connectsTo }],
  },
  {
    id: 'web.1',
    node: 'web',
    type: 'WebServer',
    requires: [{ name: 'host', target: 'host.1', relationship: hostedOn }],
  },
  {
    id: 'web.2',
    node: 'web',
    type: 'WebServer',
    requires: [{ name: 'host', target: 'host.2', relationship: hostedOn }],
  },
  { id: 'host.1', node: 'host', type: 'Compute', requires: [] },
  { id: 'host.2', node: 'host', type: 'Compute', requires: [] },
];

test('a requirement on a node leads to all its instances, one on an instance to that alone', () => {
  expect(edgesOf(nodes).map((edge) => `${edge.from} ${edge.hosting ? 'on' : 'to'} ${edge.to}`)).toEqual([
    'balancer to web.1',
    'balancer to web.2',
    'web.1 on host.1',
    'web.2 on host.2',
  ]);
});

test('what a node needs stands after it, in the direction that the frame has room for', () => {
  const wide = arrange(nodes, edgesOf(nodes), { width: 1600, height: 300 });
  const tall = arrange(nodes, edgesOf(nodes), { width: 420, height: 900 });
  expect([wide.direction, tall.direction]).toEqual(['LR', 'TB']);
  expect(wide.places.get('balancer')?.x).toBeLessThan(wide.places.get('web.1')?.x ?? 0);
  expect(tall.places.get('web.1')?.y).toBeLessThan(tall.places.get('host.1')?.y ?? 0);
});

test('no two cards cover each other', () => {
  const { places } = arrange(nodes, edgesOf(nodes), { width: 1000, height: 500 });
  expect(new Set([...places.values()].map(({ x, y }) => `${x},${y}`)).size).toBe(nodes.length);
});
