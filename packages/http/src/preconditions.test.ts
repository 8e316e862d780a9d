import { Failure } from '@pileus/model';
import { expect, test } from 'vitest';
import { smallApi } from './testing/small-api.ts';

const writer = { authorization: 'Bearer writer-token' };

/** A thing that is in memory, with a lock as the database has one. */
function aThing() {
  const thing = { small: 'first', seen: 0 };
  let last: Promise<unknown> = Promise.resolve();
  const done: string[] = [];
  const inTurn = <T>(work: () => Promise<T>, of?: string): Promise<T> => {
    done.push(`whole ${of}`);
    const mine = last.then(work);
    last = mine.catch(() => {});
    return mine;
  };
  const api = smallApi(
    {
      'get /things/{thing}': async () => ({ ...thing }),
      'put /things/{thing}': async ({ body }) => {
        thing.small = (body as { name: string }).name; // as declared
        return { ...thing };
      },
      'post /asked': async ({ check }) => {
        check('account.update', { kind: 'account', keys: {} });
        return { small: 'x' };
      },
    },
    {
      transactions: {
        whole: inTurn,
        tried: async (work) => {
          const before = { ...thing };
          const answer = await work();
          Object.assign(thing, before);
          done.push('tried');
          return answer;
        },
      },
    },
  );
  const read = (headers: Record<string, string> = {}) =>
    api.app.request('/api/v1/things/a', { headers: { ...writer, ...headers } });
  const change = (name: string, headers: Record<string, string> = {}, search = '') =>
    api.app.request(`/api/v1/things/a${search}`, {
      method: 'PUT',
      headers: { ...writer, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ name }),
    });
  return { ...api, thing, read, change, done };
}
const tagOf = (answer: Response) => answer.headers.get('etag') ?? '';
const problem = async (answer: Response) => [answer.status, await answer.json()] as const;

test('a tag is the same as long as the answer is, and saves sending it again', async () => {
  const { read, thing } = aThing();
  const tag = tagOf(await read());
  expect(tag).toMatch(/^"[\w-]{22}\.[\w-]{22}"$/);
  const again = await read({ 'if-none-match': `"other", W/${tag}` });
  expect([again.status, await again.text(), tagOf(again)]).toEqual([304, '', tag]);
  expect((await read({ 'if-none-match': '*' })).status).toBe(304);
  thing.seen++;
  expect((await read({ 'if-none-match': tag })).status).toBe(200);
});

test('a change bound to what was read is made once: whoever comes second is told to look again', async () => {
  const { read, change, thing, done } = aThing();
  const tag = tagOf(await read());
  const [one, two] = await Promise.all([change('one', { 'if-match': tag }), change('two', { 'if-match': tag })]);
  expect([one.status, two.status]).toEqual([200, 412]);
  expect(await two.json()).toMatchObject({ code: 'stale', facts: { what: 'thing a' } });
  expect(thing.small).toBe('one');
  expect(tagOf(one), 'a change answers with the tag of what it has made').toBe(tagOf(await read()));
  expect((await change('three', { 'if-match': `"x", ${tagOf(one)}` })).status).toBe(200);
  expect(new Set(done), 'every change of one thing waits for the others, bound or not').toHaveLength(1);
});

test('a change may be made while nothing has become different but what nobody sets', async () => {
  const { read, change, thing } = aThing();
  const tag = tagOf(await read());
  thing.seen = 7;
  expect((await change('mine', { 'if-match': tag })).status).toBe(200);
  expect((await change('any', { 'if-match': '*' })).status).toBe(200);
  expect((await change('weak', { 'if-match': `W/${tagOf(await read())}` })).status).toBe(412);
});

test('whoever may not read a thing cannot find out by its tag what it is', async () => {
  const { read, change, people, thing } = aThing();
  const tag = tagOf(await read());
  const known = people.get('writer-token');
  if (!known) throw new Error('there is no writer');
  const blind = (action: string) => action === 'account.update';
  people.set('writer-token', {
    ...known,
    rights: {
      ...known.rights,
      decide: (action) => ({ allowed: blind(action), because: [], reason: '' }) as never,
    },
  });
  expect(await problem(await change('mine', { 'if-match': tag }))).toMatchObject([403, { code: 'not-allowed' }]);
  expect(thing.small).toBe('first');
});

test('a condition that cannot be kept is refused instead of being left out', async () => {
  const { app, change, thing } = aThing();
  expect(await problem(await change('x1', { 'if-match': 'abc' }))).toMatchObject([
    422,
    { code: 'invalid', facts: { what: 'If-Match' } },
  ]);
  const asked = await app.request('/api/v1/asked', {
    method: 'POST',
    headers: { ...writer, 'content-type': 'application/json', 'if-match': '"a"' },
    body: '{"honest":true}',
  });
  expect(await problem(asked)).toMatchObject([422, { because: { reason: { reason: 'no-versions' } } }]);
  expect(thing.small).toBe('first');
});

