import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readPolicy } from './read-policy.ts';
import { vocabulary } from './testing/vocabulary.ts';

const statement = { Effect: 'Allow', Action: 'server.read', Resource: '*' };
const policy = (...statements: unknown[]) => ({ Version: '2026-11-01', Statement: statements });
const about = (change: object) => policy({ ...statement, ...change });

/** What is wrong, as `place rule`. */
function wrong(given: unknown): string[] {
  return readPolicy(given, vocabulary).problems.map(({ at, rule }) => `${at} ${rule}`);
}

test('a policy is read from text and from a value alike', () => {
  const given = about({
    Sid: '只读 1',
    Action: ['server.*', '*.read'],
    Resource: ['server/*', 'volume/db-?', 'deployment/${principal.id}-${*}', 'user/*'],
    Condition: {
      StringEquals: { project: ['shop', 'blog'], 'tag/cost center': '${principal.name}' },
      IpAddress: { sourceIp: ['10.0.0.0/8', '::1'] },
      DateLessThan: { currentTime: '2027-01-01' },
      BoolIfExists: { mfa: 'true' },
      NumericGreaterThan: { cores: 4 },
      Null: { 'tag/owner': false },
    },
  });
  expect(readPolicy(given, vocabulary)).toEqual({ document: given, problems: [] });
  expect(readPolicy(JSON.stringify(given), vocabulary)).toEqual({ document: given, problems: [] });
});

