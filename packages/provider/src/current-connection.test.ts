import { Failure, plainCall, seconds } from '@pileus/model';
import { expect, test } from 'vitest';
import { currentConnection } from './current-connection.ts';
import type { Connection, Driver, Shell } from './provider.ts';

const { signal } = new AbortController();
const call = plainCall('run/step.1');

/** A cloud that takes what it is told to take; what is asked of it waits for `answers`. */
function cloud(name: string, { isRefusing = false, answers = Promise.resolve() } = {}) {
  const closed: string[] = [];
  const answer = async (): Promise<string> => {
    await answers;
    if (isRefusing) throw new Failure('credentials-refused', { provider: 'Cloud', detail: name });
    return name;
  };
  const driver: Partial<Driver<'server'>> = {
    once: { by: 'look-up', lag: seconds(1), find: answer },
    create: answer,
    async *list() {
      yield* [{ ref: await answer() }] as never[]; // as much of a server as this test looks at
    },
  };
  const shell: Shell = { run: async () => ({ ran: await answer() }) };
  const connection: Connection = {
    drivers: { server: driver as Driver<'server'> },
    catalogues: {},
    check: async function* () {},
    shell: () => shell,
    close: async () => void closed.push(name),
  };
  return { connection, closed };
}

const create = ({ drivers }: Connection) => drivers.server?.create({} as never, call);

test('whoever keeps it, and a part of it, asks the connection of that moment', async () => {
  const [old, next] = [cloud('old'), cloud('new')];
  const current = currentConnection(old.connection, async () => {});
  const { drivers } = current.connection;
  const { server } = drivers;
  const shell = current.connection.shell?.('srv');
  const once = server?.once;
  current.use(next.connection);
  expect(await server?.create({} as never, call)).toBe('new');
  expect(once?.by === 'look-up' && (await once.find('token', {} as never, signal))).toBe('new');
  expect(await shell?.run({} as never, call)).toEqual({ ran: 'new' });
  expect(await Array.fromAsync(server?.list(signal) ?? [])).toEqual([{ ref: 'new' }]);
});

test('what a cloud cannot do is not there', () => {
  const { connection } = currentConnection(cloud('old').connection, async () => {});
  expect(connection.drivers.volume).toBeUndefined();
  expect(connection.drivers.server?.update).toBeUndefined();
  expect('volume' in connection.drivers).toBe(false);
});

test('the one before is closed once what was asked of it has been answered', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const old = cloud('old', { answers: promise });
  const current = currentConnection(old.connection, async () => {});
  const asked = create(current.connection);
  const listed = Array.fromAsync(current.connection.drivers.server?.list(signal) ?? []);
  await Promise.resolve();
  current.use(cloud('new').connection);
  expect(old.closed).toEqual([]);
  resolve();
  expect([await asked, await listed]).toEqual(['old', [{ ref: 'old' }]]);
  await expect.poll(() => old.closed).toEqual(['old']);
});

test('one that nothing is asked of is closed when another one takes its place, and the last one at the end', async () => {
  const [old, next] = [cloud('old'), cloud('new')];
  const current = currentConnection(old.connection, async () => {});
  current.use(next.connection);
  expect([old.closed, next.closed]).toEqual([['old'], []]);
  await current.close();
  expect([old.closed, next.closed]).toEqual([['old'], ['new']]);
});

test('credentials that are refused because they were changed are a reason to try again', async () => {
  const next = cloud('new');
  let renewals = 0;
  const current = currentConnection(cloud('old', { isRefusing: true }).connection, async () => {
    renewals++;
    current.use(next.connection);
  });
  const { server } = current.connection.drivers;
  const outcomes = await Promise.allSettled([
    server?.create({} as never, call),
    Array.fromAsync(server?.list(signal) ?? []),
  ]);
  for (const outcome of outcomes)
    expect(outcome).toMatchObject({ reason: { code: 'credentials-changed', retry: true, unclear: false } });
  expect(renewals).toBe(1);
  expect(await create(current.connection)).toBe('new');
});

test('credentials that are refused, and are still those of the account, are said to be refused', async () => {
  const current = currentConnection(cloud('old', { isRefusing: true }).connection, async () => {
    throw new Failure('database-unavailable', { detail: 'gone' });
  });
  await expect(create(current.connection)).rejects.toMatchObject({ code: 'credentials-refused', retry: false });
});

test('what the new settings cannot do any more is refused as such', async () => {
  const current = currentConnection(cloud('old').connection, async () => {});
  const { server } = current.connection.drivers;
  current.use({ ...cloud('new').connection, drivers: {} });
  await expect(async () => server?.create({} as never, call)).rejects.toMatchObject({ code: 'not-supported' });
});
