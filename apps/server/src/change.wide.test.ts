import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiProblem, type Client } from '@pileus/api';
import { milliseconds, systemClock } from '@pileus/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { changesOf, load, outputOf, presetFiles, servedBy, type Changes } from './testing/changes.ts';
import { eventually, processesWith, startServerProcess, type ServerProcess } from './testing/server-process.ts';

// The sample on real local hosts: real processes behind a real balancer, changed while people use it.
let home: string;
let server: ServerProcess;
let client: Client;
let deployment: string;
let url: string;
let changes: Changes;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'pileus-change-'));
  await chmod(home, 0o711);
  server = await startServerProcess({ home });
  client = await server.client();
  const account = await client.call('post /accounts', { body: { provider: 'local', name: 'hosts', settings: {} } });
  const { id: template } = await client.call('post /templates', {
    body: { files: await presetFiles('three-tier-web', own) },
  });
  const body = { template, account: account.id, name: 'shop', inputs: { title: 'One' } };
  const plan = await client.call('post /plans', { body });
  const made = await client.call('post /deployments', { body: { plan: plan.id, hash: plan.hash } });
  deployment = made.deployment;
  changes = changesOf(() => client, deployment);
  const detail = await changes.settled();
  expect(detail.state).toBe('running');
  url = String(outputOf(detail, 'url'));
}, 120_000);
afterAll(async () => {
  await server.stop();
  expect(await processesWith(home)).toEqual([]);
  await rm(home, { recursive: true, force: true });
});

async function failureOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: unknown) => (error instanceof ApiProblem ? error.failure.code : String(error)),
  );
}

test('what has not changed needs nothing, and says so', async () => {
  const plan = await changes.planned({ action: 'update' });
  expect({ steps: plan.steps, counts: plan.counts }).toEqual({ steps: [], counts: [] });
});

test('the web tier is scaled out and in under load without one failed request', { timeout: 180_000 }, async () => {
  const stop = load(url);
  const out = await changes.planned({ action: 'scale', counts: { web: 4 } });
  expect(out.counts).toContainEqual({ action: 'create', what: 'server', count: 2 });
  expect(out.counts.some(({ action }) => action === 'delete' || action === 'replace')).toBe(false);
  expect((await changes.apply(out)).state).toBe('running');
  await eventually('four web servers', async () => ((await servedBy(url)).length === 4 ? true : undefined));

  const back = await changes.planned({ action: 'scale', counts: { web: 1 } });
  expect(back.counts).toContainEqual({ action: 'delete', what: 'server', count: 3 });
  const detail = await changes.apply(back);
  expect(detail.nodeInstances.filter(({ template, state }) => template === 'web' && state !== 'deleted')).toHaveLength(
    1,
  );
  expect(await servedBy(url)).toEqual(['web-1']);
  const { good, bad } = await stop();
  expect(bad).toEqual([]);
  expect(good).toBeGreaterThan(100);
  console.log(`scaled 2, 4, 1 under load: ${good} answers, ${bad.length} failed`);
  const again = await changes.apply(await changes.planned({ action: 'scale', counts: { web: 2 } }));
  expect(outputOf(again, 'web_addresses')).toHaveLength(2);
});

test(
  'a changed input is seen in the plan, and after it on the page, without a failed request',
  { timeout: 120_000 },
  async () => {
    const plan = await changes.planned({ action: 'update', inputs: { title: 'Two' } });
    const fields = plan.steps.flatMap((step) => step.changes ?? []);
    expect(fields).toContainEqual({ field: 'TITLE', from: 'One', to: 'Two' });
    expect(plan.counts.map(({ action }) => action)).toEqual(['run']);
    const stop = load(url);
    expect((await changes.apply(plan)).state).toBe('running');
    const { bad } = await stop();
    expect(bad).toEqual([]);
    expect(await (await fetch(url)).text()).toContain('<h1>Two</h1>');
  },
);

test(
  'a plan that something has come before is refused, and of two at once one is carried out',
  { timeout: 120_000 },
  async () => {
    const [one, two] = [
      await changes.planned({ action: 'update', inputs: { title: 'Left' } }),
      await changes.planned({ action: 'update', inputs: { title: 'Right' } }),
    ];
    const both = await Promise.all(
      [one, two].map(({ id, hash }) => failureOf(client.call('post /deployments', { body: { plan: id, hash } }))),
    );
    await changes.settled();
    expect(both.toSorted()).toEqual(['conflict', 'none']);
    const title = /<h1>(.*)<\/h1>/.exec(await (await fetch(url)).text())?.[1];
    expect(title).toBe(both[0] === 'none' ? 'Left' : 'Right');
  },
);

