import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnswerOf } from '@pileus/api';
import { expect, test } from 'vitest';
import { aHome } from '../../cli/src/testing/pileus.ts';
import { startServerProcess } from './testing/server-process.ts';

type Vault = AnswerOf<'get /vault'>;
type Person = Awaited<ReturnType<typeof aHome>>;

test(
  'the key of the secrets is exchanged, from one file to another and to the environment, by restarts and a command',
  { timeout: 300_000 },
  async () => {
    const home = await mkdtemp(join(tmpdir(), 'pileus-vault-'));
    await chmod(home, 0o711); // PostgreSQL runs as another user when we are root.
    const key = randomBytes(32).toString('base64');
    /** Between a start and the stop after it, on the command line. */
    const running = async <T>(
      environment: Record<string, string>,
      work: (person: Person) => Promise<T>,
    ): Promise<T> => {
      const server = await startServerProcess({ home, environment });
      try {
        await using person = await aHome(server.url);
        expect((await person.run(['login', '--link', server.link])).code).toBe(0);
        return await work(person);
      } finally {
        await server.stop();
      }
    };
    const asked = async <T>(person: Person, ...command: string[]): Promise<T> =>
      JSON.parse((await person.run(['vault', ...command, '-o', 'json'])).stdout) as T;
    const status = (person: Person) => asked<Vault>(person, 'status');
    const rewrap = (person: Person) => asked<Vault['rewrap']>(person, 'rewrap');
    const secretsBy = ({ keys }: Vault, provider: string, isNewest: boolean) =>
      keys.find((one) => one.provider === provider && one.isNewest === isNewest)?.secrets;
    try {
      const before = await running({}, async (person) => {
        const settings = ['url=http://127.0.0.1:1/v3', 'user=demo', 'password=correct horse', 'project=demo'];
        for (const name of ['one', 'two']) {
          const set = settings.flatMap((one) => ['--set', one]);
          expect((await person.run(['account', 'add', 'openstack', '--name', name, ...set])).code).toBe(0);
        }
        return status(person);
      });
      // The passwords, and the answers that are kept for whoever asks again with the same Idempotency-Key.
      expect(secretsBy(before, 'file', true)).toBe(4);

      await rename(join(home, 'secret.key'), join(home, 'secret.key.old'));
      const between = await running({}, async (person) => {
        expect(secretsBy(await status(person), 'file', false)).toBe(4);
        expect(await rewrap(person)).toMatchObject({ wrapped: 4, passedOver: 0 });
        return status(person);
      });
      expect([secretsBy(between, 'file', true), secretsBy(between, 'file', false)]).toEqual([4, 0]);

      await rm(join(home, 'secret.key.old'));
      await running({ PILEUS_SECRET_KEY: key }, async (person) => {
        expect(await rewrap(person)).toMatchObject({ wrapped: 4, passedOver: 0 });
        const inherited = await environmentsOf(join(home, 'postgresql'));
        expect(inherited).not.toEqual([]);
        expect(inherited.join(), 'what the server has started').not.toContain(key);
      });

      await rm(join(home, 'secret.key'));
      await running({ PILEUS_SECRET_KEY: key }, async (person) => {
        expect((await status(person)).keys).toMatchObject([{ provider: 'environment', secrets: 4 }]);
        const tried = await person.run(['account', 'test', 'one']);
        // It was opened: what fails is that nothing answers there.
        expect(tried.stdout + tried.stderr).toContain('127.0.0.1:1 refuses the connection');
      });
      expect((await readdir(home)).filter((name) => name.includes('secret.key'))).toEqual([]);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  },
);

/** What the processes with this in their command line have in their environment. */
async function environmentsOf(text: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = pids.map(async (pid) => {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return line.includes(text) ? [await readFile(`/proc/${pid}/environ`, 'utf8')] : [];
  });
  return (await Promise.all(found)).flat();
}
