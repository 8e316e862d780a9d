import { expect, test } from 'vitest';
import { tagChanges, tagsWritten, unreadableTag, writtenTags } from './tags.ts';

test('tags are written and read as they are, also with a value that holds an equals sign, and in Chinese', () => {
  const tags = { owner: 'zhang', 'cost center': 'a=b', 部门: '研发', locked: '' };
  expect(writtenTags(tags)).toEqual(['owner=zhang', 'cost center=a=b', '部门=研发', 'locked']);
  expect(tagsWritten(writtenTags(tags))).toEqual(tags);
});

test('what names no tag is pointed at', () => {
  expect(unreadableTag(['owner=zhang', '=zhang'])).toBe('=zhang');
  expect(unreadableTag(['team*=x'])).toBe('team*=x');
  expect(unreadableTag(['team/shop=x', 'x'])).toBeUndefined();
});

test('only what is different is changed', () => {
  expect(tagChanges({ a: '1', b: '2', c: '3' }, { a: '1', b: '5', d: '4' })).toEqual({ c: null, b: '5', d: '4' });
  expect(tagChanges({ a: '1' }, { a: '1' })).toEqual({});
});
