import { createClient } from '@pileus/api';
import { Failure, milliseconds } from '@pileus/model';
import { expect, onTestFinished, test } from 'vitest';
import type { AnyContext } from './handle.ts';
import type { HttpOptions } from './http.ts';
import { smallApi } from './testing/small-api.ts';

const headers = { authorization: 'Bearer writer-token' };

async function streaming(events: (context: AnyContext) => AsyncIterable<unknown>, options: Partial<HttpOptions> = {}) {
  const api = smallApi(
    { 'get /stream': async (context) => events(context), 'post /check': async (context) => events(context) },
    options,
  );
  const server = await api.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => server.close());
  return { ...api, server, url: `${server.url}/api/v1/stream` };
}

/** Ends when the signal does, like a subscription. */
async function* forever({ signal }: AnyContext) {
  yield { id: '1', data: { n: 1 } };
  await new Promise((done) => signal.addEventListener('abort', done, { once: true }));
}

async function readUntil(answer: Response, wanted: string): Promise<string> {
  let text = '';
  if (!answer.body) throw new Error('the answer has no body');
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes(wanted)) break;
  }
  return text;
}

test('events come as they happen, with their ids, and a silent stream shows that it lives', async () => {
  const { url } = await streaming(forever, { pulse: milliseconds(20) });
  const answer = await fetch(url, { headers });
  expect(answer.headers.get('content-type')).toBe('text/event-stream');
  expect(await readUntil(answer, ': still here\n\n')).toContain('id: 1\ndata: {"n":1}\n\n');
});

test('a caller that comes again tells where it left off', async () => {
  const { url } = await streaming(async function* ({ request }) {
    yield { id: '8', data: { n: Number(request.lastEventId) + 1 } };
  });
  const answer = await fetch(url, { headers: { ...headers, 'last-event-id': '7' } });
  expect(await answer.text()).toContain('data: {"n":8}');
});

test('the source is ended when the caller leaves', async () => {
  let ended = false;
  const { url } = await streaming(async function* (context) {
    try {
      yield* forever(context);
    } finally {
      ended = true;
    }
  });
  const leaving = new AbortController();
  const answer = await fetch(url, { headers, signal: leaving.signal });
  await readUntil(answer, 'data:').catch(() => {});
  leaving.abort();
  await expect.poll(() => ended).toBe(true);
});

test('a slow caller holds its own source back', async () => {
  // 200 MB, which fit in no buffer on the way.
  const all = 20_000;
  let made = 0;
  const { url } = await streaming(async function* () {
    for (; made < all; made++) yield { id: 'x'.repeat(10_000), data: { n: made } };
  });
  const answer = await fetch(url, { headers });
  const madeInAWhile = async () => {
    const before = made;
    await new Promise((done) => setTimeout(done, 200));
    return made - before;
  };
  await expect.poll(madeInAWhile, { timeout: 10_000 }).toBe(0);
  expect(made).toBeLessThan(all);
  await answer.body?.cancel();
});

test('closing the server ends its streams', async () => {
  const { url, server } = await streaming(forever);
  const answer = await fetch(url, { headers });
  const text = answer.text();
  await server.close();
  expect(await text).toContain('"n":1');
});

test('a stream ends soon after its session has', async () => {
  const { url, people } = await streaming(forever, { pulse: milliseconds(20) });
  const answer = await fetch(url, { headers });
  people.delete('writer-token');
  expect(await answer.text()).toMatch(/event: problem\ndata: \{.*"code":"not-signed-in".*\}\n\n$/);
});

test('a failure on the way is the last event, and the client throws it', async () => {
  const { server, audit } = await streaming(async function* () {
    yield { data: { n: 1 } };
    throw new Failure('provider-unreachable', { provider: 'aliyun', detail: 'timeout' });
  });
  const client = createClient({ server: server.url, token: 'writer-token' });
  const seen: unknown[] = [];
  const read = async () => {
    // The small API's calls are unknown to the client's types.
    for await (const { data } of client.stream('post /check' as never, { body: {} } as never)) seen.push(data);
  };
  await expect(read()).rejects.toMatchObject({ status: 503, failure: { code: 'provider-unreachable' } });
  expect(seen).toEqual([{ n: 1 }]);
  await expect.poll(() => audit).toMatchObject([{ action: 'CHECK', result: 'failed', code: 'provider-unreachable' }]);
});

test('what is refused before the first event is an HTTP status', async () => {
  const { app } = smallApi({
    'get /stream': async () => {
      throw new Failure('not-found', { kind: 'run', id: 'x' });
    },
  });
  expect((await app.request('/api/v1/stream', { headers })).status).toBe(404);
});
