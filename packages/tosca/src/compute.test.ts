import fc from 'fast-check';
import { expect, test } from 'vitest';
import { comparable } from './comparable.ts';
import { compute } from './compute.ts';
import type { Data } from './topology.ts';

/** Whatever YAML can hold, nothing inside lists and maps among it. */
const { data } = fc.letrec<{ data: Data }>((tie) => ({
  data: fc.oneof(
    { maxDepth: 3 },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.string(),
    fc.array(tie('data'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('data'), { maxKeys: 4 }),
  ),
}));
const list = fc.array(data, { maxLength: 6 });
const map = fc.dictionary(fc.string(), data, { maxKeys: 5 });
const holds = <T>(property: fc.IProperty<T>) => fc.assert(property, { numRuns: 200 });
/** The same data with the keys of its maps the other way round. */
const turned = (one: Data): Data => {
  if (Array.isArray(one)) return (one as readonly Data[]).map(turned);
  if (typeof one !== 'object' || one === null) return one;
  return Object.fromEntries(
    Object.entries(one as Readonly<Record<string, Data>>)
      .toReversed()
      .map(([key, value]) => [key, turned(value)]),
  );
};

test('boolean functions are those of logic, and what is not boolean makes none of them true', () => {
  holds(
    fc.property(fc.array(fc.boolean(), { minLength: 2 }), (all) => {
      expect(compute('and', all)).toBe(all.every(Boolean));
      expect(compute('or', all)).toBe(all.some(Boolean));
      const [a = false, b = false] = all;
      expect(compute('not', [a])).toBe(!a);
      expect(compute('xor', [a, b])).toBe(a !== b);
      expect(compute('not', [compute('and', [a, b]) ?? null])).toBe(compute('or', [!a, !b]));
    }),
  );
  expect(compute('and', [true, 'true'])).toBe(false);
  expect(compute('or', [1, null])).toBe(false);
  expect(compute('not', ['false'])).toBeUndefined();
  expect(compute('xor', [true, null])).toBeUndefined();
});

test('two values are equal when they hold the same, in whatever order their keys stand', () => {
  holds(
    fc.property(data, data, (a, b) => {
      expect(compute('equal', [a, turned(a)])).toBe(true);
      expect(compute('equal', [a, b])).toBe(compute('equal', [b, a]));
      expect(compute('equal', [[a, null], [a]])).toBe(false);
      expect(compute('equal', [{ x: a, y: null }, { x: a }])).toBe(false);
    }),
  );
  expect(compute('equal', [1, '1'])).toBe(false);
  expect(compute('equal', [null, null])).toBe(true);
  expect(compute('equal', [null, ''])).toBe(false);
  expect(compute('equal', ['1 GB', '1000 MB'])).toBe(true);
});

test('comparisons agree with one another, and what cannot be compared is neither more nor less', () => {
  const ordered = fc.oneof(
    fc.tuple(fc.integer(), fc.integer()),
    fc.tuple(fc.string({ unit: fc.constantFrom('a', 'b', 'z') }), fc.string({ unit: fc.constantFrom('a', 'b', 'z') })),
  );
  holds(
    fc.property(ordered, ([a, b]) => {
      expect(compute('greater_than', [a, b])).toBe(a > b);
      expect(compute('less_than', [a, b])).toBe(a < b);
      expect(compute('greater_or_equal', [a, b])).toBe(compute('less_than', [a, b]) === false);
      expect(compute('less_or_equal', [a, b])).toBe(compute('greater_than', [a, b]) === false);
    }),
  );
  for (const pair of [
    [1, 'a'],
    [null, 1],
    [[1], [2]],
    [{ a: 1 }, { a: 2 }],
    [true, false],
  ] satisfies Data[][]) {
    expect(compute('greater_than', pair)).toBeUndefined();
    expect(compute('less_or_equal', pair)).toBeUndefined();
  }
});

test.each([
  ['version', '1.9', '1.10'],
  ['version', '1.0.0.alpha-9', '1.0.0.alpha-10'],
  ['version', '1.0.0.beta', '1.0.0'],
  ['version', '1.0.1.beta', '1.0.2.alpha'],
  ['timestamp-3339', '2025-01-01T01:00:00+02:00', '2025-01-01T00:00:00Z'],
])('a %s sorts as it is meant: %s before %s', (base, earlier, later) => {
  const order = (one: Data) => comparable(one, { base });
  expect(compute('less_than', [earlier, later], order)).toBe(true);
  expect(compute('greater_or_equal', [earlier, later], order)).toBe(false);
  expect(compute('equal', [earlier, earlier], order)).toBe(true);
});

test('what has no order has none for any type either', () => {
  const bare = Object.assign(Object.create(null) as Record<string, Data>, { a: 1 });
  for (const base of ['integer', 'float', 'string', 'boolean', 'any']) {
    for (const one of [bare, [1], null, true]) expect(comparable(one, { base })).toBeUndefined();
  }
  expect(comparable('12', { base: 'integer' })).toBe(12);
});

test('scalars of a type with units compare in its canonical unit', () => {
  const scalar = {
    units: { g: 1, kg: 1000 },
    canonical: 'g',
    number: { type: 'float', base: 'float', constraints: [] },
  };
  const order = (one: Data) => comparable(one, { base: 'scalar', scalar });
  expect(compute('greater_than', ['10 kg', '9000 g'], order)).toBe(true);
  expect(compute('equal', ['1 kg', '0x3E8 g'], order)).toBe(true);
  expect(compute('sum', ['1 kg', '500 g'], order, scalar)).toBe('1500 g');
  expect(compute('sum', ['1 kg', '5 lb'], order, scalar)).toBeUndefined();
});

test('valid_values is has_entry the other way round, for lists that are empty or hold nothing too', () => {
  holds(
    fc.property(list, data, (all, one) => {
      const isIn = all.some((other) => compute('equal', [other, one]));
      expect(compute('valid_values', [one, all])).toBe(isIn);
      expect(compute('has_entry', [all, one])).toBe(isIn);
      expect(compute('has_entry', [Object.fromEntries(all.map((other, index) => [`k${index}`, other])), one])).toBe(
        isIn,
      );
    }),
  );
  expect(compute('valid_values', [1, []])).toBe(false);
  expect(compute('valid_values', [null, [null]])).toBe(true);
  expect(compute('valid_values', [1, 'text'])).toBeUndefined();
});

test('prefixes, suffixes and parts are found in texts and in lists, which hold themselves and the empty one', () => {
  holds(
    fc.property(fc.string(), fc.string(), fc.string(), (before, part, after) => {
      const all = before + part + after;
      expect(compute('has_prefix', [all, before])).toBe(true);
      expect(compute('has_suffix', [all, after])).toBe(true);
      expect(compute('contains', [all, part])).toBe(true);
      expect(compute('has_prefix', [part, all])).toBe(part.startsWith(all));
    }),
  );
  holds(
    fc.property(list, list, list, (before, part, after) => {
      const all = [...before, ...part, ...after];
      expect(compute('has_prefix', [all, before])).toBe(true);
      expect(compute('has_suffix', [all, after])).toBe(true);
      expect(compute('contains', [all, part])).toBe(true);
      expect(compute('has_prefix', [all, [...all, null]])).toBe(false);
      expect(compute('has_suffix', [all, [null, ...all]])).toBe(false);
    }),
  );
  expect(
    compute('contains', [
      [1, 2, 3],
      [1, 3],
    ]),
  ).toBe(false);
  expect(compute('contains', ['abc', ['a']])).toBeUndefined();
  expect(compute('has_prefix', [null, ''])).toBeUndefined();
});

test('keys and entries are those of the map', () => {
  holds(
    fc.property(map, fc.array(fc.string(), { maxLength: 4 }), list, (of, keys, entries) => {
      expect(compute('has_all_keys', [of, Object.keys(of)])).toBe(true);
      expect(compute('has_all_keys', [of, keys])).toBe(keys.every((key) => Object.hasOwn(of, key)));
      expect(compute('has_any_key', [of, keys])).toBe(keys.some((key) => Object.hasOwn(of, key)));
      expect(compute('has_all_entries', [of, Object.values(of)])).toBe(true);
      expect(compute('has_any_entry', [of, entries])).toBe(
        entries.some((one) => compute('has_entry', [of, one]) === true),
      );
      for (const key of keys) expect(compute('has_key', [of, key])).toBe(Object.hasOwn(of, key));
    }),
  );
  expect(compute('has_all_keys', [{}, []])).toBe(true);
  expect(compute('has_any_key', [{}, []])).toBe(false);
  expect(compute('has_all_entries', [[], []])).toBe(true);
  expect(compute('has_any_entry', [[], []])).toBe(false);
  expect(compute('has_key', [['a'], 'a'])).toBeUndefined();
  expect(compute('has_key', [{ a: 1 }, 'toString'])).toBe(false);
});

test('the length of a text counts its characters, that of a list or map what it holds', () => {
  holds(
    fc.property(fc.string({ unit: 'grapheme' }), list, map, (text, all, of) => {
      expect(compute('length', [text])).toBe(Array.from(text).length);
      expect(compute('length', [all])).toBe(all.length);
      expect(compute('length', [of])).toBe(Object.keys(of).length);
    }),
  );
  expect(compute('length', ['😀插座'])).toBe(3);
  expect(compute('length', [null])).toBeUndefined();
  expect(compute('length', [7])).toBeUndefined();
});

test('union and intersection are those of sets', () => {
  holds(
    fc.property(list, list, (a, b) => {
      const union = compute('union', [a, b]) as readonly Data[];
      const intersection = compute('intersection', [a, b]) as readonly Data[];
      const has = (all: readonly Data[], one: Data) => all.some((other) => compute('equal', [other, one]));
      expect([...a, ...b].every((one) => has(union, one))).toBe(true);
      expect(union.every((one) => has(a, one) || has(b, one))).toBe(true);
      expect(intersection.every((one) => has(a, one) && has(b, one))).toBe(true);
      expect(a.filter((one) => has(b, one)).every((one) => has(intersection, one))).toBe(true);
      for (const set of [union, intersection])
        expect(set.every((one, index) => !has(set.slice(index + 1), one))).toBe(true);
      expect(compute('union', [a])).toEqual(compute('intersection', [a]));
    }),
  );
  expect(compute('union', [[], []])).toEqual([]);
  expect(compute('intersection', [[1], []])).toEqual([]);
});

test('arithmetic is that of numbers, scalars keep their unit, and what makes no sense yields nothing', () => {
  const number = fc.integer({ min: -1_000_000, max: 1_000_000 });
  holds(
    fc.property(fc.array(number, { minLength: 1 }), number, number, (all, a, b) => {
      const sum = all.reduce((before, one) => before + one, 0);
      expect(compute('sum', all)).toBe(sum);
      expect(
        compute(
          'sum',
          all.map((one) => `${one} GB`),
        ),
      ).toBe(`${sum} GB`);
      expect(compute('difference', [compute('sum', [a, b]) ?? null, b])).toBe(a);
      expect(compute('product', [a, b])).toBe(a * b + 0);
      expect(compute('product', [`${a} GB`, b])).toBe(`${a * b} GB`);
      if (b === 0) {
        expect(compute('quotient', [a, b])).toBeUndefined();
        expect(compute('remainder', [a, b])).toBeUndefined();
      } else {
        expect(compute('quotient', [a, b])).toBe(a / b + 0);
        expect(compute('remainder', [`${a} GB`, b])).toBe(`${a % b} GB`);
      }
    }),
  );
  expect(compute('sum', ['1 GB', '500 MB'])).toBe('1.5 GB');
  expect(compute('difference', ['1 h', '15 m'])).toBe('0.75 h');
  expect(compute('sum', ['1 GB', 2])).toBeUndefined();
  expect(compute('sum', ['1 GB', '1 s'])).toBeUndefined();
  expect(compute('product', [2, '3 GB'])).toBeUndefined();
  expect(compute('product', ['2 GB', '3 GB'])).toBeUndefined();
  expect(compute('quotient', ['4 GB', '2 GB'])).toBeUndefined();
  expect(compute('sum', ['a'])).toBeUndefined();
  expect(compute('sum', [null, 1])).toBeUndefined();
});

test('rounding leads to the nearest whole number, and half way down', () => {
  holds(
    fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), (number) => {
      const [round, floor, ceil] = (['round', 'floor', 'ceil'] as const).map((name) => compute(name, [number]));
      expect(floor).toBe(Math.floor(number) + 0);
      expect(ceil).toBe(Math.ceil(number) + 0);
      expect([floor, ceil]).toContain(round);
    }),
  );
  expect([3.5, 3.53, -3.5, -0.2].map((one) => compute('round', [one]))).toEqual([3, 4, -4, 0]);
  expect(compute('round', ['3.5'])).toBeUndefined();
});

test('a pattern matches anywhere in a text unless it says where', () => {
  expect(compute('matches', ['shop-12', '[0-9]+'])).toBe(true);
  expect(compute('matches', ['shop-12', '^[0-9]+$'])).toBe(false);
  expect(compute('matches', ['', '^$'])).toBe(true);
  expect(compute('matches', [12, '[0-9]'])).toBeUndefined();
  expect(compute('matches', ['a', '('])).toBeUndefined();
});
