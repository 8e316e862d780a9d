import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnswerOf, Client } from '@pileus/api';
import { minutes } from '@pileus/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bed, bedAnswers, bedDeleteServers, bedListing } from './testing/openstack-bed.ts';
import { eventually, startServerProcess, type ServerProcess } from './testing/server-process.ts';

const isUp = await bedAnswers();
if (!isUp)
  console.log(`skipped: many servers on a real OpenStack: nothing answers at ${bed.url} (testbeds/openstack/up)`);

/** How many servers: PILEUS_SERVERS=50 takes some minutes. */
const servers = Number(process.env['PILEUS_SERVERS'] ?? 10);

const template = `
tosca_definitions_version: tosca_simple_yaml_1_3
metadata: { template_name: Fleet, template_version: 1.0.0, template_author: Tests }
imports: [pileus_types_1_0]
topology_template:
  inputs:
    port: { type: integer, default: 80 }
    servers: { type: integer, default: ${servers} }
  node_templates:
    network: { type: pileus.nodes.Network, properties: { cidr: 10.77.0.0/16 } }
    open:
      type: pileus.nodes.SecurityGroup
      properties: { rules: [{ protocol: tcp, port: { get_input: port } }] }
    port: { type: pileus.nodes.Port, requirements: [{ link: network }, { binding: host }, { security_group: open }] }
    host:
      type: pileus.nodes.Server
      properties: { flavor: m1.tiny, image: tiny }
      capabilities:
        scalable: { properties: { min_instances: 0, max_instances: 200, default_instances: { get_input: servers } } }
  outputs:
    addresses: { value: { get_attribute: [port, address] } }
`;

type Detail = AnswerOf<'get /deployments/{deployment}'>;

describe.skipIf(!isUp)(`a fleet of ${servers} on a real OpenStack`, () => {
  let home: string;
  let server: ServerProcess;
  let client: Client;
  let deployment: string;
  let before: Record<string, string[]>;
  const times: string[] = [];

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'pileus-fleet-'));
    await chmod(home, 0o711); // PostgreSQL runs as another user when we are root.
    server = await startServerProcess({ home });
    client = await server.client();
    before = await bedListing();
  });
  afterAll(async () => {
    await server.stop();
    await rm(home, { recursive: true, force: true });
    console.log(times.join('\n'));
  });

  const settled = (): Promise<Detail> =>
    eventually(
      'the end of the run',
      async () => {
        const found = await client.call('get /deployments/{deployment}', { params: { deployment } });
        return ['deploying', 'changing', 'deleting'].includes(found.state) ? undefined : found;
      },
      minutes(20),
    );
  const change = async (
    what: string,
    body: Parameters<typeof client.call<'post /deployments/{deployment}/plans'>>[1]['body'],
  ): Promise<{ plan: AnswerOf<'get /plans/{plan}'>; detail: Detail }> => {
    const plan = await client.call('post /deployments/{deployment}/plans', { params: { deployment }, body });
    const start = performance.now();
    await client.call('post /deployments', { body: { plan: plan.id, hash: plan.hash } });
    const detail = await settled();
    times.push(`${what}: ${((performance.now() - start) / 1_000).toFixed(1)} s`);
    expect({ state: detail.state, failure: detail.run?.failure }).toEqual({ state: 'running', failure: undefined });
    return { plan, detail };
  };
  const live = ({ resources }: Detail, kind: string) =>
    resources.filter((one) => one.kind === kind && one.state !== 'deleted');

  test('it is deployed, each server on its port', { timeout: 1_200_000 }, async () => {
    const settings = { ...bed };
    const account = await client.call('post /accounts', { body: { provider: 'openstack', name: 'bed', settings } });
    const made = await client.call('post /templates', { body: { files: [{ path: 'fleet.yaml', content: template }] } });
    const body = { template: made.id, account: account.id, name: 'fleet' };
    const plan = await client.call('post /plans', { body });
    const start = performance.now();
    ({ deployment } = await client.call('post /deployments', { body: { plan: plan.id, hash: plan.hash } }));
    const detail = await settled();
    times.push(`${servers} servers with their ports: ${((performance.now() - start) / 1_000).toFixed(1)} s`);
    expect({ state: detail.state, failure: detail.run?.failure }).toEqual({ state: 'running', failure: undefined });
    expect(live(detail, 'server').map(({ native }) => native)).toEqual(Array.from({ length: servers }, () => 'ACTIVE'));
    expect(new Set(detail.outputs[0]?.value as string[]).size).toBe(servers);
  });

  test('nothing has drifted, and nothing is to be done', { timeout: 300_000 }, async () => {
    const drift = await client.call('get /deployments/{deployment}/drift', { params: { deployment } });
    expect(drift.items).toEqual([]);
    const params = { deployment };
    const plan = await client.call('post /deployments/{deployment}/plans', { params, body: { action: 'update' } });
    expect(plan.steps).toEqual([]);
  });

  test('a rule is changed in place', { timeout: 300_000 }, async () => {
    const { plan } = await change('a changed rule', { action: 'update', inputs: { port: 8080 } });
    expect(plan.counts).toEqual([{ action: 'update', what: 'security-group', count: 1 }]);
  });

  test('it is scaled out and in', { timeout: 1_200_000 }, async () => {
    const more = Math.ceil(servers * 1.2);
    const less = Math.floor(servers * 0.8);
    const out = await change(`out to ${more}`, { action: 'scale', counts: { host: more } });
    expect(live(out.detail, 'server')).toHaveLength(more);
    const back = await change(`in to ${less}`, { action: 'scale', counts: { host: less } });
    expect(live(back.detail, 'server')).toHaveLength(less);
    expect(live(back.detail, 'port')).toHaveLength(less);
    const now = await bedListing();
    expect((now['servers']?.length ?? 0) - (before['servers']?.length ?? 0)).toBe(less);
  });

  test(
    'servers deleted behind our back are found and made again, and the others are left alone',
    { timeout: 600_000 },
    async () => {
      const detail = await client.call('get /deployments/{deployment}', { params: { deployment } });
      const victims = live(detail, 'server').slice(0, 2);
      await bedDeleteServers(victims.map(({ ref = '' }) => ref));
      const drift = await client.call('get /deployments/{deployment}/drift', { params: { deployment } });
      const gone = drift.items.filter(({ is }) => is === 'gone').map(({ node }) => node);
      expect(new Set(gone)).toEqual(new Set(victims.map(({ node }) => node)));
      const { plan, detail: healed } = await change('two healed', { action: 'heal' });
      const made = plan.steps
        .filter(({ action, what }) => what === 'server' && (action === 'replace' || action === 'create'))
        .map(({ node }) => node);
      expect({ made: new Set(made), counts: plan.counts }).toMatchObject({
        made: new Set(victims.map(({ node }) => node)),
      });
      const kept = live(detail, 'server')
        .slice(2)
        .map(({ ref }) => ref);
      expect(live(healed, 'server').map(({ ref }) => ref)).toEqual(expect.arrayContaining(kept));
      expect(live(healed, 'server')).toHaveLength(kept.length + 2);
    },
  );

  test('deleting it leaves every list as it was', { timeout: 1_200_000 }, async () => {
    const start = performance.now();
    await client.call('delete /deployments/{deployment}', { params: { deployment } });
    expect((await settled()).state).toBe('deleted');
    times.push(`deleted: ${((performance.now() - start) / 1_000).toFixed(1)} s`);
    expect(await bedListing()).toEqual(before);
  });
});
