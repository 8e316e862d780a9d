import { isOfVersion, tagOf } from '@pileus/api/client';
import { expect, test } from 'vitest';
import { shared } from './query.ts';

test('what a page has is of the version that was read last, also where it shares what has not changed', () => {
  const read = (tag: string | undefined, answer: object) => {
    isOfVersion(answer, tag);
    return answer;
  };
  const first = shared(undefined, read('"1"', { name: 'a', members: ['x'] })) as object;
  expect(tagOf(first)).toBe('"1"');
  const second = shared(first, read('"2"', { name: 'b', members: ['x'] })) as { members: string[] };
  expect([tagOf(second), tagOf(first)]).toEqual(['"2"', '"1"']);
  expect(second.members).toBe((first as typeof second).members);
  const same = shared(second, read('"2"', { name: 'b', members: ['x'] })) as object;
  expect([same === second, tagOf(same)]).toEqual([true, '"2"']);
  expect(shared(second, undefined)).toBe(undefined);
  expect(tagOf(shared(undefined, { name: 'without' }) as object)).toBe(undefined);
});
