import { copyFile, stat, truncate } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { seconds } from '@pileus/model';
import { releaseUnused } from './address.ts';
import { endProcesses, hostsIn, isUp, keepServices, type Host } from './host.ts';
import { endOverdueJobs, forgetOldJobs, letJobsEnd } from './jobs.ts';
import { namesIn, placeIn, sweep } from './place.ts';

/**
 * Begins to care for the hosts of an account: those that should run are started when the machine or the platform was
 * restarted, and adopted where they still run. `directory` is the one the account is connected with. To be called
 * once, by the process that serves the account.
 */
export async function startLocalHosts(directory: string): Promise<void> {
  const place = placeIn(resolve(directory));
  await carers.get(place.directory)?.();
  for (const each of [place.hosts, place.volumes, place.addresses]) await sweep(each);
  const round = async () => {
    for (const host of await hostsIn(place)) if (await isUp(host)) await care(host);
  };
  const hosts = await hostsIn(place);
  for (const host of hosts) await forgetOldJobs(host);
  await releaseUnused(place, new Set(hosts.map(({ record }) => record.ref)));
  await round();
  let current = Promise.resolve();
  // The next round also makes good what went wrong in this one.
  const timer = setInterval(() => (current = current.then(round).catch(() => {})), seconds(20)).unref();
  carers.set(place.directory, () => {
    clearInterval(timer);
    return current;
  });
}

/**
 * Ends everything on the account's hosts within a few seconds: scripts are waited for a little, since one that is cut off
 * has failed; then services end, and the next start brings up those that should run.
 */
export async function stopLocalHosts(directory: string): Promise<void> {
  const place = placeIn(resolve(directory));
  await carers.get(place.directory)?.();
  carers.delete(place.directory);
  const hosts = await hostsIn(place);
  await letJobsEnd(hosts, seconds(4));
  await endProcesses(hosts, seconds(3));
}

/** By directory: what ends its rounds, and waits for the one under way. */
const carers = new Map<string, () => Promise<void>>();
const longestLog = 5_000_000;

async function care(host: Host): Promise<void> {
  await keepServices(host);
  await endOverdueJobs(host);
  const logs = join(host.directory, 'logs');
  for (const name of await namesIn(logs)) if (name.endsWith('.log')) await rotate(join(logs, name));
}

/** A service writes on in its log, at the end, so the log is copied and emptied; a line written meanwhile may be lost. */
async function rotate(log: string): Promise<void> {
  if ((await stat(log)).size < longestLog) return;
  await copyFile(log, `${log}.1`);
  await truncate(log);
}