test.each<[given: unknown, ...problems: string[]]>([
  ['{ "Version": ', ' not-json'],
  [null, ' wrong-shape'],
  [[], ' wrong-shape'],
  [{}, ' missing-member', ' missing-member'],
  [{ ...policy(statement), Version: '2012-10-17' }, '/Version wrong-shape'],
  [{ ...policy(statement), Id: 'x' }, '/Id unknown-member'],
  [policy(), '/Statement wrong-shape'],
  [{ Version: '2026-11-01', Statement: statement }, '/Statement wrong-shape'],
  [policy('x'), '/Statement/0 wrong-shape'],
  [policy({ Action: '*', Resource: '*' }), '/Statement/0 missing-member'],
  [about({ Effect: 'allow' }), '/Statement/0/Effect wrong-shape'],
  [about({ Principal: '*' }), '/Statement/0/Principal unknown-member'],
  [about({ Sid: '' }), '/Statement/0/Sid wrong-shape'],
  [about({ Action: undefined }), '/Statement/0 one-of'],
  [about({ NotAction: '*' }), '/Statement/0 one-of'],
  [about({ NotResource: '*' }), '/Statement/0 one-of'],
  [about({ Resource: undefined }), '/Statement/0 one-of'],
  [about({ Action: [] }), '/Statement/0/Action wrong-shape'],
  [about({ Action: 'server.raed' }), '/Statement/0/Action unknown-action'],
  [about({ Action: ['server.read', 'constructor'] }), '/Statement/0/Action/1 unknown-action'],
  [about({ Action: 'cloud.*' }), '/Statement/0/Action unknown-action'],
  [about({ Resource: 'server' }), '/Statement/0/Resource wrong-resource'],
  [about({ Resource: 'server/' }), '/Statement/0/Resource wrong-resource'],
  [about({ Resource: 'sever/*' }), '/Statement/0/Resource unknown-kind'],
  [about({ Resource: 'ser*/x' }), '/Statement/0/Resource unknown-kind'],
  [about({ Resource: ['volume/*', 'server/*'] }), '/Statement/0/Resource/0 resource-without-action'],
  [
    about({ Action: ['server.read', 'volume.read'], Resource: 'server/*' }),
    '/Statement/0/Action/1 action-without-resource',
  ],
  [about({ Resource: 'server/${principal.email}' }), '/Statement/0/Resource unknown-variable'],
  [about({ Resource: 'server/${sourceIp}' }), '/Statement/0/Resource unknown-variable'],
  [about({ Resource: 'server/${principal.id' }), '/Statement/0/Resource unknown-variable'],
  [about({ Resource: `server/${'x'.repeat(600)}` }), '/Statement/0/Resource too-long'],
  [about({ Resource: 'server/\0' }), '/Statement/0/Resource not-text'],
  [
    about({ Condition: { StringEquals: { project: '\ud800' } } }),
    '/Statement/0/Condition/StringEquals/project not-text',
  ],
  [about({ Condition: [] }), '/Statement/0/Condition wrong-shape'],
  [about({ Condition: { StringEquals: 'x' } }), '/Statement/0/Condition/StringEquals wrong-shape'],
  [about({ Condition: { StringEquals: { project: [] } } }), '/Statement/0/Condition/StringEquals/project wrong-shape'],
  [
    about({ Condition: { StringEquals: { project: null } } }),
    '/Statement/0/Condition/StringEquals/project wrong-shape',
  ],
  [about({ Condition: { StringIs: { project: 'x' } } }), '/Statement/0/Condition/StringIs unknown-operator'],
  [about({ Condition: { NullIfExists: { project: true } } }), '/Statement/0/Condition/NullIfExists unknown-operator'],
  [about({ Condition: { StringEquals: { projekt: 'x' } } }), '/Statement/0/Condition/StringEquals/projekt unknown-key'],
  [about({ Condition: { StringEquals: { 'tag/': 'x' } } }), '/Statement/0/Condition/StringEquals/tag~1 unknown-key'],
  [about({ Condition: { StringEquals: { 'tag/*': 'x' } } }), '/Statement/0/Condition/StringEquals/tag~1* unknown-key'],
  [
    about({ Condition: { NumericEquals: { gigabytes: 1 } } }),
    '/Statement/0/Condition/NumericEquals/gigabytes key-of-other-kind',
  ],
  [
    about({ Action: '*', Resource: 'user/*', Condition: { StringEquals: { project: 'x' } } }),
    '/Statement/0/Condition/StringEquals/project key-of-other-kind',
  ],
  [about({ Condition: { StringEquals: { cores: 'x' } } }), '/Statement/0/Condition/StringEquals/cores wrong-operator'],
  [
    about({ Condition: { StringLike: { sourceIp: '10.*' } } }),
    '/Statement/0/Condition/StringLike/sourceIp wrong-operator',
  ],
  [about({ Condition: { StringEquals: { project: 1 } } }), '/Statement/0/Condition/StringEquals/project wrong-value'],
  [
    about({ Condition: { NumericEquals: { cores: [1, 'two'] } } }),
    '/Statement/0/Condition/NumericEquals/cores/1 wrong-value',
  ],
  [about({ Condition: { NumericEquals: { cores: '' } } }), '/Statement/0/Condition/NumericEquals/cores wrong-value'],
  [about({ Condition: { Bool: { mfa: 'yes' } } }), '/Statement/0/Condition/Bool/mfa wrong-value'],
  [about({ Condition: { Null: { project: 'x' } } }), '/Statement/0/Condition/Null/project wrong-value'],
  [
    about({ Condition: { IpAddress: { sourceIp: '10.0.0.0/33' } } }),
    '/Statement/0/Condition/IpAddress/sourceIp wrong-value',
  ],
  [
    about({ Condition: { DateLessThan: { currentTime: '2026-02-30' } } }),
    '/Statement/0/Condition/DateLessThan/currentTime wrong-value',
  ],
  [
    about({ Condition: { DateLessThan: { currentTime: '2026-02-03T10:00' } } }),
    '/Statement/0/Condition/DateLessThan/currentTime wrong-value',
  ],
  [policy({ ...statement, Sid: 'A' }, { ...statement, Sid: 'A' }), '/Statement/1/Sid duplicate-sid'],
  [policy(...Array.from({ length: 201 }, () => statement)), '/Statement too-many-statements'],
])('%j is refused', (given, ...problems) => {
  expect(wrong(given)).toEqual(problems);
});

test('a policy of more than 64 KiB is refused, as text and as a value', () => {
  const large = policy(
    ...Array.from({ length: 150 }, () => ({ ...statement, Resource: [`server/${'店'.repeat(160)}`] })),
  );
  expect(wrong(large)).toEqual([' too-large']);
  expect(wrong(JSON.stringify(large))).toEqual([' too-large']);
});

test('what is nested without end is refused like anything else of the wrong shape', () => {
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  expect(wrong(deep)).toEqual([' wrong-shape']);
  expect(wrong(`{"Version":"2026-11-01","Statement":[${deep}]}`)).toEqual(['/Statement/0 wrong-shape']);
});

test('a member that stands twice is refused, since readers disagree which one counts', () => {
  const text = `{"Version":"2026-11-01","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"},
    {"Effect":"Deny","Action":"*","\\u0045ffect":"Allow","Resource":["*"],"Condition":{"Bool":{"mfa":true},"Bool":{"mfa":false}}}]}`;
  expect(wrong(text)).toEqual(['/Statement/1/Effect duplicate-member', '/Statement/1/Condition/Bool duplicate-member']);
});

