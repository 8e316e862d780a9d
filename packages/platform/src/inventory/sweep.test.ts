import { ApiProblem } from '@pileus/api';
import { hours, milliseconds, plainCall, specs, systemClock, type Clock } from '@pileus/model';
import { simulated } from '@pileus/provider';
import { sql } from 'kysely';
import { afterEach, expect, test, vi } from 'vitest';
import { aPlatform, settled } from '../testing/a-platform.ts';
import { onSimulatedClouds } from '../testing/on-simulated-clouds.ts';
import { judge } from './sweep.ts';

/** The simulated cloud's lists lag 50 ms at most here. */
const longestLag = milliseconds(200);
let later = 0;
const clock: Clock = { now: () => Date.now() + later, sleep: systemClock.sleep.bind(systemClock) };
const { client, platform, database, bugs } = await aPlatform([simulated], clock);
const { anAccount, aDeployment, listing, remove } = onSimulatedClouds(client);
afterEach(() => expect(bugs.splice(0)).toEqual([]));

const sweep = (account: string) => client.call('post /accounts/{account}/sweep', { params: { account } });
const findings = async (account: string) =>
  (await client.call('get /accounts/{account}/findings', { params: { account } })).items;

test('what is as it was written down is left alone', { timeout: 30_000 }, async () => {
  const account = await anAccount();
  await settled(client, await aDeployment(account));
  const before = await listing(account);
  expect(await sweep(account)).toEqual({ adopted: 0, removed: 0, reported: 0 });
  expect(await listing(account)).toEqual(before);
});

test(
  'what was made and never heard back about is taken in; what was deleted and is there is deleted again',
  { timeout: 30_000 },
  async () => {
    const account = await anAccount();
    const deployment = await settled(client, await aDeployment(account));
    await database
      .updateTable('resource')
      .set({ ref: null, state: 'creating' })
      .where('deployment', '=', deployment.id)
      .where('kind', '=', 'volume')
      .execute();
    expect(await sweep(account)).toEqual({ adopted: 1, removed: 0, reported: 0 });
    expect(await findings(account), 'it is told what was taken in').toMatchObject([
      { kind: 'volume', is: 'adopted', deployment: { id: deployment.id, name: deployment.name } },
    ]);

    expect((await remove(deployment.id)).state).toBe('deleted');
    const empty = await listing(account);
    const { drivers } = await platform.accounts.connect(account);
    // The cloud brings a deleted network back to life: an API that confirmed and did nothing.
    const ref = await drivers.network?.create({ name: 'undead' }, plainCall('run-some/net.network'));
    await systemClock.sleep(longestLag);
    await database
      .updateTable('resource')
      .set({ ref: ref ?? '', token: 'run-some/net.network' })
      .where('deployment', '=', deployment.id)
      .where('kind', '=', 'network')
      .execute();
    expect(await sweep(account), 'a list may still show what is gone').toEqual({ adopted: 0, removed: 0, reported: 0 });
    later = hours(1);
    expect(await sweep(account)).toEqual({ adopted: 0, removed: 1, reported: 0 });
    expect((await findings(account)).filter(({ is }) => is === 'orphan')).toMatchObject([
      { name: 'undead', removedAt: expect.any(String) },
    ]);
    expect(await listing(account)).toEqual(empty);
  },
);

test(
  'what a known run has made and a restored database does not know is taken in, and goes with its deployment',
  { timeout: 30_000 },
  async () => {
    const account = await anAccount();
    const empty = await listing(account);
    const deployment = await settled(client, await aDeployment(account));
    const full = await listing(account);
    await database
      .deleteFrom('resource')
      .where('deployment', '=', deployment.id)
      .where('kind', 'in', ['volume', 'address'])
      .execute();
    const { adopted, ...rest } = await sweep(account);
    expect(adopted).toBeGreaterThan(0);
    expect(rest).toEqual({ removed: 0, reported: 0 });
    expect(await sweep(account)).toEqual({ adopted: 0, removed: 0, reported: 0 });
    expect(await listing(account)).toEqual(full);
    expect((await remove(deployment.id)).state).toBe('deleted');
    expect(await listing(account)).toEqual(empty);
  },
);

test(
  'what a restored database has forgotten is left to a run that goes on, and reported by its deployment where its place is taken',
  { timeout: 60_000 },
  async () => {
    const account = await anAccount();
    const deployment = await settled(client, await aDeployment(account));
    const volume = await database
      .selectFrom('resource')
      .selectAll()
      .where('deployment', '=', deployment.id)
      .where('kind', '=', 'volume')
      .executeTakeFirstOrThrow();
    const be = (row: { token?: string; ref?: string }) =>
      database.updateTable('resource').set(row).where('id', '=', volume.id).execute();

    await be({ token: `${volume.token}/2` });
    expect(await sweep(account), 'a run has met it under another token').toEqual({
      adopted: 0,
      removed: 0,
      reported: 0,
    });

    await be({ ref: 'another' });
    const busy = 'run-goes-on';
    await sql`insert into run (id, kind, title, subject, state) values (${busy}, 'none', 'Goes on', ${deployment.id}, 'paused')`.execute(
      database,
    );
    expect(await sweep(account), 'a run may still meet it').toEqual({ adopted: 0, removed: 0, reported: 0 });

    await sql`delete from run where id = ${busy}`.execute(database);
    expect(await sweep(account)).toEqual({ adopted: 0, removed: 0, reported: 1 });
    expect(await findings(account)).toMatchObject([
      { kind: 'volume', is: 'double', deployment: { id: deployment.id, name: deployment.name } },
    ]);
    await be({ ref: volume.ref ?? '', token: volume.token });
    expect((await remove(deployment.id)).state).toBe('deleted');
  },
);

