import { createClient } from '@pileus/api';
import { simulated } from '@pileus/provider';
import { minutes, systemClock, type Clock, type Duration } from '@pileus/model';
import { afterEach, expect, test } from 'vitest';
import { aPlatform } from '../testing/a-platform.ts';

let ahead = 0;
const clock: Clock = { now: () => Date.now() + ahead, sleep: systemClock.sleep };
const pass = (time: Duration) => void (ahead += time);

const { client: admin, bugs, url, database } = await aPlatform([simulated], clock);
afterEach(() => expect(bugs.splice(0)).toEqual([]));

const nobody = createClient({ server: url });
const begin = () => nobody.call('post /sessions/device', {});
const ask = (device: string) => nobody.call('post /sessions', { body: { device, kind: 'cli' } });
const decide = (code: string, approve: boolean) =>
  admin.call('put /device-logins/{code}', { params: { code }, body: { approve } });
const refused = (code: string) => ({ failure: { code } });

test('a device is signed in as whoever approves its code, once', async () => {
  const { device, code, urlWithCode } = await begin();
  expect(code).toMatch(/^[B-Z]{4}-[B-Z]{4}$/);
  expect(urlWithCode).toBe(`${url}/device?code=${code}`);
  await expect(ask(device)).rejects.toMatchObject(refused('sign-in-pending'));
  const typed = code.toLowerCase().replace('-', ' ');
  const shown = await admin.call('get /device-logins/{code}', { params: { code: typed } });
  expect(shown).toMatchObject({ code, ip: '127.0.0.1' });
  await decide(typed, true);
  const { token, user } = await ask(device);
  expect(user?.name).toBe('admin');
  await expect(ask(device)).rejects.toMatchObject(refused('sign-in-refused'));
  await expect(decide(code, true)).rejects.toMatchObject(refused('not-found'));
  const sessions = (await createClient({ server: url, token }).call('get /me/sessions', {})).items;
  expect(sessions.find(({ isCurrent }) => isCurrent)).toMatchObject({ begunBy: 'device', kind: 'cli' });
});

test('what is denied, or waits for ten minutes, comes to nothing', async () => {
  const [denied, late] = [await begin(), await begin()];
  await decide(denied.code, false);
  await expect(ask(denied.device)).rejects.toMatchObject(refused('sign-in-refused'));
  pass(minutes(10));
  await expect(decide(late.code, true)).rejects.toMatchObject(refused('not-found'));
  await expect(ask(late.device)).rejects.toMatchObject(refused('sign-in-refused'));
});

test('codes are not guessed one after another, and a key approves nothing', async () => {
  const { code } = await begin();
  const { token } = await admin.call('post /me/tokens', { body: { name: 'key' } });
  const byKey = createClient({ server: url, token }).call('put /device-logins/{code}', {
    params: { code },
    body: { approve: true },
  });
  await expect(byKey).rejects.toMatchObject(refused('not-allowed'));
  pass(minutes(5));
  const guess = () => admin.call('get /device-logins/{code}', { params: { code: 'BBBB-BBBB' } });
  for (let tries = 0; tries < 10; tries++) await expect(guess()).rejects.toMatchObject(refused('not-found'));
  await expect(guess()).rejects.toMatchObject(refused('too-many-requests'));
});

test('what the device holds is not kept as it is', async () => {
  const { device } = await begin();
  const rows = await database.selectFrom('device_login').selectAll().execute();
  expect(JSON.stringify(rows)).not.toContain(device);
});
