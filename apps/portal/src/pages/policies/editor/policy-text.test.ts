import { type Action, actionNames, actions } from '@pileus/api';
import { readPolicy } from '@pileus/policy';
import { expect, test } from 'vitest';
import { vocabularyOf, type Words } from '../vocabulary.ts';
import { examples } from './examples.ts';
import { policyWords } from './policy-completion.ts';
import { documentOf } from './policy-form.ts';
import { formOfText, written } from './policy-text.ts';

const title = { en: '', 'zh-CN': '' };
/** The actions of the product, on kinds that all have the same keys. */
const words: Words = {
  actions: actionNames.map((name: Action) => ({ name, kind: actions[name].on, reads: false, title })),
  kinds: [...new Set(actionNames.map((name) => actions[name].on))].map((name) => ({
    name,
    title,
    keys: ['project', 'environment'],
  })),
  keys: [
    { name: 'project', of: 'resource', type: 'string', title },
    { name: 'environment', of: 'resource', type: 'string', title },
    { name: 'sourceIp', of: 'request', type: 'ip', title },
    { name: 'mfa', of: 'request', type: 'boolean', title },
  ],
};
const vocabulary = vocabularyOf(words);

test('every example is a policy that can be saved, and has a form', () => {
  for (const [name, document] of Object.entries(examples('prj-1'))) {
    expect({ name, problems: readPolicy(document, vocabulary).problems }).toEqual({ name, problems: [] });
    const form = formOfText(written(document), vocabulary);
    expect.assert(form);
    expect(form.statements.some((one) => 'other' in one)).toBe(false);
    expect(written(documentOf(form))).toBe(written(document));
  }
});

test('a text of which the form would lose something has no form', () => {
  expect(formOfText('{ "Version": "2026-11-01", "Statement": [', vocabulary)).toBeUndefined();
  const twice =
    '{ "Version": "2026-11-01", "Statement": [{ "Effect": "Allow", "Effect": "Deny", "Action": "*", "Resource": "*" }] }';
  expect(formOfText(twice, vocabulary)).toBeUndefined();
  expect(formOfText(twice.replace('"Effect": "Allow", ', ''), vocabulary)).toBeDefined();
});

test('what is offered in the text fits its place', () => {
  const offered = policyWords(words);
  expect(offered(['Statement'], false)).toContain('Condition');
  expect(offered(['Statement', 'Effect'], true)).toEqual(['Allow', 'Deny']);
  expect(offered(['Statement', 'Action'], true)).toEqual(
    expect.arrayContaining(['*', '*.read', 'server.*', 'server.stop']),
  );
  expect(offered(['Statement', 'Resource'], true)).toContain('server/*');
  expect(offered(['Statement', 'Condition'], false)).toContain('StringEqualsIfExists');
  expect(offered(['Statement', 'Condition', 'IpAddress'], false)).toEqual(['sourceIp']);
  expect(offered(['Statement', 'Condition', 'Bool', 'mfa'], true)).toEqual([true, false]);
});
