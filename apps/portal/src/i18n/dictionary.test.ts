import { expect, test } from 'vitest';
import { en } from './en.ts';
import { zhCN } from './zh-CN.ts';

test('every text exists in English and Chinese, with the same holes', () => {
  expect(holes(zhCN)).toEqual(holes(en));
});

test('no text is empty, and no Chinese text is left in English', () => {
  const same = [...texts(zhCN)].filter(([key, text]) => !/\p{Script=Han}/u.test(text) && !sameInBoth.test(key));
  expect(same).toEqual([]);
  expect([...texts(en)].filter(([, text]) => text.trim() === '')).toEqual([]);
});

/** Names and abbreviations that Chinese users read in Latin letters. */
const sameInBoth =
  /^(product\.name|action\.csv|common\.id|language\.en|.*\.(ip|node|nodeInstance)|commands\.api|deployment\.progress)$/;

function holes(dictionary: object): Record<string, string[]> {
  return Object.fromEntries(
    [...texts(dictionary)].map(([key, text]) => [
      key,
      [...text.matchAll(/\{\{(\w+)\}\}/g)].map((hole) => hole[1] ?? '').toSorted(),
    ]),
  );
}

function* texts(dictionary: object, path = ''): Iterable<[string, string]> {
  for (const [key, value] of Object.entries(dictionary)) {
    if (typeof value === 'string') yield [path + key, value];
    else yield* texts(value as object, `${path}${key}.`);
  }
}
