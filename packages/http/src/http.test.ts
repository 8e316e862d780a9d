import { Agent, request } from 'node:http';
import { createMetrics, Failure } from '@pileus/model';
import { expect, onTestFinished, test } from 'vitest';
import { createHttp, type HttpOptions } from './http.ts';
import { smallApi } from './testing/small-api.ts';

const writer = { authorization: 'Bearer writer-token' };
const json = { 'content-type': 'application/json' };
const put = (body: string, headers: Record<string, string> = {}) => ({
  method: 'PUT',
  headers: { ...writer, ...json, ...headers },
  body,
});

test('the server does not start while its API is not whole', () => {
  expect(() => smallApi({ 'get /nowhere': async () => ({}) })).toThrow('"get /nowhere" is handled but not declared');
  const whole = { method: 'get', path: '/a', summary: '', permission: 'self', answer: {}, fails: [] };
  const start = (endpoints: unknown[]) => () =>
    // Declarations that would not compile are what this is about.
    createHttp({
      endpoints,
      handlers: [{ name: 'get /b', run: async () => ({}) }],
      access: { parameters: new Set(['thing']) },
    } as unknown as HttpOptions);
  expect(start([whole])).toThrow('"get /a" has no handler; "get /b" is handled but not declared');
  expect(start([{ ...whole, path: '/b', permission: undefined }])).toThrow(
    '"get /b" declares no permission that exists',
  );
  expect(start([{ ...whole, path: '/b/{else}', permission: 'account.read' }])).toThrow(
    '"get /b/{else}" does not say what it is about',
  );
  const several = { ...whole, path: '/b', permission: ['account.read', 'account.update'] };
  expect(start([{ ...several, on: 'each' }])).toThrow('its handler does not ask for which');
});

test('what is not there for the caller is not found, whatever was sent', async () => {
  const { app } = smallApi({ 'put /things/{thing}': async () => ({ small: 'x' }) });
  const headers = { authorization: 'Bearer writer-token' };
  const answer = await app.request('/api/v1/things/nowhere', put('{ broken', headers));
  expect([answer.status, await answer.json()]).toMatchObject([404, { facts: { kind: 'thing', id: 'nowhere' } }]);
});

test('a handler that was to ask whether the caller may, and does not, answers nobody', async () => {
  const { app, logged } = smallApi({
    'post /asked': async ({ body, check }) => {
      const { honest } = body as { honest: boolean }; // as declared
      if (honest) check('account.update', { kind: 'account', keys: {} });
      return { small: 'x' };
    },
  });
  const ask = async (honest: boolean, who: string) => {
    const headers = { authorization: `Bearer ${who}-token`, 'content-type': 'application/json' };
    return (await app.request('/api/v1/asked', { method: 'POST', headers, body: JSON.stringify({ honest }) })).status;
  };
  expect(await ask(true, 'writer')).toBe(200);
  expect(await ask(true, 'reader')).toBe(403);
  expect(await ask(false, 'writer')).toBe(500);
  expect(String(logged.at(-1))).toContain('has not asked whether the caller may');
});

test('permission is refused before what was sent is looked at', async () => {
  const { app, audit } = smallApi({ 'put /things/{thing}': async () => ({ small: 'x' }) });
  const refused = await app.request('/api/v1/things/a', put('{ broken', { authorization: 'Bearer reader-token' }));
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({ code: 'not-allowed', facts: { permission: 'account.update' } });
  expect(audit).toMatchObject([
    { user: 'Reader', action: 'THING_CHANGE', result: 'refused', status: 403, code: 'not-allowed' },
  ]);
});

