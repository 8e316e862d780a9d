/** `ours.ts <database> <directory> <resources>`: prints the CPU seconds of creating, planning and deleting the graph, as JSON. */
import { mkdir, readdir, readFile, readlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { migrate, openDatabase, openFeed } from '@pileus/database';
import { engineMigrations } from '@pileus/engine';
import { milliseconds, newId, systemClock, type Observed } from '@pileus/model';
import { createOutbound } from '@pileus/outbound';
import { createPlatform, openVault, platformMigrations, homeProject, system } from '@pileus/platform';
import { defineProvider, type Driver } from '@pileus/provider';
import { z } from 'zod';
import { template } from './graph.ts';

const [url = '', home = '', size = '1000'] = process.argv.slice(2);

/** Makes and removes key pairs in a map. */
function keyPairs(): Driver<'key-pair'> {
  const made = new Map<string, Observed<'key-pair'>>();
  return {
    once: { by: 'token' },
    async *list() {
      yield* made.values();
    },
    read: async (ref) => made.get(ref),
    create: async ({ name }, { token }) => {
      made.set(token, { kind: 'key-pair', ref: token, name, state: 'ready', native: 'ready', token, details: {} });
      return token;
    },
    delete: async (ref) => void made.delete(ref),
  };
}

const nothing = defineProvider({
  id: 'null',
  title: { en: 'Nothing', 'zh-CN': '空' },
  category: 'private',
  simulated: true,
  account: z.object({}),
  connect() {
    const drivers = { 'key-pair': keyPairs() };
    return { drivers, catalogues: drivers, async *check() {} };
  },
});

await mkdir(home, { recursive: true });
await migrate(url, [engineMigrations, platformMigrations]);
const database = openDatabase(url);
const feed = await openFeed(database);
const platform = createPlatform({
  database,
  feed,
  providers: [nothing],
  vault: await openVault({ home }),
  outbound: createOutbound(),
  outboundForSignIn: createOutbound(),
  home,
  clock: systemClock,
  version: '0',
  onBug: (error) => console.error(error),
  log: () => {},
});
await platform.engine.work();
const files = new Map([['graph.yaml', new TextEncoder().encode(template(Number(size)))]]);
const { id: library } = await platform.library.keep(files, { by: system });
const { id: account } = await platform.accounts.add(
  { provider: 'null', name: newId('account'), description: '', settings: {} },
  system,
);

const signal = new AbortController().signal;
const name = newId('deployment');
let deployment = '';
const create = await cpuSeconds(async () => {
  const plan = await platform.plans.create(
    { template: library, account, project: homeProject, name, inputs: {} },
    system,
    signal,
  );
  ({ deployment } = await platform.deployments.apply(plan.id, plan.hash, system));
  await until(deployment, 'running');
});
// Nothing has changed: everything that is there is compared with everything that is asked for.
const plan = await cpuSeconds(
  async () => void (await platform.plans.change(deployment, { action: 'update' }, system, signal)),
);
const remove = await cpuSeconds(async () => {
  await platform.deployments.remove(deployment, system);
  await until(deployment, 'deleted');
});
await platform.engine.stop();
await platform.close();
await feed.close();
await database.end();
console.log(JSON.stringify({ create, plan, delete: remove }));

async function until(id: string, state: string): Promise<void> {
  for (;;) {
    const { state: is } = await platform.deployments.find(id);
    if (is === state) return;
    if (is === 'failed') throw new Error(`the deployment failed instead of becoming ${state}`);
    await systemClock.sleep(milliseconds(20));
  }
}

async function cpuSeconds(work: () => Promise<void>): Promise<number> {
  const before = { own: process.cpuUsage(), postgres: await postgresSeconds() };
  await work();
  const own = process.cpuUsage(before.own);
  return (own.user + own.system) / 1e6 + (await postgresSeconds()) - before.postgres;
}

/** Of all processes of the PostgreSQL that works beside `home`, in seconds since they began. */
async function postgresSeconds(): Promise<number> {
  let ticks = 0;
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const works = await readlink(join('/proc', pid, 'cwd')).catch(() => '');
    if (!works.startsWith(dirname(home))) continue;
    const stat = await readFile(join('/proc', pid, 'stat'), 'utf8').catch(() => '');
    const [, name_ = '', rest = ''] = /^\d+ \((.*)\) (.*)$/.exec(stat) ?? [];
    if (name_ !== 'postgres') continue;
    // Fields 14 and 15 of proc(5), user and system time in ticks of 10 ms, counted from the third.
    const [user = 0, system = 0] = rest.split(' ').slice(11, 13).map(Number);
    ticks += user + system;
  }
  return ticks / 100;
}