test(
  'a host that is taken away behind our back is found, and healing puts everything on it back',
  { timeout: 180_000 },
  async () => {
    const plan = await changes.planned({ action: 'heal', nodes: ['web_host-2'] });
    expect(plan.counts).toContainEqual({ action: 'replace', what: 'server', count: 1 });
    const detail = await changes.apply(plan);
    expect(detail.state).toBe('running');
    await eventually('both web servers', async () => ((await servedBy(url)).length === 2 ? true : undefined));
  },
);

test('a program that hangs is noticed and set up again', { timeout: 120_000 }, async () => {
  const [hung] = await pidsOf('web.pl');
  if (hung === undefined) throw new Error('no web server runs');
  process.kill(hung, 'SIGSTOP');
  const found = await eventually('its healing', async () => {
    const { items } = await client.call('get /deployments/{deployment}/revisions', { params: { deployment } });
    return items[0]?.createdBy === 'pileus' ? items[0] : undefined;
  });
  expect(found).toMatchObject({ action: 'heal', note: expect.stringMatching(/^web-\d: .*does not answer in time/) });
  expect((await changes.settled()).state).toBe('running');
  await eventually('both web servers', async () => ((await servedBy(url)).length === 2 ? true : undefined));
  expect(await pidsOf('web.pl')).not.toContain(hung);
  const detail = await eventually('its health', async () => {
    const is = await client.call('get /deployments/{deployment}', { params: { deployment } });
    const webs = is.nodeInstances.filter(({ template, state }) => template === 'web' && state !== 'deleted');
    return webs.every(({ health }) => health?.is === 'ok') ? webs : undefined;
  });
  expect(new Set(detail.map(({ health }) => health?.heals))).toEqual(new Set([0, 1]));
});

test('everything is stopped and started', { timeout: 120_000 }, async () => {
  expect((await changes.apply(await changes.planned({ action: 'stop' }))).state).toBe('stopped');
  expect(await failureOf(fetch(url))).not.toBe('none');
  expect((await changes.apply(await changes.planned({ action: 'start' }))).state).toBe('running');
  await eventually('both web servers', async () => ((await servedBy(url)).length === 2 ? true : undefined));
});

test('an update that fails can be rolled back to what was', { timeout: 180_000 }, async () => {
  const files = await presetFiles('three-tier-web', (path, text) => {
    if (path === 'scripts/start-web.sh') return text.replace('set -eu\n', 'set -eu\necho broken >&2; exit 7\n');
    return own(path, text).replace('template_version: 1.0.0', 'template_version: 1.0.1');
  });
  const { template } = await client.call('get /deployments/{deployment}', { params: { deployment } });
  const imported = await client.call('post /templates', { body: { files } });
  expect(imported.id).toBe(template.id);
  const plan = await changes.planned({ action: 'update', version: '1.0.1' });
  expect((await changes.apply(plan)).state).toBe('failed');
  expect(await servedBy(url), 'one at a time: the other one goes on serving').toEqual(['web-2']);
  const back = await changes.apply(await changes.planned({ action: 'rollback' }));
  expect(back.state).toBe('running');
  expect(back.template.version).toBe('1.0.0');
  await eventually('both web servers', async () => ((await servedBy(url)).length === 2 ? true : undefined));
  const { items } = await client.call('get /deployments/{deployment}/revisions', { params: { deployment } });
  expect(items[0]).toMatchObject({ action: 'rollback' });
});

test('an update can be cancelled and undone', { timeout: 180_000 }, async () => {
  const plan = await changes.planned({ action: 'scale', counts: { web: 6 } });
  const { run } = await client.call('post /deployments', { body: { plan: plan.id, hash: plan.hash } });
  await eventually('its first steps', async () => {
    const { done, total } = await client.call('get /runs/{run}', { params: { run } });
    return done > 0 && done < total ? true : undefined;
  });
  await client.call('post /runs/{run}/cancel', { params: { run }, body: { undo: true } });
  await systemClock.sleep(milliseconds(500));
  const detail = await changes.settled();
  expect({ state: detail.state, run: detail.run?.state }).toEqual({ state: 'running', run: 'succeeded' });
  expect(
    detail.nodeInstances.filter(({ template, state }) => template === 'web_host' && state !== 'deleted'),
  ).toHaveLength(2);
  expect((await changes.planned({ action: 'update' })).steps).toEqual([]);
});

async function pidsOf(program: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return pids.filter(
    (_, index) => lines[index]?.startsWith('perl\0') && lines[index].includes(home) && lines[index].includes(program),
  );
}

/** A name of its own: those that come with the product cannot be changed. */
function own(_: string, text: string): string {
  return text.replaceAll('3-Tier Web Server w/ LB', 'Shop').replaceAll('interval: 5', 'interval: 1, timeout: 1');
}
