import { expect, test } from 'vitest';
import type { Words } from '../vocabulary.ts';
import { nextCondition, operatorsFor, typeOf, valuesOf, withKey, withOperator } from './condition-choices.ts';
import { newStatement } from './policy-form.ts';

const title = { en: '', 'zh-CN': '' };
const words: Words = {
  actions: [],
  kinds: [],
  keys: [
    { name: 'project', of: 'resource', type: 'string', title },
    { name: 'tag/*', of: 'resource', type: 'string', title },
    { name: 'sourceIp', of: 'request', type: 'ip', title },
    { name: 'mfa', of: 'request', type: 'boolean', title },
  ],
};
const project = { operator: 'StringEquals', key: 'project', values: ['prj-1'], isList: true };

test('the operators on offer fit the type of the key', () => {
  expect(operatorsFor('ip')).toEqual([
    'IpAddress',
    'IpAddressIfExists',
    'NotIpAddress',
    'NotIpAddressIfExists',
    'Null',
  ]);
  expect(typeOf('tag/owner', words)).toBe('string');
  expect(typeOf('nonsense', words)).toBeUndefined();
});

test('a new condition never takes the place of one that is there', () => {
  expect(nextCondition(newStatement(), words)).toMatchObject({ key: 'project', operator: 'StringEquals' });
  expect(nextCondition({ ...newStatement(), conditions: [project] }, words)?.key).toBe('tag/*');
  expect(withKey({ ...project, key: 'mfa' }, 'project', [project], words).operator).toBe('StringEqualsIfExists');
});

test('another key takes an operator of its type along, and a truth value where it needs one', () => {
  expect(withKey(project, 'mfa', [], words)).toEqual({ operator: 'Bool', key: 'mfa', values: [true], isList: false });
  expect(withKey(project, 'sourceIp', [], words)).toEqual({
    operator: 'IpAddress',
    key: 'sourceIp',
    values: [],
    isList: true,
  });
  expect(withOperator(project, 'StringNotEquals').values).toEqual(['prj-1']);
  expect(withOperator(project, 'Null').values).toEqual([true]);
});

test('values that stood there stay as they were written', () => {
  expect(valuesOf(['4', '8', '16'], ['4', 8], 'number')).toEqual(['4', 8, 16]);
  expect(valuesOf(['4'], [], 'string')).toEqual(['4']);
});
