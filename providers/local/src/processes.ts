import { readdir, readFile } from 'node:fs/promises';
import { because, Failure, milliseconds, systemClock, type Duration } from '@pileus/model';
import { provider, textOf } from './place.ts';

/** The variable by which every process of a host carries the host's ref. */
export const marker = 'PILEUS_HOST';

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** In clock ticks since the machine started; pid and start together name one process for ever. */
  readonly start: string;
}

/** Whether the process an identity file (`<pid> <start time>`, see host-tools/identity) names is alive. */
export async function isAlive(file: string): Promise<boolean> {
  const identity = (await textOf(file))?.trim().split(' ');
  const found = identity && (await look(Number(identity[0])));
  return found !== undefined && found.start === identity?.[1];
}

/**
 * Every living process of the hosts with these refs: those that carry the ref in their environment, those that share a
 * session with one, and the descendants of both (a program that changes its title may overwrite its environment).
 */
export async function processesOf(refs: ReadonlySet<string>): Promise<Process[]> {
  const all = await everybody();
  const found = new Set<number>();
  for (const pid of all.keys()) {
    const ref = await refIn(pid);
    if (ref && refs.has(ref)) found.add(pid);
  }
  addSessions(all, found, (await look(ownPid))?.session);
  addDescendants(all, found);
  return [...all.values()].filter(({ pid }) => found.has(pid));
}

/** The living members of a process group; the kernel itself counts those that only wait to be reaped, too. */
export async function membersOf(group: number): Promise<Process[]> {
  const all = await everybody();
  return [...all.values()].filter((process) => process.group === group);
}

/** Ends processes until `list` finds none: politely, then after `grace` by force. Processes begun meanwhile end too. */
export async function end(list: () => Promise<Process[]>, grace: Duration): Promise<void> {
  const asked = new Set<string>();
  const from = systemClock.now();
  for (let pause = 5; ; pause = Math.min(pause * 2, 100)) {
    const alive = await list();
    if (alive.length === 0) return;
    const waited = systemClock.now() - from;
    if (waited > grace + patience) throw stubborn(alive);
    for (const process of alive) {
      if (waited > grace) signal(process.pid, 'SIGKILL');
      else if (!asked.has(nameOf(process))) signal(process.pid, 'SIGTERM');
      asked.add(nameOf(process));
    }
    await systemClock.sleep(milliseconds(pause));
  }
}

/** Sends a signal; to a process group when `pid` is negative. One that is gone already is not an error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone.
  }
}

const ownPid = process.pid;

/** How long a killed process may take to go, in milliseconds: the kernel may be writing for it. */
const patience = 5_000;

const nameOf = ({ pid, start }: Process) => `${pid} ${start}`;

function stubborn(alive: readonly Process[]): Failure {
  const pids = alive.map(({ pid }) => pid).join(', ');
  return new Failure('provider-broken', { provider, detail: because('processes-stay', { pids }) });
}

/** Every living process but our own. */
async function everybody(): Promise<Map<number, Process>> {
  const all = new Map<number, Process>();
  for (const name of await readdir('/proc').catch(() => [])) {
    const process = /^\d+$/.test(name) ? await look(Number(name)) : undefined;
    if (process && process.pid !== ownPid) all.set(process.pid, process);
  }
  return all;
}

async function look(pid: number): Promise<Process | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (!stat) return undefined;
  // proc_pid_stat(5): the program's name, in parentheses, may hold blanks; after it come state, parent, group, session.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = 'X', parent, group, session] = fields;
  if (state === 'Z' || state === 'X') return undefined;
  return { pid, parent: Number(parent), group: Number(group), session: Number(session), start: fields[19] ?? '' };
}

async function refIn(pid: number): Promise<string | undefined> {
  // Another user's process cannot be read, and is none of ours.
  const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
  const at = `\0${environment}`.indexOf(`\0${marker}=`);
  return at < 0 ? undefined : environment.slice(at + marker.length + 1).split('\0', 1)[0];
}

/** The sessions of a host's processes are all its own: whatever starts one of them makes a session for it. */
function addSessions(all: ReadonlyMap<number, Process>, found: Set<number>, own: number | undefined): void {
  const sessions = new Set(
    [...found].map((pid) => all.get(pid)?.session).filter((session) => session && session !== own),
  );
  for (const process of all.values()) if (sessions.has(process.session)) found.add(process.pid);
}

function addDescendants(all: ReadonlyMap<number, Process>, found: Set<number>): void {
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const process of all.values()) if (found.has(process.parent)) found.add(process.pid);
  }
}
