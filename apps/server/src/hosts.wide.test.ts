import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@pileus/api';
import { seconds } from '@pileus/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changesOf, load, outputOf, presetFiles, servedBy, type Changes, type Detail } from './testing/changes.ts';
import { eventually, processesWith, startServerProcess, type ServerProcess } from './testing/server-process.ts';
import { openBed, type SshBed } from './testing/ssh-bed.ts';

// Preset templates on real Debian machines that are reached by SSH (testbeds/ssh-hosts).
const found = await openBed();
if (typeof found === 'string') console.log(`skipped: templates on SSH hosts: ${found}`);

const samples: readonly { folder: string; called: string; inputs: Record<string, string> }[] = [
  { folder: 'three-tier-web', called: '3-Tier Web Server w/ LB', inputs: {} },
  { folder: 'lnmp', called: 'LNMP', inputs: { database_password: `it's \\"${randomBytes(12).toString('base64')}$` } },
];

/** A script that leaves a line in a file each time it runs, and takes its time. */
const slow = `
tosca_definitions_version: tosca_simple_yaml_1_3
metadata: { template_name: Slow, template_version: 1.0.0, template_author: Tests }
node_types:
  Slow:
    derived_from: tosca.nodes.SoftwareComponent
    attributes: { lines: { type: string } }
    interfaces:
      Standard:
        operations: { start: { implementation: slow.sh, outputs: { lines: [SELF, lines] } } }
topology_template:
  node_templates:
    host: { type: tosca.nodes.Compute }
    slow: { type: Slow, requirements: [{ host: host }] }
  outputs:
    address: { value: { get_attribute: [host, private_address] } }
    lines: { value: { get_attribute: [slow, lines] } }
`;
const slowly = `#!/bin/sh
echo ran >> "$HOME/ran"
for i in 1 2 3 4 5 6 7 8; do echo "part $i"; sleep 0.5; done
echo "lines=$(wc -l < "$HOME/ran")" >> "$PILEUS_OUTPUTS"
`;

