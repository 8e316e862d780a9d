import { testDatabase } from '@pileus/database/testing';
import { Failure, milliseconds, minutes, systemClock, type Call, type RunId } from '@pileus/model';
import { sql } from 'kysely';
import { afterEach, expect, test } from 'vitest';
import { engineMigrations, type EngineOptions, type Json, type RunDefinition } from './index.ts';
import { begin, ended, enginesOn, story } from './testing/stories.ts';

const database = await testDatabase([engineMigrations]);
const { bugs, resting, working } = enginesOn(database);
afterEach(() => sql`truncate note`.execute(database));

test('a run tells its steps in order, keeps their answers and ends', async () => {
  const definition = story(async (run) => {
    const one = await run.step({ key: 'one', name: 'One' }, async () => 1);
    const both = await Promise.all(['a', 'b'].map((key) => run.step({ key, name: key }, async () => ({ key }))));
    return { one, keys: both.map(({ key }) => key) };
  });
  const engine = await working([definition]);
  const id = await engine.start(definition, {}, { title: 'Test', subject: 'dep-1', actor: { user: 'u-1' } });
  expect(await ended(engine, id)).toMatchObject({
    state: 'succeeded',
    done: 3,
    total: 3,
    output: { one: 1, keys: ['a', 'b'] },
  });
  expect((await engine.steps(id)).map(({ key, state, attempt, token }) => ({ key, state, attempt, token }))).toEqual([
    { key: 'one', state: 'done', attempt: 1, token: `${id}/one` },
    { key: 'a', state: 'done', attempt: 1, token: `${id}/a` },
    { key: 'b', state: 'done', attempt: 1, token: `${id}/b` },
  ]);
});

test('the intent is committed before the act, with the rows that belong to it', async () => {
  const engine = await working(
    [
      story(async (run) => {
        await run.step(
          {
            key: 'make',
            name: 'Make',
            intent: ({ token }) => [{ into: 'note', row: { token } }],
            record: (answer) => [{ into: 'note', row: { answer } }],
          },
          async () => {
            const { rows } = await sql`select state, token from run_step`.execute(database);
            return { seen: rows as Json, notes: (await notes()) as Json };
          },
        );
      }),
    ],
    { projections: { note } },
  );
  const id = await begin(engine);
  await ended(engine, id);
  const [step] = await engine.steps(id);
  expect(step?.output).toEqual({ seen: [{ state: 'started', token: `${id}/make` }], notes: [{ token: `${id}/make` }] });
  expect(await notes()).toEqual([{ token: `${id}/make` }, { answer: step?.output }]);
});

test('a clear refusal gets a new token, an unclear failure keeps it from then on and says since when', async () => {
  const calls: Call[] = [];
  const failures = [
    new Failure('provider-throttled', { provider: 'p', detail: 'slow' }),
    new Failure('provider-conflict', { provider: 'p', detail: 'busy' }),
    new Failure('provider-unreachable', { provider: 'p', detail: 'lost' }),
    new Failure('provider-throttled', { provider: 'p', detail: 'slow' }),
  ];
  const engine = await working([
    story(async (run) => {
      await run.step({ key: 'make', name: 'Make', retry: { first: milliseconds(1), attempts: 3 } }, async (call) => {
        calls.push(call);
        const failure = failures[calls.length - 1];
        if (failure) throw failure;
      });
    }),
  ]);
  const id = await begin(engine);
  expect((await ended(engine, id)).state).toBe('succeeded');
  expect(calls.map(({ token, attempt, unclearSince }) => [token, attempt, unclearSince !== undefined])).toEqual([
    [`${id}/make`, 1, false],
    [`${id}/make/2`, 2, false],
    [`${id}/make/3`, 3, false],
    [`${id}/make/3`, 4, true],
    [`${id}/make/3`, 5, true],
  ]);
});

test('a run fails with the failure of its first failing step, after the steps beside it have ended', async () => {
  const engine = await working([
    story(async (run) => {
      await run.plan(['good', 'bad', 'after'].map((key) => ({ key, name: `Step ${key}` })));
      await Promise.all([
        run.step({ key: 'good', name: 'Step good' }, () => systemClock.sleep(milliseconds(50))),
        run.step({ key: 'bad', name: 'Step bad' }, async () => {
          throw new Failure('quota-exceeded', { provider: 'p', kind: 'server', detail: '0 left' });
        }),
      ]);
    }),
  ]);
  const id = await begin(engine);
  expect(await ended(engine, id)).toMatchObject({
    state: 'failed',
    done: 1,
    total: 3,
    failure: { code: 'quota-exceeded', facts: { kind: 'server' }, step: 'bad', name: 'Step bad' },
  });
  expect((await engine.steps(id)).map(({ state }) => state)).toEqual(['done', 'failed', 'planned']);
});

