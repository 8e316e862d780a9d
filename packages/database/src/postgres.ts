import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, open, readFile, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { milliseconds, seconds, systemClock } from '@pileus/model';
import { Client } from 'pg';
import { findBinaries, type Binaries } from './binaries.ts';
import { giveTo, letThrough, namedAccount, serverAccount, type ServerAccount } from './server-account.ts';
import { settings } from './settings.ts';
import { databaseFailure, unavailable } from './unavailable.ts';

/** A built-in PostgreSQL that this process owns. */
export interface Postgres {
  /** How to connect to it, also from another process of the same user. */
  readonly url: string;
  /** Ends it within 5 s; everything confirmed is kept. */
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** Holds the data, and PostgreSQL's own log as `postgresql.log`. */
  readonly directory: string;
  /** Told what happens, a sentence at a time. */
  readonly log?: (line: string) => void;
  /** Changes to {@link settings}, for tests. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * Starts the built-in PostgreSQL on the data in `directory`, which is made when new, or adopts the one that still runs
 * there because its owner was killed. It listens on a unix socket only, in a session of its own so that Ctrl-C does not
 * reach it, and is started again should it die. A second owner of the same directory is refused.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const place = await prepare(options);
  let stopping = false;
  let owner = await own(place);

  const watch = () => {
    owner.on('error', () => {});
    owner.once('end', () => void revive());
  };
  const revive = async () => {
    while (!stopping) {
      try {
        owner = await own(place);
        place.log('PostgreSQL is back');
        return watch();
      } catch (error) {
        place.log(String(error));
        await systemClock.sleep(seconds(1));
      }
    }
  };
  watch();

  return {
    url: urlOf(place, 'pileus'),
    stop: async () => {
      stopping = true;
      const pid = await postmaster(place.data);
      await owner.end().catch(() => {});
      if (pid) await end(pid, place.data);
    },
  };
}

/** Everything about one data directory that does not change while PostgreSQL comes and goes. */
interface Place {
  readonly directory: string;
  readonly data: string;
  readonly socket: string;
  readonly binaries: Binaries;
  readonly account: ServerAccount | undefined;
  readonly log: (line: string) => void;
  readonly settings: Readonly<Record<string, string>>;
}

async function prepare(options: PostgresOptions): Promise<Place> {
  await mkdir(resolve(options.directory), { recursive: true });
  const directory = await realpath(options.directory);
  const account = serverAccount();
  if (account) await letThrough(account, directory);
  const data = join(directory, 'data');
  const log = options.log ?? (() => {});
  const binaries = await findBinaries(directory, account);
  await initialize({ data, binaries, account, log });
  const socket = await socketDirectory(data, account);
  return { directory, data, socket, binaries, account, log, settings: { ...settings, ...options.settings } };
}

/** Makes the data directory when there is none. An interrupted attempt leaves nothing that the next would trust. */
async function initialize({
  data,
  binaries,
  account,
  log,
}: Pick<Place, 'data' | 'binaries' | 'account' | 'log'>): Promise<void> {
  const major = binaries.version.split('.')[0];
  const found = await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (found?.trim() === major) return;
  if (found)
    throw unavailable(`its data in ${data} is of PostgreSQL ${found.trim()}, this program brings PostgreSQL ${major}`);
  log('Setting up the built-in PostgreSQL (first start only)');
  const unfinished = `${data}.${process.pid}`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  const maker = account && (await namedAccount());
  if (maker) await giveTo(maker, unfinished);
  await initdb(binaries, unfinished, maker);
  if (account) await giveTo(account, unfinished);
  await rename(unfinished, data).catch(() => rm(unfinished, { recursive: true, force: true }));
}

/** Text is UTF-8 and sorts by code point, the same on every machine; data pages carry checksums. */
function initdb(binaries: Binaries, data: string, account: ServerAccount | undefined): Promise<void> {
  const args = ['-D', data, '-U', 'pileus', '-A', 'trust', '--data-checksums', '--encoding=UTF8', '--locale=C'];
  args.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions');
  return new Promise((done, failed) => {
    const child = spawn(join(binaries.directory, 'bin', 'initdb'), args, {
      cwd: data,
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'ignore', 'pipe'],
      ...account,
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2_000)));
    child.once('error', (error) =>
      failed(unavailable(`the built-in PostgreSQL does not run here: ${error.message}`, error)),
    );
    child.once('close', (code) =>
      code === 0 ? done() : failed(unavailable(`its data directory cannot be set up: ${lastLines(said)}`)),
    );
  });
}

/** A unix socket's path holds some 100 bytes: beyond that it moves to a directory named after the data directory. */
async function socketDirectory(data: string, account: ServerAccount | undefined): Promise<string> {
  if (Buffer.byteLength(join(data, '.s.PGSQL.5432.lock')) <= 100) return data;
  const short = join(tmpdir(), `pileus-${createHash('sha256').update(data).digest('hex').slice(0, 12)}`);
  const uid = account?.uid ?? process.getuid?.() ?? 0;
  await mkdir(short, { mode: 0o700 }).catch(() => {});
  const found = await lstat(short);
  if (!found.isDirectory() || (found.uid !== uid && found.uid !== process.getuid?.())) {
    throw unavailable(`${short}, where its socket belongs, is not ours; remove it`);
  }
  if (account) await chown(short, account.uid, account.gid);
  await chmod(short, 0o700);
  return short;
}

