import { testDatabase } from '@pileus/database/testing';
import { Failure, milliseconds, minutes, seconds, systemClock, type RunId } from '@pileus/model';
import { expect, test } from 'vitest';
import { engineMigrations, walk, type Engine, type Graph } from './index.ts';
import { begin, ended, enginesOn, story } from './testing/stories.ts';

const database = await testDatabase([engineMigrations]);
const { resting, working } = enginesOn(database);

test('a paused run ends what is under way, begins nothing more, and goes on where it was', async () => {
  const begun: string[] = [];
  const done: string[] = [];
  const keys = Array.from({ length: 100 }, (_, i) => `s${i}`);
  const definition = story(async (run) => {
    for (const key of keys) {
      await run.step({ key, name: 'Step' }, async () => {
        begun.push(key);
        await systemClock.sleep(milliseconds(20));
        done.push(key);
      });
    }
  });
  const engine = await working([definition]);
  const id = await begin(engine);
  await expect.poll(() => begun.length).toBeGreaterThan(1);
  await engine.pause(id);
  await expect(engine.pause(id)).rejects.toThrow(/cannot be paused: it is paused/);
  await isLetGo(id);
  expect(begun).toEqual(done);
  expect(done.length).toBeLessThan(keys.length);
  expect((await engine.runs({ active: true })).items).toMatchObject([{ id, state: 'paused', ended: null }]);
  await engine.resume(id);
  expect(await ended(engine, id)).toMatchObject({ state: 'succeeded', generation: 1, done: keys.length });
  expect(begun).toEqual(keys);
});

test('pausing does not sit out what only waits: looks and pauses between attempts', async () => {
  let isReady = false;
  let refusals = 0;
  const definition = story(async (run) => {
    const wait = { pause: minutes(5), longestPause: minutes(5) };
    await Promise.all([
      run.until({ key: 'ready', name: 'Ready', ...wait }, async () => (isReady ? true : undefined)),
      run.step({ key: 'busy', name: 'Busy', retry: { first: minutes(5), longest: minutes(5) } }, async () => {
        if (!isReady) throw new Failure('provider-conflict', { provider: 'p', detail: `busy ${++refusals}` });
      }),
    ]);
  });
  const engine = await working([definition]);
  const id = await begin(engine);
  await expect
    .poll(async () => (await engine.steps(id)).map(({ failure }) => failure?.code))
    .toContain('provider-conflict');
  await engine.pause(id);
  await isLetGo(id);
  isReady = true;
  await engine.resume(id);
  expect((await ended(engine, id)).state).toBe('succeeded');
  expect(new Set((await engine.steps(id)).map(({ token }) => token))).toEqual(new Set([`${id}/busy/2`, `${id}/ready`]));
});

test('a paused run can be cancelled, and a later run with its subject waits for it', async () => {
  const engine = resting([story((run) => run.step({ key: 'one', name: 'One' }, async () => {}))]);
  const [first, second] = ['run-a1', 'run-a2'] as RunId[];
  for (const id of [first!, second!]) {
    await engine.start(
      story(async () => {}),
      {},
      { title: id, id, subject: 'dep-a' },
    );
  }
  await engine.pause(first!);
  await engine.work();
  await systemClock.sleep(milliseconds(300));
  expect((await engine.get(second!))?.state).toBe('queued');
  await engine.cancel(first!);
  expect((await ended(engine, first!)).state).toBe('cancelled');
  expect((await ended(engine, second!)).state).toBe('succeeded');
});

test('a run that was paused while its worker was lost goes on at another one', async () => {
  const since: (Date | undefined)[] = [];
  const definition = story(async (run) => {
    await run.step({ key: 'slow', name: 'Slow' }, async ({ signal, unclearSince }) => {
      since.push(unclearSince);
      if (since.length === 1) await systemClock.sleep(minutes(1), signal);
    });
  });
  const first = await working([definition]);
  const id = await begin(first);
  await expect.poll(() => since.length).toBe(1);
  await first.pause(id);
  await first.stop();
  const second = await working([definition]);
  expect((await second.get(id))?.state).toBe('paused');
  await second.resume(id);
  expect((await ended(second, id)).state).toBe('succeeded');
  expect(since).toEqual([undefined, expect.any(Date)]);
});

/** `all` needs a and b, `more` needs a alone. */
const graph: Graph = new Map([
  ['a', []],
  ['b', []],
  ['all', ['b', 'a']],
  ['more', ['a']],
]);

