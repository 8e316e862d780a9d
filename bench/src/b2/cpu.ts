import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const run = join(process.env['OSBED_STATE'] ?? '/var/tmp/pileus-testbeds/openstack', 'run');

/**
 * CPU seconds that all processes of the test bed have used so far: what a client costs the cloud hardly depends on what
 * else the machine does. NaN where the bed runs elsewhere.
 */
export async function cpuOfBed(): Promise<number> {
  const files = (await readdir(run).catch(() => [])).filter((name) => name.endsWith('.pid'));
  if (files.length === 0) return Number.NaN;
  // A pid file holds the leader of a group: its pid and when it was started.
  const leaders = await Promise.all(files.map(async (name) => (await readFile(join(run, name), 'utf8')).split(' ')[0]));
  const groups = new Set(leaders.map((pid) => pid?.trim()));
  let ticks = 0;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    // After the name in brackets: state, parent, group … and, 12th and 13th, the time in user and system mode.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (groups.has(fields[2])) ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks / 100;
}
