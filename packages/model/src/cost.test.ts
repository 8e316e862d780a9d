import fc from 'fast-check';
import { expect, test } from 'vitest';
import { costOf, differenceOf, hourOf, priceOf, type Billable } from './cost.ts';
import { amountOf, millionths, moneyText, perHour, roundedQuotient } from './money.ts';
import { PriceList } from './price-list.ts';

const list = PriceList.parse({
  servers: {
    flavors: { small: { perHour: '0.1', stoppedPerHour: '0.02' }, 'id-7': { perHour: '3' } },
    rule: { perCoreHour: '0.05', perGigabyteHour: '0.000001', stoppedPerCoreHour: '0' },
  },
  volumes: { types: { ssd: { perGigabyteMonth: '0.8' } }, other: { perGigabyteMonth: '0.333333' } },
  addresses: { perHour: '0.02' },
});
const month = (what: Billable) => {
  const price = priceOf(list, what);
  return price === undefined ? undefined : amountOf(price);
};
const server = (flavor: Extract<Billable, { kind: 'server' }>['flavor'], isStopped = false): Billable => ({
  kind: 'server',
  flavor,
  isStopped,
});

test('a flavor has its price by name or by id, a stopped server its own where there is one', () => {
  expect(month(server({ ref: 'a', name: 'small' }))).toBe('73');
  expect(month(server({ ref: 'a', name: 'small' }, true))).toBe('14.6');
  expect(month(server({ ref: 'id-7', name: 'big' }))).toBe('2190');
  expect(month(server({ ref: 'id-7', name: 'big' }, true))).toBe('2190');
});

test('a flavor without a price goes by its size, and without a size it has none', () => {
  expect(month(server({ ref: 'x', cores: 2, megabytes: 4096 }))).toBe('73.00292');
  expect(month(server({ ref: 'x', cores: 2, megabytes: 4096 }, true))).toBe('0.00292');
  expect(month(server({ ref: 'x' }))).toBeUndefined();
  // Every object has a `constructor`; a flavor of that name has no price because of it.
  expect(month(server({ ref: 'constructor', name: 'toString' }))).toBeUndefined();
});

test('memory below a gigabyte is rounded to the nearest millionth of an hour', () => {
  const of = (megabytes: number) => priceOf(list, server({ ref: 'x', cores: 0, megabytes }));
  expect([511, 512, 1535, 1536].map(of)).toEqual([0n, 730n, 730n, 1460n]);
});

test('machines without a size can all have one price, and a price of nothing is a price', () => {
  expect(month(server(undefined))).toBeUndefined();
  const free = PriceList.parse({ servers: { other: { perHour: '0' } } });
  expect(priceOf(free, server(undefined))).toBe(0n);
  expect(priceOf(free, server({ ref: 'm1', cores: 4, megabytes: 1 }))).toBe(0n);
});

test('volumes cost by type and size, addresses by the hour or the month, routers nothing unless told', () => {
  expect(month({ kind: 'volume', gigabytes: 10, type: 'ssd' })).toBe('8');
  expect(month({ kind: 'volume', gigabytes: 10, type: 'tape' })).toBe('3.33333');
  expect(month({ kind: 'volume', gigabytes: 10 })).toBe('3.33333');
  expect(month({ kind: 'volume', type: 'ssd' })).toBeUndefined();
  expect(month({ kind: 'address' })).toBe('14.6');
  const usage = [{ what: { kind: 'router' } as const, count: 3 }];
  expect(costOf(list, usage)).toEqual({ perMonth: '0', resources: 0, unpriced: [] });
  const priced = PriceList.parse({ routers: { perMonth: '9.9' } });
  expect(costOf(priced, usage)).toEqual({ perMonth: '29.7', resources: 3, unpriced: [] });
});