test('what is only tried answers as in earnest, and is neither done nor noted', async () => {
  const { change, thing, done, audit } = aThing();
  const tried = await change('tried', {}, '?dryRun=true');
  expect(await problem(tried)).toEqual([200, { small: 'tried', seen: 0 }]);
  expect([tagOf(tried), thing.small, done, audit]).toEqual(['', 'first', ['tried'], []]);
  expect((await change('x', {}, '?dryRun=true')).status, 'what is not valid is refused as ever').toBe(422);
  expect((await change('done', {}, '?dryRun=false')).status).toBe(200);
  expect(thing.small).toBe('done');
});

test('who may not is refused also when it only tries, and that is noted', async () => {
  const { app, audit } = aThing();
  const refused = await app.request('/api/v1/things/a?dryRun=true', {
    method: 'PUT',
    headers: { authorization: 'Bearer reader-token', 'content-type': 'application/json' },
    body: '{"name":"ab"}',
  });
  expect(refused.status).toBe(403);
  expect(audit).toMatchObject([{ user: 'Reader', result: 'refused', code: 'not-allowed' }]);
});

test('a call that cannot be tried says so, and does nothing', async () => {
  const { app, change } = aThing();
  const asked = await app.request('/api/v1/asked?dryRun=true', {
    method: 'POST',
    headers: { ...writer, 'content-type': 'application/json' },
    body: '{"honest":true}',
  });
  expect(await problem(asked)).toMatchObject([501, { code: 'not-supported', facts: { provider: 'Pileus' } }]);
  for (const search of ['?dryRun=yes', '?dryRun', '?dryRun=true&dryRun=false'])
    expect(await problem(await change('ab', {}, search))).toMatchObject([422, { problems: [{ at: '?dryRun' }] }]);
});

test('a call that was given up says since when, until when, and what to call', async () => {
  const { app } = aThing();
  const { headers } = await app.request('/api/v1/asked', { method: 'POST' });
  expect(headers.get('deprecation')).toBe('@1795824000');
  expect(headers.get('sunset')).toBe('Wed, 30 Jun 2027 00:00:00 GMT');
  expect(headers.get('link')).toContain('</api/v1/things/{thing}>; rel="successor-version"');
});

test('whoever prefers to wait is answered with the run, once it has ended in time', async () => {
  const asked: AbortSignal[] = [];
  const shown: { id: string; endedAt?: string } = { id: 'run-1' };
  const { app, people } = smallApi(
    {
      'post /runs': async () => ({ run: 'run-1' }),
      'get /runs/{run}': async ({ params }) => ({ ...shown, ...(params as { run: string }) }), // as declared
    },
    { runEnded: async (_, signal) => void asked.push(signal) },
  );
  const begin = (prefer?: string) =>
    app.request('/api/v1/runs', { method: 'POST', headers: { ...writer, ...(prefer && { prefer }) } });
  expect([(await begin()).status, asked.length]).toEqual([202, 0]);
  const goesOn = await begin('respond-async, wait=7');
  expect([goesOn.status, goesOn.headers.get('preference-applied')]).toEqual([202, 'wait=7']);
  expect(await goesOn.json()).toEqual({ run: 'run-1' });
  shown.endedAt = 'now';
  const ended = await begin('wait=100000');
  expect([ended.status, ended.headers.get('preference-applied')]).toEqual([200, 'wait=60']);
  expect([await ended.json(), ended.headers.get('location')]).toEqual([shown, '/api/v1/runs/run-1']);
  for (const nonsense of ['wait', 'wait=soon', 'wait=-1', 'await=3'])
    expect((await begin(nonsense)).headers.has('preference-applied'), nonsense).toBe(false);
  people.delete('writer-token');
  expect(asked).toHaveLength(2);
});

test('whoever may no longer see a run is told that it was begun, and no more', async () => {
  const { app, people } = smallApi(
    {
      'post /runs': async () => ({ run: 'run-1' }),
      'get /runs/{run}': async () => ({ id: 'run-1', endedAt: 'now' }),
    },
    { runEnded: async () => void people.delete('writer-token') },
  );
  const answer = await app.request('/api/v1/runs', { method: 'POST', headers: { ...writer, prefer: 'wait=1' } });
  expect(await problem(answer)).toEqual([202, { run: 'run-1' }]);
});

test('what a handler throws stays what is answered, and nothing of it has happened', async () => {
  let isKept = true;
  const { app } = smallApi(
    {
      'get /things/{thing}': async () => ({ small: 'x' }),
      'put /things/{thing}': async () => {
        throw new Failure('name-taken', { name: 'x' });
      },
    },
    {
      transactions: {
        whole: (work) => work().catch((error: unknown) => ((isKept = false), Promise.reject(error))),
        tried: (work) => work(),
      },
    },
  );
  const answer = await app.request('/api/v1/things/a', {
    method: 'PUT',
    headers: { ...writer, 'content-type': 'application/json' },
    body: '{"name":"ab"}',
  });
  expect([answer.status, isKept]).toEqual([409, false]);
});
