import { expect, test } from 'vitest';
import { differenceOf, Hidden } from './difference.ts';

test('only what differs is told, of lists what is gone and what has come', () => {
  const before = { name: 'shop', settings: { url: 'a', user: 'x' }, members: ['li', 'wang'], order: [1, 2] };
  const after = { name: 'shop', settings: { url: 'b', user: 'x' }, members: ['wang', 'zhao'], order: [2, 1] };
  expect(differenceOf(before, after)).toEqual({
    before: { settings: { url: 'a' }, members: ['li'] },
    after: { settings: { url: 'b' }, members: ['zhao'] },
  });
  expect(differenceOf(before, structuredClone(before))).toBeUndefined();
});

test('a fact that was not there, and one that is gone, stand on one side', () => {
  expect(differenceOf({ note: 'x' }, { title: 'y' })).toEqual({ before: { note: 'x' }, after: { title: 'y' } });
  expect(differenceOf({ list: ['a'] }, { list: ['a', 'b'] })).toEqual({ after: { list: ['b'] } });
  expect(differenceOf(undefined, { name: 'new' })).toEqual({ after: { name: 'new' } });
  expect(differenceOf({ name: 'old' }, undefined)).toEqual({ before: { name: 'old' } });
  expect(differenceOf(undefined, undefined)).toBeUndefined();
});

test('a secret says that it was changed, and nothing else', () => {
  const state = (sealed: string) => ({ secrets: { password: new Hidden(sealed) }, user: 'x' });
  expect(differenceOf(state('sealed-1'), state('sealed-1'))).toBeUndefined();
  const changed = differenceOf(state('sealed-1'), state('sealed-2'));
  expect(changed).toEqual({ before: { secrets: { password: '•••' } }, after: { secrets: { password: '•••' } } });
  expect(JSON.stringify(differenceOf(undefined, state('sealed-1')))).not.toContain('sealed');
});

test('a long fact is told by its beginning and its length', () => {
  const { after } = differenceOf(undefined, { document: { text: 'x'.repeat(10_000) } }) ?? {};
  expect(JSON.stringify(after).length).toBeLessThan(300);
  expect(after?.['document']).toMatch(/… \(10\d\d\d\)$/);
  // Cut in the middle of an emoji, it would be no text that a database keeps.
  for (const before of ['', '1'])
    expect(String(differenceOf(undefined, { name: before + '🛰️'.repeat(2_000) })?.after?.['name']).isWellFormed()).toBe(
      true,
    );
});
