import { expect, test, vi } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { aHome } from '../testing/pileus.ts';
import { aRun, at, change, shop } from '../testing/samples.ts';

// Each command is a process of its own, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

const made = { deployment: shop.id, run: 'run-000000000001' };
const backUp = {
  type: 'object',
  properties: { where: { type: 'string' }, level: { type: 'integer', default: 1 } },
  required: ['where'],
};
const nothing = { type: 'object', properties: {}, required: [] };
const known = {
  'get /deployments': () => ({ items: [shop] }),
  'get /deployments/{deployment}': () => shop,
  'get /deployments/{deployment}/workflows': () => ({
    items: [{ name: 'back_up', description: 'Saves the data', inputs: backUp }],
  }),
  'get /deployments/{deployment}/operations': () => ({
    items: [
      { interface: 'Standard', operation: 'start', inputs: nothing },
      { interface: 'Maintenance', operation: 'back_up', inputs: backUp },
      {
        interface: 'Configure',
        operation: 'add_target',
        relationship: 'uses.data',
        target: 'data',
        inputs: nothing,
      },
    ],
  }),
  'post /deployments/{deployment}/plans': () => change,
  'post /deployments': () => made,
  'get /runs/{run}': () => aRun({ state: 'succeeded', done: 5, total: 5, endedAt: at }),
} as const;

test('a workflow is planned with typed inputs, carried out and followed; without a name they are listed', async () => {
  await using api = await fakeApi(known);
  await using home = await aHome(api.url);
  const list = await home.run(['deployment', 'workflow', 'shop']);
  expect(list.code).toBe(0);
  expect(list.stdout).toMatch(/WORKFLOW\s+INPUTS\s+DESCRIPTION\n\s*back_up\s+where\*, level\s+Saves the data/);
  const words = ['deployment', 'workflow', 'shop', 'back_up', '--input', 'where=tape', '--input', 'level=2'];
  const { code, stdout } = await home.run([...words, '--wait', '-o', 'json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ ...made, ended: { state: 'succeeded' } });
  const planned = api.calls.find(({ name }) => name === 'post /deployments/{deployment}/plans');
  expect(planned?.asked.body).toEqual({
    action: 'workflow',
    workflow: 'back_up',
    inputs: { where: 'tape', level: 2 },
  });
});

test('what is missing or misspelt is said before anything is planned', async () => {
  await using api = await fakeApi(known);
  await using home = await aHome(api.url);
  const cases: [string[], number, RegExp][] = [
    [['workflow', 'shop', 'back_up'], 2, /where/],
    [['workflow', 'shop', 'backup'], 3, /shop has no workflow backup.*back_up/s],
    [['operation', 'shop', 'web', 'Standard.stop'], 3, /web of shop has no operation Standard.stop.*Standard.start/s],
    [['operation', 'shop', 'wep', 'Standard.start'], 3, /wep.*web/s],
    [['operation', 'shop', 'web', 'Configure.add_target'], 2, /--relationship: uses.data/],
  ];
  for (const [words, code, said] of cases) {
    const ran = await home.run(['deployment', ...words]);
    expect({ words, code: ran.code }).toEqual({ words, code });
    expect(ran.stderr).toMatch(said);
  }
  expect(api.calls.map(({ name }) => name)).not.toContain('post /deployments/{deployment}/plans');
});

test('an operation of an instance or of its relationship is planned; without a name they are listed', async () => {
  await using api = await fakeApi(known);
  await using home = await aHome(api.url);
  const list = await home.run(['deployment', 'operation', 'shop', 'web', '-o', 'name']);
  expect(list.stdout).toBe('Standard.start\nMaintenance.back_up\nConfigure.add_target\n');
  const plans = () =>
    api.calls.filter(({ name }) => name === 'post /deployments/{deployment}/plans').map(({ asked }) => asked.body);
  await home.run(['deployment', 'operation', 'shop', 'web', 'Maintenance.back_up', '-i', 'where=box']);
  await home.run([
    'deployment',
    'operation',
    'shop',
    'web',
    'add_target',
    '--relationship',
    'uses.data',
    '--plan-only',
  ]);
  expect(plans()).toEqual([
    { action: 'operation', node: 'web', interface: 'Maintenance', operation: 'back_up', inputs: { where: 'box' } },
    {
      action: 'operation',
      node: 'web',
      relationship: 'uses.data',
      interface: 'Configure',
      operation: 'add_target',
      inputs: {},
    },
  ]);
  expect(api.calls.filter(({ name }) => name === 'post /deployments')).toHaveLength(1);
});
