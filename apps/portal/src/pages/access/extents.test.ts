import { type PolicyDocument, readPolicy, type Vocabulary } from '@pileus/policy';
import { expect, test } from 'vitest';
import { extentsOf } from './extents.ts';

const title = { en: '', 'zh-CN': '' };
const vocabulary: Vocabulary = {
  actions: {
    'server.read': { kind: 'server', title, reads: true },
    'server.stop': { kind: 'server', title },
    'project.read': { kind: 'project', title, reads: true },
  },
  kinds: { server: { title, keys: ['project'] }, project: { title, keys: [] } },
  resourceKeys: { project: { type: 'string', title } },
  requestKeys: { sourceIp: { type: 'ip', title }, mfa: { type: 'boolean', title } },
};
const zhang = { id: 'usr-zhang', name: 'Zhang' };
const extents = (...statements: object[]) => {
  const { document, problems } = readPolicy({ Version: '2026-11-01', Statement: statements }, vocabulary);
  expect(problems).toEqual([]);
  return Object.fromEntries(extentsOf([document as PolicyDocument], vocabulary, zhang, new Date(0)));
};

test('what is allowed on everything and what only on some things is told apart', () => {
  expect(
    extents(
      { Effect: 'Allow', Action: '*.read', Resource: '*' },
      { Effect: 'Allow', Action: 'server.stop', Resource: 'server/web-*' },
    ),
  ).toEqual({ 'server.read': 'all', 'project.read': 'all', 'server.stop': 'some' });
});

test('a condition on the thing and a denial of some things leave some', () => {
  expect(
    extents(
      { Effect: 'Allow', Action: 'server.*', Resource: '*', Condition: { StringEquals: { project: 'shop' } } },
      { Effect: 'Allow', Action: 'project.read', Resource: '*' },
      { Effect: 'Deny', Action: 'project.read', Resource: 'project/secret' },
    ),
  ).toEqual({ 'server.read': 'some', 'server.stop': 'some', 'project.read': 'some' });
});

test('what is denied on everything, and what nothing allows, is not among it', () => {
  expect(
    extents(
      { Effect: 'Allow', Action: 'server.*', Resource: '*' },
      { Effect: 'Deny', Action: 'server.stop', Resource: '*' },
    ),
  ).toEqual({ 'server.read': 'all' });
  expect(extents({ Effect: 'Deny', Action: '*', Resource: '*' })).toEqual({});
});

test('it is asked with the second factor, from no address', () => {
  expect(
    extents(
      { Effect: 'Allow', Action: 'server.read', Resource: '*', Condition: { Bool: { mfa: true } } },
      { Effect: 'Allow', Action: 'server.stop', Resource: '*', Condition: { IpAddress: { sourceIp: '10.0.0.0/8' } } },
    ),
  ).toEqual({ 'server.read': 'all' });
});
