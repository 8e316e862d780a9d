import type { FlavorSize } from '@pileus/model/cost';
import type { PriceList } from '../../../api/types.ts';

/** A price list while somebody writes it: a line for everything that can have a price. */
export interface Draft {
  readonly currency: string;
  readonly rows: readonly PriceRow[];
}

export interface PriceRow {
  /** `core` and `memory` are the rule for flavors without a price, `server`, `volume` what is left of each. */
  readonly is: 'flavor' | 'core' | 'memory' | 'server' | 'type' | 'volume' | 'address' | 'router';
  /** Of a flavor or a volume type, as the price list has it. */
  readonly name?: string;
  /** The flavor as the cloud lists it. */
  readonly flavor?: FlavorSize;
  /** What is written, empty where there is no price. */
  readonly price: string;
  /** While it is stopped; absent for what cannot be. */
  readonly stopped?: string;
  /** What the price is for, where one may choose. */
  readonly unit?: 'hour' | 'month';
}

export type Cell = 'price' | 'stopped';

/** The lines for an account with these flavors, filled with the prices there are. */
export function draftOf(list: PriceList | undefined, flavors: readonly FlavorSize[]): Draft {
  const { flavors: named = {}, rule, other } = list?.servers ?? {};
  const { types = {}, other: volume } = list?.volumes ?? {};
  const known = flavors.map((flavor): PriceRow => {
    const name = Object.hasOwn(named, flavor.ref) ? flavor.ref : (flavor.name ?? flavor.ref);
    const price = Object.hasOwn(named, name) ? named[name] : undefined;
    return { is: 'flavor', name, flavor, price: price?.perHour ?? '', stopped: price?.stoppedPerHour ?? '' };
  });
  const others = Object.entries(named).filter(([name]) => !known.some((row) => row.name === name));
  const fixed = (is: 'address' | 'router', price: PriceList['addresses']): PriceRow => ({
    is,
    price: price?.perMonth ?? price?.perHour ?? '',
    unit: price?.perHour === undefined ? 'month' : 'hour',
  });
  return {
    currency: list?.currency ?? 'CNY',
    rows: [
      ...known,
      ...others.map(([name, { perHour, stoppedPerHour = '' }]): PriceRow => ({
        is: 'flavor',
        name,
        price: perHour,
        stopped: stoppedPerHour,
      })),
      { is: 'core', price: rule?.perCoreHour ?? '', stopped: rule?.stoppedPerCoreHour ?? '' },
      { is: 'memory', price: rule?.perGigabyteHour ?? '', stopped: rule?.stoppedPerGigabyteHour ?? '' },
      { is: 'server', price: other?.perHour ?? '', stopped: other?.stoppedPerHour ?? '' },
      ...Object.entries(types).map(([name, { perGigabyteMonth }]): PriceRow => ({
        is: 'type',
        name,
        price: perGigabyteMonth,
      })),
      { is: 'volume', price: volume?.perGigabyteMonth ?? '' },
      fixed('address', list?.addresses),
      fixed('router', list?.routers),
    ],
  };
}

export function withRow(draft: Draft, at: number, change: Partial<PriceRow>): Draft {
  const row = draft.rows[at];
  return row ? { ...draft, rows: draft.rows.with(at, { ...row, ...change }) } : draft;
}

/** With a line for a volume type, before the one for all others. */
export function withType(draft: Draft, name: string): Draft {
  if (draft.rows.some((row) => row.is === 'type' && row.name === name)) return draft;
  const at = draft.rows.findIndex(({ is }) => is === 'volume');
  return { ...draft, rows: draft.rows.toSpliced(at, 0, { is: 'type', name, price: '' }) };
}

/** The cells in which nothing stands that can be understood, or that others cannot do without. */
export function wrongIn({ rows }: Draft): ReadonlySet<string> {
  const wrong = new Set<string>();
  const rule = rows.filter(({ is }) => is === 'core' || is === 'memory').some(isBegun);
  rows.forEach((row, at) => {
    const lacks = row.price.trim() === '' && (isBegun(row) || (rule && (row.is === 'core' || row.is === 'memory')));
    if (lacks || !isAmount(row.price)) wrong.add(cellKey(at, 'price'));
    if (!isAmount(row.stopped ?? '')) wrong.add(cellKey(at, 'stopped'));
  });
  return wrong;
}

export const cellKey = (row: number, cell: Cell): string => `${row} ${cell}`;

/** The prices that a draft says; what is wrong in it is left out. */
export function pricesOf({ currency, rows }: Draft): PriceList {
  const server = ({ price, stopped = '' }: PriceRow) => ({
    perHour: price.trim(),
    ...(isPrice(stopped) && { stoppedPerHour: stopped.trim() }),
  });
  const volume = ({ price }: PriceRow) => ({ perGigabyteMonth: price.trim() });
  const fixed = ({ price, unit }: PriceRow) => ({ [unit === 'hour' ? 'perHour' : 'perMonth']: price.trim() });
  const given = rows.filter(({ price }) => isPrice(price));
  const one = (is: PriceRow['is']) => given.find((row) => row.is === is);
  const all = (is: PriceRow['is']) => given.filter((row) => row.is === is);
  const [core, memory, other] = [one('core'), one('memory'), one('server')];
  const [volumes, addresses, routers] = [one('volume'), one('address'), one('router')];
  return {
    currency,
    servers: {
      flavors: Object.fromEntries(all('flavor').map((row) => [row.name ?? '', server(row)])),
      ...(core && memory && { rule: ruleOf(core, memory) }),
      ...(other && { other: server(other) }),
    },
    volumes: {
      types: Object.fromEntries(all('type').map((row) => [row.name ?? '', volume(row)])),
      ...(volumes && { other: volume(volumes) }),
    },
    ...(addresses && { addresses: fixed(addresses) }),
    ...(routers && { routers: fixed(routers) }),
  };
}

function ruleOf(core: PriceRow, memory: PriceRow): NonNullable<PriceList['servers']['rule']> {
  const [stoppedCore = '', stoppedMemory = ''] = [core.stopped, memory.stopped];
  return {
    perCoreHour: core.price.trim(),
    perGigabyteHour: memory.price.trim(),
    ...(isPrice(stoppedCore) && { stoppedPerCoreHour: stoppedCore.trim() }),
    ...(isPrice(stoppedMemory) && { stoppedPerGigabyteHour: stoppedMemory.trim() }),
  };
}

const isBegun = ({ price, stopped = '' }: PriceRow): boolean => price.trim() !== '' || stopped.trim() !== '';

/** As in the API: digits with up to six after the point. */
const isPrice = (text: string): boolean => /^\d{1,9}(\.\d{1,6})?$/.test(text.trim());
const isAmount = (text: string): boolean => text.trim() === '' || isPrice(text);
