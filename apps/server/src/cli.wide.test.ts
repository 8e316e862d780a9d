import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnswerOf } from '@pileus/api';
import { simulated } from '@pileus/provider';
import { surroundings } from '@pileus/provider/testing';
import { expect, test } from 'vitest';
import { aHome, type Home } from '../../cli/src/testing/pileus.ts';
import { eventually, startServerProcess } from './testing/server-process.ts';

type Deployment = AnswerOf<'get /deployments/{deployment}'>;
type Plan = AnswerOf<'get /plans/{plan}'>;
type Run = AnswerOf<'post /runs/{run}/cancel'>;
interface Carried {
  readonly deployment: string;
  readonly run?: string;
  readonly plan: Plan;
  readonly ended?: Run;
}

const shop = `
tosca_definitions_version: tosca_simple_yaml_1_3
metadata: { template_name: shop, template_version: 1.0.0, template_author: Tests }
imports: [pileus_types_1_0]
node_types:
  Site:
    derived_from: tosca.nodes.SoftwareComponent
    properties: { title: { type: string } }
    interfaces:
      Standard:
        operations:
          create: { implementation: site.sh }
          configure: { implementation: site.sh, inputs: { TITLE: { get_property: [SELF, title] } } }
          start: { implementation: site.sh }
          stop: { implementation: site.sh }
topology_template:
  inputs:
    title: { type: string }
  node_templates:
    network: { type: pileus.nodes.Network, properties: { cidr: 10.1.0.0/24 } }
    port: { type: pileus.nodes.Port, requirements: [{ link: network }, { binding: web }] }
    web:
      type: pileus.nodes.Server
      properties: { flavor: 2核4G }
      capabilities: { scalable: { properties: { min_instances: 1, max_instances: 5, default_instances: 2 } } }
    site: { type: Site, properties: { title: { get_input: title } }, requirements: [{ host: web }] }
  outputs:
    title: { value: { get_input: title } }
`;

/** Quick, without faults, and with room for four servers. */
const settings = ['latencyMilliseconds=1', 'bootSeconds=0.1', 'listLagSeconds=0.1', 'callsPerSecond=10000'];

