import { expect, test } from 'vitest';
import { compile, decide, explain } from './decide.ts';
import { policyVersion, type Statement } from './document.ts';
import { request, vocabulary } from './testing/vocabulary.ts';

const document = (...statements: Statement[]) => ({ Version: policyVersion, Statement: statements }) as const;
const operators = { kind: 'group', id: 'g-1', name: 'operators' };
const set = compile(
  [
    {
      policy: 'p-1',
      name: 'Operators',
      via: operators,
      document: document(
        { Sid: 'Read', Effect: 'Allow', Action: '*.read', Resource: '*' },
        {
          Effect: 'Allow',
          Action: 'server.stop',
          Resource: '*',
          Condition: { StringEquals: { project: ['shop', 'blog'], environment: 'test' }, Bool: { mfa: true } },
        },
      ),
    },
    {
      policy: 'p-2',
      name: 'Guard',
      document: document(
        { Effect: 'Allow', Action: 'server.read', Resource: 'server/s-1' },
        { Effect: 'Deny', Action: 'server.*', Resource: 'server/s-9' },
        { Sid: 'Night', Effect: 'Deny', Action: '*', Resource: '*', Condition: { Bool: { mfa: false } } },
      ),
    },
  ],
  vocabulary,
);
const server = (id: string, keys = {}) => ({ kind: 'server', id, keys });

test('a decision tells a statement it rests on: policy, place, Sid, and the group it came through', () => {
  expect(decide(set, { action: 'server.read', resource: server('s-2'), request })).toEqual({
    allowed: true,
    reason: 'allowed',
    because: [{ effect: 'Allow', policy: 'p-1', name: 'Operators', statement: 0, sid: 'Read', via: operators }],
  });
  expect(decide(set, { action: 'server.read', resource: server('s-9'), request })).toEqual({
    allowed: false,
    reason: 'denied explicitly',
    because: [{ effect: 'Deny', policy: 'p-2', name: 'Guard', statement: 1 }],
  });
});

test('an explanation tells every statement that the decision rests on', () => {
  const { because, reason } = explain(set, { action: 'server.read', resource: server('s-1'), request });
  expect(reason).toBe('allowed');
  expect(because.map(({ policy, statement }) => [policy, statement])).toEqual([
    ['p-1', 0],
    ['p-2', 0],
  ]);
  const asked = { action: 'server.read', resource: server('s-9'), request: { ...request, mfa: false } };
  expect(explain(set, asked).because.map(({ policy, statement }) => [policy, statement])).toEqual([
    ['p-2', 1],
    ['p-2', 2],
  ]);
});

test('"why not?" is answered by the statements whose condition failed, and by which keys', () => {
  const asked = { action: 'server.stop', resource: server('s-1', { project: 'wiki' }), request };
  expect(explain(set, asked)).toEqual({
    allowed: false,
    reason: 'nothing allows it',
    because: [],
    nearMisses: [
      {
        effect: 'Deny',
        policy: 'p-2',
        name: 'Guard',
        statement: 2,
        sid: 'Night',
        failed: [{ operator: 'Bool', key: 'mfa', wanted: [false], found: true }],
      },
      {
        effect: 'Allow',
        policy: 'p-1',
        name: 'Operators',
        statement: 1,
        via: operators,
        failed: [
          { operator: 'StringEquals', key: 'project', wanted: ['shop', 'blog'], found: 'wiki' },
          { operator: 'StringEquals', key: 'environment', wanted: ['test'] },
        ],
      },
    ],
  });
});

test('what readPolicy would not let pass is thrown, and decides nothing', () => {
  const compiled = (change: object) =>
    compile(
      [{ policy: 'p', name: 'P', document: document({ Effect: 'Deny', Action: '*', Resource: '*', ...change }) }],
      vocabulary,
    );
  expect(() => compiled({ Condition: { StringIs: { project: 'x' } } })).toThrow('StringIs on project cannot be read');
  expect(() => compiled({ Condition: { StringEquals: { nothing: 'x' } } })).toThrow('cannot be read');
  expect(() => compiled({ Condition: { DateLessThan: { currentTime: 'soon' } } })).toThrow('cannot be read');
  expect(() => compiled({ Resource: 'server' })).toThrow('The resource server cannot be read');
});
