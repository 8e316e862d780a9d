import { expect, test, vi } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { aHome } from '../testing/pileus.ts';
import { aRun, aStep, at, shop } from '../testing/samples.ts';

// Each command is a process of its own, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

const steps = [
  aStep({ key: 'site-1.configure', node: 'site-1', name: 'Run Standard.configure of site-1', state: 'failed' }),
  aStep({ key: 'site-2.configure', node: 'site-2', name: 'Run Standard.configure of site-2', state: 'failed' }),
];
const { steps: _, ...failed } = aRun({ state: 'failed', endedAt: at });
const known = {
  'get /deployments': () => ({ items: [shop] }),
  'get /runs/{run}': () => aRun({ ...failed, steps }),
  'post /runs/{run}/pause': () => ({ ...failed, state: 'paused' as const }),
  'post /runs/{run}/resume': () => ({ ...failed, state: 'queued' as const }),
} as const;

test('a run is paused by its id or by its deployment, and how to go on is said', async () => {
  await using api = await fakeApi(known);
  await using home = await aHome(api.url);
  const { code, stdout, stderr } = await home.run(['run', 'pause', 'shop', '-o', 'json']);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: 'The run run-000000000001 is paused; go on with: pileus run resume run-000000000001\n',
  });
  expect(JSON.parse(stdout)).toMatchObject({ id: 'run-000000000001', state: 'paused' });
  const chinese = await home.run(['run', 'pause', 'run-000000000001'], { environment: { LANG: 'zh_CN.UTF-8' } });
  expect(chinese.stderr).toContain('已暂停；继续执行：pileus run resume run-000000000001');
  expect(api.calls.filter(({ name }) => name === 'post /runs/{run}/pause').map(({ asked }) => asked.params)).toEqual([
    { run: 'run-000000000001' },
    { run: 'run-000000000001' },
  ]);
});

test('single nodes are tried again; one that the run does nothing for is refused with a guess', async () => {
  await using api = await fakeApi(known);
  await using home = await aHome(api.url);
  const resumed = () => api.calls.filter(({ name }) => name === 'post /runs/{run}/resume');
  const typo = await home.run(['run', 'resume', 'shop', '--node', 'site-3']);
  expect(typo.code).toBe(3);
  expect(typo.stderr).toMatch(/run-000000000001 does nothing for site-3.*site-[12]/s);
  expect(resumed()).toEqual([]);
  const { code, stderr } = await home.run(['run', 'resume', 'shop', '--node', 'site-1', '--node', 'site-2']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'The run run-000000000001 tries site-1, site-2 again\n' });
  await home.run(['run', 'resume', 'shop']);
  expect(resumed().map(({ asked }) => asked.body)).toEqual([{ only: ['site-1', 'site-2'] }, {}]);
});
