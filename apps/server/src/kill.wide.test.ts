import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@pileus/api';
import { startPostgres } from '@pileus/database';
import { milliseconds, seconds, systemClock } from '@pileus/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, processesWith, startServerProcess, type ServerProcess } from './testing/server-process.ts';

/** Random moments that can be had again: PILEUS_SEED=… */
const seed = Number(process.env['PILEUS_SEED'] ?? Date.now() % 1_000_000);
const random = mulberry(seed);
const programs = ['data.pl', 'web.pl', 'web.pl', 'balancer.pl'];

describe(`kill -9 at random moments (PILEUS_SEED=${seed})`, () => {
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'pileus-kill-'));
    await chmod(home, 0o711); // PostgreSQL runs as another user when we are root.
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  test(
    'a server killed 20 times while it deploys and deletes leaves nothing doubled and nothing behind',
    { timeout: 900_000 },
    async () => {
      let server = await startServerProcess({ home });
      const { account, template } = await prepare(await server.client());
      try {
        for (let round = 1; round <= 10; round++) {
          const name = `round-${round}`;
          const deployment = await deploy(await server.client(), name, template, account);
          server = await killed(server, () => startServerProcess({ home }));
          await ended(await server.client(), deployment, 'running');
          await expectOneOfEach(await server.client(), account, home);

          await (await server.client()).call('delete /deployments/{deployment}', { params: { deployment } });
          server = await killed(server, () => startServerProcess({ home }));
          await ended(await server.client(), deployment, 'deleted');
          await expectNothing(await server.client(), account, home);
        }
      } finally {
        await server.stop();
      }
      expect(await processesWith(home)).toEqual([]);
    },
  );

  test('of two workers one is killed: the other one goes on at once', { timeout: 900_000 }, async () => {
    const shared = join(home, 'two');
    const postgres = await startPostgres({ directory: join(home, 'two-postgresql'), log: () => {} });
    const environment = { DATABASE_URL: postgres.url };
    const api = await startServerProcess({ home: shared, environment, role: 'api' });
    const worker = (): Promise<ServerProcess> => startServerProcess({ home: shared, environment, role: 'worker' });
    const workers = [await worker(), await worker()];
    try {
      const client = await api.client();
      const { account, template } = await prepare(client);
      for (let round = 1; round <= 5; round++) {
        const deployment = await deploy(client, `pair-${round}`, template, account);
        workers[round % 2] = await killed(workers[round % 2]!, worker);
        await ended(client, deployment, 'running');
        await expectOneOfEach(client, account, shared);
        await client.call('delete /deployments/{deployment}', { params: { deployment } });
        workers[round % 2] = await killed(workers[round % 2]!, worker);
        await ended(client, deployment, 'deleted');
        await expectNothing(client, account, shared);
      }
    } finally {
      for (const one of [...workers, api]) await one.stop();
      await postgres.stop();
    }
  });
});

async function prepare(client: Client): Promise<{ account: string; template: string }> {
  const account = await client.call('post /accounts', { body: { provider: 'local', name: 'hosts', settings: {} } });
  const { items } = await client.call('get /templates', { query: { provider: 'local' } });
  return { account: account.id, template: items[0]?.id ?? '' };
}

async function deploy(client: Client, name: string, template: string, account: string): Promise<string> {
  const plan = await client.call('post /plans', { body: { template, account, name } });
  return (await client.call('post /deployments', { body: { plan: plan.id, hash: plan.hash } })).deployment;
}

async function killed(server: ServerProcess, start: () => Promise<ServerProcess>): Promise<ServerProcess> {
  await systemClock.sleep(milliseconds(random() * 2500));
  await server.kill();
  return start();
}

async function ended(client: Client, deployment: string, state: 'running' | 'deleted'): Promise<void> {
  const found = await eventually(
    `${deployment} ${state}`,
    async () => {
      const detail = await client.call('get /deployments/{deployment}', { params: { deployment } });
      return ['deploying', 'deleting'].includes(detail.state) ? undefined : detail;
    },
    seconds(120),
  );
  expect({ state: found.state, failure: found.run?.failure }).toEqual({ state, failure: undefined });
  const steps = await client.call('get /runs/{run}', { params: { run: found.run?.id ?? '' } });
  expect(steps.steps.filter((step) => step.state !== 'done')).toEqual([]);
}

async function listed(client: Client, account: string): Promise<Record<string, number>> {
  const count = async (kind: 'server' | 'volume' | 'attachment') =>
    (await client.call('get /accounts/{account}/resources', { params: { account }, query: { kind } })).items.length;
  return { server: await count('server'), volume: await count('volume'), attachment: await count('attachment') };
}

async function expectOneOfEach(client: Client, account: string, home: string): Promise<void> {
  expect(await listed(client, account)).toEqual({ server: 4, volume: 1, attachment: 1 });
  const running = (await processesWith(home)).filter((line) => line.startsWith('perl '));
  expect(running.map((line) => /\w+\.pl/.exec(line)?.[0] ?? line).toSorted()).toEqual(programs.toSorted());
}

async function expectNothing(client: Client, account: string, home: string): Promise<void> {
  expect(await listed(client, account)).toEqual({ server: 0, volume: 0, attachment: 0 });
  expect((await processesWith(home)).filter((line) => line.includes('.pl') || line.includes('supervise'))).toEqual([]);
}

/** A small seeded generator: the same seed, the same moments. */
function mulberry(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
