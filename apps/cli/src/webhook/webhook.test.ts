import { expect, test, vi } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { aHome } from '../testing/pileus.ts';
import { at } from '../testing/samples.ts';

// Each command is a process of its own, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

const hook = {
  id: 'whk-1',
  name: 'chat',
  url: 'https://hooks.example.org/pileus',
  kinds: ['run.ended' as const],
  format: 'standard' as const,
  inOrder: false,
  isEnabled: true,
  waiting: 0,
  createdBy: 'admin',
  createdAt: at,
};
const delivery = { id: 'whd-1', kind: 'run.ended', at, state: 'failed' as const, attempts: 11, status: 500 };

test('a webhook is added with its secret shown, its deliveries are looked at and sent again', async () => {
  await using api = await fakeApi({
    'get /webhooks': () => ({ items: [hook] }),
    'post /webhooks': () => ({ ...hook, secret: 'whsec_AAAA' }),
    'get /webhooks/{webhook}/deliveries': () => ({ items: [delivery] }),
    'get /webhooks/{webhook}/deliveries/{delivery}': () => ({
      ...delivery,
      body: '{"type":"run.ended"}',
      tries: [
        { number: 1, at, milliseconds: 12, status: 500, answer: 'out of order' },
        { number: 2, at, milliseconds: 3, failure: { code: 'host-unreachable', facts: { host: 'h', detail: 'x' } } },
      ],
    }),
    'post /webhooks/{webhook}/deliveries/{delivery}/resend': () => ({ ...delivery, state: 'waiting' as const }),
    'patch /webhooks/{webhook}': () => ({ ...hook, isEnabled: false }),
  });
  await using home = await aHome(api.url);
  const added = await home.run(['webhook', 'add', hook.url, '--name', 'chat', '--event', 'run.ended', '--in-order']);
  expect([added.code, added.stdout]).toEqual([0, 'whk-1\nwhsec_AAAA\n']);
  expect(api.calls[0]?.asked.body).toEqual({ name: 'chat', url: hook.url, kinds: ['run.ended'], inOrder: true });
  const listed = await home.run(['webhook', 'deliveries', 'chat', '--state', 'failed', '-o', 'json']);
  expect(JSON.parse(listed.stdout)).toEqual([delivery]);
  const shown = await home.run(['webhook', 'deliveries', 'chat', 'whd-1']);
  expect(shown.stdout).toMatch(/{"type":"run.ended"}[^]*500 {2}out of order[^]*h/);
  await home.run(['webhook', 'resend', 'chat', 'whd-1', '--because', '重发']);
  expect(api.calls.at(-1)).toMatchObject({ asked: { params: { webhook: 'whk-1', delivery: 'whd-1' } } });
  expect((await home.run(['webhook', 'update', 'chat', '--enable', '--disable'])).code).toBe(2);
  await home.run(['webhook', 'update', 'chat', '--disable']);
  expect(api.calls.at(-1)?.asked.body).toEqual({ isEnabled: false });
  expect((await home.run(['webhook', 'test', 'other'])).code).toBe(3);
});

test('a webhook is removed by its name, and a change that changes nothing is not sent', async () => {
  await using api = await fakeApi({
    'get /webhooks': () => ({ items: [hook, { ...hook, id: 'whk-2', name: 'On call' }] }),
    'delete /webhooks/{webhook}': () => ({}),
  });
  await using home = await aHome(api.url);
  const unchanged = await home.run(['webhook', 'update', 'chat']);
  expect([unchanged.code, unchanged.stderr]).toEqual([2, expect.stringContaining('--enable')]);
  expect(api.calls).toEqual([]);
  const removed = await home.run(['webhook', 'delete', 'on-call', '--yes']);
  expect([removed.code, removed.stderr]).toEqual([0, expect.stringContaining('Deleted the webhook On call')]);
  expect(api.calls.at(-1)?.asked.params).toEqual({ webhook: 'whk-2' });
});
