import { simulated } from '@pileus/provider';
import { expect, test } from 'vitest';
import { aPlatform } from '../testing/a-platform.ts';
import { policySets, rightsOf } from './rights.ts';
import { systemClock, type PrincipalId } from '@pileus/model';

const { client, database } = await aPlatform([simulated]);

test('what is kept for a version of a policy is that version, also where another one has come to hold meanwhile', async () => {
  const allow = (action: string) => ({
    Version: '2026-11-01',
    Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
  });
  const { id: policy } = await client.call('post /policies', { body: { name: 'Own', document: allow('user.read') } });
  await client.call('put /policies/{policy}', { params: { policy }, body: { document: allow('group.read') } });
  const asking = { id: 'usr-x' as PrincipalId, name: 'x', ip: '127.0.0.1', mfa: false };
  const sets = policySets(database);
  const may = async (number: number) => {
    const rights = rightsOf(await sets.of([{ policy, number, via: null }]), asking, systemClock);
    return [rights.isEver('user.read'), rights.isEver('group.read')];
  };
  expect(await may(1)).toEqual([true, false]);
  expect(await may(2)).toEqual([false, true]);
  expect(await may(1)).toEqual([true, false]);
});
