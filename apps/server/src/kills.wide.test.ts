import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiProblem, type Client } from '@pileus/api';
import { openDatabase, startPostgres, type Database } from '@pileus/database';
import { minutes, seconds, systemClock, type ManagedKind } from '@pileus/model';
import { chanceOf } from '@pileus/provider/testing';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { startKiller } from './testing/killer.ts';
import { processesWith, startServerProcess } from './testing/server-process.ts';

/** How long workers are killed: PILEUS_KILL_MINUTES=10 for the acceptance. The same kills again: PILEUS_SEED=… */
const killMinutes = Number(process.env['PILEUS_KILL_MINUTES'] ?? 1);
const seed = Number(process.env['PILEUS_SEED'] ?? Date.now() % 1_000_000);
const lease = seconds(15);
const deployments = 200;
const onThisMachine = 2;

/** Four nodes, of which the cloud makes five resources. */
const template = `
tosca_definitions_version: tosca_simple_yaml_1_3
metadata: { template_name: One server, template_version: 1.0.0, template_author: Tests }
imports: [pileus_types_1_0]
topology_template:
  node_templates:
    network: { type: pileus.nodes.Network, properties: { cidr: 10.1.0.0/24 } }
    port: { type: pileus.nodes.Port, requirements: [{ link: network }, { binding: server }] }
    server: { type: pileus.nodes.Server, properties: { flavor: 2核4G } }
    volume: { type: pileus.nodes.Volume, properties: { size: 10 GB } }
`;
const made: readonly ManagedKind[] = ['network', 'subnet', 'port', 'server', 'volume'];

test(
  `three workers, kill -9 of one every 1-5 s for ${killMinutes} min, ${deployments} deployments: all end right (PILEUS_SEED=${seed})`,
  { timeout: minutes(killMinutes + 25) },
  async () => {
    const home = await mkdtemp(join(tmpdir(), 'pileus-kills-'));
    await chmod(home, 0o711); // PostgreSQL runs as another user when we are root.
    const postgres = await startPostgres({ directory: join(home, 'postgresql'), log: () => {} });
    const database = openDatabase(postgres.url);
    const environment = { DATABASE_URL: postgres.url };
    const api = await startServerProcess({ home, environment, role: 'api' });
    const client = await api.client();
    const { roll } = chanceOf(seed);
    let rolls = 0;
    const killer = await startKiller({
      database,
      count: 3,
      start: () => startServerProcess({ home, environment, role: 'worker' }),
      random: () => roll('kill', ++rolls),
    });
    try {
      const until = performance.now() + minutes(killMinutes);
      let stopped: Promise<void> | undefined;
      const timer = systemClock.sleep(minutes(killMinutes)).then(() => (stopped = killer.stop()));
      let rounds = 0;
      do await round(client, database, ++rounds);
      while (performance.now() < until);
      await timer;
      await stopped;
      report(killer.recoveries, rounds);
      expect(Math.max(...killer.recoveries)).toBeLessThan(lease + 2_000);
      expect(killer.recoveries.length).toBeGreaterThan(3);
    } finally {
      await killer.stop().catch(() => {});
      for (const one of [...killer.workers, api]) await one.stop();
      await database.end();
      await postgres.stop();
      await rm(home, { recursive: true, force: true });
    }
    expect(await processesWith(home)).toEqual([]);
  },
);

/** Everything is deployed, looked at, deleted, and looked for. */
async function round(client: Client, database: Database, number: number): Promise<void> {
  const { id } = await client.call('post /templates', {
    body: { files: [{ path: 'template.yaml', content: template }] },
  });
  const preset =
    (await client.call('get /templates', { query: { provider: 'local' } })).items.find(({ preset }) => preset)?.id ??
    '';
  const clouds = await Promise.all(
    (['token', 'claim', 'look-up'] as const).map((once) => aCloud(client, once, number)),
  );
  const local = await client.call('post /accounts', {
    body: { provider: 'local', name: `hosts-${number}`, settings: {} },
  });

  const wanted = [
    ...Array.from({ length: onThisMachine }, (_, n) => ({
      template: preset,
      account: local.id,
      name: `local-${number}-${n}`,
    })),
    ...Array.from({ length: deployments }, (_, n) => ({
      template: id,
      account: clouds[n % 3] ?? '',
      name: `cloud-${number}-${n}`,
    })),
  ];
  const begun = await fewAtATime(wanted, async (body) => {
    const plan = await persistently(() => client.call('post /plans', { body }));
    return (await client.call('post /deployments', { body: { plan: plan.id, hash: plan.hash } })).deployment;
  });
  await allAre(client, database, begun, 'running');
  for (const [place, account] of clouds.entries()) {
    const count = wanted.filter((each) => each.account === account).length;
    expect(await listing(client, account), `cloud ${place}`).toEqual(
      Object.fromEntries(made.map((kind) => [kind, count])),
    );
  }
  expect(await hosts(client, local.id)).toBe(4 * onThisMachine);

  await fewAtATime(begun, (deployment) => client.call('delete /deployments/{deployment}', { params: { deployment } }));
  await allAre(client, database, begun, 'deleted');
  for (const account of clouds)
    expect(await listing(client, account)).toEqual(Object.fromEntries(made.map((kind) => [kind, 0])));
  expect(await hosts(client, local.id)).toBe(0);
}