test('everything that is wrong with a request is said at once, in the language asked for', async () => {
  const { app } = smallApi({ 'put /things/{thing}': async () => ({ small: 'x' }) });
  const ask = async (language: string) => {
    const answer = await app.request(
      '/api/v1/things/a?times=9',
      put('{"name":"x","inputs":{"a/b":"no"}}', { 'accept-language': language }),
    );
    return (await answer.json()) as {
      title: string;
      problems: { at: string }[];
      errors: { detail: string; pointer?: string }[];
      code: string;
      instance: string;
    };
  };
  const english = await ask('fr, en;q=0.5');
  expect(english).toMatchObject({ code: 'invalid', instance: '/api/v1/things/a' });
  expect(english.problems.map(({ at }) => at)).toEqual(['?times', '/name', '/inputs/a~1b']);
  expect(
    english.errors.map(({ detail: _, ...where }) => where),
    'tools find the places as RFC 9457 shows them',
  ).toEqual([{ parameter: 'times' }, { pointer: '#/name' }, { pointer: '#/inputs/a~1b' }]);
  expect(english.title).toMatch(/^\?times is not valid: /);
  expect((await ask('zh-Hans-CN,zh;q=0.9,en;q=0.8')).title).toMatch(/^\?times无效：数值过大/);
});

test('what is not JSON is told with its line and column', async () => {
  const { app } = smallApi({ 'put /things/{thing}': async () => ({ small: 'x' }) });
  const answer = await app.request('/api/v1/things/a', put('{\n  "name": "abc",\n  oops\n}'));
  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({
    problems: [{ at: '3:3' }],
    errors: [{ place: '3:3' }],
    facts: { what: 'body' },
  });
  expect((await app.request('/api/v1/things/a', put('{}', { 'content-type': 'text/plain' }))).status).toBe(422);
});

test('what no database can keep is refused', async () => {
  const { app } = smallApi({ 'put /things/{thing}': async () => ({ small: 'x' }) });
  const refused = async (path: string, body: string) => {
    const answer = await app.request(`/api/v1/things/${path}`, put(body));
    return [answer.status, ((await answer.json()) as { facts: { what: string } }).facts.what];
  };
  expect(await refused('a', '{"name":"a\\u0000b"}')).toEqual([422, '/name']);
  expect(await refused('a', '{"name":"a\\ud83db"}'), 'half of an emoji').toEqual([422, '/name']);
  expect(await refused('a%00b', '{"name":"ab"}')).toEqual([422, '/path/thing']);
  const deep = `{"name":"ab","inputs":${'['.repeat(10_000)}${']'.repeat(10_000)}}`;
  expect((await refused('a', deep))[0]).toBe(422);
});

test('a body beyond its limit is refused, announced or not', async () => {
  const { app } = smallApi({ 'put /things/{thing}': async () => ({ small: 'x' }) });
  const large = `{"name":"${'x'.repeat(1024 * 1024)}"}`;
  const announced = await app.request('/api/v1/things/a', put('{}', { 'content-length': '1048577' }));
  const unannounced = await app.request('/api/v1/things/a', put(large));
  expect([announced.status, unannounced.status]).toEqual([413, 413]);
  expect(await unannounced.json()).toMatchObject({ code: 'too-large', facts: { megabytes: 1 } });
});

test('whatever is refused names its request and leads to what it means', async () => {
  const { app } = smallApi({ 'get /things/{thing}': async () => ({ small: 'x' }) });
  for (const [path, code] of [
    ['/api/v1/things/a', 'not-signed-in'],
    ['/api/v1/nothing', 'not-found'],
  ] as const) {
    const answer = await app.request(path, { headers: { 'x-request-id': 'given-by-caller' } });
    expect(answer.headers.get('link')).toBe(`</api/v1/failures/${code}>; rel="help"`);
    expect(await answer.json()).toMatchObject({
      code,
      requestId: 'given-by-caller',
      type: `urn:pileus:failure:${code}`,
    });
  }
  const keyed = await app.request('/api/v1/things/a', { headers: { ...writer, 'if-none-match': 'abc' } });
  expect(await keyed.json()).toMatchObject({ code: 'invalid', errors: [{ header: 'If-None-Match' }] });
});

