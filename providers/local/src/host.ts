import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { Failure, seconds, type Duration, type Ref } from '@pileus/model';
import { readHostTools } from '@pileus/provider';
import { z } from 'zod';
import { isRef, namesIn, readRecord, textOf, type Place } from './place.ts';
import { end, isAlive, marker, processesOf } from './processes.ts';

/**
 * A host is a directory: HOME of everything that runs there. What the platform keeps about it lies in `.pileus`:
 *
 *     host.json     the record below
 *     up            there while the host should run
 *     bin/          the tools that are on the PATH of its scripts
 *     jobs/<hash>/  one script that ran or runs, see shell.ts
 *     services/<name>/  one supervised program: what to run, who keeps it, its process, `down` when it should not run
 */
export interface Host {
  readonly directory: string;
  readonly control: string;
  readonly record: HostRecord;
}

export const HostRecord = z.object({
  ref: z.string(),
  name: z.string(),
  token: z.string(),
  address: z.string(),
  createdAt: z.coerce.date(),
});
export type HostRecord = z.infer<typeof HostRecord>;

export const recordIn = (control: string): string => join(control, 'host.json');

export async function findHost(place: Place, ref: Ref): Promise<Host | undefined> {
  if (!isRef(ref)) return undefined;
  const directory = join(place.hosts, ref);
  const record = await readRecord(HostRecord, recordIn(join(directory, '.pileus')));
  return record && { directory, control: join(directory, '.pileus'), record };
}

export async function theHost(place: Place, ref: Ref): Promise<Host> {
  const host = await findHost(place, ref);
  if (!host) throw new Failure('not-found', { kind: 'server', id: ref });
  return host;
}

export async function hostsIn(place: Place): Promise<Host[]> {
  const found = await Promise.all((await namesIn(place.hosts)).map((ref) => findHost(place, ref)));
  return found.filter((host) => host !== undefined);
}

/** Lays out the directory of a new host, which starts out running, as a cloud's server does. */
export async function layOut(directory: string, record: HostRecord): Promise<void> {
  const control = join(directory, '.pileus');
  for (const each of ['jobs', 'services', 'bin']) await mkdir(join(control, each), { recursive: true });
  for (const each of ['volumes', 'logs', 'tmp']) await mkdir(join(directory, each));
  await installTools(control);
  await writeFile(recordIn(control), JSON.stringify(record, null, 2));
  await writeFile(join(control, 'up'), '');
}

export async function isUp(host: Host): Promise<boolean> {
  return (await textOf(join(host.control, 'up'))) !== undefined;
}

export async function begin(host: Host): Promise<void> {
  await writeFile(join(host.control, 'up'), '');
  await keepServices(host);
}

/** Starts the services that should run and do not. Their keepers end at once on a host that has been halted. */
export async function keepServices(host: Host): Promise<void> {
  await installTools(host.control);
  const services = await namesIn(join(host.control, 'services'));
  await Promise.all(services.map((name) => keep(host, name)));
}

/** Ends everything that runs there and keeps it from starting again. */
export async function halt(host: Host): Promise<void> {
  await rm(join(host.control, 'up'), { force: true });
  await endProcesses([host], seconds(5));
}

/** Ends every process of these hosts; those that should run stay marked so. */
export async function endProcesses(hosts: readonly Host[], grace: Duration): Promise<void> {
  const refs = new Set(hosts.map((host) => host.record.ref));
  if (refs.size > 0) await end(() => processesOf(refs), grace);
}

/** What every process there finds in its environment; scripts cannot replace these by inputs. */
export function environmentOf({ directory, control, record }: Host): Record<string, string> {
  const { username } = userInfo();
  return {
    PATH: [join(control, 'bin'), ...searchPath()].join(':'),
    HOME: directory,
    TMPDIR: join(directory, 'tmp'),
    USER: username,
    LOGNAME: username,
    HOST_ADDRESS: record.address,
    PILEUS_HOST_ADDRESS: record.address,
    PILEUS_HOST_NAME: record.name,
    PILEUS_VOLUMES: join(directory, 'volumes'),
    [marker]: record.ref,
  };
}

/** Starts one of the host's tools in a session of its own; it goes on when this process dies. */
export function runTool(host: Host, tool: string, args: readonly string[], env: Record<string, string>): ChildProcess {
  const options: SpawnOptions = { cwd: host.directory, env, stdio: 'ignore', detached: true };
  const child = spawn('/bin/sh', [join(host.control, 'bin', tool), ...args], options);
  child.unref();
  return child;
}

async function keep(host: Host, name: string): Promise<void> {
  const service = join(host.control, 'services', name);
  const wanted =
    (await textOf(join(service, 'run'))) !== undefined && (await textOf(join(service, 'down'))) === undefined;
  if (!wanted || (await isKept(service))) return;
  const log = join(host.directory, 'logs', `${name}.log`);
  const keeper = runTool(host, 'keep', [service, log], environmentOf(host));
  keeper.on('error', () => {}); // The next round tries again.
}

async function isKept(service: string): Promise<boolean> {
  const keepers = (await readdir(service)).filter((name) => /^keeper\.\d+$/.test(name));
  const alive = await Promise.all(keepers.map((name) => isAlive(join(service, name))));
  return alive.includes(true);
}

/** A running shell reads on in its file, so a tool is replaced, never written over. */
async function installTools(control: string): Promise<void> {
  const bin = join(control, 'bin');
  await mkdir(bin, { recursive: true });
  const job = await readFile(join(import.meta.dirname, 'host-tools', 'job'), 'utf8');
  for (const [name, ours] of [...(await readHostTools()), ['job', job] as const]) {
    if (ours === (await textOf(join(bin, name)))) continue;
    const unfinished = join(bin, `.${name}.${process.pid}`);
    await writeFile(unfinished, ours, { mode: 0o755 });
    await rename(unfinished, join(bin, name));
  }
}

/** The programs of this machine; those of the packages that the platform itself brings are not for scripts. */
function searchPath(): string[] {
  const usual = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
  const given = (process.env['PATH'] ?? '')
    .split(':')
    .filter((each) => each.startsWith('/') && !each.includes('/node_modules/'));
  return [...new Set([...given, ...usual])];
}
