import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { testDatabase } from '@pileus/database/testing';
import { createEngine, defineRun, engineMigrations } from '@pileus/engine';
import { createHttp } from '@pileus/http';
import { Failure, milliseconds, noTracing, type Tracing } from '@pileus/model';
import { createOutbound } from '@pileus/outbound';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { openTracing, type OpenTracing } from './open-tracing.ts';
import { aCollector, type Collector, type Seen } from './testing/collector.ts';

const database = await testDatabase([engineMigrations]);
const secret = 'swordfish';

/** A cloud that refuses the first call of each name, and remembers what it was told. */
const heard: string[] = [];
const cloud = createServer((request, response) => {
  heard.push(`${request.url} ${JSON.stringify(request.headers)}`);
  const isFirst = heard.filter((line) => line.startsWith(`${request.url} `)).length === 1;
  response.writeHead(request.url?.startsWith('/flaky') && isFirst ? 503 : 200).end('{}');
});
let collector: Collector;
let cloudUrl: string;
const opened: OpenTracing[] = [];

beforeAll(async () => {
  cloud.listen(0, '127.0.0.1');
  await once(cloud, 'listening');
  cloudUrl = `http://127.0.0.1:${(cloud.address() as AddressInfo).port}`;
  collector = await aCollector();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector.url);
});
afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())));
afterAll(async () => {
  vi.unstubAllEnvs();
  cloud.closeAllConnections();
  cloud.close();
  await collector[Symbol.asyncDispose]();
});

const logged: string[] = [];

/** What one process makes traces with. */
function tracingOf(role: string): OpenTracing {
  const tracing = openTracing({ version: '0.1.0', role, ratio: 1, log: (line) => logged.push(line) });
  opened.push(tracing);
  return tracing;
}

/** A process with an engine and a way to the cloud; nothing but the database is shared with others. */
function aProcess(tracing: Tracing) {
  const outbound = createOutbound({ allow: ['127.0.0.1'], tracing });
  onTestFinished(() => outbound.close());
  const definition = defineRun({
    name: 'shop.open',
    input: z.object({ password: z.string() }),
    tell: async (run) => {
      const steps = ['/servers', '/flaky'].map((path) =>
        run.step(
          { key: path.slice(1), name: `Create ${path}`, node: 'web', retry: { first: milliseconds(1) } },
          async () => {
            const headers = { authorization: `Bearer ${secret}` };
            const { status } = await outbound.fetch(`${cloudUrl}${path}?key=${secret}`, { headers });
            if (status === 503) throw new Failure('provider-unreachable', { provider: 'lab', detail: secret });
          },
        ),
      );
      await Promise.all(steps);
    },
  });
  const engine = createEngine({ database, definitions: [definition], tracing });
  onTestFinished(() => engine.stop());
  return { engine, outbound, definition };
}