test('a condition that hides behind __proto__ is seen', () => {
  const text = (condition: string) =>
    `{"Version":"2026-11-01","Statement":[{"Effect":"Allow","Action":"server.read","Resource":"*",${condition}}]}`;
  expect(wrong(text('"__proto__":{"Condition":{"Bool":{"mfa":true}}}'))).toEqual([
    '/Statement/0/__proto__ unknown-member',
  ]);
  expect(wrong(text('"Condition":{"__proto__":{"mfa":true}}'))).toEqual([
    '/Statement/0/Condition/__proto__ unknown-operator',
  ]);
  expect(wrong(text('"Condition":{"Bool":{"__proto__":true}}'))).toEqual([
    '/Statement/0/Condition/Bool/__proto__ unknown-key',
  ]);
});

test('everything that is wrong is told at once', () => {
  expect(
    wrong(
      policy(
        { Effect: 'Perhaps', Action: 'x', Resource: '*' },
        { ...statement, Action: ['server.raed', 'volume.*'], Resource: ['servr/*', 'volume'] },
        { ...statement, Condition: { StringEqual: { projct: 1 }, Bool: { mfa: 2, project: true } } },
      ),
    ),
  ).toEqual([
    '/Statement/0/Effect wrong-shape',
    '/Statement/1/Action/0 unknown-action',
    '/Statement/1/Resource/0 unknown-kind',
    '/Statement/1/Resource/1 wrong-resource',
    '/Statement/2/Condition/StringEqual unknown-operator',
    '/Statement/2/Condition/StringEqual/projct unknown-key',
    '/Statement/2/Condition/Bool/mfa wrong-value',
    '/Statement/2/Condition/Bool/project wrong-operator',
  ]);
});

test('a sentence says what is wrong, what was meant and what to do, in the language that is asked for', () => {
  const given = policy(
    { ...statement, Action: 'server.raed' },
    { ...statement, Action: ['server.read', 'volume.read'], Resource: 'server/*' },
    { ...statement, Condition: { StringEquals: { cores: 'x' } } },
    { ...statement, Resource: 'server/${principal.nam}' },
    { ...statement, Effekt: 'Allow' },
  );
  expect(readPolicy(given, vocabulary).problems.map(({ message }) => message)).toEqual([
    'There is no action server.raed (did you mean server.read?); the list of actions says what there is',
    'volume.read is done to volume, and no resource here is one: add volume/* to the resources, or leave the action out',
    'StringEquals does not compare cores, which is a number; use NumericEquals, NumericNotEquals, NumericLessThan, NumericLessThanEquals, NumericGreaterThan, NumericGreaterThanEquals',
    'There is no variable ${principal.nam} (did you mean principal.name?); there are ${principal.id}, ${principal.name}, and ${$} stands for a dollar sign',
    'There is nothing called Effekt here; remove it (did you mean Effect?)',
  ]);
  expect(readPolicy(given, vocabulary, 'zh-CN').problems.map(({ message }) => message)).toEqual([
    '没有名为 server.raed 的操作（是否应为 server.read？），可用的操作见操作列表',
    'volume.read 作用于 volume，而此处没有这类资源：请在资源中加入 volume/*，或去掉该操作',
    'StringEquals 不能用于条件键 cores（类型为数字），请使用 NumericEquals, NumericNotEquals, NumericLessThan, NumericLessThanEquals, NumericGreaterThan, NumericGreaterThanEquals',
    '没有名为 ${principal.nam} 的变量（是否应为 principal.name？），可用的有：${principal.id}, ${principal.name}；美元符号请写成 ${$}',
    '此处没有名为 Effekt 的成员，请删除（是否应为 Effect？）',
  ]);
});

test('every example of the page about policies is read without a problem', async () => {
  const page = await readFile(new URL('../../../docs/policies.md', import.meta.url), 'utf8');
  const examples = [...page.matchAll(/```json\n([^`]*)```/g)].map(([, text = '']) => text);
  expect(examples.length).toBeGreaterThan(4);
  for (const example of examples) {
    const document = example.includes('"Version"') ? example : `{"Version":"2026-11-01","Statement":[${example}]}`;
    expect(readPolicy(document, vocabulary).problems).toEqual([]);
  }
});
