import { openFeed } from '@pileus/database';
import { testDatabase } from '@pileus/database/testing';
import { Failure, type RunId } from '@pileus/model';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { createEngine, defineRun, engineMigrations, type LogRecord, type RunRecord, type StepRecord } from './index.ts';

const database = await testDatabase([engineMigrations]);
const definition = defineRun({
  name: 'talk',
  input: z.object({ steps: z.number(), fails: z.boolean().default(false) }),
  async tell(run, { steps, fails }) {
    for (let i = 0; i < steps; i++) {
      await run.step({ key: `s${i}`, name: `Step ${i}`, node: `n${i % 2}` }, async ({ log }) =>
        log(`line ${i}`, 'note'),
      );
    }
    if (fails) throw new Failure('conflict', { what: 'It', reason: 'it is broken' });
  },
});
const engine = createEngine({ database, definitions: [definition] });
const feed = await openFeed(database);
await engine.work();
afterAll(async () => {
  await engine.stop();
  await feed.close();
});

test('who follows the feed sees every step and every log line, and in the end what the journal has', async () => {
  const { to } = await feed.window();
  const id = await engine.start(definition, { steps: 30, fails: false }, { title: 'Talk', subject: 'dep-feed' });
  const stop = new AbortController();
  const run: RunRecord[] = [];
  const steps = new Map<string, StepRecord>();
  const lines: LogRecord[] = [];
  for await (const window of feed.subscribe(to, stop.signal)) {
    run.push(...(await engine.runsChanged(window, { subject: 'dep-feed' })));
    for (const step of await engine.stepsChanged(window, { run: id })) steps.set(step.key, step);
    lines.push(...(await engine.logsChanged(window, { subject: 'dep-feed' })));
    if (run.at(-1)?.ended) stop.abort();
  }
  expect(run.at(-1)).toEqual(await engine.get(id));
  expect([...steps.values()].toSorted((a, b) => a.seq - b.seq)).toEqual(await engine.steps(id));
  expect(lines).toEqual((await engine.logs({ run: id })).items);
  expect(lines.map(({ text }) => text)).toEqual(Array.from({ length: 30 }, (_, i) => `line ${i}`));
});

test('runs are listed newest first, page by page, and by what they are about', async () => {
  const ids: RunId[] = [];
  for (const subject of ['dep-a', 'dep-b', 'dep-a', 'dep-b', 'dep-a']) {
    ids.push(await engine.start(definition, { steps: 1, fails: subject === 'dep-b' }, { title: subject, subject }));
  }
  await expect.poll(async () => (await engine.runs({ active: true })).items).toEqual([]);
  const newest = ids.toReversed();
  const first = await engine.runs({ limit: 3 });
  const second = await engine.runs({ limit: 2, cursor: first.next });
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(newest);
  expect((await engine.runs({ subject: 'dep-a' })).items.map(({ id }) => id)).toEqual([
    newest[0],
    newest[2],
    newest[4],
  ]);
  expect((await engine.runs({ state: 'failed' })).items.map(({ id }) => id)).toEqual([newest[1], newest[3]]);
  const last = await engine.lastRuns(['dep-a', 'dep-b', 'dep-none']);
  expect([...last].map(([subject, { id }]) => [subject, id])).toEqual([
    ['dep-a', newest[0]],
    ['dep-b', newest[1]],
  ]);
});

test('the log of a subject is that of all its runs, oldest first, page by page', async () => {
  for (let i = 0; i < 2; i++) {
    const id = await engine.start(definition, { steps: 3, fails: false }, { title: 'Log', subject: 'dep-log' });
    await expect.poll(async () => (await engine.get(id))?.ended).toBeTruthy();
  }
  const seen: string[] = [];
  for (let cursor: string | undefined; ;) {
    const { items, next } = await engine.logs({ subject: 'dep-log', limit: 2, cursor });
    seen.push(...items.map(({ text }) => text));
    if (!next) break;
    cursor = next;
  }
  expect(seen).toEqual([0, 1, 2, 0, 1, 2].map((i) => `line ${i}`));
  expect((await engine.logs({ subject: 'dep-log', node: 'n1' })).items.map(({ text }) => text)).toEqual([
    'line 1',
    'line 1',
  ]);
});