test(
  'a deployment is planned, made, scaled, changed, mended, rolled back, stopped, started and deleted by commands',
  { timeout: 300_000 },
  async () => {
    const home = await mkdtemp(join(tmpdir(), 'pileus-commands-'));
    await chmod(home, 0o711); // PostgreSQL runs as another user when we are root.
    const server = await startServerProcess({ home });
    await using person = await aHome(server.url);
    const { deploymentCommand, run } = speaking(person);
    try {
      await run(['login', '--link', server.link]);
      const quick = [...settings, 'quotas={"servers":4}'].flatMap((setting) => [
        setting.includes('{') ? '--set-json' : '--set',
        setting,
      ]);
      await run(['account', 'add', 'simulated', '--name', 'trial', ...quick]);
      const folder = join(person.directory, 'shop');
      await mkdir(folder);
      await writeFile(join(folder, 'shop.yaml'), shop);
      await writeFile(join(folder, 'site.sh'), 'echo "${TITLE:-}"\n');

      const planned = await run<Plan>(['deployment', 'plan', '--template', folder, '--input', 'title=Hello']);
      expect(planned.counts).toContainEqual({ action: 'create', what: 'server', count: 2 });
      const made = await run<Carried>(['deployment', 'apply', '--plan', planned.hash, '--wait']);
      expect({ plan: made.plan.id, state: made.ended?.state }).toEqual({ plan: planned.id, state: 'succeeded' });
      expect(await person.run(['deployment', 'apply', '--plan', planned.hash])).toMatchObject({ code: 5, stdout: '' });

      await deploymentCommand('scale', 'web=3', '--note', 'more visitors');
      expect(servers(await run<Deployment>(['deployment', 'get', 'shop']))).toEqual(['web-1', 'web-2', 'web-3']);
      const again = await run<Carried>(['deployment', 'scale', 'shop', 'web=3', '--wait']);
      expect({ steps: again.plan.steps, run: again.run }).toEqual({ steps: [], run: undefined });

      await deploymentCommand('update', '--input', 'title=Hi');
      expect(await run(['deployment', 'outputs', 'shop', 'title'])).toBe('Hi');

      await removeBehindTheBack(home, 'shop-web-1');
      const gone = await eventually('the drift', async () => {
        const { items } = await run<{ items: { node: string; is: string }[] }>(['deployment', 'drift', 'shop']);
        return items.find(({ is }) => is === 'gone');
      });
      expect(gone.node).toBe('web-1');
      const healed = await deploymentCommand('heal');
      expect(healed.plan.counts).toContainEqual({ action: 'replace', what: 'server', count: 1 });
      expect(await run(['deployment', 'drift', 'shop'])).toMatchObject({ items: [] });

      const tooMany = await person.run(['deployment', 'scale', 'shop', 'web=5', '--wait', '-o', 'json']);
      expect(tooMany.code).toBe(6);
      expect((JSON.parse(tooMany.stdout) as Carried).ended).toMatchObject({
        state: 'failed',
        failure: { code: 'quota-exceeded' },
      });
      await deploymentCommand('rollback', '--to', '1', '--note', 'as it was');
      const back = await run<Deployment>(['deployment', 'get', 'shop']);
      expect({ servers: servers(back), inputs: back.inputs, state: back.state }).toEqual({
        servers: ['web-1', 'web-2'],
        inputs: { title: 'Hello' },
        state: 'running',
      });

      await deploymentCommand('stop');
      expect((await run<Deployment>(['deployment', 'get', 'shop'])).state).toBe('stopped');
      await deploymentCommand('start');
      expect((await run<Deployment>(['deployment', 'get', 'shop'])).state).toBe('running');

      const history = await run<{ action: string; note: string }[]>(['deployment', 'history', 'shop']);
      expect(history.map(({ action, note }) => [action, note])).toEqual([
        ['rollback', 'as it was'],
        ['scale', ''],
        ['heal', ''],
        ['update', ''],
        ['scale', 'more visitors'],
        ['create', ''],
      ]);

      await deploymentCommand('delete');
      expect((await run<Deployment>(['deployment', 'get', 'shop'])).state).toBe('deleted');
      const left = `/accounts/${made.plan.account.id}/resources?kind=server`;
      expect(await run(['api', 'get', left])).toMatchObject({ items: [] });
    } finally {
      await server.stop();
      await rm(home, { recursive: true, force: true });
    }
  },
);

/** Commands that must succeed, and what they answer as data. */
function speaking(person: Home) {
  async function run<T = unknown>(words: readonly string[]): Promise<T> {
    const { code, stdout, stderr } = await person.run([...words, '-o', 'json']);
    expect({ words, code, stderr: code === 0 ? '' : stderr }).toEqual({ words, code: 0, stderr: '' });
    return (stdout === '' ? undefined : JSON.parse(stdout)) as T;
  }
  return {
    run,
    /** Changes the shop and waits until that has succeeded. */
    deploymentCommand: async (verb: string, ...words: string[]): Promise<Carried> => {
      const carried = await run<Carried>(['deployment', verb, 'shop', ...words, '--wait', '--yes']);
      expect({ verb, state: carried.ended?.state }).toEqual({ verb, state: 'succeeded' });
      return carried;
    },
  };
}

function servers({ resources }: Deployment): string[] {
  return resources
    .filter(({ kind, state }) => kind === 'server' && state === 'running')
    .map(({ node = '' }) => node)
    .toSorted();
}

/** As somebody does who uses the cloud's own console. */
async function removeBehindTheBack(home: string, name: string): Promise<void> {
  const [account = ''] = await readdir(join(home, 'accounts'));
  const directory = join(home, 'accounts', account);
  const { drivers } = simulated.connect(
    simulated.account.parse({ latencyMilliseconds: 1 }),
    surroundings({ directory }),
  );
  const { signal } = new AbortController();
  for await (const { name: found, ref } of drivers.server?.list(signal) ?? []) {
    if (found === name) await drivers.server?.delete(ref, { signal, token: 'console', attempt: 1, log: () => {} });
  }
}
