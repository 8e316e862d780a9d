import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { aHome } from '../../cli/src/testing/pileus.ts';
import { startServerProcess } from './testing/server-process.ts';

test(
  'people, policies and tokens are managed by commands, and the operation log is verified',
  { timeout: 300_000 },
  async () => {
    const home = await mkdtemp(join(tmpdir(), 'pileus-access-'));
    await chmod(home, 0o711); // PostgreSQL runs as another user when we are root.
    const server = await startServerProcess({ home });
    await using person = await aHome(server.url);
    const run = async (...command: string[]) => {
      const { code, stdout } = await person.run([...command, '-o', 'json']);
      return { code, answer: stdout === '' ? undefined : (JSON.parse(stdout) as unknown) };
    };
    try {
      await run('login', '--link', server.link);
      const document = join(person.directory, 'readers.json');
      const statements = [
        { Effect: 'Allow', Action: '*.read', Resource: '*' },
        {
          Effect: 'Deny',
          Action: 'server.read',
          Resource: '*',
          Condition: { NotIpAddress: { sourceIp: '10.0.0.0/8' } },
        },
      ];
      await writeFile(document, JSON.stringify({ Version: '2026-11-01', Statement: statements }));
      expect(await run('user', 'create', 'zhang')).toMatchObject({
        code: 0,
        answer: { name: 'zhang', hasPassword: false },
      });
      expect(await run('group', 'create', 'readers')).toMatchObject({ code: 0 });
      expect(await run('group', 'add', 'readers', 'zhang')).toMatchObject({ code: 0 });
      expect(await run('policy', 'create', 'reading', '-f', document)).toMatchObject({
        code: 0,
        answer: { version: 1 },
      });
      expect(await run('policy', 'attach', 'reading', 'readers')).toMatchObject({ code: 0 });

      const asked = (action: string, ...more: string[]) =>
        run(
          'policy',
          'check',
          '--principal',
          'zhang',
          '--action',
          action,
          '--resource',
          `${action.split('.')[0]}/*`,
          ...more,
        );
      const grounds = { policy: { name: 'reading' }, via: { name: 'readers' } };
      expect(await asked('deployment.read')).toMatchObject({
        code: 0,
        answer: { allowed: true, because: [{ effect: 'Allow', statement: 0, ...grounds }] },
      });
      expect(await asked('server.read')).toMatchObject({
        answer: { allowed: false, because: [{ effect: 'Deny', statement: 1, ...grounds }] },
      });
      expect(await asked('server.read', '--source-ip', '10.1.1.1')).toMatchObject({ answer: { allowed: true } });
      expect(await asked('deployment.delete')).toMatchObject({ answer: { allowed: false, because: [] } });
      expect(await asked('deployment.explode')).toMatchObject({ code: 1, answer: undefined });
      expect(await run('policy', 'detach', 'AdministratorAccess', 'admin')).toMatchObject({ code: 5 });

      expect(await run('service-account', 'create', 'robot')).toMatchObject({ code: 0 });
      expect(await run('token', 'create', 'key', '--service-account', 'robot')).toMatchObject({
        answer: { token: expect.stringMatching(/^plt_/) },
      });
      expect(await run('organization', 'create', 'acme', '--administrator', 'boss')).toMatchObject({ code: 0 });
      const verified = await run('audit', 'verify');
      expect(verified).toMatchObject({ code: 0, answer: { ok: true, broken: [] } });
      expect((verified.answer as { rows: number }).rows).toBeGreaterThanOrEqual(8);
    } finally {
      await server.stop();
      await rm(home, { recursive: true, force: true });
    }
  },
);
