import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnswerOf } from '@pileus/api';
import { expect, test, vi } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { aHome } from '../testing/pileus.ts';
import { account, aRun, at, change, deployment, plan, shop, template } from '../testing/samples.ts';

// Each command is a process of its own, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

const page = <T>(...items: T[]) => ({ items });
const made = { deployment: shop.id, run: 'run-000000000001' };
const { steps: _, ...ended } = aRun({ title: 'shop', state: 'succeeded', done: 5, total: 5, endedAt: at });
const failure = { code: 'quota-exceeded', facts: { kind: 'server', provider: 'OpenStack', detail: '4 of 4 used' } };

const known = {
  'get /accounts': () => page(account),
  'get /templates': () => page(template),
  'get /templates/{template}': () => template,
  'get /deployments': () => page(shop),
  'get /deployments/{deployment}': () => shop,
  'post /plans': () => plan,
  'post /deployments/{deployment}/plans': () => change,
  'post /deployments': () => made,
  'get /runs/{run}': () => aRun(ended),
} as const;

test('a change shows what is different and why, is carried out as it was shown, and answers as data', async () => {
  await using api = await fakeApi(known);
  await using home = await aHome(api.url);
  const words = [
    'deployment',
    'update',
    'shop',
    '--input',
    'web_port=80',
    '--count',
    'web=3',
    '--note',
    'more visitors',
  ];
  const { code, stdout, stderr } = await home.run([...words, '--wait', '-o', 'json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ ...made, plan: change, ended });
  expect(stderr).toContain(
    [
      'Plan: change shop on lab (openstack)',
      '  web_port  8080 → 80',
      '  web       2 → 3',
      '',
      '  + Create server web-3               new',
      '  ~ Change volume data                changed by somebody else',
      '      gigabytes  10 → 20',
      '  ± Replace port front                changed',
      '      network  net-1 → (known after net)',
      '  ▸ Run Standard.configure of site-1  only if its inputs change',
      '',
      '+ create 1 × server',
      '~ change 1 × volume',
      '± replace 1 × port',
      '▸ run 1 × script',
      '',
    ].join('\n'),
  );
  const sent = Object.fromEntries(api.calls.map(({ name, asked }) => [name, asked]));
  expect(sent['post /deployments/{deployment}/plans']?.body).toEqual({
    action: 'update',
    inputs: { web_port: 80 },
    counts: { web: 3 },
  });
  expect(sent['post /deployments']?.body).toEqual({ plan: change.id, hash: change.hash, note: 'more visitors' });
  expect(sent['post /deployments']?.key).toMatch(/^[0-9a-f-]{36}$/);
});

test('each verb asks for its plan; without --wait the answer is what was begun', async () => {
  await using api = await fakeApi(known);
  await using home = await aHome(api.url);
  const cases: [string[], object][] = [
    [['scale', 'shop', 'web=3', 'site=3'], { action: 'scale', counts: { web: 3, site: 3 } }],
    [['heal', 'shop', '--node', 'web'], { action: 'heal', nodes: ['web'] }],
    [['rollback', 'shop', '--to', '2'], { action: 'rollback', revision: 2 }],
    [['stop', shop.id], { action: 'stop' }],
    [['start', 'shop'], { action: 'start' }],
    [['delete', 'shop', '--yes'], { action: 'delete' }],
  ];
  for (const [words, body] of cases) {
    const { code, stdout } = await home.run(['deployment', ...words, '-o', 'json']);
    expect({ words, code, answer: JSON.parse(stdout) }).toEqual({ words, code: 0, answer: { ...made, plan: change } });
    const planned = api.calls.findLast(({ name }) => name === 'post /deployments/{deployment}/plans');
    expect(planned?.asked.body).toEqual(body);
  }
});

test('where nothing is to be done, nothing is begun', async () => {
  const { inputs, scaling } = shop;
  const same = { ...change, inputs, scaling, counts: [], steps: [] };
  await using api = await fakeApi({ ...known, 'post /deployments/{deployment}/plans': () => same });
  await using home = await aHome(api.url);
  const { code, stdout, stderr } = await home.run(['deployment', 'heal', 'shop', '--wait', '-o', 'json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'Nothing to do: shop is as it is meant to be\n' });
  expect(JSON.parse(stdout)).toEqual({ deployment: shop.id, plan: same });
  expect(api.calls.map(({ name }) => name)).not.toContain('post /deployments');
});

test('inputs that only outputs are made of are carried out although no step is planned', async () => {
  const silent = { ...change, scaling: shop.scaling, counts: [], steps: [] };
  await using api = await fakeApi({ ...known, 'post /deployments/{deployment}/plans': () => silent });
  await using home = await aHome(api.url);
  await home.run(['deployment', 'update', 'shop', '--input', 'web_port=80']);
  expect(api.calls.map(({ name }) => name)).toContain('post /deployments');
});

test('only shown, a plan is the answer and waits to be carried out', async () => {
  await using api = await fakeApi(known);
  await using home = await aHome(api.url);
  const { code, stdout, stderr } = await home.run([
    'deployment',
    'scale',
    'shop',
    'web=3',
    '--plan-only',
    '-o',
    'json',
  ]);
  expect({ code, plan: JSON.parse(stdout) }).toEqual({ code: 0, plan: change });
  expect(stderr).toContain(`pileus deployment apply --plan ${change.hash}`);
  expect(api.calls.map(({ name }) => name)).not.toContain('post /deployments');
});

test('a plan is carried out by its hash or its id, and one that is not there says so', async () => {
  await using api = await fakeApi({
    ...known,
    'get /plans': ({ query }) => (query.get('hash') === change.hash ? page(change) : page()),
    'get /plans/{plan}': () => plan,
  });
  await using home = await aHome(api.url);
  const apply = (name: string) => home.run(['deployment', 'apply', '--plan', name, '-o', 'json']);
  expect(JSON.parse((await apply(change.hash)).stdout)).toEqual({ ...made, plan: change });
  expect(JSON.parse((await apply(plan.id)).stdout)).toEqual({ ...made, plan });
  const none = await apply('0123');
  expect({ code: none.code, stdout: none.stdout }).toEqual({ code: 3, stdout: '' });
  expect(none.stderr).toContain('There is no plan 0123');
});

test('a run that fails ends with 6 and is the answer all the same', async () => {
  const failed = aRun({ ...ended, state: 'failed', failure });
  await using api = await fakeApi({ ...known, 'get /runs/{run}': () => failed });
  await using home = await aHome(api.url);
  const { code, stdout, stderr } = await home.run(['deployment', 'heal', 'shop', '--wait', '-o', 'json']);
  expect(code).toBe(6);
  expect(JSON.parse(stdout)).toMatchObject({ ...made, ended: { state: 'failed', failure } });
  expect(stderr).toContain('The quota for server at OpenStack is used up');
});

test('a template on this machine is imported before it is planned, on the only real account there is', async () => {
  const trial = { ...account, id: 'acc-000000000002', name: 'trial', simulated: true };
  const imported = { ...template, name: 'shop', version: '2.0.0' };
  await using api = await fakeApi({
    ...known,
    'get /accounts': () => page(trial, account),
    'post /templates': () => imported,
    'get /templates/{template}': () => imported,
  });
  await using home = await aHome(api.url);
  await mkdir(join(home.directory, 'shop'));
  await writeFile(join(home.directory, 'shop', 'shop.yaml'), 'a: 1\n');
  const words = ['deployment', 'plan', '--template', './shop', '--input', 'cidr=10.0.0.0/24', '--input', 'web_port=80'];
  const { code, stdout } = await home.run([...words, '-o', 'json']);
  expect({ code, plan: JSON.parse(stdout) }).toEqual({ code: 0, plan });
  const sent = Object.fromEntries(api.calls.map(({ name, asked }) => [name, asked.body]));
  expect(sent['post /templates']).toEqual({ files: [{ path: 'shop.yaml', content: 'a: 1\n', encoding: 'utf8' }] });
  expect(sent['post /plans']).toEqual({
    template: template.id,
    version: '2.0.0',
    account: account.id,
    // There is a deployment called shop already.
    name: 'shop-2',
    inputs: { cidr: '10.0.0.0/24', web_port: 80 },
    counts: {},
    tags: {},
  });
});

test('what is misspelt is answered with what was most likely meant', async () => {
  const other = { ...account, id: 'acc-000000000002', name: 'lab-2' };
  await using api = await fakeApi({ ...known, 'get /accounts': () => page(account, other) });
  await using home = await aHome(api.url);
  const cases: [string[], number, string][] = [
    [['stop', 'shpo'], 3, 'There is no deployment shpo. Did you mean shop?'],
    [['scale', 'shop', 'wbe=3'], 2, 'wbe of shop cannot be counted; these can: web. Did you mean web?'],
    [['scale', 'shop', 'web'], 2, 'web is not of the form NODE=COUNT'],
    [['heal', 'shop', '--node', 'weeb'], 3, 'The deployment shop has no node weeb. Did you mean web?'],
    [['rollback', 'shop', '--to', 'first'], 2, 'first is not the number of a revision'],
    [['plan', '-t', 'three-tier-wbe', '-a', 'lab'], 3, 'Did you mean three-tier-web?'],
    [['plan', '-t', './nowhere.yaml', '-a', 'lab'], 3, 'There is no template ./nowhere.yaml'],
    [['plan', '-t', 'three-tier-web'], 2, 'say which one with --account: lab, lab-2'],
  ];
  for (const [words, code, sentence] of cases) {
    const ran = await home.run(['deployment', ...words]);
    expect({ words, code: ran.code, stdout: ran.stdout }).toEqual({ words, code, stdout: '' });
    expect(ran.stderr).toContain(sentence);
  }
  expect(api.calls.map(({ name }) => name)).not.toContain('post /deployments/{deployment}/plans');
});

test('drift shows what is and what should be, and what is accepted counts as meant', async () => {
  const gone = { resource: 'web.server', node: 'web', kind: 'server', name: 'web', is: 'gone' as const, changes: [] };
  const grown = {
    resource: 'data.volume',
    node: 'data',
    kind: 'volume',
    name: 'data',
    is: 'changed' as const,
    changes: [{ field: 'gigabytes', from: 30, to: 20 }],
  };
  await using api = await fakeApi({
    ...known,
    'get /deployments/{deployment}/drift': () => ({ items: [gone, grown], checkedAt: at }),
    'post /deployments/{deployment}/drift/accept': () => ({ items: [], checkedAt: at }),
  });
  await using home = await aHome(api.url);
  const seen = await home.run(['deployment', 'drift', 'shop']);
  expect(seen.stdout.split('\n').map((line) => line.trim().split(/\s{2,}/))).toEqual([
    ['RESOURCE', 'KIND', 'NODE', 'DRIFT', 'FIELD', 'IS', 'SHOULD BE'],
    ['web.server', 'server', 'web', 'gone'],
    ['data.volume', 'volume', 'data', 'changed', 'gigabytes', '30', '20'],
    [''],
  ]);
  expect(seen.stderr).toContain('pileus deployment heal shop');
  const accepted = await home.run(['deployment', 'drift', 'shop', '--accept', 'data.volume', '-o', 'json']);
  expect(JSON.parse(accepted.stdout)).toEqual({ items: [], checkedAt: at });
  expect(api.calls.at(-1)?.asked.body).toEqual({ resources: ['data.volume'] });
});

test('the history says who wanted what and why, and which revision was last reached', async () => {
  const { template: of } = shop;
  const revision = (number: number, action: 'create' | 'scale', note: string) => ({
    number,
    action,
    template: of,
    inputs: {},
    counts: { web: number },
    note,
    createdBy: 'admin',
    createdAt: at,
    run: ended,
  });
  await using api = await fakeApi({
    ...known,
    'get /deployments/{deployment}': () => ({ ...shop, wanted: 2, revision: 1 }),
    'get /deployments/{deployment}/revisions': () =>
      page(revision(2, 'scale', 'more visitors'), revision(1, 'create', '')),
  });
  await using home = await aHome(api.url);
  const { stdout } = await home.run(['deployment', 'history', 'shop']);
  expect(
    stdout
      .split('\n')
      .slice(1, 3)
      .map((line) => line.split(/\s{2,}/)),
  ).toEqual([
    ['2', 'scale', 'succeeded', '2026-11-22 10:00:00', 'admin', '1.0.0', 'web=2', 'more visitors'],
    ['1 *', 'create', 'succeeded', '2026-11-22 10:00:00', 'admin', '1.0.0', 'web=1'],
  ]);
});

test('a run is stopped and what it changed is put back, which can be waited for', async () => {
  const { steps: __, ...undoing } = aRun({ id: 'run-000000000002', title: 'shop', state: 'queued' });
  await using api = await fakeApi({
    'post /runs/{run}/cancel': () => undoing,
    'get /runs/{run}': () => aRun({ ...undoing, state: 'succeeded', done: 2, endedAt: at }),
  });
  await using home = await aHome(api.url);
  const words = ['run', 'cancel', 'run-000000000001', '--undo', '--yes', '--wait', '-o', 'json'];
  const { code, stdout, stderr } = await home.run(words);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ id: undoing.id, state: 'succeeded' });
  expect(stderr).toContain('The run run-000000000001 is being stopped; run-000000000002 puts back');
  expect(api.calls[0]?.asked.body).toEqual({ undo: true });
});

test('a deletion that is under way is followed, not begun again', async () => {
  const run = aRun({ id: 'run-000000000009', kind: 'deployment.delete', title: 'shop' });
  const going = { ...deployment, name: 'shop', state: 'deleting' as const, run };
  await using api = await fakeApi({ ...known, 'get /deployments/{deployment}': () => going });
  await using home = await aHome(api.url);
  const { code, stdout } = await home.run(['deployment', 'delete', 'shop', '-o', 'json']);
  expect({ code, answer: JSON.parse(stdout) }).toEqual({ code: 0, answer: { deployment: shop.id, run: run.id } });
  expect(api.calls.map(({ name }) => name)).not.toContain('post /deployments');
});

test('an input that is a secret of the vault is named by it, and the plan says which version it is', async () => {
  const kept: AnswerOf<'get /secrets'>['items'][number] = {
    id: 'sec-000000000001',
    name: 'shop password',
    description: '',
    kind: 'text',
    version: { number: 3, isKept: true, createdBy: 'zhang', createdAt: at },
    usedBy: [{ kind: 'deployment', id: shop.id, name: 'shop', input: 'password' }],
    createdBy: 'admin',
    createdAt: at,
  };
  const of = (version: number) => ({ password: { id: kept.id, name: kept.name, version, newest: 3 } });
  await using api = await fakeApi({
    ...known,
    'get /secrets': () => ({ items: [kept] }),
    'get /deployments/{deployment}': () => ({ ...shop, inputs: { password: '***' }, secrets: of(2) }),
    'post /deployments/{deployment}/plans': () => ({
      ...change,
      inputs: { password: '***' },
      otherSecrets: ['password'],
      secrets: of(3),
    }),
  });
  await using home = await aHome(api.url);
  const update = ['deployment', 'update', 'shop', '--plan-only', '--secret', 'password=shop password'];
  const { code, stdout } = await home.run(update);
  expect([code, stdout]).toEqual([0, expect.stringContaining('secret:shop password@3')]);
  expect(stdout).toContain('secret:shop password@2');
  expect(api.calls.at(-1)?.asked.body).toMatchObject({ action: 'update', secrets: { password: kept.id } });
  expect((await home.run(['secret', 'list'])).stdout).toContain('shop.password');
});
