import { expect, test } from 'vitest';
import { defaultLimits } from './limits.ts';
import { readPlainYaml } from './plain-yaml.ts';
import { Source } from './position.ts';
import { pileusTypes } from './profiles/pileus.ts';
import { simpleTypes } from './profiles/simple.ts';
import { Report } from './report.ts';
import { threeTier } from './testing/three-tier.ts';
import type { Yaml } from './yaml-tree.ts';
import { readAnyYaml } from './yaml.ts';

const samples = [
  '# a comment\na: plain text, with no colon\n',
  'a: 1\nb: -1.5e3\nc: 0x1F\nd: 0o17\ne: .inf\nf: ~\ng: Null\nh: TRUE\ni: 1.10\nj: 2026-11-22\nk:\nl:   \nm: # nothing\nn: a#b # c\n',
  "'a b': \"x\\ny\"\n\"c\" : 'it''s'\nd: [ a, 'b, c', \"d\", { e: f }, g: h, [ ], { } , ]\n",
  'a: {\n  b: c,  # why\n  "d": e\n }\n',
  'a:\n- b\n- c: d\n  e: f\n-\n- - g\n  - h\n-\n  i: j\nk: l\n',
  'a: |\n  one\n\n    two\n  three\n\nb: >-\n  four\n  five\n\n  six\nc: |+\n  seven\n\n',
  'a: a text\n  that goes on\n\n  and on\nb:\n  c\n  d\ne: f\n',
  '---\n- a\n- b: c\n',
  pileusTypes,
  ...threeTier.values(),
];

/** Values with their places, functions not understood. */
function plainly(yaml: Yaml): unknown {
  const at = `${yaml.at.line}:${yaml.at.column}`;
  if (yaml.is === 'scalar') return [at, yaml.value, yaml.text];
  if (yaml.is === 'list') return [at, yaml.items.map(plainly)];
  return [
    at,
    ...Array.from(yaml.entries, ([name, { at: key, value }]) => [name, `${key.line}:${key.column}`, plainly(value)]),
  ];
}

/** What the package makes of the text; undefined where it finds it wrong. */
function byPackage(source: Source): unknown {
  const report = new Report();
  const yaml = readAnyYaml(source, report, defaultLimits);
  return report.failed || !yaml ? undefined : plainly(yaml);
}

test.each(samples.map((text, index) => ({ index, text })))(
  'plain YAML is read as the package reads it ($index)',
  ({ text }) => {
    const source = new Source('t.yaml', text);
    const plain = readPlainYaml(source, 64);
    if (!text.includes('&small')) expect(plain).toBeDefined();
    if (plain) expect(plainly(plain)).toEqual(byPackage(source));
  },
);

test('a template that is damaged at random is read as the package reads it, or left to the package', () => {
  const random = randomNumbers(20261122);
  const damage = [
    ' ',
    '\n',
    '  ',
    '- ',
    ': ',
    ':',
    '#',
    ' #',
    '"',
    "'",
    '[',
    ']',
    '{',
    '}',
    ',',
    '|',
    '>',
    '|-\n',
    '- - ',
    '? ',
    '&a ',
    '*a',
    '---',
    '\n...',
    '\t',
    '~',
    '\n\n',
    '\\',
    '<<: ',
    '\r\n',
  ];
  const texts = [...samples.slice(0, 8), simpleTypes(3).slice(0, 1500), ...threeTier.values()];
  let read = 0;
  for (let round = 0; round < 1500; round++) {
    let text = texts[random(texts.length)] ?? '';
    for (let times = random(3); times >= 0; times--) {
      const from = random(text.length + 1);
      text = text.slice(0, from) + (damage[random(damage.length)] ?? '') + text.slice(from + random(3));
    }
    const source = new Source('t.yaml', text);
    const plain = readPlainYaml(source, 64);
    if (!plain) continue;
    read += 1;
    expect(plainly(plain), text).toEqual(byPackage(source));
  }
  expect(read).toBeGreaterThan(300);
});

/** Mulberry32. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
