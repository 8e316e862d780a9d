import { expect, test } from 'vitest';
import { changes, type Affected } from './changes.ts';
import { compile } from './decide.ts';
import { policyVersion, type Statement } from './document.ts';
import { request, vocabulary } from './testing/vocabulary.ts';
import type { Resource } from './vocabulary.ts';

const zhang = { kind: 'user', id: 'u-1', name: 'zhang' };
const shop: Resource = { kind: 'server', id: 's-1', name: 'web', keys: { project: 'shop' } };
const blog: Resource = { kind: 'server', id: 's-2', name: 'blog', keys: { project: 'blog' } };
const data: Resource = { kind: 'volume', id: 'v-1', keys: { project: 'shop' } };

const set = (...statements: Statement[]) =>
  compile([{ policy: 'p', name: 'P', document: { Version: policyVersion, Statement: statements } }], vocabulary);
const reads: Statement = { Effect: 'Allow', Action: '*.read', Resource: '*' };
const runsShop: Statement = {
  Effect: 'Allow',
  Action: 'server.*',
  Resource: '*',
  Condition: { StringEquals: { project: 'shop' } },
};

test('a preview says what each resource is gained and lost for', () => {
  const affected: Affected = { principal: zhang, before: set(reads), after: set(runsShop), request };
  expect(changes([affected], [shop, blog, data], vocabulary)).toEqual([
    { principal: zhang, resource: shop, gains: ['server.start', 'server.stop'], loses: [] },
    { principal: zhang, resource: blog, gains: [], loses: ['server.read'] },
    { principal: zhang, resource: data, gains: [], loses: ['volume.read'] },
  ]);
});

test('what comes to the same is no change, however it is written', () => {
  const spelled: Statement = { ...reads, Action: ['user.read', 'volume.read', 'server.read', 'deployment.read'] };
  const affected: Affected = { principal: zhang, before: set(reads), after: set(spelled, spelled), request };
  expect(changes([affected], [shop, blog, data], vocabulary)).toEqual([]);
});
