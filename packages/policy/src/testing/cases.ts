/**
 * What policies mean, case by case. Each group is a policy and what may (`may`) and may not be done under it, either since nothing
 * allows it (`mayNot`) or since something denies it (`denied`). `server/s-1 web` is a server with id `s-1` and name `web`.
 * Unless a case says otherwise Zhang (`u-1`, `zhang`) asks on 27 November 2026 at 9:30 in China, from 10.1.2.3, with a second factor.
 */
import type { Question, Reason } from '../decide.ts';
import type { Condition, Statement } from '../document.ts';
import type { Keys } from '../vocabulary.ts';
import { request } from './vocabulary.ts';

export interface Case extends Question {
  readonly expected: Reason;
}

export interface CaseGroup {
  readonly what: string;
  readonly policy: readonly Statement[];
  readonly cases: readonly Case[];
}

type Names = string | readonly string[];
const allow = (Action: Names, Resource: Names, Condition?: Condition): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition && { Condition }),
});
const deny = (Action: Names, Resource: Names, Condition?: Condition): Statement => ({
  ...allow(Action, Resource, Condition),
  Effect: 'Deny',
});
/** Servers may be read under this condition. */
const readIf = (Condition: Condition) => [allow('server.read', '*', Condition)];

function asked(expected: Reason) {
  return (action: string, resource: string, keys: Keys = {}, change: Keys = {}): Case => {
    const [, kind = '', id = '', , name] = /^(\w+)\/(\S*)( (.+))?$/.exec(resource) ?? [];
    return {
      action,
      resource: { kind, ...(id !== '' && { id }), ...(name !== undefined && { name }), keys },
      request: { ...request, ...change },
      expected,
    };
  };
}
const may = asked('allowed');
const mayNot = asked('nothing allows it');
const denied = asked('denied explicitly');

/** Reading server `s-1` that has these keys, by a request with this changed. */
const mayRead = (keys: Keys = {}, change: Keys = {}) => may('server.read', 'server/s-1', keys, change);
const mayNotRead = (keys: Keys = {}, change: Keys = {}) => mayNot('server.read', 'server/s-1', keys, change);

const at = (currentTime: string) => ({ currentTime: new Date(currentTime) });
const from = (sourceIp: string | undefined) => ({ sourceIp });

