import fc from 'fast-check';
import { expect, test } from 'vitest';
import { documentOf, formOf, newStatement, type PolicyForm } from './policy-form.ts';

const word = fc.constantFrom('server.stop', 'server.*', '*', 'server/web-?', 'prj-1', '__proto__', '');
const texts = fc.oneof(word, fc.array(word, { maxLength: 3 }));
const value = fc.oneof(word, fc.integer(), fc.boolean());
const values = fc.oneof(value, fc.array(value, { maxLength: 3 }));
const condition = fc.dictionary(
  fc.constantFrom('StringEquals', 'NumericLessThanIfExists', 'Bool', 'Nonsense'),
  fc.dictionary(fc.constantFrom('project', 'mfa', 'tag/owner', '7'), values, { maxKeys: 3 }),
  { maxKeys: 3 },
);
const anything = fc.jsonValue({ maxDepth: 2 });
const member = fc.oneof(
  fc.tuple(fc.constant('Sid'), fc.string()),
  fc.tuple(fc.constant('Effect'), fc.constantFrom('Allow', 'Deny', 'Maybe')),
  fc.tuple(fc.constantFrom('Action', 'NotAction'), texts),
  fc.tuple(fc.constantFrom('Resource', 'NotResource'), texts),
  fc.tuple(fc.constant('Condition'), condition),
  fc.tuple(fc.constantFrom('Condition', 'Action', 'Principal'), anything),
);
/** Statements that are right, and some that are anything; their members in any order. */
const right = fc
  .tuple(
    fc.option(fc.tuple(fc.constant('Sid'), fc.string())),
    fc.tuple(fc.constant('Effect'), fc.constantFrom('Allow', 'Deny')),
    fc.tuple(fc.constantFrom('Action', 'NotAction'), texts),
    fc.tuple(fc.constantFrom('Resource', 'NotResource'), texts),
    fc.option(fc.tuple(fc.constant('Condition'), condition)),
  )
  .chain((members) => {
    const there = members.filter((one) => one !== null);
    return fc.shuffledSubarray(there, { minLength: there.length });
  })
  .map((members) => Object.fromEntries(members) as unknown);
const statement = fc.oneof(
  { weight: 4, arbitrary: right },
  { weight: 2, arbitrary: fc.array(member).map((members) => Object.fromEntries(members) as unknown) },
  { weight: 1, arbitrary: anything },
);
const document = fc
  .tuple(fc.array(statement, { maxLength: 4 }), fc.array(fc.tuple(fc.constantFrom('Version', 'Id', 'Note'), anything)))
  .map(([Statement, others]) => ({ ...Object.fromEntries(others), Statement }));

test('a form that nobody touches is the document it was made of, to the last character', () => {
  let shown = 0;
  fc.assert(
    fc.property(document, (given) => {
      const form = formOf(given);
      expect.assert(form);
      shown += form.statements.filter((one) => !('other' in one)).length;
      expect(JSON.stringify(documentOf(form))).toBe(JSON.stringify(given));
    }),
    { numRuns: 2_000 },
  );
  expect(shown).toBeGreaterThan(500);
});

test('a change in the form changes what it is about, and nothing else', () => {
  const given = {
    Version: '2026-11-01',
    Statement: [
      { Resource: 'server/*', Effect: 'Allow', Action: 'server.read' },
      { Effect: 'Deny', Principal: 'zhang', Action: '*', Resource: '*' },
    ],
  };
  const form = formOf(given);
  expect.assert(form);
  const [first, second] = form.statements;
  expect.assert(first && !('other' in first) && second);
  const changed: PolicyForm = {
    ...form,
    statements: [
      {
        ...first,
        sid: 'Look',
        actions: { ...first.actions, isNegated: true, names: ['server.stop', 'server.start'] },
        conditions: [
          { operator: 'StringEquals', key: 'project', values: ['prj-1'], isList: false },
          { operator: 'Bool', key: 'mfa', values: [true], isList: false },
          { operator: 'StringEquals', key: 'environment', values: ['test', 'staging'], isList: true },
        ],
      },
      second,
    ],
  };
  expect(JSON.stringify(documentOf(changed))).toBe(
    JSON.stringify({
      Version: '2026-11-01',
      Statement: [
        {
          Resource: 'server/*',
          Effect: 'Allow',
          NotAction: ['server.stop', 'server.start'],
          Sid: 'Look',
          Condition: {
            StringEquals: { project: 'prj-1', environment: ['test', 'staging'] },
            Bool: { mfa: true },
          },
        },
        { Effect: 'Deny', Principal: 'zhang', Action: '*', Resource: '*' },
      ],
    }),
  );
});

test('a new statement allows nothing yet', () => {
  expect(documentOf({ members: [['Statement', []]], statements: [newStatement()] })).toEqual({
    Statement: [{ Effect: 'Allow', Action: [], Resource: ['*'] }],
  });
});

test('what is no document with statements has no form', () => {
  for (const given of [undefined, null, 'text', [], {}, { Statement: {} }]) expect(formOf(given)).toBeUndefined();
});
