import { expect, test } from 'vitest';
import { poolsAround } from './allocation-pools.ts';

test.each([
  ['10.66.0.0/24', '10.66.0.1', [['10.66.0.2', '10.66.0.254']]],
  ['10.66.0.0/24', '10.66.0.254', [['10.66.0.1', '10.66.0.253']]],
  [
    '10.66.0.0/23',
    '10.66.0.255',
    [
      ['10.66.0.1', '10.66.0.254'],
      ['10.66.1.0', '10.66.1.254'],
    ],
  ],
  [
    '2001:db8::/64',
    '2001:db8::1:0',
    [
      ['2001:db8::1', '2001:db8::ffff'],
      ['2001:db8::1:1', '2001:db8::ffff:ffff:ffff:ffff'],
    ],
  ],
] as const)('in %s, addresses are given around the gateway %s', (cidr, gateway, ranges) => {
  expect(poolsAround(cidr, gateway)).toEqual(ranges.map(([start, end]) => ({ start, end })));
});

test('a gateway outside leaves the ranges as they are', () => {
  expect(poolsAround('10.66.0.0/24', '10.66.1.1')).toBeUndefined();
  expect(poolsAround('10.66.0.0/24', 'nowhere')).toBeUndefined();
});
