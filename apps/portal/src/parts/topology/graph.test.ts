import { expect, test } from 'vitest';
import { type DrawnNode, edgesOf, placesOf } from './graph.ts';

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

test('what a node needs stands to its right, and no two cards cover each other', () => {
  const places = placesOf(nodes, edgesOf(nodes));
  const x = (id: string) => places.get(id)?.x ?? 0;
  expect(x('balancer')).toBeLessThan(x('web.1'));
  expect(x('web.1')).toBeLessThan(x('host.1'));
  expect(new Set([...places.values()].map(({ x, y }) => `${x},${y}`)).size).toBe(nodes.length);
});
