import { ApiProblem } from '@pileus/api';
import { defineProvider, simulated } from '@pileus/provider';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { aPlatform, settled } from '../testing/a-platform.ts';
import { onSimulatedClouds } from '../testing/on-simulated-clouds.ts';

/** The same cloud, of which nobody knows what it costs. */
const unpriced = defineProvider({
  ...simulated,
  id: 'unpriced',
  prices: undefined,
  account: simulated.account.and(z.object({})),
});

const { client, bugs, database } = await aPlatform([simulated, unpriced]);
afterEach(() => expect(bugs.splice(0)).toEqual([]));
const { anAccount, aPlan, aDeployment, remove } = onSimulatedClouds(client);

const pricesOf = (account: string) => client.call('get /accounts/{account}/prices', { params: { account } });
const setPrices = (account: string, prices: object, validFrom?: string) =>
  client.call('put /accounts/{account}/prices', {
    params: { account },
    body: { prices, ...(validFrom && { validFrom }) },
  });
const planChange = (
  deployment: string,
  body: { action: 'stop' | 'start' | 'delete' | 'heal' } | { action: 'update'; inputs: object },
) => client.call('post /deployments/{deployment}/plans', { params: { deployment }, body: body as never });

async function carryOut(plan: { id: string; hash: string }) {
  const { deployment } = await client.call('post /deployments', { body: { plan: plan.id, hash: plan.hash } });
  return settled(client, deployment);
}

async function problemOf(call: Promise<unknown>): Promise<ApiProblem> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ApiProblem) return error;
  throw new Error('it was not refused', { cause: error });
}

test('a plan says what it costs: two servers, a volume of 10 GB and an address at the prices of the simulated cloud', async () => {
  const account = await anAccount();
  const plan = await aPlan(account);
  // 2 × 0.36 an hour, 10 × 0.35 and 20 a month.
  expect(plan.quote).toEqual({
    currency: 'CNY',
    before: { perHour: '0', perMonth: '0' },
    after: { perHour: '0.752192', perMonth: '549.1' },
    difference: { perHour: '0.752192', perMonth: '549.1' },
    resources: 4,
    unpriced: [],
  });
  const priced = plan.steps.filter(({ price }) => price);
  expect(Object.fromEntries(priced.map(({ key, price }) => [key, price]))).toEqual({
    'front.server': { before: '0', after: '262.8' },
    'back.server': { before: '0', after: '262.8' },
    'volume.volume': { before: '0', after: '3.5' },
    'address.address': { before: '0', after: '20' },
  });
});

test('growing, stopping, starting, mending and deleting a deployment are priced from what there is', async () => {
  const account = await anAccount();
  const id = await aDeployment(account);
  expect((await settled(client, id)).cost).toEqual({
    currency: 'CNY',
    perMonth: '549.1',
    perHour: '0.752192',
    resources: 4,
    unpriced: 0,
  });

  const grown = await planChange(id, { action: 'update', inputs: { flavor: '4核8G', volume_size: '20 GB' } });
  expect(grown.quote).toMatchObject({ before: { perMonth: '549.1' }, difference: { perMonth: '529.1' } });
  await carryOut(grown);
  const stopped = await planChange(id, { action: 'stop' });
  expect(stopped.quote?.difference.perMonth).toBe('-876');
  expect((await carryOut(stopped)).cost?.perMonth).toBe('202.2');
  const started = await planChange(id, { action: 'start' });
  expect(started.quote).toMatchObject({ before: { perMonth: '202.2' }, after: { perMonth: '1078.2' } });
  await carryOut(started);
  const { items } = await client.call('get /deployments', { query: { account } });
  expect(items[0]?.cost?.perMonth).toBe('1078.2');
  expect((await pricesOf(account)).cost?.perMonth).toBe('1078.2');

  const healed = await client.call('post /deployments/{deployment}/plans', {
    params: { deployment: id },
    body: { action: 'heal', nodes: ['front'] },
  });
  expect(healed.steps.find(({ key }) => key === 'front.server')).toMatchObject({
    action: 'replace',
    price: { before: '525.6', after: '525.6' },
  });
  expect(healed.quote?.difference.perMonth).toBe('0');
  const back = await client.call('post /deployments/{deployment}/plans', {
    params: { deployment: id },
    body: { action: 'rollback', revision: 1 },
  });
  // A volume is never made smaller, so going back saves the servers only.
  expect(back.quote?.difference.perMonth).toBe('-525.6');

  const deleted = await planChange(id, { action: 'delete' });
  expect(deleted.quote).toMatchObject({ before: { perMonth: '1078.2' }, after: { perMonth: '0' } });
  await remove(id);
  expect((await client.call('get /deployments/{deployment}', { params: { deployment: id } })).cost?.resources).toBe(0);
});