test('a bug is answered as "something went wrong here", logged whole and kept in the operation log', async () => {
  const bug = new Error('undefined is not a function, secret=hunter2');
  const { app, logged, audit } = smallApi({
    'put /things/{thing}': async ({ audit: subject }) => {
      subject('thing-a');
      throw bug;
    },
  });
  const answer = await app.request('/api/v1/things/a', put('{"name":"ab"}', { 'x-request-id': 'given-by-caller' }));
  const text = await answer.text();
  expect(answer.status).toBe(500);
  expect(text).not.toContain('hunter2');
  expect(JSON.parse(text)).toMatchObject({ code: 'internal', requestId: 'given-by-caller' });
  expect(answer.headers.get('x-request-id')).toBe('given-by-caller');
  expect(logged).toEqual([expect.stringContaining('given-by-caller'), bug]);
  expect(audit).toMatchObject([
    { user: 'Writer', subject: 'thing-a', result: 'failed', status: 500, requestId: 'given-by-caller' },
  ]);
});

test('the operation log has the address of whoever called, over a real socket and behind proxies', async () => {
  const { listen, audit } = smallApi(
    { 'put /things/{thing}': async () => ({ small: 'x' }) },
    { trustedProxies: ['127.0.0.1', '10.0.0.0/8'] },
  );
  for (const host of ['127.0.0.1', '::1', '::']) {
    const server = await listen({ port: 0, host });
    onTestFinished(() => server.close());
    const url = `http://${host === '::1' ? '[::1]' : '127.0.0.1'}:${server.port}/api/v1/things/a`;
    await fetch(url, put('{"name":"ab"}', { 'x-forwarded-for': '8.8.8.8, 198.51.100.7, 10.3.3.3' }));
    await fetch(url, put('{"name":"ab"}'));
  }
  const direct = ['198.51.100.7', '127.0.0.1'];
  expect(audit.map(({ ip }) => ip)).toEqual([...direct, '::1', '::1', ...direct]);
});

test('the operation log says what a call was about, why, and what is different since', async () => {
  let name = 'before';
  const { app, audit, logged } = smallApi(
    {
      'put /things/{thing}': async ({ body }) => {
        ({ name } = body as { name: string });
        return { small: 'x' };
      },
      'post /asked': async ({ check, audit: subject, approved }) => {
        check('account.update', { kind: 'account', id: 'acc', name: 'Lab', keys: { project: 'prj' } });
        subject('made');
        approved('hash');
        return { small: 'x' };
      },
    },
    {
      audit: {
        write: async (entry) => void audit.push(entry),
        look: async (_, id) => {
          if (id === 'broken') throw new Error('no connection');
          return id === 'a' ? { kind: 'thing', id, name, project: 'prj-1', state: { name } } : undefined;
        },
      },
    },
  );
  const reason = { 'x-reason': encodeURIComponent('更多访客 100%') };
  await app.request('/api/v1/things/a', put('{"name":"after"}', reason));
  await app.request('/api/v1/things/a', put('{"name":"other"}', { authorization: 'Bearer reader-token' }));
  await app.request('/api/v1/things/broken', put('{"name":"after","note":"by note"}'));
  await app.request('/api/v1/asked', { ...put('{"honest":true}'), method: 'POST' });
  expect(audit).toMatchObject([
    {
      target: { kind: 'thing', id: 'a', name: 'before' },
      project: 'prj-1',
      reason: '更多访客 100%',
      difference: { before: { name: 'before' }, after: { name: 'after' } },
    },
    { result: 'refused', target: { kind: 'thing', id: 'a' } },
    { result: 'ok', target: { kind: 'thing', id: 'broken' }, reason: 'by note' },
    { target: { kind: 'account', id: 'acc', name: 'Lab' }, project: 'prj', approval: 'hash', subject: 'made' },
  ]);
  expect(logged[0]).toContain('What broken was like could not be noted');
});

test('an operation log that cannot be written does not hide what happened', async () => {
  const { app, logged } = smallApi(
    { 'put /things/{thing}': async () => ({ small: 'done' }) },
    { audit: { write: () => Promise.reject(new Error('disk full')) } },
  );
  expect(await (await app.request('/api/v1/things/a', put('{"name":"ab"}'))).json()).toEqual({ small: 'done' });
  expect(logged[0]).toContain('THING_CHANGE');
});

