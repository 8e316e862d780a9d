import { readdirSync, readFileSync } from 'node:fs';
import { Client } from 'pg';

/** The same for every contender. */
export const load = { runs: 50, steps: 100 };

/** What one contender prints at its end. */
export interface Pace {
  readonly perSecond: number;
  /** CPU time of the client and of the whole PostgreSQL for all of the load; undefined where there is no /proc. */
  readonly cpuSeconds?: number | undefined;
}

/** Makes an empty database for one measurement, and removes that of the last one. */
export async function emptyDatabase(url: string, name: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`drop database if exists ${name} with (force)`);
  await client.query(`create database ${name}`);
  await client.query('checkpoint');
  await client.end();
  const inside = new URL(url);
  inside.pathname = `/${name}`;
  return inside.href;
}

/** Prints the pace of `work` the second time it is done: the first time warms up. */
export async function printPace(url: string, work: () => Promise<unknown>): Promise<void> {
  await work();
  const server = await postmaster(url);
  const cpuBefore = cpu(server);
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1_000;
  const cpuAfter = cpu(server);
  const cpuSeconds = cpuBefore !== undefined && cpuAfter !== undefined ? cpuAfter - cpuBefore : undefined;
  console.log(JSON.stringify({ perSecond: (load.runs * load.steps) / seconds, cpuSeconds } satisfies Pace));
}

async function postmaster(url: string): Promise<number | undefined> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const parent = processTimes(rows[0]?.pid ?? 0)?.parent;
  await client.end();
  return parent;
}

/** CPU seconds so far of this process, of PostgreSQL and of all its backends, those that have ended included. */
function cpu(server: number | undefined): number | undefined {
  const main = server === undefined ? undefined : processTimes(server);
  if (!main) return undefined;
  let ticks = main.own + main.children;
  for (const name of readdirSync('/proc')) {
    const times = /^\d+$/.test(name) ? processTimes(Number(name)) : undefined;
    if (times?.parent === server) ticks += times?.own ?? 0;
  }
  const { user, system } = process.cpuUsage();
  return ticks / ticksPerSecond + (user + system) / 1e6;
}

const ticksPerSecond = 100;

/** From /proc/PID/stat (proc_pid_stat(5)): the fields after the command, which stands in parentheses. */
function processTimes(pid: number): { parent: number; own: number; children: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, parent = 0] = fields;
    const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15);
    return { parent, own: user + system, children: childUser + childSystem };
  } catch {
    return undefined;
  }
}
