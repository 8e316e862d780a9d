import type { Database } from '@pileus/database';
import { seconds, sentence, systemClock } from '@pileus/model';
import { homeProject, system, type Platform } from '@pileus/platform';

const account = 'This machine';
const template = '3-Tier Web Server w/ LB';
const name = 'sample';

/**
 * On an empty installation: an account for this machine, and the sample deployed there. A start that was cut off between
 * the two is made good by the next one; what a person has added or removed is left alone.
 */
export async function deploySample(platform: Platform, database: Database): Promise<void> {
  const accounts = await database.selectFrom('account').select(['id', 'created_by', 'deleted_at']).limit(2).execute();
  const deployed = await database.selectFrom('deployment').select('id').limit(1).executeTakeFirst();
  const [mine, other] = accounts;
  if (deployed || other || (mine && (mine.created_by !== system.name || mine.deleted_at))) return;
  const preset = await database
    .selectFrom('template')
    .select('id')
    .where('preset', '=', true)
    .where('name', '=', template)
    .executeTakeFirst();
  const settings = { provider: 'local', name: account, description: '', settings: {} };
  const { id } = mine ?? (await platform.accounts.add(settings, system));
  await platform.accounts.check(id, AbortSignal.timeout(seconds(10)));
  if (!preset) return;
  const request = { template: preset.id, account: id, project: homeProject, name, inputs: {} };
  const plan = await platform.plans.create(request, system, AbortSignal.timeout(seconds(30)));
  await platform.deployments.apply(plan.id, plan.hash, system);
}

/** Waits until the sample is up and answers; undefined when there is none, or it was not deployed. */
export async function sampleUrl(
  { engine }: Pick<Platform, 'engine'>,
  database: Database,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<string | undefined> {
  let shown = 0;
  for (;;) {
    const row = await database
      .selectFrom('deployment')
      .select(['id', 'state', 'outputs'])
      .where('name', '=', name)
      .where('created_by', '=', system.name)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    if (!row || (row.state !== 'deploying' && row.state !== 'running')) {
      const run = row && (await engine.lastRuns([row.id])).get(row.id);
      if (run?.failure) log(`The sample could not be deployed: ${sentence(run.failure)}`);
      return undefined;
    }
    if (row.state === 'running') {
      const url = row.outputs.find((output) => output.name === 'url')?.value;
      return typeof url === 'string' && (await answers(url, signal)) ? url : undefined;
    }
    const run = (await engine.lastRuns([row.id])).get(row.id);
    if (run && run.done > shown) log(`Deploying the sample: ${(shown = run.done)} of ${run.total} steps`);
    await systemClock.sleep(seconds(0.3), signal);
  }
}

async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  for (let tries = 0; tries < 60; tries++) {
    const answer = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(seconds(3))]) }).catch(
      () => undefined,
    );
    await answer?.body?.cancel();
    if (answer?.ok) return true;
    await systemClock.sleep(seconds(0.25), signal);
  }
  return false;
}
