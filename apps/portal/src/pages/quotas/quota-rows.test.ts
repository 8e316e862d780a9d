import { expect, test } from 'vitest';
import { isUnlimited, limitChanges, quotaRows } from './quota-rows.ts';

const nothing = { servers: 0, cores: 0, megabytes: 0, volumes: 0, gigabytes: 0, addresses: 0, deployments: 0 };

test('each thing that is counted has a row, with a bar where there is a limit', () => {
  const rows = quotaRows({
    limits: { servers: 4, cores: 0, volumes: 0, money: { currency: 'CNY', perMonth: '100' } },
    used: { ...nothing, servers: 3, volumes: 2, money: [{ currency: 'USD', perMonth: '7.5' }] },
  });
  const byName = new Map(rows.map((row) => [`${row.of} ${row.currency ?? ''}`.trim(), row]));
  expect(byName.get('servers')).toEqual({ of: 'servers', used: '3', limit: '4', percent: 75, isFull: false });
  expect(byName.get('cores')).toMatchObject({ percent: 0, isFull: true });
  // More than there may be is full, and no more than full.
  expect(byName.get('volumes')).toMatchObject({ used: '2', limit: '0', percent: 100, isFull: true });
  expect(byName.get('gigabytes')).toEqual({ of: 'gigabytes', used: '0', isFull: false });
  expect(byName.get('money CNY')).toMatchObject({ used: '0', limit: '100', percent: 0 });
  expect(byName.get('money USD')).toEqual({ of: 'money', currency: 'USD', used: '7.5', isFull: false });
});

test('what is left empty has no limit any more', () => {
  expect(limitChanges({ servers: 4, cores: null, perMonth: ' 10.5 ', currency: 'CNY' })).toEqual({
    servers: 4,
    cores: null,
    megabytes: null,
    volumes: null,
    gigabytes: null,
    addresses: null,
    deployments: null,
    money: { perMonth: '10.5', currency: 'CNY' },
  });
  expect(limitChanges({ perMonth: '', currency: 'CNY' }).money).toBeNull();
});

test('there is no limit as long as neither anything that is counted nor money has one', () => {
  const used = { ...nothing, servers: 3, money: [{ currency: 'USD', perMonth: '7.5' }] };
  expect(isUnlimited({ limits: {}, used })).toBe(true);
  expect(isUnlimited({ limits: { volumes: 0 }, used })).toBe(false);
  expect(isUnlimited({ limits: { money: { currency: 'CNY', perMonth: '0' } }, used })).toBe(false);
});