test('an account without prices has plans without a quote; with prices, what lacks one is named', async () => {
  const { calm } = await import('../testing/on-simulated-clouds.ts');
  const { id: account } = await client.call('post /accounts', {
    body: { provider: 'unpriced', name: 'no prices', settings: calm },
  });
  const bare = await aPlan(account);
  expect(bare.quote).toBeUndefined();
  expect((await pricesOf(account)).now).toBeUndefined();
  const set = await setPrices(account, {
    currency: 'USD',
    servers: { rule: { perCoreHour: '0.05', perGigabyteHour: '0.01' } },
  });
  expect(set.now).toMatchObject({ from: 'account', prices: { currency: 'USD' } });
  const plan = await aPlan(account);
  // Twice 2 cores and 4 GB: 0.14 an hour each.
  expect(plan.quote).toMatchObject({
    currency: 'USD',
    validFrom: set.now?.validFrom,
    after: { perHour: '0.28', perMonth: '204.4' },
    resources: 4,
    unpriced: [
      { kind: 'volume', count: 1 },
      { kind: 'address', count: 1 },
    ],
  });
  expect(plan.steps.find(({ key }) => key === 'volume.volume')?.price).toEqual({ before: '0' });
});

test('the price is part of what is approved: other prices make another hash', async () => {
  const account = await anAccount();
  const plan = await aPlan(account);
  const again = () =>
    client.call('post /plans', { body: { template: plan.template.id, account, name: plan.name, inputs: {} } });
  expect((await again()).hash).toBe(plan.hash);
  await setPrices(account, { servers: { flavors: { 'sim.medium': { perHour: '0.4' } } } });
  const dearer = await again();
  expect(dearer.hash).not.toBe(plan.hash);
  expect(dearer.quote?.after.perMonth).toBe('584');
  const refused = await problemOf(client.call('post /deployments', { body: { plan: dearer.id, hash: plan.hash } }));
  expect(refused.failure.code).toBe('plan-expired');
});

test('prices hold from a time on, those of before stay, and those that have not begun can be set again', async () => {
  const account = await anAccount();
  const of = (perMonth: string) => ({ addresses: { perMonth } });
  await setPrices(account, of('1'), '2020-01-01T00:00:00Z');
  await setPrices(account, of('2'));
  await setPrices(account, of('3'), '2100-01-01T00:00:00Z');
  const set = await setPrices(account, of('4'), '2100-01-01T00:00:00Z');
  expect(set.now?.prices.addresses).toEqual({ perMonth: '2' });
  expect(set.lists.map(({ prices }) => prices.addresses?.perMonth)).toEqual(['4', '2', '1']);
  expect(set.lists[0]).toMatchObject({ validFrom: '2100-01-01T00:00:00.000Z', createdBy: 'admin' });
  const late = await problemOf(setPrices(account, of('5'), '2021-01-01T00:00:00Z'));
  expect(late.failure.problems).toEqual([{ at: '/validFrom', message: expect.stringContaining('stay as they are') }]);
  expect((await pricesOf(account)).lists).toEqual(set.lists);
});

test('wrong prices are refused with the place of each, and setting prices is in the operation log', async () => {
  const account = await anAccount();
  const wrong = await problemOf(
    setPrices(account, {
      currency: 'RMB',
      servers: { flavors: { 'sim.small': { perHour: 0.1 } }, rules: {} },
      volumes: { other: { perGigabyteMonth: '1.2345678' } },
    }),
  );
  expect([wrong.status, wrong.failure.code]).toEqual([422, 'invalid']);
  expect(wrong.failure.problems?.map(({ at }) => at).toSorted()).toEqual([
    '/prices/currency',
    '/prices/servers',
    '/prices/servers/flavors/sim.small/perHour',
    '/prices/volumes/other/perGigabyteMonth',
  ]);
  await setPrices(account, {});
  const { items } = await client.call('get /audit', { query: { action: 'ACCOUNT_PRICES' } });
  expect(items.slice(0, 2).map(({ result, subject }) => [result, subject])).toEqual([
    ['ok', account],
    ['refused', undefined],
  ]);
  expect((await problemOf(pricesOf('acc-none'))).failure.code).toBe('not-found');
});

test('what a flavor was is still known when its cloud does not answer', async () => {
  const account = await anAccount();
  await setPrices(account, { servers: { rule: { perCoreHour: '1', perGigabyteHour: '0' } } });
  const id = await aDeployment(account);
  await settled(client, id);
  await client.call('patch /accounts/{account}', {
    params: { account },
    body: { settings: { latencyMilliseconds: 1, isDown: true } },
  });
  expect((await pricesOf(account)).cost).toMatchObject({ perMonth: '2920', unpriced: 2 });
  const kept = await database.selectFrom('flavor').select('name').where('account', '=', account).execute();
  expect(kept.length).toBe(4);
});
