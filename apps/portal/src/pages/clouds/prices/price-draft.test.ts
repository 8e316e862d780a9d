import { PriceList } from '@pileus/model';
import { expect, test } from 'vitest';
import { cellKey, draftOf, pricesOf, withRow, withType, wrongIn, type PriceRow } from './price-draft.ts';

const flavors = [
  { ref: 'id-1', name: 'm1.small', cores: 1, megabytes: 2048 },
  { ref: 'id-2', name: 'm1.large', cores: 4, megabytes: 8192 },
];
const list = PriceList.parse({
  currency: 'USD',
  servers: {
    flavors: {
      'm1.small': { perHour: '0.10', stoppedPerHour: '0.02' },
      'id-2': { perHour: '0.4' },
      'gone stopped': { perHour: '9' },
    },
    rule: { perCoreHour: '0.05', perGigabyteHour: '0.01', stoppedPerGigabyteHour: '0' },
    other: { perHour: '1' },
  },
  volumes: { types: { ssd: { perGigabyteMonth: '0.8' } }, other: { perGigabyteMonth: '0.3' } },
  addresses: { perHour: '0.02' },
  routers: { perMonth: '5' },
});
const rowOf = (draft: ReturnType<typeof draftOf>, is: PriceRow['is'], name?: string) =>
  draft.rows.findIndex((row) => row.is === is && (name === undefined || row.name === name));

test('what is not touched stays as it is, to the last digit', () => {
  const draft = draftOf(list, flavors);
  expect(pricesOf(draft)).toEqual(list);
  expect(wrongIn(draft).size).toBe(0);
  expect(pricesOf(draftOf(list, []))).toEqual(list);
});

test('every flavor of the cloud has a line, and so has one that only the prices know', () => {
  const names = draftOf(list, flavors).rows.flatMap(({ is, name, flavor }) =>
    is === 'flavor' ? [[name, flavor?.name]] : [],
  );
  expect(names).toEqual([
    ['m1.small', 'm1.small'],
    ['id-2', 'm1.large'],
    ['gone stopped', undefined],
  ]);
});

test('an empty draft says nothing and is right; what is written becomes a price', () => {
  const empty = draftOf(undefined, flavors);
  expect(pricesOf(empty)).toEqual(PriceList.parse({}));
  expect(wrongIn(empty).size).toBe(0);
  const typed = withRow(empty, rowOf(empty, 'address'), { price: ' 20 ', unit: 'hour' });
  expect(pricesOf(typed).addresses).toEqual({ perHour: '20' });
  const typing = withType(withType(typed, 'ssd'), 'ssd');
  expect(typing.rows.filter(({ is }) => is === 'type')).toEqual([{ is: 'type', name: 'ssd', price: '' }]);
  const ssd = withRow(typing, rowOf(typing, 'type', 'ssd'), { price: '0.8' });
  expect(pricesOf(ssd).volumes.types).toEqual({ ssd: { perGigabyteMonth: '0.8' } });
});

test('what is no price is marked, and so is what another price needs', () => {
  const draft = draftOf(undefined, flavors);
  const at = rowOf(draft, 'flavor', 'm1.large');
  for (const price of ['0,1', '-1', '1e3', '0.1234567', 'free'])
    expect(wrongIn(withRow(draft, at, { price }))).toEqual(new Set([cellKey(at, 'price')]));
  expect(wrongIn(withRow(draft, at, { stopped: '0.1' }))).toEqual(new Set([cellKey(at, 'price')]));
  expect(wrongIn(withRow(draft, at, { price: '1', stopped: 'x' }))).toEqual(new Set([cellKey(at, 'stopped')]));
  const [core, memory] = [rowOf(draft, 'core'), rowOf(draft, 'memory')];
  expect(wrongIn(withRow(draft, core, { price: '0.05' }))).toEqual(new Set([cellKey(memory, 'price')]));
  expect(pricesOf(withRow(draft, core, { price: '0.05' })).servers).toEqual({ flavors: {} });
});