/** A simulated cloud that lives in a file, so that all workers see the same one; it loses a call now and then. */
async function aCloud(client: Client, once: string, number: number): Promise<string> {
  const quotas = { servers: 1_000, cores: 10_000, volumes: 1_000, gigabytes: 100_000, networks: 1_000, others: 10_000 };
  const weather = { lostReplies: 0.01, lostRequests: 0.01, latencyMilliseconds: 20, bootSeconds: 1, listLagSeconds: 1 };
  const settings = { ...weather, once, quotas, seed: seed + number, callsPerSecond: 10_000 };
  return (await client.call('post /accounts', { body: { provider: 'simulated', name: `${once}-${number}`, settings } }))
    .id;
}

/** Resumes what has failed at a cloud that loses calls: that one was lost five times in a row is no fault of ours. */
async function allAre(
  client: Client,
  database: Database,
  ids: readonly string[],
  state: 'running' | 'deleted',
): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ state: string; run: string; generation: number; failure: unknown; provider: string }>`
      select deployment.state, run.id as run, run.generation, run.failure, account.provider from deployment
      join run on run.id = deployment.run join account on account.id = deployment.account
      where deployment.id = any(${ids}::text[]) and deployment.state <> ${state}`.execute(database);
    if (rows.length === 0) return;
    for (const { run, generation, failure, provider } of rows.filter((row) => row.state === 'failed')) {
      if (provider === 'local' || generation >= 10)
        expect.fail(`${run} failed at ${provider}: ${JSON.stringify(failure)}\n${await lastLines(database, run)}`);
      await client.call('post /runs/{run}/resume', { params: { run } });
    }
    await systemClock.sleep(seconds(0.5));
  }
}

async function lastLines(database: Database, run: string): Promise<string> {
  const { rows } = await sql<{ step: string; text: string }>`
    select step, text from run_log where run = ${run} order by seq desc limit 30`.execute(database);
  return rows
    .toReversed()
    .map(({ step, text }) => `${step}: ${text}`)
    .join('\n');
}

async function listing(client: Client, account: string): Promise<Record<string, number>> {
  await systemClock.sleep(seconds(1.5)); // its lists may lag
  const counts: Record<string, number> = {};
  for (const kind of made) {
    const ask = () => client.call('get /accounts/{account}/resources', { params: { account }, query: { kind } });
    // The network that reaches the world was there before.
    counts[kind] = (await persistently(ask)).items.filter(({ name }) => name !== 'public').length;
  }
  return counts;
}

async function hosts(client: Client, account: string): Promise<number> {
  return (await client.call('get /accounts/{account}/resources', { params: { account }, query: { kind: 'server' } }))
    .items.length;
}

async function persistently<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ApiProblem && error.failure.code === 'provider-unreachable')) throw error;
    }
  }
}

async function fewAtATime<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const left = items.entries();
  const work = async () => {
    for (const [place, item] of left) results[place] = await act(item);
  };
  await Promise.all(Array.from({ length: 4 }, work));
  return results;
}

function report(recoveries: readonly number[], rounds: number): void {
  const sorted = recoveries.toSorted((a, b) => a - b).map((time) => (time / 1_000).toFixed(2));
  console.log(
    `${recoveries.length} kills with runs under way in ${rounds} round(s) of ${deployments + onThisMachine} deployments; ` +
      `from kill to the last run moving again: median ${sorted[sorted.length >> 1]} s, longest ${sorted.at(-1)} s`,
  );
}
