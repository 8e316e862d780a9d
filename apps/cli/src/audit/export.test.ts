import { expect, test, vi } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { aHome } from '../testing/pileus.ts';
import { at } from '../testing/samples.ts';

// Each command is a process of its own, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

const row = (n: number) => ({
  id: `log-${n}`,
  user: n === 2 ? '=cmd|calc' : 'li',
  action: 'PROJECT_UPDATE',
  ip: '192.0.2.1',
  at,
  result: 'ok' as const,
  status: 200,
  requestId: `req-${n}`,
  target: { kind: 'project', id: 'prj-1', name: 'shop' },
  reason: 'more, "many" more\nvisitors',
  before: { name: 'a' },
  after: { name: 'b' },
});

test('the whole operation log is written, page by page, with its filters', async () => {
  await using api = await fakeApi({
    'get /audit': ({ query }) =>
      query.get('cursor') === 'more' ? { items: [row(1)] } : { items: [row(3), row(2)], nextCursor: 'more' },
  });
  await using home = await aHome(api.url);
  const words = ['audit', 'export', '--target', 'prj-1', '--project', 'prj-1', '--from', '2026-11-01'];
  const lines = await home.run(words);
  expect([
    lines.code,
    lines.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ]).toEqual([0, [row(3), row(2), row(1)]]);
  expect(String(api.calls[0]?.asked.query)).toMatch(/project=prj-1&target=prj-1&from=.*limit=500/);
  const table = await home.run([...words, '--format', 'csv']);
  expect(table.stdout).toMatch(/^id,at,user,action,ip,/);
  expect(table.stdout).toContain(`"more, ""many"" more\nvisitors"`);
  expect(table.stdout).toContain(`,'=cmd|calc,`);
  expect(table.stdout).toContain(`"{""name"":""a""}","{""name"":""b""}",req-3\r\n`);
});
