import { rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { days, milliseconds, seconds, systemClock, type Duration } from '@pileus/model';
import type { Host } from './host.ts';
import { namesIn, textOf } from './place.ts';
import { end, isAlive, membersOf } from './processes.ts';

/** Ends a job's script with all its process group: politely, then by force. */
export async function endJob(directory: string): Promise<void> {
  const runner = join(directory, 'runner');
  const group = Number((await textOf(runner))?.split(' ')[0]);
  // A living runner leads its group; without one the number may be somebody else's by now.
  if (!(group > 1) || !(await isAlive(runner))) return;
  await end(() => membersOf(group), seconds(3));
}

/** Lets the scripts that run there come to their end, for a while. */
export async function letJobsEnd(hosts: readonly Host[], within: Duration): Promise<void> {
  const deadline = systemClock.now() + within;
  for (const host of hosts) {
    for (const job of await jobsOf(host)) {
      const runs = () => isAlive(join(job, 'runner'));
      while (systemClock.now() < deadline && (await runs())) await systemClock.sleep(milliseconds(50));
    }
  }
}

/** Ends scripts whose time was up while nobody waited for them. */
export async function endOverdueJobs(host: Host): Promise<void> {
  for (const job of await jobsOf(host)) {
    const until = Number((await textOf(join(job, 'until'))) ?? Number.POSITIVE_INFINITY);
    // Whoever waits for it ends it first, and says so.
    if (systemClock.now() > until + seconds(30)) await endJob(job);
  }
}

/** Removes what is kept of scripts that ended long ago, unless a service still runs from their directory. */
export async function forgetOldJobs(host: Host): Promise<void> {
  const services = await namesIn(join(host.control, 'services'));
  const runs = await Promise.all(services.map((name) => textOf(join(host.control, 'services', name, 'run'))));
  for (const job of await jobsOf(host)) {
    const ended = await stat(join(job, 'code')).catch(() => undefined);
    const isOld = ended !== undefined && ended.mtimeMs < systemClock.now() - days(30);
    if (isOld && !runs.some((run) => run?.includes(basename(job)))) await rm(job, { recursive: true, force: true });
  }
}

async function jobsOf(host: Host): Promise<string[]> {
  const jobs = join(host.control, 'jobs');
  return (await namesIn(jobs)).map((name) => join(jobs, name));
}