describe.skipIf(typeof found === 'string')('on real Debian hosts', () => {
  const bed = found as SshBed; // as was just seen
  const figures: string[] = [];
  let home: string;
  let server: ServerProcess;
  let account: string;
  let before: Record<string, string>;
  const client = (): Promise<Client> => server.client();

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'pileus-hosts-'));
    await chmod(home, 0o711); // PostgreSQL runs as another user when we are root.
    before = await bed.traces();
    server = await startServerProcess({ home });
    const settings = { hosts: bed.hosts, privateKey: bed.privateKey };
    account = (await (await client()).call('post /accounts', { body: { provider: 'hosts', name: 'bed', settings } }))
      .id;
  });
  afterAll(async () => {
    await giveBack();
    await server.stop();
    expect(await processesWith(home)).toEqual([]);
    await rm(home, { recursive: true, force: true });
    await bed.close();
    console.log(figures.join('\n'));
  });

  describe.each(samples)('$called', ({ folder, called, inputs }) => {
    let deployment: string;
    let changes: Changes;
    let url: string;

    beforeAll(async () => {
      const from = performance.now();
      const files = await presetFiles(folder, own);
      const template = (await (await client()).call('post /templates', { body: { files } })).id;
      deployment = await deploy(template, folder, { title: 'One', ...inputs });
      changes = changesOf(client, deployment);
      const detail = await changes.settled();
      expect(stateOf(detail)).toEqual({ state: 'running', failure: undefined });
      figures.push(`${called}: deployed in ${since(from)} s`);
      url = String(outputOf(detail, 'url'));
    });

    test('answers through the balancer from every web server, and what has not changed needs nothing', async () => {
      expect(await servedBy(url)).toEqual(['web-1', 'web-2']);
      expect((await changes.planned({ action: 'update' })).steps).toEqual([]);
    });

    test('is scaled 2, 3, 1 and updated in place under load without one failed request', async () => {
      const stop = load(url);
      const first = await visits();
      expect(stateOf(await scaledTo(3))).toEqual({ state: 'running', failure: undefined });
      await eventually('three', async () => ((await servedBy(url)).length === 3 ? true : undefined));
      const back = await scaledTo(1);
      expect(stateOf(back)).toEqual({ state: 'running', failure: undefined });
      expect(await servedBy(url)).toEqual(['web-1']);
      const asked = await stop();
      figures.push(`${called}: scaled 2, 3, 1: ${asked.good} answers, ${asked.bad.length} failed, ${asked.seconds} s`);
      expect(asked.bad).toEqual([]);
      expect(asked.good).toBeGreaterThan(100);
      expect((await visits()) - first, 'every answer was counted').toBeGreaterThanOrEqual(asked.good);

      await scaledTo(2);
      const plan = await changes.planned({ action: 'update', inputs: { title: `<it's "Two" \\ $(id)>` } });
      expect(plan.counts.map(({ action }) => action)).toEqual(['run']);
      const ended = load(url);
      expect(stateOf(await changes.apply(plan))).toEqual({ state: 'running', failure: undefined });
      const updated = await ended();
      figures.push(`${called}: updated: ${updated.good} answers, ${updated.bad.length} failed, ${updated.seconds} s`);
      expect(updated.bad).toEqual([]);
      expect(await (await fetch(url)).text()).toMatch(/<h1>&lt;it(&#039;|')s &quot;Two&quot; \\ \$\(id\)&gt;<\/h1>/);
      await eventually('both', async () => ((await servedBy(url)).length === 2 ? true : undefined));
    });

    test('is deleted, and leaves the hosts as they were', async () => {
      expect(stateOf(await remove(deployment))).toEqual({ state: 'deleted', failure: undefined });
      expect(await bed.traces()).toEqual(before);
    });

    async function scaledTo(web: number): Promise<Detail> {
      return changes.apply(await changes.planned({ action: 'scale', counts: { web } }));
    }

    async function visits(): Promise<number> {
      return Number(/<b>(\d+)<\/b>/.exec(await (await fetch(url)).text())?.[1]);
    }
  });

  test.each([
    ['the server is killed', async () => (await server.kill(), void (server = await startServerProcess({ home })))],
    ['the connection to its host is killed', (host: SshBed['hosts'][number]) => bed.tell(host, cut).catch(() => '')],
  ])('a script runs once, even when %s in the middle of it', async (_, kill) => {
    const files = [
      { path: 'slow.yaml', content: slow },
      { path: 'slow.sh', content: slowly },
    ];
    const template = (await (await client()).call('post /templates', { body: { files } })).id;
    const deployment = await deploy(template, 'slow');
    const host = await eventually('its script', async () => {
      const ran = await Promise.all(
        bed.hosts.map((one) => bed.tell(one, 'cat /root/.pileus/host/ran 2> /dev/null || true')),
      );
      return bed.hosts[ran.indexOf('ran')];
    });
    await kill(host);
    const detail = await changesOf(client, deployment).settled();
    expect(stateOf(detail)).toEqual({ state: 'running', failure: undefined });
    expect({ address: outputOf(detail, 'address'), lines: outputOf(detail, 'lines') }).toEqual({
      address: host.address,
      lines: '1',
    });
    expect(await bed.tell(host, 'cat /root/.pileus/host/ran')).toBe('ran');
    expect(stateOf(await remove(deployment))).toEqual({ state: 'deleted', failure: undefined });
    expect(await bed.traces()).toEqual(before);
  });

  /** What a failed test left deployed goes, so that the hosts are free for the next. */
  async function giveBack(): Promise<void> {
    const { items } = await (await client()).call('get /deployments', {});
    for (const { id, state } of items) {
      if (state !== 'deleted') await remove(id);
    }
  }

  async function remove(deployment: string): Promise<Detail> {
    await (await client()).call('delete /deployments/{deployment}', { params: { deployment } });
    return changesOf(client, deployment).settled();
  }

  async function deploy(template: string, name: string, inputs: Record<string, string> = {}): Promise<string> {
    const asked = await client();
    const plan = await asked.call('post /plans', { body: { template, account, name, inputs } });
    return (await asked.call('post /deployments', { body: { plan: plan.id, hash: plan.hash } })).deployment;
  }
});

/** Ends every connection to the host, this one among them. */
const cut = "pkill -KILL -f '^sshd: root@'";

const stateOf = ({ state, run }: Detail) => ({ state, failure: run?.failure });

const since = (from: number): number => Math.round((performance.now() - from) / seconds(0.1)) / 10;

/** A name of its own: those that come with the product cannot be changed. */
function own(path: string, text: string): string {
  return path.endsWith('.yaml') ? text.replace(/template_name: .*/, (line) => `${line} on hosts`) : text;
}
