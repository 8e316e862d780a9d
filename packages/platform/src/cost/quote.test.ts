import { amountOf, differenceOf, millionths, PriceList, type Billable } from '@pileus/model';
import type { PlanStep } from '@pileus/orchestrator';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quoteOf, type There } from './quote.ts';

const list = PriceList.parse({
  servers: {
    flavors: { small: { perHour: '0.1', stoppedPerHour: '0.01' }, large: { perHour: '0.333333' } },
  },
  volumes: { types: { ssd: { perGigabyteMonth: '0.7' } } },
  addresses: { perMonth: '20' },
});
const flavors = new Map(['small', 'large', 'odd'].map((ref) => [ref, { ref, name: ref }]));
const shared = { node: 'n', needs: [], why: 'changed', name: 'n' } as const;
const server = (flavor: string, isStopped = false): Billable => ({
  kind: 'server',
  flavor: { ref: flavor, name: flavor },
  isStopped,
});
const create = (key: string, flavor: string, more: object = {}): PlanStep => ({
  ...shared,
  key,
  action: 'create',
  kind: 'server',
  spec: { flavor },
  earlier: 0,
  ...more,
});
const update = (resource: string, spec: Record<string, unknown>, kind: 'server' | 'volume' = 'server'): PlanStep => ({
  ...shared,
  key: resource,
  action: 'update',
  kind,
  spec,
  resource,
});
const remove = (resource: string): PlanStep => ({
  ...shared,
  key: `${resource}:delete`,
  action: 'delete',
  kind: 'server',
  resource,
  clears: [],
});
const turn = (verb: 'start' | 'stop' | 'reboot', resource: string): PlanStep => ({
  ...shared,
  key: `${resource}:${verb}`,
  action: 'verb',
  kind: 'server',
  verb,
  resource,
});
const quote = (steps: readonly PlanStep[], there: readonly There[] = []) => quoteOf(steps, there, list, flavors);

test('making, removing, stopping and starting cost what the resource does before and after', () => {
  const there = [
    { resource: 'a', what: server('small') },
    { resource: 'b', what: server('small', true) },
    { resource: 'c', what: server('large') },
  ];
  const all = quote(
    [create('d', 'large'), remove('c'), turn('stop', 'a'), turn('start', 'b'), turn('reboot', 'c')],
    there,
  );
  expect(all).toEqual({
    currency: 'CNY',
    before: '323.63309',
    after: '323.63309',
    resources: 4,
    unpriced: [],
    steps: {
      d: { before: '0', after: '243.33309' },
      'c:delete': { before: '243.33309', after: '0' },
      'a:stop': { before: '73', after: '7.3' },
      'b:start': { before: '7.3', after: '73' },
    },
  });
});

test('a replacement carries what it replaces, whichever comes first, and healing costs nothing', () => {
  const there = [{ resource: 'a', what: server('small') }];
  const replacing = create('a', 'small', { replaces: ['a:delete'] });
  for (const steps of [
    [replacing, remove('a')],
    [remove('a'), replacing],
  ]) {
    const found = quote(steps, there);
    expect(found.steps).toEqual({ a: { before: '73', after: '73' } });
    expect([found.before, found.after, found.resources]).toEqual(['73', '73', 1]);
  }
});

test('a server that is resized while it is stopped stays stopped, until it is started', () => {
  const there = [{ resource: 'a', what: server('large', true) }];
  expect(quote([update('a', { flavor: 'small' })], there).after).toBe('7.3');
  expect(quote([update('a', { flavor: 'small' }), turn('start', 'a')], there).after).toBe('73');
});

test('a volume that grows costs more, and one whose size is not known yet has no price', () => {
  const there: There[] = [{ resource: 'v', what: { kind: 'volume', type: 'ssd', gigabytes: 10 } }];
  expect(quote([update('v', { type: 'ssd', gigabytes: 20 }, 'volume')], there).steps).toEqual({
    v: { before: '7', after: '14' },
  });
  const open = quote([update('v', { type: 'ssd', gigabytes: { 'known after': ['x'] } }, 'volume')], there);
  expect(open).toMatchObject({
    before: '0',
    after: '0',
    unpriced: [{ kind: 'volume', name: 'ssd', count: 1 }],
    steps: { v: { before: '7' } },
  });
});

test('what has no price on one side is on neither side of the sum, and is named', () => {
  const there = [
    { resource: 'a', what: server('small') },
    { resource: 'b', what: server('odd') },
  ];
  const found = quote(
    [update('a', { flavor: 'odd' }), update('b', { flavor: 'large' }), turn('stop', 'b'), create('c', 'small')],
    there,
  );
  expect([found.before, found.after, found.resources]).toEqual(['0', '73', 3]);
  expect(found.unpriced).toEqual([{ kind: 'server', name: 'odd', count: 2 }]);
  expect(found.steps['a']).toEqual({ before: '73' });
});

test('what is done only when something fails is not counted, and neither are scripts and networks', () => {
  const found = quote([
    create('a', 'small', { onFailureOf: ['x'] }),
    { ...shared, key: 'net', action: 'create', kind: 'network', spec: { name: 'net' }, earlier: 0 },
    { ...shared, key: 'router', action: 'create', kind: 'router', spec: { name: 'router' }, earlier: 0 },
  ]);
  expect(found).toEqual({ currency: 'CNY', before: '0', after: '0', resources: 0, unpriced: [], steps: {} });
});

test('the differences of all steps add up to that of the whole, and after is what there then is', () => {
  const flavor = fc.constantFrom('small', 'large');
  const world = fc.array(
    fc.record({
      flavor,
      isStopped: fc.boolean(),
      does: fc.array(fc.constantFrom('start', 'stop', 'resize'), { maxLength: 3 }),
      to: flavor,
      end: fc.constantFrom('stay', 'delete', 'replace'),
    }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(world, fc.array(flavor, { maxLength: 5 }), (things, added) => {
      const there: There[] = things.map(({ flavor: of, isStopped }, at) => ({
        resource: `r${at}`,
        what: server(of, isStopped),
      }));
      const steps: PlanStep[] = [];
      /** What there is in the end, worked out apart from the quote. */
      const end: Billable[] = added.map((of) => server(of));
      things.forEach((thing, at) => {
        let [of, isStopped] = [thing.flavor, thing.isStopped];
        for (const verb of new Set(thing.does)) {
          if (verb === 'resize') of = thing.to;
          else isStopped = verb === 'stop';
          steps.push(verb === 'resize' ? update(`r${at}`, { flavor: of }) : turn(verb, `r${at}`));
        }
        if (thing.end !== 'stay') steps.push(remove(`r${at}`));
        if (thing.end === 'replace') steps.push(create(`new${at}`, thing.to, { replaces: [`r${at}:delete`] }));
        if (thing.end === 'stay') end.push(server(of, isStopped));
        if (thing.end === 'replace') end.push(server(thing.to));
      });
      steps.push(...added.map((of, at) => create(`added${at}`, of)));
      const found = quote(steps, there);
      const read = (amount: string | undefined) => millionths(amount ?? '') ?? 0n;
      const sum = Object.values(found.steps).reduce(
        (total, { before, after }) => total + read(after) - read(before),
        0n,
      );
      expect(amountOf(sum)).toBe(differenceOf(found.before, found.after));
      const left = quote(
        [],
        end.map((what, at) => ({ resource: `e${at}`, what })),
      );
      expect(found.after).toBe(left.before);
      expect(found.before).toBe(quote([], there).before);
      expect(found.unpriced).toEqual([]);
    }),
  );
});
