import { expect, test } from 'vitest';
import { knownAfter } from './known-after.ts';

test('a value says which steps it waits for, however deep they stand in it', () => {
  expect(
    knownAfter({ ports: [{ 'known after': ['port.web'] }, 'port-2'], network: { 'known after': ['net', 'port.web'] } }),
  ).toEqual(['port.web', 'net']);
  expect(knownAfter(['a', { b: 1 }])).toBeUndefined();
});