test('an answer holds what is declared and nothing else', async () => {
  const { app } = smallApi({
    'get /things/{thing}': async () => ({ small: 'yes', password: 'oops' }),
    'get /things/special': async () => ({ small: 5 }),
  });
  expect(await (await app.request('/api/v1/things/a', { headers: writer })).json()).toEqual({ small: 'yes' });
  expect((await app.request('/api/v1/things/special', { headers: writer })).status).toBe(500);
});

test('a run that was begun says where to look', async () => {
  const { app } = smallApi({ 'post /runs': async () => ({ run: 'run-1' }) });
  const answer = await app.request('/api/v1/runs', { method: 'POST', headers: writer });
  expect([answer.status, answer.headers.get('location')]).toEqual([202, '/api/v1/runs/run-1']);
});

test('a wrong method is told the right ones, an unknown path gets a problem', async () => {
  const { app } = smallApi({
    'get /things/{thing}': async () => ({ small: 'x' }),
    'put /things/{thing}': async () => ({ small: 'x' }),
  });
  const wrong = await app.request('/api/v1/things/a', { method: 'DELETE' });
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, PUT']);
  for (const path of ['/api/v1/nothing', '/api/v2/things', '/api']) {
    const unknown = await app.request(path);
    expect([unknown.status, unknown.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
  }
});

test('a page of another site cannot act with our cookie, our own can', async () => {
  const { app } = smallApi({ 'put /things/{thing}': async () => ({ small: 'x' }) });
  const send = async (headers: Record<string, string>) => {
    const answer = await app.request('/api/v1/things/a', {
      method: 'PUT',
      headers: { ...json, host: 'pileus:7800', cookie: 'pileus_session=writer-token', ...headers },
      body: '{"name":"ab"}',
    });
    return answer.status;
  };
  expect(await send({ 'sec-fetch-site': 'same-origin' })).toBe(200);
  expect(await send({ origin: 'http://pileus:7800' })).toBe(200);
  expect(await send({ 'sec-fetch-site': 'cross-site', origin: 'http://evil' })).toBe(403);
  expect(await send({ 'sec-fetch-site': 'same-site' })).toBe(403);
  expect(await send({ origin: 'http://evil' })).toBe(403);
  expect(await send({ origin: 'null' })).toBe(403);
  expect(await send({ origin: 'http://evil', authorization: 'Bearer writer-token' })).toBe(200);
});

test('over TLS only the cookie bound to this host counts', async () => {
  const { listen } = smallApi({ 'get /things': async () => ({ items: [] }) }, { trustedProxies: ['127.0.0.1'] });
  const server = await listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => server.close());
  const get = async (cookie: string) =>
    (await fetch(`${server.url}/api/v1/things`, { headers: { 'x-forwarded-proto': 'https', cookie } })).status;
  expect(await get('pileus_session=writer-token')).toBe(401);
  expect(await get('__Host-pileus=writer-token')).toBe(200);
});

test('every answer is bound to our own scripts and is not framed', async () => {
  const { app } = smallApi({ 'get /open': async ({ request: { ip } }) => ({ ip }) });
  for (const path of ['/', '/api/v1/open', '/api/v1/nothing', '/healthz']) {
    const { headers } = await app.request(path);
    expect(headers.get('content-security-policy')).toContain("script-src 'self';");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
  }
});

test('readiness says why the server cannot work', async () => {
  let broken = false;
  const { app } = smallApi(
    {},
    {
      ready: async () => {
        if (broken) throw new Failure('database-unavailable', { detail: 'its disk is full' });
      },
    },
  );
  expect((await app.request('/readyz')).status).toBe(200);
  broken = true;
  const answer = await app.request('/readyz');
  expect([answer.status, ((await answer.json()) as { title: string }).title]).toEqual([
    503,
    'The database does not answer: its disk is full',
  ]);
  expect((await app.request('/healthz')).status).toBe(200);
});

test('a port that is taken is named', async () => {
  const server = await smallApi({}).listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => server.close());
  await expect(smallApi({}).listen({ port: server.port, host: '127.0.0.1' })).rejects.toThrow(
    `127.0.0.1:${server.port}: another program listens there`,
  );
});