test('one node is tried again: what hung on it alone goes on, the rest stays as it is and the run fails with that', async () => {
  const broken = new Set(['a', 'b']);
  const tried: string[] = [];
  const engine = await working([walking(broken, tried)]);
  const id = await begin(engine);
  expect((await ended(engine, id)).state).toBe('failed');
  expect(await stateOfSteps(engine, id)).toEqual({ a: 'failed', b: 'failed', all: 'skipped', more: 'skipped' });

  broken.delete('a');
  await engine.resume(id, { only: ['a'] });
  expect(await ended(engine, id)).toMatchObject({ state: 'failed', only_nodes: ['a'], failure: { step: 'b' } });
  expect(await stateOfSteps(engine, id)).toEqual({ a: 'done', b: 'failed', all: 'skipped', more: 'done' });
  expect(tried).toEqual(['a', 'b', 'a', 'more']);
  await expect(engine.resume(id, { only: ['a'] })).rejects.toThrow(/nothing of that is left to do/);
  expect((await engine.get(id))?.state).toBe('failed');

  broken.clear();
  await engine.resume(id);
  expect(await ended(engine, id)).toMatchObject({ state: 'succeeded', only_nodes: null });
  expect(tried).toEqual(['a', 'b', 'a', 'more', 'b', 'all']);
});

test('of a cancelled run one node can be tried, and the run is cancelled still', async () => {
  const tried: string[] = [];
  const engine = await working([walking(new Set(), tried, { slow: 'b' })]);
  const id = await begin(engine);
  await expect.poll(() => tried).toEqual(['a', 'b', 'more']);
  await engine.cancel(id);
  expect((await ended(engine, id)).state).toBe('cancelled');
  await engine.resume(id, { only: ['all'] });
  expect((await ended(engine, id)).state).toBe('cancelled');
  expect(tried).toEqual(['a', 'b', 'more']);
  expect(await stateOfSteps(engine, id)).toMatchObject({ b: 'cancelled', all: 'skipped' });
  await engine.resume(id, { only: ['b'] });
  expect((await ended(engine, id)).state).toBe('succeeded');
});

test('no more steps are under way under a key than its cap says, over all runs, and each run has its turn', async () => {
  let now = 0;
  let most = 0;
  const order: string[] = [];
  const definition = story(async (run) => {
    const count = run.id.startsWith('run-big') ? 60 : 1;
    await Promise.all(
      Array.from({ length: count }, (_, i) =>
        run.step({ key: `s${i}`, name: 'Step', under: ['account:acc-1'] }, async () => {
          most = Math.max(most, ++now);
          await systemClock.sleep(milliseconds(5));
          now--;
          order.push(run.id);
        }),
      ),
    );
  });
  const engine = await working([definition], { caps: (key) => (key === 'account:acc-1' ? 3 : undefined) });
  const big = await engine.start(definition, {}, { title: 'Big', id: 'run-big' as RunId });
  await expect.poll(() => order.length).toBeGreaterThan(3);
  const small = await engine.start(definition, {}, { title: 'Small', id: 'run-small' as RunId });
  await ended(engine, small);
  expect((await engine.get(big))?.state).toBe('running');
  await ended(engine, big);
  expect(most).toBe(3);
});

function walking(broken: ReadonlySet<string>, tried: string[], { slow = '' } = {}) {
  return story(async (run) => {
    await run.plan([...graph.keys()].map((key) => ({ key, name: key, node: key })));
    const outcomes = await walk(
      graph,
      (key) =>
        run.step({ key, name: key, node: key }, async ({ signal, unclearSince }) => {
          tried.push(key);
          if (broken.has(key)) throw new Failure('provider-invalid', { provider: 'p', detail: `no ${key}` });
          if (key === slow && !unclearSince) await systemClock.sleep(seconds(60), signal);
        }),
      { signal: run.signal, skip: (key, because) => run.skip(key, because) },
    );
    for (const outcome of outcomes.values()) if (outcome.is === 'failed') throw outcome.error;
    for (const outcome of outcomes.values()) if (outcome.is !== 'done') throw new Failure('cancelled');
  });
}

async function stateOfSteps(engine: Engine, id: RunId): Promise<Record<string, string>> {
  return Object.fromEntries((await engine.steps(id)).map(({ key, state }) => [key, state]));
}

async function isLetGo(id: RunId): Promise<void> {
  const owner = () => database.selectFrom('run').select('owner').where('id', '=', id).executeTakeFirst();
  await expect.poll(owner).toEqual({ owner: null });
}
