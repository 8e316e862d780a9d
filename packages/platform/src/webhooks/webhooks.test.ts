import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createClient, type BodyOf } from '@pileus/api';
import { days, hours, seconds, systemClock, type Clock, type Duration } from '@pileus/model';
import { simulated } from '@pileus/provider';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { aPlatform, settled } from '../testing/a-platform.ts';
import { onSimulatedClouds } from '../testing/on-simulated-clouds.ts';
import { tidyDeliveries } from './tidy.ts';

let ahead = 0;
const clock: Clock = { now: () => Date.now() + ahead, sleep: systemClock.sleep };
const pass = (time: Duration) => void (ahead += time);

const { platform, client, url, database, home, bugs } = await aPlatform([simulated], clock);
const { anAccount, aDeployment } = onSimulatedClouds(client);
afterEach(() => expect(bugs.splice(0)).toEqual([]));

interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
const received: Received[] = [];
let respond: (response: ServerResponse, count: number) => unknown;
const receiver = createServer((request, response) => {
  void text(request).then((body) => {
    received.push({ headers: request.headers, body });
    respond(response, received.length);
  });
});
receiver.listen(0, '127.0.0.1');
await once(receiver, 'listening');
const address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`; // of a TCP server it is one
afterAll(() => new Promise((done) => receiver.close(done)));

beforeEach(async () => {
  respond = (response) => response.end('thanks');
  await database.deleteFrom('webhook').execute();
  received.length = 0;
  ahead = 0;
});

let names = 0;
const aWebhook = (more: Partial<BodyOf<'post /webhooks'>> = {}) =>
  client.call('post /webhooks', { body: { name: `hook ${names++}`, url: address, kinds: ['run.ended'], ...more } });
const deliveriesOf = async (webhook: string) =>
  (await client.call('get /webhooks/{webhook}/deliveries', { params: { webhook } })).items;
const tested = async (webhook: string): Promise<string> =>
  (await client.call('post /webhooks/{webhook}/test', { params: { webhook } })).id;
/** Goes on until so many attempts have been written down. */
async function attempts(webhook: string, count: number): Promise<void> {
  await expect
    .poll(
      async () => {
        await platform.deliverer.round();
        const { rows } = await sql<{ n: number }>`select count(*)::int as n from webhook_attempt
          join webhook_delivery on id = delivery where webhook = ${webhook}`.execute(database);
        return rows[0]?.n;
      },
      { timeout: 20_000 },
    )
    .toBe(count);
}

/** As a receiver checks it, by the specification. */
function isSigned({ headers, body }: Received, secret: string): boolean {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  const own = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
  return String(headers['webhook-signature']).split(' ').includes(own);
}

test('what happens is told to whoever has asked for it, signed', async () => {
  const all = await aWebhook({ kinds: ['run.ended', 'deployment.changed', 'audit.written'] });
  const nothing = await aWebhook({ kinds: ['finding.found'] });
  const project = await client.call('post /projects', { body: { name: `elsewhere ${names++}` } });
  const elsewhere = await aWebhook({ kinds: ['run.ended', 'deployment.changed'], project: project.name });
  const deployment = await settled(client, await aDeployment(await anAccount()));
  const told = async () => {
    await platform.deliverer.round();
    return received.map(({ body }) => JSON.parse(body) as { type: string; data: Record<string, unknown> });
  };
  await expect.poll(told, { timeout: 20_000 }).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        type: 'run.ended',
        data: expect.objectContaining({ deployment: deployment.id, state: 'succeeded', project: 'prj-home' }),
      }),
      expect.objectContaining({
        type: 'deployment.changed',
        data: expect.objectContaining({ deployment: deployment.id, before: 'deploying', state: 'running' }),
      }),
      expect.objectContaining({
        type: 'audit.written',
        data: expect.objectContaining({ action: 'DEPLOYMENT_CREATE', targetId: deployment.id }),
      }),
    ]),
  );
  for (const one of received) {
    expect(isSigned(one, all.secret)).toBe(true);
    expect(isSigned(one, nothing.secret)).toBe(false);
  }
  expect([await deliveriesOf(nothing.id), await deliveriesOf(elsewhere.id)]).toEqual([[], []]);
});

test('the secret is shown once, kept sealed, and exchanged without a gap', async () => {
  const { id, secret } = await aWebhook();
  const shown = JSON.stringify(await client.call('get /webhooks', {}));
  expect(shown).not.toContain('whsec');
  const row = await database.selectFrom('webhook').select('secret').executeTakeFirstOrThrow();
  expect(row.secret).not.toContain(secret);
  const next = await client.call('post /webhooks/{webhook}/secret', { params: { webhook: id } });
  await tested(id);
  await attempts(id, 1);
  const [first] = received;
  expect(first && [isSigned(first, secret), isSigned(first, next.secret)]).toEqual([true, true]);
  pass(hours(25));
  await tested(id);
  await attempts(id, 2);
  const [, second] = received;
  expect(second && [isSigned(second, secret), isSigned(second, next.secret)]).toEqual([false, true]);
  await tidyDeliveries(database, clock);
  expect((await database.selectFrom('webhook').select('old_secret').executeTakeFirst())?.old_secret).toBeNull();
  const { items } = await client.call('get /audit', { query: { limit: 500 } });
  expect(JSON.stringify(items)).not.toContain(secret.slice(6));
});

test('what does not arrive is sent again, under the same id, after growing pauses, and each attempt is shown', async () => {
  const { id } = await aWebhook();
  respond = (response, count) => response.writeHead(count < 3 ? 500 : 204).end(count < 3 ? 'out of order' : undefined);
  const delivery = await tested(id);
  await attempts(id, 1);
  await platform.deliverer.round();
  expect(received).toHaveLength(1);
  pass(seconds(7));
  await attempts(id, 2);
  pass(seconds(7));
  await platform.deliverer.round();
  expect(received).toHaveLength(2);
  pass(seconds(40));
  await attempts(id, 3);
  const found = await client.call('get /webhooks/{webhook}/deliveries/{delivery}', {
    params: { webhook: id, delivery },
  });
  expect(found).toMatchObject({ state: 'delivered', attempts: 3, status: 204, body: received[0]?.body });
  expect(found.tries).toMatchObject([
    { number: 1, status: 500, answer: 'out of order' },
    { number: 2, status: 500 },
    { number: 3, status: 204 },
  ]);
  expect(new Set(received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([delivery]));
  expect(new Set(received.map(({ body }) => body)).size).toBe(1);
  expect(new Set(received.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(3);
});

test('a receiver that wants to be left alone for a while is', async () => {
  const { id } = await aWebhook();
  respond = (response) => response.writeHead(429, { 'retry-after': '120' }).end();
  await tested(id);
  await attempts(id, 1);
  pass(seconds(100));
  await platform.deliverer.round();
  expect(received).toHaveLength(1);
  pass(seconds(30));
  await attempts(id, 2);
});

test('what has failed for good, and what has arrived, can be sent again', async () => {
  const { id } = await aWebhook();
  respond = (response) => response.writeHead(404).end('no such page');
  const delivery = await tested(id);
  await attempts(id, 1);
  await database.updateTable('webhook_delivery').set({ attempts: 10 }).execute();
  pass(hours(1));
  await attempts(id, 2);
  expect((await deliveriesOf(id))[0]).toMatchObject({ state: 'failed', attempts: 11, status: 404 });
  respond = (response) => response.end();
  const params = { webhook: id, delivery };
  for (const count of [3, 4]) {
    await client.call('post /webhooks/{webhook}/deliveries/{delivery}/resend', { params });
    await attempts(id, count);
    expect((await deliveriesOf(id))[0]).toMatchObject({ id: delivery, state: 'delivered' });
  }
});

test('a webhook that answers nothing good for days is disabled with a note, and can be enabled again', async () => {
  const { id, name } = await aWebhook();
  respond = (response) => response.writeHead(503).end();
  await tested(id);
  await attempts(id, 1);
  const find = async () => (await client.call('get /webhooks', {})).items.find((one) => one.id === id);
  expect(await find()).toMatchObject({ isEnabled: true, failingSince: expect.any(String), waiting: 1 });
  pass(days(4));
  await attempts(id, 2);
  expect(await find()).toMatchObject({ isEnabled: false, disabledBecause: 'failing', waiting: 1 });
  const { items } = await client.call('get /audit', { query: { action: 'WEBHOOK_DISABLE' } });
  expect(items).toMatchObject([{ user: 'system', target: { id, name }, after: { because: 'failing' } }]);
  await expect(tested(id)).rejects.toMatchObject({ failure: { code: 'conflict' } });
  pass(days(1));
  await platform.deliverer.round();
  expect(received).toHaveLength(2);
  respond = (response) => response.end();
  await client.call('patch /webhooks/{webhook}', { params: { webhook: id }, body: { isEnabled: true } });
  await attempts(id, 3);
  const enabled = await find();
  expect(enabled).toMatchObject({ isEnabled: true, waiting: 0 });
  expect(enabled).not.toHaveProperty('failingSince');
});

test('a receiver that is gone is not called again', async () => {
  const { id } = await aWebhook();
  respond = (response) => response.writeHead(410).end();
  await tested(id);
  await attempts(id, 1);
  expect((await client.call('get /webhooks', {})).items[0]).toMatchObject({
    isEnabled: false,
    disabledBecause: 'gone',
  });
});

test('in order, each is sent only when the one before it has arrived', async () => {
  const { id } = await aWebhook({ inOrder: true });
  respond = (response, count) => response.writeHead(count === 1 ? 500 : 200).end();
  const sent = [await tested(id), await tested(id), await tested(id)];
  await attempts(id, 1);
  await platform.deliverer.round();
  await platform.deliverer.round();
  expect(received).toHaveLength(1);
  pass(seconds(10));
  await attempts(id, 4);
  expect(received.map(({ headers }) => headers['webhook-id'])).toEqual([sent[0], ...sent]);
});

test('an address within is refused, when it is given and when a name leads there later', async () => {
  for (const inner of ['http://10.1.2.3/', 'http://169.254.169.254/latest', 'http://[::ffff:10.0.0.1]/'])
    await expect(aWebhook({ url: inner })).rejects.toMatchObject({
      failure: { code: expect.stringMatching(/address-(refused|forbidden)/) },
    });
  await expect(aWebhook({ url: 'https://me:secret@hooks.example/' })).rejects.toMatchObject({
    failure: { code: 'address-invalid' },
  });
  await expect(aWebhook({ url: 'ftp://hooks.example/' })).rejects.toMatchObject({ failure: { code: 'invalid' } });
  const { id } = await aWebhook();
  await database.updateTable('webhook').set({ url: 'http://169.254.169.254/latest' }).where('id', '=', id).execute();
  const delivery = await tested(id);
  await attempts(id, 1);
  const found = await client.call('get /webhooks/{webhook}/deliveries/{delivery}', {
    params: { webhook: id, delivery },
  });
  expect(found.tries).toMatchObject([{ failure: { code: 'address-forbidden' } }]);
});

test('nobody has told elsewhere what may not be seen here', async () => {
  const policy = await client.call('post /policies', {
    body: {
      name: 'Hooks',
      document: { Version: '2026-11-01', Statement: [{ Effect: 'Allow', Action: 'webhook.*', Resource: '*' }] },
    },
  });
  const user = await client.call('post /users', { body: { name: 'Hooker', password: 'correct horse battery' } });
  await client.call('put /policies/{policy}/attachments/{principal}', {
    params: { policy: policy.id, principal: user.id },
  });
  const { token } = await createClient({ server: url }).call('post /sessions', {
    body: { name: 'Hooker', password: 'correct horse battery', kind: 'cli' },
  });
  const theirs = createClient({ server: url, token });
  for (const kind of ['run.ended', 'finding.found', 'audit.written'] as const)
    await expect(
      theirs.call('post /webhooks', { body: { name: kind, url: address, kinds: [kind] } }),
    ).rejects.toMatchObject({ failure: { code: 'not-allowed' } });
  const { id } = await aWebhook({ kinds: ['audit.written'] });
  for (const body of [{ url: `${address}/mine` }, { isEnabled: true }])
    await expect(theirs.call('patch /webhooks/{webhook}', { params: { webhook: id }, body })).rejects.toMatchObject({
      failure: { code: 'not-allowed' },
    });
  await theirs.call('patch /webhooks/{webhook}', { params: { webhook: id }, body: { isEnabled: false } });
});

test('a process that is killed in the midst of a delivery leaves it to another one', async () => {
  const { id } = await aWebhook();
  const asked = Promise.withResolvers<void>();
  respond = (response, count) => (count === 1 ? asked.resolve() : response.end());
  const delivery = await tested(id);
  const program = join(import.meta.dirname, '..', 'testing', 'deliver-process.ts');
  const child = spawn(process.execPath, [program, database.url, home], { stdio: ['ignore', 'ignore', 'inherit'] });
  await asked.promise;
  child.kill('SIGKILL');
  await once(child, 'exit');
  await platform.deliverer.round();
  expect(received).toHaveLength(1);
  pass(seconds(70));
  await attempts(id, 1);
  expect(received.map(({ headers }) => headers['webhook-id'])).toEqual([delivery, delivery]);
  expect(received[0]?.body).toBe(received[1]?.body);
  expect((await deliveriesOf(id))[0]).toMatchObject({ state: 'delivered', attempts: 2 });
});