test('a resumed run does again only what is not done, under the next token after a clear refusal', async () => {
  const tokens: string[] = [];
  let isBroken = true;
  const engine = await working([
    story(async (run) => {
      await run.step({ key: 'one', name: 'One' }, async ({ token }) => void tokens.push(token));
      await run.step({ key: 'two', name: 'Two' }, async ({ token }) => {
        tokens.push(token);
        if (isBroken) throw new Failure('provider-invalid', { provider: 'p', detail: 'no' });
      });
      return run.generation;
    }),
  ]);
  const id = await begin(engine);
  expect((await ended(engine, id)).state).toBe('failed');
  await expect(engine.cancel(id)).rejects.toThrow(/cannot be cancelled: it is failed/);
  isBroken = false;
  await engine.resume(id);
  expect(await ended(engine, id)).toMatchObject({ state: 'succeeded', output: 2, failure: null });
  expect(tokens).toEqual([`${id}/one`, `${id}/two`, `${id}/two/2`]);
  await expect(engine.resume(id)).rejects.toThrow(/it is succeeded/);
});

test('cancelling aborts what is under way and begins nothing more; it can be resumed', async () => {
  const begun: string[] = [];
  const engine = await working([
    story(async (run) => {
      await run.step({ key: 'slow', name: 'Slow' }, async ({ signal, unclearSince }) => {
        begun.push(unclearSince ? 'again' : 'first');
        if (!unclearSince) await systemClock.sleep(minutes(1), signal);
      });
      await run.step({ key: 'next', name: 'Next' }, async () => void begun.push('next'));
    }),
  ]);
  const id = await begin(engine);
  await expect.poll(() => begun).toEqual(['first']);
  await engine.cancel(id);
  expect((await ended(engine, id)).state).toBe('cancelled');
  expect(await engine.steps(id)).toMatchObject([{ key: 'slow', state: 'cancelled' }]);
  await engine.resume(id);
  expect((await ended(engine, id)).state).toBe('succeeded');
  expect(begun).toEqual(['first', 'again', 'next']);
});

test('a queued run that is cancelled ends without a step, and its end is told', async () => {
  const definition: RunDefinition = {
    ...story(async () => {
      throw new Error('is not told');
    }),
    ended: (_, end) => [{ into: 'note', row: { ...end } }],
  };
  const engine = resting([definition], { projections: { note } });
  const id = await engine.start(definition, {}, { title: 'Test' });
  await engine.cancel(id);
  await engine.work();
  expect((await ended(engine, id)).state).toBe('cancelled');
  expect(await notes()).toEqual([{ is: 'cancelled' }]);
});

test('runs with one subject go one after the other, others side by side', async () => {
  const now = new Set<string>();
  const seen: string[] = [];
  const definition = story(async (run) => {
    await run.step({ key: 'one', name: 'One' }, async () => {
      now.add(run.id);
      await systemClock.sleep(milliseconds(30));
      seen.push([...now].toSorted().join('+'));
      now.delete(run.id);
    });
  });
  const engine = await working([definition]);
  const ids = ['run-a1', 'run-a2', 'run-b1'] as RunId[];
  for (const id of ids) await engine.start(definition, {}, { title: 'Test', id, subject: id.slice(0, 5) });
  for (const id of ids) await ended(engine, id);
  expect(seen.toSorted()).not.toContain('run-a1+run-a2');
  const [a1, a2] = await Promise.all([engine.get('run-a1' as RunId), engine.get('run-a2' as RunId)]);
  expect(a2?.started?.getTime()).toBeGreaterThanOrEqual(a1?.ended?.getTime() ?? Infinity);
});

test('a step whose time is up fails', async () => {
  const engine = await working([
    story(async (run) => {
      await run.step({ key: 'slow', name: 'Slow', within: milliseconds(20) }, ({ signal }) =>
        systemClock.sleep(minutes(1), signal),
      );
    }),
  ]);
  expect((await ended(engine, await begin(engine))).failure).toMatchObject({
    code: 'timed-out',
    facts: { what: 'Slow', limit: '20 ms' },
  });
});

test('waiting looks again until there is an answer, and bears with failures that may pass', async () => {
  let looks = 0;
  const engine = await working([
    story((run) =>
      run.until({ key: 'ready', name: 'Ready', pause: milliseconds(1) }, async () => {
        looks++;
        if (looks === 2) throw new Failure('provider-unreachable', { provider: 'p', detail: 'lost' });
        return looks < 4 ? undefined : 'ready';
      }),
    ),
  ]);
  expect(await ended(engine, await begin(engine))).toMatchObject({ state: 'succeeded', output: 'ready' });
  expect(looks).toBe(4);
});

test('what is not a failure is a bug: reported whole, not tried again', async () => {
  const engine = await working([
    story(async (run) => {
      await run.step({ key: 'buggy', name: 'Buggy' }, async () => {
        throw new TypeError('x is not a function');
      });
    }),
  ]);
  expect((await ended(engine, await begin(engine))).failure).toMatchObject({ code: 'internal', step: 'buggy' });
  expect(bugs.splice(0)).toEqual([new TypeError('x is not a function')]);
});

test('a step key used twice in one telling is a bug', async () => {
  const engine = await working([
    story(async (run) => {
      for (let i = 0; i < 2; i++) await run.step({ key: 'same', name: 'Same' }, async () => {});
    }),
  ]);
  expect((await ended(engine, await begin(engine))).failure?.code).toBe('internal');
  expect(String(bugs.splice(0))).toContain('step key "same" twice');
});

