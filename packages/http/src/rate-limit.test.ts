import { type Clock, milliseconds, minutes, seconds, systemClock, type Duration } from '@pileus/model';
import { expect, test } from 'vitest';
import { rateLimits, type SharedBuckets, type Taken } from './rate-limit.ts';
import { smallApi } from './testing/small-api.ts';

const writer = { authorization: 'Bearer writer-token' };
const alone: SharedBuckets = { take: async () => new Map() };

function aClock() {
  let now = 1_000_000;
  const clock: Clock = { now: () => now, sleep: systemClock.sleep };
  return { clock, pass: (time: Duration) => void (now += time) };
}

/** As the database keeps them. */
function sharedOn(clock: Clock): SharedBuckets {
  const held = new Map<string, { left: number; at: number }>();
  return {
    take: async (all: readonly Taken[]) =>
      new Map(
        all.map(({ who, taken, quota }) => {
          const { left, at } = held.get(who) ?? { left: quota, at: clock.now() };
          const now = Math.min(quota, left + ((clock.now() - at) * quota) / 60_000) - taken;
          held.set(who, { left: now, at: clock.now() });
          return [who, now];
        }),
      ),
  };
}

test('whoever sends too many is told when to go on, and goes on then', async () => {
  const { clock, pass } = aClock();
  const limits = rateLimits({ principal: 3, organization: 100, anonymous: 2 }, clock, alone);
  const { app, audit } = smallApi({ 'put /things/{thing}': async () => ({ small: 'x' }) }, { limits });
  const call = () =>
    app.request('/api/v1/things/a', {
      method: 'PUT',
      headers: { ...writer, 'content-type': 'application/json' },
      body: '{"name":"ab"}',
    });
  const first = await call();
  expect(first.headers.get('ratelimit-policy')).toBe('"principal";q=3;w=60, "organization";q=100;w=60');
  expect(first.headers.get('ratelimit')).toBe('"principal";r=2;t=20, "organization";r=99;t=1');
  expect([(await call()).status, (await call()).status]).toEqual([200, 200]);
  const refused = await call();
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '20']);
  expect(refused.headers.get('ratelimit')).toContain('"principal";r=0');
  expect(await refused.json()).toMatchObject({ code: 'too-many-requests', facts: { seconds: 20 } });
  expect(audit, 'the operation log is not filled by it').toHaveLength(3);
  pass(milliseconds(19_000));
  expect((await call()).status).toBe(429);
  pass(seconds(1));
  expect([(await call()).status, (await call()).status]).toEqual([200, 429]);
  pass(minutes(60));
  for (let n = 0; n < 3; n++) expect((await call()).status).toBe(200);
  expect((await call()).status, 'a long rest saves up no more than one minute of it').toBe(429);
});

test('those who are not signed in are counted by their address, and by nothing they send', async () => {
  const { clock } = aClock();
  const limits = rateLimits({ principal: 100, organization: 100, anonymous: 2 }, clock, alone);
  const { app } = smallApi(
    { 'get /open': async () => ({ ip: '' }), 'get /things': async () => ({ items: [] }) },
    { limits },
  );
  const get = async (path: string, headers: Record<string, string> = {}) =>
    (await app.request(path, { headers })).status;
  expect(await get('/api/v1/open')).toBe(200);
  expect(await get('/api/v1/things', { authorization: 'Bearer guessed' })).toBe(401);
  expect(await get('/api/v1/open', { 'x-forwarded-for': '10.9.9.9' })).toBe(429);
  expect(await get('/api/v1/things', { authorization: 'Bearer guessed-again' })).toBe(429);
  expect(await get('/api/v1/things', writer), 'whoever is signed in is not among them').toBe(200);
  expect(limits.count(undefined, '2001:db8::1').wait + limits.count(undefined, '2001:db8::ffff').wait).toBe(0);
  expect(limits.count(undefined, '2001:db8:0:0:1::').wait, 'one network of IPv6 is one address').toBeGreaterThan(0);
});

test('people of one organization share its quota; 0 is no limit', () => {
  const { clock } = aClock();
  const { people } = smallApi({});
  const [one, two] = [...people.values()];
  const limits = rateLimits({ principal: 0, organization: 3, anonymous: 0 }, clock, alone);
  const waits = [one, two, one, two].map(
    (actor) => limits.count(actor && { ...actor, organization: 'org' as never }, 'x').wait,
  );
  expect(waits).toEqual([0, 0, 0, 20]);
  expect(limits.count(undefined, 'x')).toEqual({ wait: 0, headers: {} });
});

test('several servers together give hardly more than one, also for long', async () => {
  const { clock, pass } = aClock();
  const shared = sharedOn(clock);
  const servers = [1, 2, 3].map(() => rateLimits({ principal: 600, organization: 0, anonymous: 0 }, clock, shared));
  const { people } = smallApi({});
  const actor = people.get('writer-token');
  let given = 0;
  for (let second = 0; second < 300; second++) {
    for (const server of servers) for (let n = 0; n < 100; n++) given += server.count(actor, 'x').wait === 0 ? 1 : 0;
    for (const server of servers) await server.settle();
    pass(seconds(1));
  }
  // One server gives 600 at once, and 10 in each of the 300 seconds.
  expect(given).toBeGreaterThan(3_000);
  expect(given).toBeLessThan(3_600 + 3 * 100 + 3 * 10);
});

test('while the database is away each server counts by itself, and tells later what it gave', async () => {
  const { clock } = aClock();
  let isAway = true;
  const told: Taken[] = [];
  const limits = rateLimits({ principal: 5, organization: 0, anonymous: 0 }, clock, {
    take: async (all) => {
      if (isAway) throw new Error('away');
      told.push(...all);
      return new Map(all.map(({ who }) => [who, 0]));
    },
  });
  const actor = smallApi({}).people.get('writer-token');
  for (let n = 0; n < 5; n++) expect(limits.count(actor, 'x').wait).toBe(0);
  await expect(limits.settle()).rejects.toThrow('away');
  expect(limits.count(actor, 'x').wait).toBeGreaterThan(0);
  isAway = false;
  await limits.settle();
  expect(told).toMatchObject([{ taken: 5, quota: 5 }]);
});
