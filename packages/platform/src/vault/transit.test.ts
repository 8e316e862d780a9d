import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { minutes, Secret, type Clock } from '@pileus/model';
import { afterAll, expect, test } from 'vitest';
import { aTransitEngine, type TransitEngine } from '../testing/a-transit-engine.ts';
import { sealedColumns } from './sealed-columns.ts';
import { contentOf } from './sealed-text.ts';
import type { TransitSettings } from './transit.ts';
import { openVault } from './vault.ts';

const home = await mkdtemp(join(tmpdir(), 'pileus-transit-'));
afterAll(() => rm(home, { recursive: true, force: true }));

const place = sealedColumns.accountSecrets.place({ id: 'acc-1', name: 'password' });

/** A clock that a test moves, which wakes whoever sleeps on it. */
function aClock() {
  let now = 0;
  const sleepers = new Set<{ readonly until: number; wake(): void }>();
  const clock: Clock = {
    now: () => now,
    sleep: (duration, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { until: now + duration, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => reject(signal.reason as Error));
      }),
  };
  return {
    clock,
    pass: (duration: number) => {
      now += duration;
      for (const sleeper of sleepers) {
        if (sleeper.until > now) continue;
        sleepers.delete(sleeper);
        sleeper.wake();
      }
    },
  };
}

function settings({ url, token }: TransitEngine, more: Partial<TransitSettings> = {}): TransitSettings {
  return { url, key: 'pileus', mount: 'transit', token: new Secret(token), ...more };
}

async function aVault(engine: TransitEngine, more: Partial<TransitSettings> = {}, { clock } = aClock()) {
  const vault = await openVault({ home, sealing: 'transit', transit: settings(engine, more), clock });
  return Object.assign(vault, { [Symbol.asyncDispose]: () => vault.close() });
}

test('data keys are wrapped by the engine: another process opens what one has sealed, and nobody without a token', async () => {
  await using engine = await aTransitEngine();
  await using one = await aVault(engine);
  const sealed = one.seal('correct horse', place);
  expect(sealed).toMatch(/^v2\.transit:pileus:v1\.vault:v1:/);
  await using two = await aVault(engine);
  expect(await two.open(sealed, place)).toBe('correct horse');
  expect(engine.calls).toEqual(['encrypt pileus', 'encrypt pileus', 'decrypt pileus']);
  const stranger = aVault(engine, { token: new Secret('hvs.stolen') });
  const refused = await stranger.catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'key-provider-refused', retry: false });
  expect(String(refused)).toMatch(/403.*permission denied/s);
  expect(String(refused)).not.toContain('hvs.');
});

test('a data key is asked for once in a while, not for each secret', async () => {
  await using engine = await aTransitEngine();
  const time = aClock();
  await using one = await aVault(engine, {}, time);
  const sealed = Array.from({ length: 100 }, (_, at) => one.seal(`secret ${at}`, place));
  expect(new Set(sealed.map(contentOf)).size).toBe(100);
  await using two = await aVault(engine, {}, time);
  const opened = await Promise.all(sealed.map((text) => two.open(text, place)));
  expect(opened).toEqual(sealed.map((_, at) => `secret ${at}`));
  expect(engine.calls.filter((call) => call.startsWith('decrypt'))).toHaveLength(1);
  time.pass(minutes(6));
  expect(await two.open(sealed[0] ?? '', place)).toBe('secret 0');
  expect(engine.calls.filter((call) => call.startsWith('decrypt'))).toHaveLength(2);
  await expect.poll(() => one.seal('x', place).split('.')[2]).not.toBe(sealed[0]?.split('.')[2]);
});

test('while the engine is away, secrets are sealed all the same; what has to be unwrapped says so, and may be tried again', async () => {
  await using engine = await aTransitEngine();
  const time = aClock();
  await using one = await aVault(engine, {}, time);
  await using two = await aVault(engine, {}, time);
  engine.isSealed = true;
  time.pass(minutes(6));
  const sealed = one.seal('correct horse', place);
  await expect(two.open(sealed, place)).rejects.toMatchObject({
    code: 'key-provider-unreachable',
    retry: true,
    message: expect.stringContaining('503 Vault is sealed'),
  });
  engine.isSealed = false;
  expect(await two.open(sealed, place)).toBe('correct horse');
});

test('each version of the engine’s key is a key of its own, and the older one can be given up after wrapping anew', async () => {
  await using engine = await aTransitEngine();
  await using vault = await aVault(engine);
  const sealed = vault.seal('correct horse', place);
  engine.rotate();
  expect(await vault.newestKey()).toBe('transit:pileus:v2');
  const anew = await vault.wrapAnew(sealed, place);
  expect([anew.split('.')[1], contentOf(anew)]).toEqual(['transit:pileus:v2', contentOf(sealed)]);
  expect(vault.seal('x', place)).toMatch(/^v2\.transit:pileus:v2\./);
  engine.refuseBefore(2);
  await using another = await aVault(engine);
  expect(await another.open(anew, place)).toBe('correct horse');
  await expect(another.open(sealed, place)).rejects.toThrow(/too old/);
});

test('secrets move from the key in a file to the engine, and what another engine’s key has wrapped says which key is missing', async () => {
  await using engine = await aTransitEngine();
  const sealed = (await openVault({ home })).seal('correct horse', place);
  await using vault = await aVault(engine);
  expect(await vault.open(sealed, place)).toBe('correct horse');
  const anew = await vault.wrapAnew(sealed, place);
  expect(vault.has(anew.split('.')[1] ?? '')).toBe('transit');
  await using other = await aTransitEngine('other');
  await using without = await aVault(other, { key: 'other' });
  await expect(without.open(anew, place)).rejects.toMatchObject({
    code: 'secret-key-missing',
    facts: { what: 'password', key: 'transit:pileus:v1' },
  });
});

test('a token in a file is read again, so that who renews it need not start anything again', async () => {
  await using engine = await aTransitEngine();
  const file = join(home, 'token');
  await writeFile(file, `${engine.token}\n`);
  await using vault = await aVault(engine, { token: { file } });
  const token = engine.renewToken();
  await expect(vault.newestKey()).rejects.toMatchObject({ code: 'key-provider-refused' });
  await writeFile(file, token);
  expect(await vault.newestKey()).toBe('transit:pileus:v1');
});

test('what is not there, or is no transit engine, is said at start', async () => {
  await using engine = await aTransitEngine();
  const answered = async (more: Partial<TransitSettings>) =>
    String(await aVault(engine, more).catch((error: unknown) => error));
  expect(await answered({ mount: 'elsewhere' })).toMatch(/404 no handler for route/);
  expect(await answered({ url: 'http://127.0.0.1:1' })).toMatch(
    /transit \(127\.0\.0\.1:1\) does not answer: ECONNREFUSED/,
  );
  expect(await answered({ url: 'ftp://127.0.0.1' })).toMatch(/address/);
});
