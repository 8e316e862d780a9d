import type { Attached } from '../attached.ts';
import type { Question } from '../decide.ts';
import { policyVersion, type Condition, type PolicyDocument, type Statement } from '../document.ts';
import { operators } from '../operators.ts';
import type { Keys, KeyType, KeyValue, Request, Resource, ResourceKeyType } from '../vocabulary.ts';
import type { Random } from './random.ts';
import { vocabulary } from './vocabulary.ts';

/**
 * Policies and questions over a world so small that they often meet: few texts, some of which are the beginning of others, look like
 * patterns, or need escaping in one of the languages they are put into.
 */
export const texts = [
  'shop',
  'shop-1',
  'shop-12',
  'blog',
  'u-1',
  'u-2',
  'zhang',
  'a*b',
  'a%b',
  'x_y',
  '50%',
  '店',
  '店😀1',
  '',
] as const;
const names = texts.filter((text) => text !== '');
const patterns = [
  ...names,
  '*',
  'shop*',
  'shop-?',
  '*-1*',
  '?',
  '??',
  '店?1',
  '*😀*',
  'a${*}b',
  '*${principal.id}',
  '${principal.name}',
  'u-${?}',
  'a\\*',
];
const addresses = ['10.1.2.3', '10.1.2.4', '192.168.0.9', '2001:db8::5', '::ffff:10.1.2.3', '::1', '172.16.0.1'];
const blocks = [
  '10.0.0.0/8',
  '10.1.2.3',
  '10.1.2.2/31',
  '0.0.0.0/0',
  '::/0',
  '2001:db8::/32',
  '::ffff:10.1.0.0/112',
  '192.168.0.0/29',
  '::1/128',
];
const times = [
  '2026-11-26',
  '2026-11-27T01:30:00Z',
  '2026-11-27T09:30:00+08:00',
  '2026-11-27T09:30:00.001+08:00',
  '2027-01-01',
];
const numbers = [0, 1, 2, 4, 8, 0.5, -1];

const kinds = Object.keys(vocabulary.kinds);
const actions = Object.keys(vocabulary.actions);
const actionNames = [
  ...actions,
  ...actions,
  'server.*',
  'deployment.*',
  '*.read',
  '*',
  'user.*',
  '*.delete',
  'server.st*',
];
const resourceKeys = [
  ...Object.entries(vocabulary.resourceKeys).filter(([key]) => key !== 'tag/*'),
  ...['tag/owner', 'tag/tier'].map((key) => [key, { type: 'string' }] as const),
].map(([key, { type }]) => ({ key, type }));
const requestKeys = Object.entries(vocabulary.requestKeys).map(([key, { type }]) => ({ key, type }));

/** A document that `readPolicy` may not like, as a statement in it may never apply; it can be compiled all the same. */
export function randomDocument(random: Random): PolicyDocument {
  const statements = Array.from({ length: 1 + random.whole(4) }, () => randomStatement(random));
  return { Version: policyVersion, Statement: statements };
}

export function randomAttached(random: Random, most = 3): Attached[] {
  return Array.from({ length: 1 + random.whole(most) }, (_, index) => ({
    policy: `p-${index}`,
    name: `Policy ${index}`,
    document: randomDocument(random),
  }));
}

function randomStatement(random: Random): Statement {
  const actions = oneOrMany(random, random.some(actionNames, 1, 3));
  const resources = oneOrMany(
    random,
    Array.from({ length: 1 + random.whole(3) }, () => randomResourceName(random)),
  );
  return {
    Effect: random.once(3) ? 'Deny' : 'Allow',
    ...(random.once(8) ? { NotAction: actions } : { Action: actions }),
    ...(random.once(8) ? { NotResource: resources } : { Resource: resources }),
    ...(random.once(2) && { Condition: randomCondition(random) }),
  };
}

const oneOrMany = (random: Random, values: readonly string[]) =>
  values.length === 1 && random.once(2) ? (values[0] ?? '') : values;

function randomResourceName(random: Random): string {
  if (random.once(3)) return '*';
  return `${random.pick(kinds)}/${random.once(3) ? '*' : random.pick(patterns)}`;
}

function randomCondition(random: Random): Condition {
  const condition: Record<string, Condition[string]> = {};
  for (let count = 1 + random.whole(2); count > 0; count--) {
    const { key, type } = random.once(3) ? random.pick(requestKeys) : random.pick(resourceKeys);
    const fitting = [...operators].filter(([, operator]) => operator.type === undefined || operator.type === type);
    const [name, operator] = random.pick(fitting);
    const values = Array.from({ length: 1 + random.whole(3) }, () =>
      randomValue(random, operator.type, operator.comparison === 'like'),
    );
    condition[name] = { ...condition[name], [key]: random.once(2) ? (values[0] ?? '') : values };
  }
  return condition;
}

function randomValue(random: Random, type: KeyType | undefined, isPattern: boolean): string | number | boolean {
  switch (type) {
    case 'string':
      return random.pick(isPattern || random.once(3) ? patterns : texts);
    case 'number':
      return random.once(3) ? String(random.pick(numbers)) : random.pick(numbers);
    case 'date':
      return random.pick(times);
    case 'ip':
      return random.pick(blocks);
    case 'boolean':
    case undefined:
      return random.once(2) ? random.once(2) : String(random.once(2));
  }
}

export function randomQuestion(random: Random): Question {
  const action = random.pick(actions);
  const kind = vocabulary.actions[action as keyof typeof vocabulary.actions].kind;
  const resource = randomResource(random, random.once(30) ? random.pick(kinds) : kind);
  return { action: random.once(50) ? 'server.unheard' : action, resource, request: randomRequest(random) };
}

export function randomResource(random: Random, kind: string): Resource {
  const has = resourceKeys.filter(() => random.once(2));
  const keys: Keys = Object.fromEntries(has.map(({ key, type }) => [key, randomKeyValue(random, type)]));
  return {
    kind,
    ...(!random.once(10) && { id: random.pick(names) }),
    ...(random.once(2) && { name: random.pick(names) }),
    keys,
  };
}

function randomKeyValue(random: Random, type: ResourceKeyType): KeyValue {
  if (type === 'string') return random.pick(texts);
  return type === 'number' ? random.pick(numbers) : random.once(2);
}

export function randomRequest(random: Random): Request {
  return {
    'principal.id': random.pick(['u-1', 'u-2', '*']),
    'principal.name': random.pick(['zhang', '店', '']),
    ...(!random.once(5) && { sourceIp: random.once(20) ? 'local' : random.pick(addresses) }),
    ...(!random.once(5) && { currentTime: new Date(random.pick(times)) }),
    ...(!random.once(5) && { mfa: random.once(2) }),
  };
}