export const caseGroups: readonly CaseGroup[] = [
  {
    what: 'what nothing allows is denied',
    policy: [allow('server.read', '*')],
    cases: [
      may('server.read', 'server/s-1'),
      mayNot('server.stop', 'server/s-1'),
      mayNot('server.start', 'server/s-1'),
      mayNot('volume.read', 'volume/v-1'),
      mayNot('user.write', 'user/u-2'),
    ],
  },
  {
    what: 'a policy that only denies allows nothing',
    policy: [deny('server.stop', '*')],
    cases: [denied('server.stop', 'server/s-1'), mayNot('server.read', 'server/s-1')],
  },
  {
    what: 'an action that does not exist is not even allowed by *',
    policy: [allow('*', '*')],
    cases: [mayNot('server.explode', 'server/s-1'), mayNot('constructor', 'server/s-1'), may('user.write', 'user/u-2')],
  },
  {
    what: 'an action is not allowed on another kind of resource than it is done to',
    policy: [allow('*', '*')],
    cases: [
      mayNot('server.read', 'volume/v-1'),
      mayNot('volume.delete', 'server/s-1'),
      may('volume.delete', 'volume/v-1'),
    ],
  },
  {
    what: 'what denies wins over what allows',
    policy: [allow('server.*', '*'), deny('server.stop', 'server/s-1')],
    cases: [
      denied('server.stop', 'server/s-1'),
      may('server.stop', 'server/s-2'),
      may('server.start', 'server/s-1'),
      denied('server.stop', 'server/s-9 s-1'),
    ],
  },
  {
    what: 'what denies wins wherever it stands',
    policy: [deny('*.delete', '*'), allow('*', '*'), allow('volume.delete', 'volume/v-1')],
    cases: [
      denied('volume.delete', 'volume/v-1'),
      denied('deployment.delete', 'deployment/d-1'),
      may('deployment.create', 'deployment/'),
      may('volume.read', 'volume/v-1'),
    ],
  },
  {
    what: 'several actions are alternatives',
    policy: [allow(['server.read', 'server.start'], '*')],
    cases: [may('server.read', 'server/s-1'), may('server.start', 'server/s-1'), mayNot('server.stop', 'server/s-1')],
  },
  {
    what: 'a star at the end of an action stands for everything about a kind',
    policy: [allow('server.*', '*')],
    cases: [
      may('server.read', 'server/s-1'),
      may('server.stop', 'server/s-1'),
      mayNot('volume.read', 'volume/v-1'),
      mayNot('deployment.read', 'deployment/d-1'),
    ],
  },
  {
    what: 'a star at the beginning stands for every kind',
    policy: [allow('*.read', '*')],
    cases: [
      may('server.read', 'server/s-1'),
      may('user.read', 'user/u-1'),
      may('deployment.read', 'deployment/d-1'),
      mayNot('deployment.create', 'deployment/'),
      mayNot('user.write', 'user/u-1'),
    ],
  },
  {
    what: 'a star may stand for part of a word',
    policy: [allow('server.st*', '*')],
    cases: [may('server.start', 'server/s-1'), may('server.stop', 'server/s-1'), mayNot('server.read', 'server/s-1')],
  },
  {
    what: 'the case of letters matters in actions, ids and values',
    policy: [allow('server.read', 'server/Web', { StringEquals: { project: 'Shop' } })],
    cases: [
      may('server.read', 'server/Web', { project: 'Shop' }),
      mayNot('server.read', 'server/web', { project: 'Shop' }),
      mayNot('server.read', 'server/Web', { project: 'shop' }),
      mayNot('SERVER.read', 'server/Web', { project: 'Shop' }),
    ],
  },
  {
    what: 'NotAction is about every other action, of every kind',
    policy: [{ Effect: 'Allow', NotAction: ['user.*', 'server.stop'], Resource: '*' }],
    cases: [
      may('server.read', 'server/s-1'),
      may('volume.delete', 'volume/v-1'),
      mayNot('server.stop', 'server/s-1'),
      mayNot('user.read', 'user/u-1'),
      mayNot('user.write', 'user/u-1'),
    ],
  },
  {
    what: 'denying all but a few actions leaves those to what allows them',
    policy: [allow('server.read', '*'), { Effect: 'Deny', NotAction: ['server.read', 'server.start'], Resource: '*' }],
    cases: [
      may('server.read', 'server/s-1'),
      mayNot('server.start', 'server/s-1'),
      denied('server.stop', 'server/s-1'),
      denied('user.read', 'user/u-1'),
    ],
  },
  {
    what: 'a resource is named by its id or by its name',
    policy: [allow('server.read', ['server/s-1', 'server/web'])],
    cases: [
      may('server.read', 'server/s-1'),
      may('server.read', 'server/s-1 db'),
      may('server.read', 'server/s-7 web'),
      mayNot('server.read', 'server/s-7 web-1'),
      mayNot('server.read', 'server/s-11'),
    ],
  },
  {
    what: 'all of a kind includes what has no id yet',
    policy: [allow('deployment.create', 'deployment/*')],
    cases: [
      may('deployment.create', 'deployment/'),
      may('deployment.create', 'deployment/ shop'),
      may('deployment.create', 'deployment/d-1'),
    ],
  },
  {
    what: 'what has no id yet is named by its name',
    policy: [allow('deployment.create', 'deployment/shop-*')],
    cases: [
      may('deployment.create', 'deployment/ shop-1'),
      mayNot('deployment.create', 'deployment/ blog'),
      mayNot('deployment.create', 'deployment/'),
    ],
  },
  {
    what: 'in the name of a resource * stands for any characters, none among them',
    policy: [allow('server.read', 'server/web-*')],
    cases: [
      may('server.read', 'server/s-1 web-'),
      may('server.read', 'server/s-1 web-12'),
      may('server.read', 'server/web-a/b'),
      mayNot('server.read', 'server/s-1 web'),
      mayNot('server.read', 'server/s-1 a-web-1'),
    ],
  },
  {
    what: 'a star may stand in the middle and more than once',
    policy: [allow('server.read', 'server/*-db-*')],
    cases: [
      may('server.read', 'server/s-1 shop-db-1'),
      may('server.read', 'server/s-1 -db-'),
      may('server.read', 'server/s-1 a-db-db-b'),
      mayNot('server.read', 'server/s-1 shop-db'),
      mayNot('server.read', 'server/s-1 db-1'),
    ],
  },
  {
    what: '? stands for exactly one character, be it wide',
    policy: [allow('server.read', 'server/web-?')],
    cases: [
      may('server.read', 'server/s-1 web-1'),
      may('server.read', 'server/s-1 web-店'),
      may('server.read', 'server/s-1 web-😀'),
      mayNot('server.read', 'server/s-1 web-'),
      mayNot('server.read', 'server/s-1 web-12'),
    ],
  },
  {
    what: 'a star that is meant is written ${*}, a question mark ${?}, a dollar sign ${$}',
    policy: [allow('server.read', ['server/a${*}', 'server/b${?}', 'server/c${$}{x}'])],
    cases: [
      may('server.read', 'server/a*'),
      mayNot('server.read', 'server/ab'),
      may('server.read', 'server/b?'),
      mayNot('server.read', 'server/bc'),
      may('server.read', 'server/c${x}'),
      mayNot('server.read', 'server/cx'),
    ],
  },
  {
    what: 'characters that mean something elsewhere mean themselves',
    policy: [allow('server.read', ['server/a%', 'server/b_', 'server/c.', 'server/d\\*', 'server/[e]'])],
    cases: [
      may('server.read', 'server/a%'),
      mayNot('server.read', 'server/ax'),
      may('server.read', 'server/b_'),
      mayNot('server.read', 'server/bx'),
      may('server.read', 'server/c.'),
      mayNot('server.read', 'server/cx'),
      may('server.read', 'server/d\\x'),
      mayNot('server.read', 'server/d*'),
      may('server.read', 'server/[e]'),
      mayNot('server.read', 'server/e'),
    ],
  },
  {
    what: 'a statement about several kinds is about each with its own actions',
    policy: [allow(['server.read', 'volume.delete'], ['server/s-1', 'volume/*'])],
    cases: [
      may('server.read', 'server/s-1'),
      may('volume.delete', 'volume/v-9'),
      mayNot('server.read', 'server/s-2'),
      mayNot('volume.read', 'volume/v-9'),
    ],
  },
  {
    what: 'NotResource is about every other resource',
    policy: [{ Effect: 'Allow', Action: ['server.stop', 'volume.read'], NotResource: ['server/prod-*', 'server/s-1'] }],
    cases: [
      may('server.stop', 'server/s-2 test-1'),
      mayNot('server.stop', 'server/s-2 prod-1'),
      mayNot('server.stop', 'server/s-1 test-1'),
      may('volume.read', 'volume/s-1'),
      may('volume.read', 'volume/v-1 prod-1'),
    ],
  },
  {
    what: 'denying all but some resources leaves those to what allows them',
    policy: [allow('server.*', '*'), { Effect: 'Deny', Action: 'server.stop', NotResource: 'server/test-*' }],
    cases: [
      may('server.stop', 'server/s-1 test-1'),
      denied('server.stop', 'server/s-1 prod'),
      denied('server.stop', 'server/'),
      may('server.read', 'server/s-1 prod'),
    ],
  },
  {
    what: 'variables stand for who asks',
    policy: [allow('user.write', 'user/${principal.id}'), allow('server.*', 'server/${principal.name}-*')],
    cases: [
      may('user.write', 'user/u-1'),
      mayNot('user.write', 'user/u-2'),
      may('user.write', 'user/u-2', {}, { 'principal.id': 'u-2' }),
      may('server.stop', 'server/s-1 zhang-1'),
      mayNot('server.stop', 'server/s-1 li-1'),
      mayNot('server.stop', 'server/s-1 zhang'),
    ],
  },
  {
    what: 'a star in the name of who asks is no wildcard',
    policy: [allow('server.read', 'server/${principal.name}-?')],
    cases: [
      mayNot('server.read', 'server/s-1 zhang-1', {}, { 'principal.name': '*' }),
      may('server.read', 'server/s-1 *-1', {}, { 'principal.name': '*' }),
      mayNot('server.read', 'server/s-1 a-1', {}, { 'principal.name': '?' }),
    ],
  },
  {
    what: 'StringEquals: the key is one of the values',
    policy: readIf({ StringEquals: { project: ['shop', 'blog'] } }),
    cases: [
      mayRead({ project: 'shop' }),
      mayRead({ project: 'blog' }),
      mayNotRead({ project: 'shops' }),
      mayNotRead({ project: '' }),
      mayNotRead(),
    ],
  },
  {
    what: 'StringEquals knows no wildcards',
    policy: readIf({ StringEquals: { project: 'sh*' } }),
    cases: [mayNotRead({ project: 'shop' }), mayRead({ project: 'sh*' })],
  },
  {
    what: 'an empty value is a value',
    policy: readIf({ StringEquals: { 'tag/owner': '' } }),
    cases: [mayRead({ 'tag/owner': '' }), mayNotRead({ 'tag/owner': 'zhang' }), mayNotRead()],
  },
  {
    what: 'StringEqualsIfExists: or the key is missing',
    policy: readIf({ StringEqualsIfExists: { project: 'shop' } }),
    cases: [mayRead({ project: 'shop' }), mayNotRead({ project: 'blog' }), mayRead()],
  },
  {
    what: 'StringNotEquals: the key is none of the values, or missing',
    policy: readIf({ StringNotEquals: { environment: ['production', 'staging'] } }),
    cases: [
      mayRead({ environment: 'test' }),
      mayNotRead({ environment: 'production' }),
      mayNotRead({ environment: 'staging' }),
      mayRead(),
    ],
  },
  {
    what: 'StringNotEqualsIfExists asks the same as StringNotEquals',
    policy: readIf({ StringNotEqualsIfExists: { environment: 'production' } }),
    cases: [mayRead({ environment: 'test' }), mayNotRead({ environment: 'production' }), mayRead()],
  },
  {
    what: 'StringLike: the key matches one of the patterns',
    policy: readIf({ StringLike: { region: ['cn-*', 'eu-?'] } }),
    cases: [
      mayRead({ region: 'cn-north' }),
      mayRead({ region: 'cn-' }),
      mayRead({ region: 'eu-1' }),
      mayNotRead({ region: 'eu-10' }),
      mayNotRead({ region: 'us-1' }),
      mayNotRead(),
    ],
  },
  {
    what: 'StringLike *: the key is there, be it empty',
    policy: readIf({ StringLike: { region: '*' } }),
    cases: [mayRead({ region: 'cn' }), mayRead({ region: '' }), mayNotRead()],
  },
  {
    what: 'StringLikeIfExists: or the key is missing',
    policy: readIf({ StringLikeIfExists: { region: 'cn-*' } }),
    cases: [mayRead({ region: 'cn-1' }), mayNotRead({ region: 'us' }), mayRead()],
  },
  {
    what: 'StringNotLike: the key matches none of the patterns, or is missing',
    policy: readIf({ StringNotLike: { region: ['cn-*', '*-1'] } }),
    cases: [mayRead({ region: 'us-2' }), mayNotRead({ region: 'us-1' }), mayNotRead({ region: 'cn-9' }), mayRead()],
  },
  {
    what: 'values have variables too',
    policy: readIf({ StringEquals: { createdBy: '${principal.id}' } }),
    cases: [
      mayRead({ createdBy: 'u-1' }),
      mayNotRead({ createdBy: 'u-2' }),
      mayRead({ createdBy: 'u-2' }, { 'principal.id': 'u-2' }),
      mayNotRead({ createdBy: '${principal.id}' }),
      mayNotRead(),
    ],
  },
  {
    what: 'part of a value may be a variable',
    policy: readIf({ StringLike: { project: 'team-${principal.name}-*' } }),
    cases: [
      mayRead({ project: 'team-zhang-web' }),
      mayNotRead({ project: 'team-li-web' }),
      mayNotRead({ project: 'team-zhang' }),
    ],
  },
  {
    what: 'NumericEquals compares numbers, not how they are written',
    policy: readIf({ NumericEquals: { cores: ['4', 8.0] } }),
    cases: [mayRead({ cores: 4 }), mayRead({ cores: 8 }), mayNotRead({ cores: 5 }), mayNotRead()],
  },
  {
    what: 'NumericNotEquals: none of the numbers, or missing',
    policy: readIf({ NumericNotEquals: { cores: [4, 8] } }),
    cases: [mayRead({ cores: 2 }), mayNotRead({ cores: 4 }), mayNotRead({ cores: 8 }), mayRead()],
  },
  {
    what: 'NumericLessThan leaves the bound out',
    policy: readIf({ NumericLessThan: { cores: 4 } }),
    cases: [mayRead({ cores: 3.9 }), mayRead({ cores: -1 }), mayNotRead({ cores: 4 }), mayNotRead()],
  },
  {
    what: 'NumericLessThanEquals takes the bound in',
    policy: readIf({ NumericLessThanEquals: { cores: 4 } }),
    cases: [mayRead({ cores: 4 }), mayNotRead({ cores: 4.1 }), mayNotRead()],
  },
  {
    what: 'NumericGreaterThan leaves the bound out',
    policy: readIf({ NumericGreaterThan: { cores: 4 } }),
    cases: [mayRead({ cores: 5 }), mayNotRead({ cores: 4 }), mayNotRead()],
  },
  {
    what: 'NumericGreaterThanEquals takes the bound in',
    policy: readIf({ NumericGreaterThanEquals: { cores: 4 } }),
    cases: [mayRead({ cores: 4 }), mayNotRead({ cores: 3 }), mayNotRead()],
  },
  {
    what: 'NumericLessThanIfExists: or the key is missing',
    policy: readIf({ NumericLessThanIfExists: { cores: 4 } }),
    cases: [mayRead({ cores: 1 }), mayNotRead({ cores: 4 }), mayRead()],
  },
  {
    what: 'two operators make a range',
    policy: readIf({ NumericGreaterThanEquals: { cores: 2 }, NumericLessThan: { cores: 8 } }),
    cases: [mayRead({ cores: 2 }), mayRead({ cores: 7 }), mayNotRead({ cores: 8 }), mayNotRead({ cores: 1 })],
  },
  {
    what: 'Bool: true, or false, but there',
    policy: readIf({ Bool: { mfa: true } }),
    cases: [mayRead(), mayNotRead({}, { mfa: false }), mayNotRead({}, { mfa: undefined })],
  },
  {
    what: 'Bool values may be written as text',
    policy: readIf({ Bool: { protected: 'false' } }),
    cases: [mayRead({ protected: false }), mayNotRead({ protected: true }), mayNotRead()],
  },
  {
    what: 'BoolIfExists: or the key is missing',
    policy: readIf({ BoolIfExists: { protected: false } }),
    cases: [mayRead({ protected: false }), mayNotRead({ protected: true }), mayRead()],
  },
  {
    what: 'without a second factor nothing is stopped',
    policy: [allow('server.*', '*'), deny('server.stop', '*', { BoolIfExists: { mfa: false } })],
    cases: [
      may('server.stop', 'server/s-1'),
      denied('server.stop', 'server/s-1', {}, { mfa: false }),
      denied('server.stop', 'server/s-1', {}, { mfa: undefined }),
      may('server.start', 'server/s-1', {}, { mfa: false }),
    ],
  },
  {
    what: 'DateLessThan and DateGreaterThan leave the moment out',
    policy: readIf({
      DateGreaterThan: { currentTime: '2026-11-27T00:00:00+08:00' },
      DateLessThan: { currentTime: '2026-11-28T00:00:00+08:00' },
    }),
    cases: [
      mayRead(),
      mayNotRead({}, at('2026-11-26T16:00:00Z')),
      mayRead({}, at('2026-11-26T16:00:00.001Z')),
      mayNotRead({}, at('2026-11-27T16:00:00Z')),
      mayNotRead({}, { currentTime: undefined }),
    ],
  },
  {
    what: 'DateLessThanEquals and DateGreaterThanEquals take the moment in; a day begins at midnight UTC',
    policy: readIf({
      DateGreaterThanEquals: { currentTime: '2026-11-27' },
      DateLessThanEquals: { currentTime: '2026-11-28' },
    }),
    cases: [
      mayRead({}, at('2026-11-27T00:00:00Z')),
      mayNotRead({}, at('2026-11-26T23:59:59Z')),
      mayRead({}, at('2026-11-28T00:00:00Z')),
      mayNotRead({}, at('2026-11-28T00:00:01Z')),
    ],
  },
  {
    what: 'a right that ends',
    policy: [allow('server.*', '*'), deny('*', '*', { DateGreaterThanEquals: { currentTime: '2027-01-01' } })],
    cases: [may('server.stop', 'server/s-1'), denied('server.stop', 'server/s-1', {}, at('2027-01-01T00:00:00Z'))],
  },
  {
    what: 'IpAddress: the caller is in one of the blocks',
    policy: readIf({ IpAddress: { sourceIp: ['10.1.0.0/16', '192.168.0.7', '2001:db8::/32'] } }),
    cases: [
      mayRead(),
      mayNotRead({}, from('10.2.0.1')),
      mayRead({}, from('192.168.0.7')),
      mayNotRead({}, from('192.168.0.8')),
      mayRead({}, from('2001:db8:0:0:0:0:0:1')),
      mayRead({}, from('2001:DB8:ffff::1')),
      mayNotRead({}, from('2001:db9::1')),
      mayNotRead({}, from(undefined)),
    ],
  },
  {
    what: 'IPv4 in the clothes of IPv6 is IPv4',
    policy: readIf({ IpAddress: { sourceIp: '10.0.0.0/8' } }),
    cases: [
      mayRead({}, from('::ffff:10.1.2.3')),
      mayRead({}, from('::ffff:a01:203')),
      mayNotRead({}, from('::10.1.2.3')),
    ],
  },
  {
    what: 'a block of IPv4 in the clothes of IPv6 is one of IPv4',
    policy: readIf({ IpAddress: { sourceIp: '::ffff:10.1.0.0/112' } }),
    cases: [mayRead(), mayNotRead({}, from('10.2.0.1')), mayNotRead({}, from('::1'))],
  },
  {
    what: 'all of IPv6 is not all of IPv4',
    policy: readIf({ IpAddress: { sourceIp: '::/0' } }),
    cases: [mayRead({}, from('fe80::1')), mayNotRead(), mayNotRead({}, from('::ffff:10.1.2.3'))],
  },
  {
    what: 'blocks end between bytes too',
    policy: readIf({ IpAddress: { sourceIp: ['172.16.0.0/12', '10.9.8.7/31', '0.0.0.0/32', '2001:db8:8000::/33'] } }),
    cases: [
      mayRead({}, from('172.31.255.255')),
      mayNotRead({}, from('172.32.0.0')),
      mayRead({}, from('10.9.8.6')),
      mayNotRead({}, from('10.9.8.8')),
      mayRead({}, from('0.0.0.0')),
      mayRead({}, from('2001:db8:ffff::')),
      mayNotRead({}, from('2001:db8:7fff::')),
    ],
  },
  {
    what: 'who calls from no address is in no block',
    policy: readIf({ IpAddress: { sourceIp: ['0.0.0.0/0', '::/0'] } }),
    cases: [
      mayNotRead({}, from('local')),
      mayNotRead({}, from('')),
      mayNotRead({}, from('10.1.2')),
      mayRead({}, from('1.1.1.1')),
    ],
  },
  {
    what: 'NotIpAddress: in none of the blocks, or no address at all',
    policy: readIf({ NotIpAddress: { sourceIp: ['10.0.0.0/8', '::1'] } }),
    cases: [
      mayNotRead(),
      mayNotRead({}, from('::1')),
      mayRead({}, from('11.0.0.1')),
      mayRead({}, from('local')),
      mayRead({}, from(undefined)),
    ],
  },
  {
    what: 'IpAddressIfExists: or the address is missing',
    policy: readIf({ IpAddressIfExists: { sourceIp: '10.0.0.0/8' } }),
    cases: [mayRead(), mayNotRead({}, from('11.0.0.1')), mayRead({}, from(undefined)), mayNotRead({}, from('local'))],
  },
  {
    what: 'outside the office everything is denied',
    policy: [allow('*', '*'), deny('*', '*', { NotIpAddress: { sourceIp: '10.1.0.0/16' } })],
    cases: [
      may('server.stop', 'server/s-1'),
      denied('server.stop', 'server/s-1', {}, from('8.8.8.8')),
      denied('server.stop', 'server/s-1', {}, from(undefined)),
    ],
  },
  {
    what: 'Null true: the key is missing',
    policy: readIf({ Null: { 'tag/owner': true } }),
    cases: [
      mayRead(),
      mayNotRead({ 'tag/owner': 'zhang' }),
      mayNotRead({ 'tag/owner': '' }),
      mayRead({ 'tag/tier': 'web' }),
    ],
  },
  {
    what: 'Null false: the key is there',
    policy: readIf({ Null: { 'tag/owner': 'false' } }),
    cases: [mayNotRead(), mayRead({ 'tag/owner': 'zhang' }), mayRead({ 'tag/owner': '' })],
  },
  {
    what: 'several keys of an operator must all hold',
    policy: readIf({ StringEquals: { project: 'shop', environment: ['test', 'dev'] } }),
    cases: [
      mayRead({ project: 'shop', environment: 'test' }),
      mayRead({ project: 'shop', environment: 'dev' }),
      mayNotRead({ project: 'shop', environment: 'production' }),
      mayNotRead({ project: 'shop' }),
      mayNotRead({ environment: 'test' }),
    ],
  },
  {
    what: 'several operators must all hold',
    policy: readIf({ StringEquals: { project: 'shop' }, Bool: { mfa: true }, Null: { 'tag/locked': true } }),
    cases: [
      mayRead({ project: 'shop' }),
      mayNotRead({ project: 'blog' }),
      mayNotRead({ project: 'shop' }, { mfa: false }),
      mayNotRead({ project: 'shop', 'tag/locked': 'yes' }),
    ],
  },
  {
    what: 'tags have any name',
    policy: readIf({ StringEquals: { 'tag/cost center': '42', 'tag/a/b': '店' } }),
    cases: [
      mayRead({ 'tag/cost center': '42', 'tag/a/b': '店' }),
      mayNotRead({ 'tag/cost center': '42' }),
      mayNotRead({ 'tag/a/b': '店', 'tag/cost': '42' }),
    ],
  },
  {
    what: 'who asks can be asked about',
    policy: readIf({ StringLike: { 'principal.name': 'zh*' } }),
    cases: [mayRead(), mayNotRead({}, { 'principal.name': 'li' })],
  },
  {
    what: 'statements allow side by side',
    policy: [
      allow('server.read', '*', { StringEquals: { project: 'shop' } }),
      allow('server.read', 'server/s-1'),
      allow('server.stop', '*', { StringEquals: { project: 'shop' } }),
    ],
    cases: [
      may('server.read', 'server/s-1', { project: 'blog' }),
      may('server.read', 'server/s-2', { project: 'shop' }),
      mayNot('server.read', 'server/s-2', { project: 'blog' }),
      mayNot('server.stop', 'server/s-1', { project: 'blog' }),
      may('server.stop', 'server/s-1', { project: 'shop' }),
    ],
  },
  {
    what: 'conditions of different statements do not mix',
    policy: [
      allow('server.stop', '*', { StringEquals: { project: 'shop' } }),
      deny('server.stop', '*', { StringEquals: { environment: 'production' }, Bool: { mfa: false } }),
    ],
    cases: [
      may('server.stop', 'server/s-1', { project: 'shop', environment: 'production' }),
      may('server.stop', 'server/s-1', { project: 'shop', environment: 'test' }, { mfa: false }),
      denied('server.stop', 'server/s-1', { project: 'shop', environment: 'production' }, { mfa: false }),
      denied('server.stop', 'server/s-1', { project: 'blog', environment: 'production' }, { mfa: false }),
    ],
  },
  {
    what: 'a value of another type than the key has compares with nothing',
    policy: [
      ...readIf({ NumericLessThan: { cores: 4 } }),
      ...readIf({ StringEquals: { project: '1' } }),
      ...readIf({ Bool: { protected: 'true' } }),
    ],
    cases: [
      mayNotRead({ cores: '1' }),
      mayNotRead({ project: 1 }),
      mayNotRead({ protected: 'true' }),
      mayRead({ protected: true }),
    ],
  },
  {
    what: 'read only, as administrators hand it out',
    policy: [allow('*.read', '*')],
    cases: [
      may('volume.read', 'volume/v-1', { project: 'shop' }),
      mayNot('volume.delete', 'volume/v-1', { project: 'shop' }),
      mayNot('deployment.create', 'deployment/ x'),
    ],
  },
];
