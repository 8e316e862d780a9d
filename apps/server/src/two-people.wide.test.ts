import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiProblem, type Client } from '@pileus/api';
import { openDatabase, startPostgres, type Database } from '@pileus/database';
import { seconds, systemClock } from '@pileus/model';
import { chanceOf } from '@pileus/provider/testing';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { changesOf } from './testing/changes.ts';
import { startServerProcess, type ServerProcess } from './testing/server-process.ts';

/** The same changes again: PILEUS_SEED=… */
const seed = Number(process.env['PILEUS_SEED'] ?? Date.now() % 1_000_000);
const rounds = 12;

const template = `
tosca_definitions_version: tosca_simple_yaml_1_3
metadata: { template_name: Servers, template_version: 1.0.0, template_author: Tests }
imports: [pileus_types_1_0]
topology_template:
  inputs:
    size: { type: scalar-unit.size, default: 10 GB }
  node_templates:
    network: { type: pileus.nodes.Network, properties: { cidr: 10.1.0.0/24 } }
    port: { type: pileus.nodes.Port, requirements: [{ link: network }, { binding: server }] }
    server:
      type: pileus.nodes.Server
      properties: { flavor: 2核4G }
      capabilities: { scalable: { properties: { min_instances: 1, default_instances: 1, max_instances: 4 } } }
    volume: { type: pileus.nodes.Volume, properties: { size: { get_input: size } } }
`;

/** What somebody asks for, and what came of asking. */
interface Asked {
  readonly action: 'scale' | 'update';
  readonly value: number;
  readonly came: string;
  /** When its plan was there: of two that are carried out, the later one was planned when the other one was. */
  readonly planned: number;
}

test(
  `two people change, scale and delete one deployment at two servers: one history, one change after the other (PILEUS_SEED=${seed})`,
  { timeout: 600_000 },
  async () => {
    const home = await mkdtemp(join(tmpdir(), 'pileus-two-people-'));
    await chmod(home, 0o711); // PostgreSQL runs as another user when we are root.
    const postgres = await startPostgres({ directory: join(home, 'postgresql'), log: () => {} });
    const database = openDatabase(postgres.url);
    const environment = { DATABASE_URL: postgres.url };
    const servers: ServerProcess[] = [];
    try {
      for (const role of ['api', 'api', 'worker', 'worker'] as const)
        servers.push(await startServerProcess({ home, environment, role }));
      const [one, two] = (await Promise.all(servers.slice(0, 2).map((server) => server.client()))) as [Client, Client];
      const { deployment, account } = await deployed(one);
      const { settled } = changesOf(() => one, deployment);
      expect((await settled()).state).toBe('running');

      const { roll } = chanceOf(seed);
      let size = 10;
      const carriedOut: Asked[] = [];
      for (let round = 1; round <= rounds; round++) {
        const asked = await Promise.all(
          [one, two].map((client, person) => {
            if (roll(`what ${person}`, round) < 0.5)
              return ask(client, deployment, 'scale', 1 + Math.floor(4 * roll(`count ${person}`, round)));
            return ask(client, deployment, 'update', size + 1);
          }),
        );
        const done = asked.filter(({ came }) => came === 'done').toSorted((a, b) => a.planned - b.planned);
        // Nobody is told anything but that somebody else was quicker: is at it, or has changed it since the plan was made.
        expect(asked.filter(({ came }) => !['done', 'conflict', 'plan-expired'].includes(came))).toEqual([]);
        expect((await settled()).state).toBe('running');
        carriedOut.push(...done);
        size = done.findLast(({ action }) => action === 'update')?.value ?? size;
      }
      const { items } = await one.call('get /deployments/{deployment}/revisions', { params: { deployment } });
      expect(items.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: carriedOut.length + 1 }, (_, n) => n + 1),
      );
      expect(carriedOut.length).toBeGreaterThanOrEqual(rounds);
      const count = carriedOut.findLast(({ action }) => action === 'scale')?.value ?? 1;
      expect(await listed(two, account)).toEqual({ server: count, volume: [size] });

      // While one of them changes it, the other one deletes it; then both delete it.
      const change = ask(one, deployment, 'scale', (count % 4) + 1);
      const remove = { params: { deployment } };
      const removed = await Promise.all([
        two.call('delete /deployments/{deployment}', remove),
        one.call('delete /deployments/{deployment}', remove),
      ]);
      expect(['done', 'conflict', 'plan-expired']).toContain((await change).came);
      expect(removed[0]).toEqual(removed[1]);
      expect((await settled()).state).toBe('deleted');
      expect(await listed(one, account)).toEqual({ server: 0, volume: [] });
      await expectOneAfterTheOther(database, deployment);
      console.log(`${carriedOut.length} of ${2 * rounds} changes carried out, the others refused`);
    } finally {
      for (const server of servers.toReversed()) await server.stop();
      await database.end();
      await postgres.stop();
      await rm(home, { recursive: true, force: true });
    }
  },
);

async function deployed(client: Client): Promise<{ deployment: string; account: string }> {
  const { id } = await client.call('post /templates', {
    body: { files: [{ path: 'template.yaml', content: template }] },
  });
  const settings = { latencyMilliseconds: 20, bootSeconds: 0.2, callsPerSecond: 10_000, seed };
  const account = await client.call('post /accounts', { body: { provider: 'simulated', name: 'cloud', settings } });
  const plan = await client.call('post /plans', { body: { template: id, account: account.id, name: 'shared' } });
  const begun = await client.call('post /deployments', { body: { plan: plan.id, hash: plan.hash } });
  return { deployment: begun.deployment, account: account.id };
}

/** Plans a change and has it carried out, as one person does who looks at one server. */
async function ask(client: Client, deployment: string, action: Asked['action'], value: number): Promise<Asked> {
  const body =
    action === 'scale'
      ? ({ action, counts: { server: value } } as const)
      : ({ action, inputs: { size: `${value} GB` } } as const);
  let planned = 0;
  try {
    const { id, hash } = await client.call('post /deployments/{deployment}/plans', { params: { deployment }, body });
    planned = performance.now();
    await client.call('post /deployments', { body: { plan: id, hash } });
    return { action, value, planned, came: 'done' };
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    return { action, value, planned, came: error.failure.code };
  }
}

async function listed(client: Client, account: string): Promise<{ server: number; volume: unknown[] }> {
  // Lists of the simulated cloud lag by two seconds.
  await systemClock.sleep(seconds(2.5));
  const of = async (kind: 'server' | 'volume') =>
    (await client.call('get /accounts/{account}/resources', { params: { account }, query: { kind } })).items;
  return { server: (await of('server')).length, volume: (await of('volume')).map(({ details }) => sizeIn(details)) };
}

const sizeIn = (details: object): unknown => ('gigabytes' in details ? details.gigabytes : undefined);

/** No run of the deployment begins before the one in front of it has ended. */
async function expectOneAfterTheOther(database: Database, deployment: string): Promise<void> {
  const { rows } = await sql<{ id: string; started: Date | null; ended: Date | null; early: boolean }>`
    select id, started, ended, coalesce(started < lag(ended) over (order by place), false) as early
    from run where subject = ${deployment} order by place`.execute(database);
  expect(rows.filter(({ ended, early }) => ended === null || early)).toEqual([]);
  expect(rows.length).toBeGreaterThan(rounds);
}
