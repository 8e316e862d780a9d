import { expect, test } from 'vitest';
import { beyond } from './beyond.ts';
import { compile, decide } from './decide.ts';
import { policyVersion, type Statement } from './document.ts';
import { randomAttached, randomQuestion } from './testing/random-policies.ts';
import { Random } from './testing/random.ts';
import { request, vocabulary } from './testing/vocabulary.ts';

const policyOf = (statements: readonly Statement[]) => [
  { policy: 'p', name: 'P', document: { Version: policyVersion, Statement: [...statements] } as const },
];
const allow = (Action: string, Resource = '*', Condition?: Statement['Condition']): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition && { Condition }),
});
const deny = (...of: Parameters<typeof allow>): Statement => ({ ...allow(...of), Effect: 'Deny' });
const inShop = { StringEquals: { project: 'shop' } };

/** The action that is given beyond what is held. */
const over = (held: readonly Statement[], given: readonly Statement[], change = {}) =>
  beyond(compile(policyOf(held), vocabulary), policyOf(given), { ...request, ...change }, vocabulary)?.action;

test('whoever may do everything may give everything, and nobody else', () => {
  expect(over([allow('*')], [allow('*')])).toBeUndefined();
  expect(over([allow('*.read')], [allow('*')])).toBe('deployment.create');
  expect(over([allow('server.*'), allow('deployment.*')], [allow('*')])).toBe('volume.read');
  expect(over([], [allow('server.read')])).toBe('server.read');
  expect(over([], [deny('*')])).toBeUndefined();
});

test('a part of what somebody may do can be given', () => {
  expect(over([allow('server.*')], [allow('server.stop', 'server/web')])).toBeUndefined();
  expect(over([allow('server.*', 'server/web-*')], [allow('server.stop', 'server/web-1')])).toBeUndefined();
  expect(over([allow('server.*', 'server/web-*')], [allow('server.stop', 'server/web-1*')])).toBeUndefined();
  expect(over([allow('server.*', 'server/web-*')], [allow('server.stop', 'server/web*')])).toBe('server.stop');
  expect(over([allow('server.*', 'server/web-*')], [allow('server.stop')])).toBe('server.stop');
  expect(over([allow('server.stop', '*', inShop)], [allow('server.stop', 'server/web', inShop)])).toBeUndefined();
  expect(over([allow('server.stop', '*', inShop)], [allow('server.stop', 'server/web')])).toBe('server.stop');
});

test('what is denied to somebody cannot be given, unless it is denied there as well or lies apart', () => {
  const held = [allow('*'), deny('server.stop', '*', inShop)];
  expect(over(held, [allow('server.start')])).toBeUndefined();
  expect(over(held, [allow('server.stop')])).toBe('server.stop');
  expect(over(held, held)).toBeUndefined();
  expect(over(held, [allow('server.stop', '*', { StringEquals: { project: 'blog' } })])).toBeUndefined();
  expect(over(held, [allow('server.stop', '*', { StringEqualsIfExists: { project: 'blog' } })])).toBe('server.stop');
});

test('where, when and how somebody asks counts as it is now', () => {
  const withFactor = [allow('*'), deny('*', '*', { Bool: { mfa: false } })];
  expect(over(withFactor, [allow('*')], { mfa: true })).toBeUndefined();
  expect(over(withFactor, [allow('server.read')], { mfa: false })).toBe('server.read');
  const notFromHere = [allow('*'), deny('server.stop', '*', { IpAddress: { sourceIp: '10.0.0.0/8' } })];
  expect(over(notFromHere, notFromHere, { sourceIp: '10.1.2.3' })).toBe('server.stop');
  expect(over(notFromHere, notFromHere, { sourceIp: '192.0.2.1' })).toBeUndefined();
  const fromOffice = [allow('*', '*', { IpAddress: { sourceIp: '10.0.0.0/8' } })];
  expect(over(fromOffice, [allow('*')], { sourceIp: '10.1.2.3' })).toBeUndefined();
  expect(over(fromOffice, [allow('server.read')], { sourceIp: '192.0.2.1' })).toBe('server.read');
});

test("what is somebody's own is not another one's", () => {
  const own = [allow('user.*', 'user/${principal.id}')];
  expect(over(own, [allow('user.write', `user/${request['principal.id']}`)])).toBeUndefined();
  expect(over(own, own)).toBe('user.read');
  expect(over([allow('user.*')], own)).toBeUndefined();
  const ownServers = [allow('server.stop', '*', { StringEquals: { createdBy: '${principal.name}' } })];
  expect(over(ownServers, ownServers)).toBe('server.stop');
  const notMyself = [allow('*'), deny('user.write', 'user/${principal.id}')];
  expect(over(notMyself, notMyself)).toBe('user.write');
});

test('all but some can be given by whoever may do it to all but some of these', () => {
  const but = (...NotResource: string[]): Statement => ({ Effect: 'Allow', Action: 'user.write', NotResource });
  expect(over([but('user/u-7')], [but('user/u-7', 'user/u-8')])).toBeUndefined();
  expect(over([but('user/u-7', 'user/u-8')], [but('user/u-7')])).toBe('user.write');
  expect(over([but('user/u-7')], [allow('user.write')])).toBe('user.write');
  expect(over([but(`user/${request['principal.id']}`)], [but('user/${principal.id}')])).toBe('user.write');
});

test('what is not beyond somebody allows nothing that it may not do itself', { timeout: 120_000 }, () => {
  let within = 0;
  let refused = 0;
  for (let seed = 0; seed < 60_000; seed++) {
    const random = new Random(seed);
    const holder = compile(randomAttached(random, 4), vocabulary);
    const attached = randomAttached(random, 1);
    const first = randomQuestion(random).request;
    if (beyond(holder, attached, first, vocabulary)) {
      refused++;
      continue;
    }
    const given = compile(attached, vocabulary);
    for (let asked = 0; asked < 40; asked++) {
      const { action, resource, request: other } = randomQuestion(random);
      // Another one in the same circumstances.
      const getting = { ...first, 'principal.id': other['principal.id'], 'principal.name': other['principal.name'] };
      if (!decide(given, { action, resource, request: getting }).allowed) continue;
      within++;
      if (!decide(holder, { action, resource, request: first }).allowed)
        expect.fail(`seed ${seed}: ${JSON.stringify({ action, resource, first, getting, attached })}`);
    }
  }
  expect(within).toBeGreaterThan(1_000);
  expect(refused).toBeGreaterThan(1_000);
});
