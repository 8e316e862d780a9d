import { describe, expect, test } from 'vitest';
import { compile, decide, explain } from './decide.ts';
import { policyVersion } from './document.ts';
import { filterFor, matches } from './filter.ts';
import { readPolicy } from './read-policy.ts';
import { caseGroups } from './testing/cases.ts';
import { decideNaively } from './testing/naive.ts';
import { vocabulary } from './testing/vocabulary.ts';

describe.each(caseGroups)('$what', ({ policy, cases }) => {
  const { document, problems } = readPolicy({ Version: policyVersion, Statement: policy }, vocabulary);
  test('is written well', () => expect(problems).toEqual([]));
  if (!document) return;
  const attached = [{ policy: 'p-1', name: 'Policy', document }];
  const set = compile(attached, vocabulary);

  test.each(cases)('$action on $resource: $expected', ({ expected, ...question }) => {
    const { action, resource, request } = question;
    expect(decide(set, question).reason).toBe(expected);
    expect(explain(set, question).reason).toBe(expected);
    expect(decideNaively(attached, vocabulary, question)).toBe(expected);
    const filter = filterFor(set, { action, kind: resource.kind, request });
    expect(matches(filter, resource)).toBe(expected === 'allowed');
  });
});

test('there are more than two hundred cases', () => {
  expect(caseGroups.flatMap(({ cases }) => cases).length).toBeGreaterThan(200);
});