/** The API of a process: one call, which asks the cloud and begins a run. */
async function anApi(tracing: Tracing, trustedProxies: readonly string[]) {
  const { engine, outbound, definition } = aProcess(tracing);
  const unused = () => Promise.reject(new Error('unused'));
  const http = createHttp({
    endpoints: [
      {
        method: 'post',
        path: '/shops/{shop}',
        summary: 'x',
        permission: 'public',
        action: 'SHOP_OPEN',
        params: z.object({ shop: z.string() }),
        query: z.object({ token: z.string() }),
        body: z.object({ password: z.string() }),
        answer: z.object({ run: z.string() }),
        status: 202,
        fails: [],
      },
    ],
    handlers: [
      {
        name: 'post /shops/{shop}',
        run: async ({ body }) => {
          await outbound.fetch(`${cloudUrl}/flavors?key=${secret}`);
          return { run: await engine.start(definition, body as { password: string }, { title: 'Open' }) };
        },
      },
    ],
    access: { authenticate: unused, recheck: unused, find: unused, parameters: new Set() },
    audit: { write: async () => {} },
    idempotency: { claim: unused, prolong: unused, keep: unused, release: unused },
    transactions: { whole: (work) => work(), tried: unused },
    log: () => {},
    version: '0.0.0',
    tracing,
    trustedProxies,
  });
  const listening = await http.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => listening.close());
  return async (headers: Record<string, string>): Promise<string> => {
    const answer = await fetch(`${listening.url}/api/v1/shops/${secret}?token=${secret}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ password: secret }),
    });
    return ((await answer.json()) as { run: string }).run;
  };
}

const theirs = { trace: '0af7651916cd43dd8448eb211c80319c', id: 'b7ad6b7169203331' };
const traceparent = `00-${theirs.trace}-${theirs.id}-01`;

async function hasEnded(run: string): Promise<void> {
  const state = () => database.selectFrom('run').select('state').where('id', '=', run).executeTakeFirst();
  await expect.poll(async () => (await state())?.state, { timeout: 20_000 }).toBe('succeeded');
}

test('a request, the run that another process carries out, its steps and their calls to a cloud are one trace', async () => {
  const [api, worker] = [tracingOf('api'), tracingOf('worker')];
  const open = await anApi(api, ['127.0.0.1']);
  const run = await open({ traceparent });
  const { engine } = aProcess(worker);
  await engine.work();
  await hasEnded(run);
  await engine.stop();
  await Promise.all([api.flush(), worker.flush()]);

  const spans = collector.spans.filter(({ trace }) => trace === theirs.trace);
  const below = (parent: string): Seen[] => spans.filter((one) => one.parent === parent);
  const [request, ...others] = below(theirs.id);
  expect(others).toEqual([]);
  expect(request).toMatchObject({
    name: 'POST /api/v1/shops/{shop}',
    role: 'api',
    facts: { 'http.route': '/api/v1/shops/{shop}', 'http.response.status_code': 202, 'url.scheme': 'http' },
  });
  const { port } = new URL(cloudUrl);
  const call = { name: `GET 127.0.0.1:${port}`, facts: { 'server.port': Number(port) } };
  const [asked, told] = below(request!.id).toSorted((a, b) => a.name.localeCompare(b.name));
  expect(asked).toMatchObject({ ...call, role: 'api' });
  expect(told).toMatchObject({
    name: 'run shop.open',
    role: 'worker',
    facts: { 'pileus.run': run, 'pileus.run.end': 'succeeded' },
    isFailed: false,
  });
  const steps = below(told!.id).toSorted(
    (a, b) =>
      `${a.facts['pileus.step']}`.localeCompare(`${b.facts['pileus.step']}`) || Number(b.isFailed) - Number(a.isFailed),
  );
  expect(steps.map(({ name, facts }) => [name, facts['pileus.step'], facts['error.type']])).toEqual([
    ['step', 'flaky', 'provider-unreachable'],
    ['step', 'flaky', undefined],
    ['step', 'servers', undefined],
  ]);
  expect(steps.map(({ id }) => below(id).map(({ facts }) => facts['http.response.status_code']))).toEqual([
    [503],
    [200],
    [200],
  ]);
  expect(collector.sent(), 'neither secrets nor queries').not.toContain(secret);
  expect(collector.sent()).toMatch(/^POST \/v1\/traces\n/);
  expect(heard.join('\n'), 'clouds learn nothing of it').not.toMatch(/traceparent|0af7651916cd43dd/);
});

test('who is no trusted proxy begins a trace of their own, and so does what is no traceparent', async () => {
  const tracing = tracingOf('api');
  const [strangers, ours] = [await anApi(tracing, []), await anApi(tracing, ['127.0.0.1'])];
  const already = collector.spans.length;
  const runs = [await strangers({ traceparent }), await ours({ traceparent: `00-${'0'.repeat(32)}-${theirs.id}-01` })];
  runs.push(await ours({ traceparent: `${traceparent}; drop` }));
  await tracing.flush();
  const requests = collector.spans.slice(already).filter(({ name }) => name.startsWith('POST /api'));
  expect(requests.map(({ parent }) => parent)).toEqual([undefined, undefined, undefined]);
  expect(new Set([theirs.trace, ...requests.map(({ trace }) => trace)]).size).toBe(4);
  const rows = await database.selectFrom('run').select(['id', 'trace']).where('id', 'in', runs).execute();
  const kept = new Set(rows.map(({ trace }) => trace?.split('-')[1]));
  expect(kept).toEqual(new Set(requests.map(({ trace }) => trace)));
});

test('what looks at clouds by itself is not shown, and where nobody looks nothing is kept', async () => {
  const tracing = tracingOf('worker');
  const already = collector.spans.length;
  await aProcess(tracing).outbound.fetch(`${cloudUrl}/alone`);
  await tracing.flush();
  expect(collector.spans).toHaveLength(already);
  const run = await (await anApi(noTracing, ['127.0.0.1']))({ traceparent });
  const row = await database.selectFrom('run').select('trace').where('id', '=', run).executeTakeFirst();
  expect(row).toEqual({ trace: null });
});

test('a run that is resumed goes on in the trace of who had it resumed', async () => {
  const tracing = tracingOf('api');
  const { engine, definition } = aProcess(tracing);
  const id = await engine.start(definition, { password: secret }, { title: 'Open' });
  await engine.pause(id);
  await tracing.within({ name: 'resume', kind: 'server', parent: traceparent }, () => engine.resume(id));
  const row = await database.selectFrom('run').select('trace').where('id', '=', id).executeTakeFirst();
  expect(row?.trace).toMatch(new RegExp(`^00-${theirs.trace}-[0-9a-f]{16}-01$`));
});

test('where nobody looks, nothing of OpenTelemetry is loaded', async () => {
  const program = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    await import(${JSON.stringify(new URL('../server.ts', import.meta.url).href)});
    console.log(JSON.stringify(loaded));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
  const loaded = JSON.parse(stdout) as string[];
  expect(loaded.filter((url) => url.includes('/platform/src/')).length).toBeGreaterThan(10);
  expect(loaded.filter((url) => /opentelemetry|open-tracing/.test(url))).toEqual([]);
});

test('a collector that does not answer is told once, and holds nothing up', async () => {
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://127.0.0.1:9');
  vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '300');
  logged.length = 0;
  const tracing = tracingOf('api');
  for (let n = 0; n < 2; n++) {
    expect(await tracing.within({ name: 'work', kind: 'internal' }, async () => 5)).toBe(5);
    await tracing.flush().catch(() => {});
  }
  expect(logged).toEqual([expect.stringMatching(/^Traces are lost: /)]);
});