test('what has no price is told by what is missing, and is not taken for free', () => {
  const empty = PriceList.parse({});
  expect(
    costOf(empty, [
      { what: server({ ref: 'a', name: 'm1' }), count: 2 },
      { what: server({ ref: 'a', name: 'm1' }, true), count: 1 },
      { what: { kind: 'volume', gigabytes: 1 }, count: 4 },
      { what: { kind: 'address' }, count: 1 },
    ]),
  ).toEqual({
    perMonth: '0',
    resources: 8,
    unpriced: [
      { kind: 'server', name: 'm1', count: 3 },
      { kind: 'volume', count: 4 },
      { kind: 'address', count: 1 },
    ],
  });
});

test('a price list says where it is wrong', () => {
  const wrong = {
    currency: 'YUAN',
    servers: { flavors: { small: { perHour: '0,1' } }, rule: { perCoreHour: '1' } },
    volumes: { type: {} },
    addresses: { perHour: '1', perMonth: '2' },
  };
  const at = PriceList.safeParse(wrong).error?.issues.map(({ path }) => path.join('/'));
  expect(at?.toSorted()).toEqual([
    'addresses',
    'currency',
    'servers/flavors/small/perHour',
    'servers/rule/perGigabyteHour',
    'volumes',
  ]);
  for (const price of ['-1', '1e3', '0.1234567', '1234567890', '', '.5', ' 1', '١'])
    expect(PriceList.safeParse({ addresses: { perHour: price } }).success).toBe(false);
  expect(PriceList.safeParse({ addresses: { perHour: 0.1 } }).success).toBe(false);
});

test('amounts are read and written without losing anything', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), (count) => {
      expect(millionths(amountOf(count))).toBe(count);
    }),
  );
  expect(['0.1', '10.50', '-0.000001', '0'].map((text) => amountOf(millionths(text) ?? 1n))).toEqual([
    '0.1',
    '10.5',
    '-0.000001',
    '0',
  ]);
  // In floating point the sum of the first two is not the third.
  expect(differenceOf('0.1', '0.3')).toBe('0.2');
  for (const text of ['', '.5', '1.', '1e3', '0x1', '1.1234567', '+1']) expect(millionths(text)).toBeUndefined();
});

test('a quotient is the nearest whole number', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.bigInt({ min: 1n, max: 10n ** 6n }), (a, b) => {
      const rest = a - roundedQuotient(a, b) * b;
      expect(2n * (rest < 0n ? -rest : rest)).toBeLessThanOrEqual(b);
    }),
  );
  expect([perHour(365n), perHour(364n), perHour(-365n)]).toEqual([1n, 0n, -1n]);
  expect(hourOf('73')).toBe('0.1');
});

test('the cost of all is the sum of the costs of each, in any order', () => {
  const one = fc.oneof(
    fc.record({
      kind: fc.constant('volume' as const),
      gigabytes: fc.nat(100_000),
      type: fc.constantFrom('ssd', 'tape'),
    }),
    fc.record({
      kind: fc.constant('server' as const),
      flavor: fc.record({ ref: fc.constant('x'), cores: fc.nat(512), megabytes: fc.nat(4_000_000) }),
      isStopped: fc.boolean(),
    }),
    fc.record({ kind: fc.constant('address' as const) }),
  );
  fc.assert(
    fc.property(fc.array(fc.record({ what: one, count: fc.nat(10_000) })), (usages) => {
      const sum = usages.reduce((total, { what, count }) => total + (priceOf(list, what) ?? 0n) * BigInt(count), 0n);
      expect(costOf(list, usages).perMonth).toBe(amountOf(sum));
      expect(costOf(list, usages.toReversed()).perMonth).toBe(amountOf(sum));
    }),
  );
});

test('money reads as people write it, however much it is', () => {
  expect(moneyText('1234.5', 'CNY', 'zh-CN')).toBe('¥1,234.50');
  expect(moneyText('90071992547409931.07', 'CNY', 'zh-CN')).toBe('¥90,071,992,547,409,931.07');
  expect(moneyText('0.0123', 'USD', 'en', { digits: 4 })).toBe('$0.0123');
  expect(moneyText('2', 'USD', 'en', { isDifference: true })).toBe('+$2.00');
  expect(moneyText('0', 'USD', 'en', { isDifference: true })).toBe('$0.00');
  expect(moneyText('-2', 'JPY', 'en', { isDifference: true })).toBe('-¥2');
});