test(
  'a run of a restored database meets what it has made since in place of something, also when a sweep was there first',
  { timeout: 60_000 },
  async () => {
    const account = await anAccount();
    const empty = await listing(account);
    const deployment = await settled(client, await aDeployment(account));
    const full = await listing(account);
    const step = 'address.address';
    const resources = () =>
      database.selectFrom('resource').selectAll().where('deployment', '=', deployment.id).where('kind', '=', 'address');
    const { ref, token, spec } = await resources().executeTakeFirstOrThrow();
    const [run = ''] = token.split('/');
    // Since the backup the first one has failed, was removed, and was made again.
    const { drivers } = await platform.accounts.connect(account);
    await drivers.address?.delete(ref ?? '', plainCall('gone'));
    const again = await drivers.address?.create(specs.address.parse(spec), plainCall(`${token}:2`));
    await systemClock.sleep(longestLag);
    await sql`delete from run_step where run = ${run} and key like ${`${step}%`}`.execute(database);
    await sql`delete from resource where deployment = ${deployment.id} and kind = 'address'`.execute(database);
    expect(await sweep(account)).toEqual({ adopted: 1, removed: 0, reported: 0 });

    await sql`
      update run set state = 'queued', output = null, ended = null, started = now() - interval '1 hour' where id = ${run}`.execute(
      database,
    );
    const state = () => client.call('get /runs/{run}', { params: { run } }).then((told) => told.state);
    await expect.poll(state, { timeout: 40_000 }).toBe('succeeded');
    expect(await resources().where('deleted_at', 'is', null).execute()).toMatchObject([{ step, ref: again }]);
    expect(await sweep(account)).toEqual({ adopted: 0, removed: 0, reported: 0 });
    expect(await listing(account)).toEqual(full);
    expect((await remove(deployment.id)).state).toBe('deleted');
    expect(await listing(account)).toEqual(empty);
  },
);

test('what carries a mark that nobody here knows is reported and never touched', async () => {
  const account = await anAccount();
  const { drivers } = await platform.accounts.connect(account);
  await drivers.network?.create({ name: 'of another installation' }, plainCall('run-elsewhere/net.network'));
  await systemClock.sleep(longestLag);
  expect(await sweep(account)).toEqual({ adopted: 0, removed: 0, reported: 1 });
  expect(await findings(account)).toMatchObject([{ name: 'of another installation', is: 'unknown' }]);
  expect((await listing(account))['network']).toContain('of another installation');
});

test('a person looks at what nobody knows, has it left alone or deleted, and it is proven gone', async () => {
  const account = await anAccount();
  const { drivers } = await platform.accounts.connect(account);
  await drivers.network?.create({ name: 'stray' }, plainCall('run-elsewhere/net.network'));
  await systemClock.sleep(longestLag);
  await sweep(account);
  const [stray] = await findings(account);
  const params = { finding: stray?.id ?? '' };

  const ignored = await client.call('patch /findings/{finding}', {
    params,
    body: { ignored: true, note: 'the lab’s' },
  });
  expect(ignored.ignored).toMatchObject({ by: 'admin', note: 'the lab’s' });
  expect(await sweep(account), 'what is ignored needs no looking at').toMatchObject({ reported: 0 });
  expect(await findings(account)).toMatchObject([{ name: 'stray', ignored: { note: 'the lab’s' } }]);
  await client.call('patch /findings/{finding}', { params, body: { ignored: false } });
  expect(await sweep(account)).toMatchObject({ reported: 1 });

  expect(await client.call('get /findings/{finding}', { params })).toMatchObject({ resource: { name: 'stray' } });
  const remove = (name: string) => client.call('post /findings/{finding}/delete', { params, body: { name } });
  const refused = await remove('another').catch((error: unknown) => error);
  expect(refused instanceof ApiProblem && refused.failure.code).toBe('conflict');
  const { run } = await remove('stray');
  await vi.waitUntil(
    async () => (await client.call('get /runs/{run}', { params: { run } })).state === 'succeeded',
    20_000,
  );
  expect(await findings(account)).toMatchObject([{ removedAt: expect.any(String), removedBy: 'admin' }]);
  expect((await client.call('get /findings/{finding}', { params })).resource).toBeUndefined();
  await systemClock.sleep(longestLag);
  expect((await listing(account))['network']).not.toContain('stray');
});

test('what belongs to a deployment is not deleted as a finding', { timeout: 30_000 }, async () => {
  const account = await anAccount();
  const deployment = await settled(client, await aDeployment(account));
  await database
    .updateTable('resource')
    .set({ ref: null, state: 'creating' })
    .where('deployment', '=', deployment.id)
    .where('kind', '=', 'volume')
    .execute();
  await sweep(account);
  const [adopted] = await findings(account);
  const request = { params: { finding: adopted?.id ?? '' }, body: { name: adopted?.name ?? '' } };
  const refused = await client.call('post /findings/{finding}/delete', request).catch((error: unknown) => error);
  expect(refused instanceof ApiProblem && refused.failure.code).toBe('conflict');
});

test('nothing is judged while a run is at it', () => {
  const row = { id: 'r', deployment: 'd', ref: null, deleted_at: null, asked_at: new Date(0), isBusy: true };
  expect(judge({ ref: 'x' }, row, 0)).toBe('ours');
  expect(judge({ ref: 'x' }, { ...row, isBusy: false }, 0)).toBe('lost');
  expect(judge({ ref: 'x' }, { ...row, isBusy: false, ref: 'y' }, 0)).toBe('double');
});