function urlOf(place: Place, database: string): string {
  return `postgresql://pileus@localhost/${database}?host=${encodeURIComponent(place.socket)}`;
}

/** The lock that says who owns this data directory; it is free again the moment its holder is gone. */
const ownership = 7_005_432;

async function own(place: Place): Promise<Client> {
  const client = await connectOrStart(place);
  try {
    // A killed owner's session takes PostgreSQL a moment to notice.
    for (let attempt = 1; ; attempt++) {
      const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [ownership]);
      if (rows[0]?.mine) return client;
      if (attempt === 20) throw await ownedByAnother(place, client);
      await systemClock.sleep(milliseconds(50));
    }
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}

async function ownedByAnother(place: Place, client: Client) {
  const { rows } = await client.query<{ name: string }>(
    `select application_name as name from pg_stat_activity where pid in
       (select pid from pg_locks where locktype = 'advisory' and objid = $1 and granted)`,
    [ownership],
  );
  const pid = rows[0]?.name.replace('pileus owner ', '') ?? 'unknown';
  return unavailable(`${place.directory} is in use by another Pileus server (process ${pid})`);
}

/** Connects to the PostgreSQL of this place, and starts it when it does not run. */
async function connectOrStart(place: Place): Promise<Client> {
  let launched: { ended: boolean } | undefined;
  for (;;) {
    const client = await connect(place);
    if (client) return client;
    const runs = await postmaster(place.data);
    if (!runs && launched?.ended) throw unavailable(`the built-in PostgreSQL did not start: ${await reason(place)}`);
    if (!runs) launched ??= await launch(place);
    await systemClock.sleep(milliseconds(30));
  }
}

async function connect(place: Place, database = 'pileus'): Promise<Client | undefined> {
  const client = new Client({
    connectionString: urlOf(place, database),
    application_name: `pileus owner ${process.pid}`,
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    if (isMissingDatabase(error)) return createDatabase(place);
    if (databaseFailure(error)) return undefined;
    throw error;
  }
}

function isMissingDatabase(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '3D000';
}

async function createDatabase(place: Place): Promise<undefined> {
  const client = await connect(place, 'postgres');
  await client?.query('create database pileus').catch((error: Error & { code?: string }) => {
    if (error.code !== '42P04' && error.code !== '23505') throw error; // somebody else made it meanwhile
  });
  await client?.end();
}

async function launch(place: Place): Promise<{ ended: boolean }> {
  const args = ['-D', place.data, '-k', place.socket];
  for (const [name, value] of Object.entries(place.settings)) args.push('-c', `${name}=${value}`);
  await removeStaleSocket(place);
  const log = await openLog(place);
  try {
    const launched = { ended: false };
    const child = spawn(join(place.binaries.directory, 'bin', 'postgres'), args, {
      cwd: place.data,
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', log.fd, log.fd],
      detached: true,
      ...place.account,
    });
    const ended = () => (launched.ended = true);
    child.once('error', ended).once('exit', ended);
    child.unref();
    return launched;
  } finally {
    await log.close();
  }
}

/** PostgreSQL writes little: warnings and worse. The file begins anew when it has grown all the same. */
async function openLog(place: Place) {
  const path = join(place.directory, 'postgresql.log');
  const size = await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
  return open(path, size > 10_000_000 ? 'w' : 'a', 0o600);
}

async function reason(place: Place): Promise<string> {
  return lastLines(await readFile(join(place.directory, 'postgresql.log'), 'utf8').catch(() => 'it wrote no log'));
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join(' ');
}

/**
 * The process id of the PostgreSQL that serves this data, if one does. A lock file that names a process which is
 * something else by now (ids are used again) is removed: PostgreSQL would take that stranger for itself and refuse.
 */
async function postmaster(data: string): Promise<number | undefined> {
  const file = join(data, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  if (!pid) return undefined;
  if (await serves(pid, data)) return pid;
  if (isAlive(pid) && (await readFile(file, 'utf8').catch(() => '')) === text) await rm(file, { force: true });
  return undefined;
}

/** The socket has a lock file of its own, about which the same is true. */
async function removeStaleSocket({ data, socket }: Place): Promise<void> {
  const file = join(socket, '.s.PGSQL.5432.lock');
  const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
  if (pid && !(await serves(pid, data))) await rm(file, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** PostgreSQL works in its data directory. Where there is no /proc, a live process is taken at its word. */
async function serves(pid: number, data: string): Promise<boolean> {
  if (process.platform !== 'linux') return isAlive(pid);
  return (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === data;
}

/** A fast shutdown, and when that takes too long an immediate one, from which the next start recovers. */
async function end(pid: number, data: string): Promise<void> {
  for (const [signal, patience] of [
    ['SIGINT', 4_500],
    ['SIGQUIT', 2_000],
    ['SIGKILL', 2_000],
  ] as const) {
    if (!(await serves(pid, data))) return;
    process.kill(pid, signal);
    for (const start = performance.now(); performance.now() - start < patience;) {
      if (!(await serves(pid, data))) return;
      await systemClock.sleep(milliseconds(20));
    }
  }
}
