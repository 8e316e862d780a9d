import { testDatabase } from '@pileus/database/testing';
import { because, minutes, systemClock, type Because, type RunId } from '@pileus/model';
import { expect, test } from 'vitest';
import { engineMigrations, type Claimant, type Engine } from './index.ts';
import { ended, enginesOn, story } from './testing/stories.ts';

const database = await testDatabase([engineMigrations]);
const { bugs, resting, working } = enginesOn(database);

const held = because('initiator-gone', { who: 'Li', needs: 'deployment.scale' });
const nothing = story(async () => {});
const told: RunId[] = [];
const definition = story(async (run) => {
  await run.step({ key: 'one', name: 'One' }, async () => void told.push(run.id));
});

/** Those whose runs are held back, and who was asked about. */
function gate() {
  const gone = new Set<unknown>();
  const asked: unknown[] = [];
  const holdsBack = async ({ initiator }: Claimant): Promise<Because | undefined> => {
    asked.push(initiator);
    return gone.has(initiator) ? held : undefined;
  };
  return { gone, asked, holdsBack };
}

const start = (engine: Engine, initiator?: string) =>
  engine.start(nothing, {}, { title: 'Test', ...(initiator !== undefined && { actor: initiator, initiator }) });
const stateOf = async (engine: Engine, id: RunId) => (await engine.get(id))?.state;

test('a run whose initiator may not go on begins nothing, says why, and goes on for whoever resumes it', async () => {
  const { gone, asked, holdsBack } = gate();
  gone.add('Li');
  const engine = await working([definition], { holdsBack });
  const id = await start(engine, 'Li');
  await expect.poll(() => stateOf(engine, id)).toBe('paused');
  expect(await engine.get(id)).toMatchObject({ held, ended: null, actor: 'Li' });
  expect(told).not.toContain(id);

  // For whom it was, it is held back again.
  await engine.resume(id);
  await expect.poll(async () => [await stateOf(engine, id), asked.length]).toEqual(['paused', 2]);
  expect(told).not.toContain(id);

  await engine.resume(id, { by: { actor: 'Zhao', initiator: 'Zhao' } });
  expect(await ended(engine, id)).toMatchObject({ state: 'succeeded', actor: 'Zhao', initiator: 'Zhao', held: null });
  expect(asked).toEqual(['Li', 'Li', 'Zhao']);
  expect(told).toContain(id);
});

test('it is asked again when another worker takes the run over', async () => {
  const { gone, asked, holdsBack } = gate();
  const begun: string[] = [];
  const slow = story(async (run) => {
    await run.step({ key: 'slow', name: 'Slow' }, async ({ signal }) => {
      begun.push('slow');
      if (begun.length === 1) await systemClock.sleep(minutes(1), signal);
    });
  });
  const first = await working([slow], { holdsBack });
  const id = await start(first, 'Li');
  await expect.poll(() => begun.length).toBe(1);
  gone.add('Li');
  await first.stop();
  const second = await working([slow], { holdsBack });
  await expect.poll(() => stateOf(second, id)).toBe('paused');
  expect([begun, asked]).toEqual([['slow'], ['Li', 'Li']]);
  await second.resume(id, { by: { actor: 'Zhao', initiator: 'Zhao' } });
  expect((await ended(second, id)).state).toBe('succeeded');
});

test('a failed run that is tried again is asked about, and so is one that has waited in the queue', async () => {
  const { gone, holdsBack } = gate();
  let isBroken = true;
  const breaking = story(async (run) => {
    await run.step({ key: 'one', name: 'One', retry: { attempts: 1 } }, async () => {
      if (isBroken) throw new Error('broken');
    });
  });
  const engine = resting([breaking], { holdsBack });
  const [failing, waiting] = [await start(engine, 'Li'), 'run-waiting' as RunId];
  await engine.work();
  expect((await ended(engine, failing)).state).toBe('failed');
  bugs.length = 0; // what it failed with is none of ours
  isBroken = false;
  gone.add('Li');
  await engine.resume(failing);
  await expect.poll(() => stateOf(engine, failing)).toBe('paused');
  await engine.stop();

  const later = resting([breaking], { holdsBack });
  await later.start(nothing, {}, { title: 'Test', id: waiting, actor: 'Li', initiator: 'Li' });
  expect(await stateOf(later, waiting)).toBe('queued');
  await later.work();
  await expect.poll(() => stateOf(later, waiting)).toBe('paused');
  expect((await later.get(waiting))?.held).toEqual(held);
});

test('what was cancelled, and what the platform does by itself, is not held back', async () => {
  const { gone, asked, holdsBack } = gate();
  gone.add('Li');
  const engine = resting([definition], { holdsBack });
  const [cancelled, own] = [await start(engine, 'Li'), await start(engine)];
  await engine.cancel(cancelled);
  await engine.work();
  expect((await ended(engine, cancelled)).state).toBe('cancelled');
  expect((await ended(engine, own)).state).toBe('succeeded');
  expect(asked).toEqual([]);
});

test('where it cannot be told whether a run may go on, it waits, and the others do not', async () => {
  let isAway = true;
  const engine = await working([definition], {
    holdsBack: async ({ initiator }) => {
      if (isAway && initiator === 'Li') throw new Error('away');
      return undefined;
    },
  });
  const [unclear, clear] = [await start(engine, 'Li'), await start(engine, 'Zhao')];
  expect((await ended(engine, clear)).state).toBe('succeeded');
  await expect.poll(() => bugs.length).toBeGreaterThan(0);
  expect(told).not.toContain(unclear);
  isAway = false;
  expect((await ended(engine, unclear)).state).toBe('succeeded');
  bugs.length = 0; // each time it was away
});
