import { expect, test } from 'vitest';
import { membersAfter } from './membership.ts';

const members = [{ id: 'u-zhang' }, { id: 'svc-nightly' }];

test('who comes in stands after those who are in the group, once', () => {
  expect(membersAfter(members, { add: ['u-li', 'u-zhang', 'u-li'] })).toEqual(['u-zhang', 'svc-nightly', 'u-li']);
});

test('who goes is gone, and who was not there is not missed', () => {
  expect(membersAfter(members, { remove: ['u-zhang', 'u-nobody'] })).toEqual(['svc-nightly']);
});