test('a step whose rows are refused fails its own run and no other', async () => {
  const definition = story(async (run) => {
    await Promise.all(
      ['a', 'b', 'c'].map((key) =>
        run.step({ key, name: key, record: () => [{ into: 'picky', row: { run: run.id } }] }, async () => key),
      ),
    );
  });
  const engine = await working([definition], {
    projections: {
      picky: async (_, rows) => {
        if (JSON.stringify(rows).includes('run-bad')) throw new Error('no such row');
      },
    },
  });
  const ids = ['run-bad', 'run-ok1', 'run-ok2'] as RunId[];
  await Promise.all(ids.map((id) => engine.start(definition, {}, { title: 'Test', id })));
  const states = [];
  for (const id of ids) states.push((await ended(engine, id)).state);
  expect(states).toEqual(['failed', 'succeeded', 'succeeded']);
  expect(String(bugs.splice(0)[0])).toContain('no such row');
});

test('log lines are kept in order, whatever a script prints', async () => {
  const engine = await working([
    story(async (run) => {
      await run.step({ key: 'talk', name: 'Talk', node: 'web' }, async ({ log }) => {
        log('one\ntwo');
        log('NUL \0 and half a pair \ud800', 'err');
        log('x'.repeat(9_000));
        return 'also \0 here';
      });
    }),
  ]);
  const id = await begin(engine);
  await ended(engine, id);
  const { items, next } = await engine.logs({ run: id, limit: 3 });
  expect(items.map(({ stream, text, node }) => [stream, text, node])).toEqual([
    ['out', 'one', 'web'],
    ['out', 'two', 'web'],
    ['err', 'NUL \uFFFD and half a pair \uFFFD', 'web'],
  ]);
  const rest = await engine.logs({ run: id, cursor: next });
  expect(rest.items.map(({ text }) => text.length)).toEqual([8_193]);
  expect((await engine.steps(id))[0]?.output).toBe('also \uFFFD here');
});

test('what a cloud says with characters that PostgreSQL cannot keep is kept without them', async () => {
  const detail = 'half \ud800 and NUL \0';
  const definition = story(async (run) => {
    const failed = () => [{ into: 'note', row: { detail } }];
    await run.step({ key: 'make', name: `Make ${detail}`, failed }, async () => {
      throw new Failure('provider-invalid', { provider: 'c', detail });
    });
  });
  const engine = await working([definition], { projections: { note } });
  const kept = 'half \uFFFD and NUL \uFFFD';
  expect(await ended(engine, await begin(engine))).toMatchObject({
    state: 'failed',
    failure: { code: 'provider-invalid', facts: { detail: kept }, name: `Make ${kept}` },
  });
  expect(await notes()).toEqual([{ detail: kept }]);
});

test('a step that a worker took with it into its grave leaves its place empty: no two steps have one', async () => {
  const definition = story(async (run) => {
    for (const key of ['first', 'third', 'fourth']) await run.step({ key, name: key }, async () => {});
  });
  const engine = resting([definition]);
  const id = await begin(engine);
  await sql`
    insert into run_step (run, seq, key, name, state) values (${id}, 1, 'first', 'first', 'done'), (${id}, 3, 'third', 'third', 'done')`.execute(
    database,
  );
  await engine.work();
  await ended(engine, id);
  expect((await engine.steps(id)).map(({ key, seq }) => [key, seq])).toEqual([
    ['first', 1],
    ['third', 3],
    ['fourth', 4],
  ]);
});

test('a worker that stops lets its runs go on at another', async () => {
  const since: (Date | undefined)[] = [];
  const definition = story(async (run) => {
    await run.step({ key: 'one', name: 'One' }, async () => {});
    await run.step({ key: 'two', name: 'Two' }, async ({ signal, unclearSince }) => {
      since.push(unclearSince);
      if (since.length === 1) await systemClock.sleep(minutes(1), signal);
    });
  });
  const first = await working([definition]);
  const id = await begin(first);
  await expect.poll(() => since.length).toBe(1);
  await first.stop();
  expect(await first.get(id)).toMatchObject({ state: 'running', done: 1 });
  const second = await working([definition], { lease: minutes(10) });
  expect((await ended(second, id)).state).toBe('succeeded');
  expect(since).toEqual([undefined, expect.any(Date)]);
  expect((await second.steps(id))[1]).toMatchObject({ attempt: 2, token: `${id}/two` });
});

/** A projection into a table of its own. */
const note: NonNullable<EngineOptions['projections']>[string] = async (transaction, rows) => {
  await sql`insert into note (row) select value from jsonb_array_elements(${JSON.stringify(rows)}::jsonb)`.execute(
    transaction,
  );
};
await sql`create table note (row jsonb)`.execute(database);

async function notes(): Promise<readonly unknown[]> {
  const { rows } = await sql<{ row: unknown }>`select row from note`.execute(database);
  return rows.map(({ row }) => row);
}
