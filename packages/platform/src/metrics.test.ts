import { simulated } from '@pileus/provider';
import { expect, test } from 'vitest';
import { aPlatform, settled } from './testing/a-platform.ts';
import { onSimulatedClouds } from './testing/on-simulated-clouds.ts';

const { client, metrics } = await aPlatform([simulated]);
const { anAccount, aDeployment } = onSimulatedClouds(client);

/** The value of one series. */
async function value(series: string): Promise<number | undefined> {
  const line = (await metrics.text()).split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

test('metrics tell of the work there is, of the clouds and of the database', async () => {
  const account = await anAccount({ bootSeconds: 0.5 });
  const deployment = await aDeployment(account);
  await expect.poll(() => value('pileus_runs{state="running"}')).toBe(1);
  expect(await value('pileus_steps{state="planned"}')).toBeGreaterThan(0);
  await settled(client, deployment);
  expect(await value('pileus_runs{state="running"}')).toBeUndefined();
  const made = 'pileus_cloud_calls_total{provider="simulated",kind="server",call="create",result="ok"}';
  expect(await value(made)).toBe(2);
  expect(await value('pileus_cloud_call_seconds_count{provider="simulated",kind="server"}')).toBeGreaterThanOrEqual(2);
  expect(await metrics.text()).toMatch(/^pileus_accounts{health="\w+"} 1$/m);
  expect(await value('pileus_run_queue_seconds')).toBe(0);
  expect(await value('pileus_database_connections{state="waited_for"}')).toBe(0);
  expect(await metrics.text()).toContain('# TYPE pileus_job_queue_seconds gauge');
});

test('what a cloud refuses is counted by its failure', async () => {
  const account = await anAccount({ quotas: { servers: 0 } });
  const deployment = await settled(client, await aDeployment(account));
  expect(deployment.state).toBe('failed');
  expect(
    await value('pileus_cloud_calls_total{provider="simulated",kind="server",call="create",result="quota-exceeded"}'),
  ).toBeGreaterThan(0);
});
