import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

test.each<[name: string, known: string[], expected: string | undefined]>([
  ['adress', ['address', 'port'], 'address'],
  ['tpye', ['type', 'node'], 'type'],
  ['acme.nodes.Servr', ['acme.nodes.Server', 'acme.nodes.Store'], 'acme.nodes.Server'],
  ['acme.node.Server', ['acme.nodes.Server'], 'acme.nodes.Server'],
  ['acme.nodes.Cp', ['acme.nodes.Vnf', 'acme.nodes.Disk'], undefined],
  ['reservation', ['description', 'properties'], undefined],
])('%s among %o is nearest to %s', (name, known, expected) => {
  expect(nearest(name, known)).toBe(expected);
});