test('closing lets a request finish that is being worked on', async () => {
  let begun = () => {};
  const started = new Promise<void>((done) => (begun = done));
  const { listen } = smallApi({
    'get /things': async () => {
      begun();
      await new Promise((done) => setTimeout(done, 100));
      return { items: ['finished'] };
    },
  });
  const server = await listen({ port: 0, host: '127.0.0.1' });
  const answer = fetch(`${server.url}/api/v1/things`, { headers: writer });
  await started;
  await server.close();
  expect(await (await answer).json()).toEqual({ items: ['finished'] });
});

test('a connection stays open for longer than proxies keep it', async () => {
  const server = await smallApi({}).listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => server.close());
  const kept = await new Promise((done) =>
    request(`${server.url}/healthz`, { agent: new Agent({ keepAlive: true }) }, ({ headers, socket }) => {
      socket.destroy();
      done(headers['keep-alive']);
    }).end(),
  );
  expect(kept).toBe('timeout=75');
});

test('a caller that leaves while sending is no bug', async () => {
  const { listen, logged, audit } = smallApi({ 'put /things/{thing}': async () => ({ small: 'x' }) });
  const server = await listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => server.close());
  const headers = { ...writer, ...json, 'content-length': '100' };
  const leaving = request(`${server.url}/api/v1/things/a`, { method: 'PUT', headers });
  leaving.on('error', () => {});
  leaving.write('{"name":');
  await new Promise((done) => setTimeout(done, 100));
  leaving.destroy();
  await expect.poll(() => audit).toMatchObject([{ code: 'cancelled' }]);
  expect(logged).toEqual([]);
});

test('metrics are read on this machine or with a token, and by nobody else', async () => {
  const secret = { 'x-forwarded-for': '198.51.100.7' };
  const serve = (forThisMachine: boolean, token?: string) => {
    const metrics = createMetrics();
    return smallApi(
      { 'get /open': async ({ request: { ip } }) => ({ ip }) },
      { metrics: { metrics, forThisMachine, token } },
    );
  };
  const here = serve(true, 'sesame');
  const server = await here.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => server.close());
  await fetch(`${server.url}/api/v1/open`);
  const read = async (headers: Record<string, string> = {}) => {
    const answer = await fetch(`${server.url}/metrics`, { headers });
    return [answer.status, await answer.text()] as const;
  };
  const [status, text] = await read();
  expect(status).toBe(200);
  expect(text).toContain('pileus_http_requests_total{method="GET",route="/open",status="200"} 1');
  expect(text).toContain('pileus_http_request_seconds_count{method="GET",route="/open"} 1');
  expect((await read({ authorization: 'Bearer sesame', ...secret }))[0]).toBe(200);
  const strangers: Record<string, string>[] = [secret, { authorization: 'Bearer wrong' }, { via: '1.1 proxy' }];
  for (const headers of strangers) {
    const refused = await read(headers);
    expect(refused[0]).not.toBe(200);
    expect(refused[1]).not.toContain('pileus_http');
  }
  const rebound = await here.app.request('/metrics', { headers: { host: 'attacker.example' } });
  expect(await rebound.text()).not.toContain('pileus_http');
  const proxied = serve(false, 'sesame').app;
  const ask = (headers: Record<string, string>) => proxied.request('/metrics', { headers });
  expect(await (await ask({ host: '127.0.0.1' })).text()).not.toContain('pileus_http');
  expect((await ask({ host: '127.0.0.1', authorization: 'Bearer sesame' })).status).toBe(200);
  expect(
    await (await serve(false).app.request('/metrics', { headers: { authorization: 'Bearer undefined' } })).text(),
  ).not.toContain('# HELP');
});
