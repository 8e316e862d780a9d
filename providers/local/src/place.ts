import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { because, Failure } from '@pileus/model';
import type { z } from 'zod';

/** How failures name this provider. */
export const provider = 'This machine';

/** Where an account's things are; everything is below the account's own directory. */
export interface Place {
  readonly directory: string;
  readonly hosts: string;
  readonly volumes: string;
  readonly addresses: string;
}

export function placeIn(directory: string): Place {
  return {
    directory,
    hosts: join(directory, 'hosts'),
    volumes: join(directory, 'volumes'),
    addresses: join(directory, 'addresses'),
  };
}

/**
 * The ref that a token leads to: the same token names the same thing, so creating twice makes one. The directory is
 * part of it, because processes are recognized by their host's ref on the whole machine.
 */
export function refOf(kind: string, place: Place, token: string): string {
  return `${kind}-${createHash('sha256').update(`${place.directory}\0${token}`).digest('hex').slice(0, 16)}`;
}

/** Whether a text can be one of our refs: anything else might lead out of the directory it is looked for in. */
export function isRef(text: string): boolean {
  return /^[a-z]+-[0-9a-f]+$/.test(text);
}

/** The same for the directory of a job, where only the host matters. */
export function jobName(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 24);
}

/** Reads a JSON record of ours, or undefined when there is none. */
export async function readRecord<T>(schema: z.ZodType<T>, path: string): Promise<T | undefined> {
  const text = await textOf(path);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Failure('provider-broken', { provider, detail: because('file-unreadable', { path }) }, { cause });
  }
}

/** Writes a record that nobody has written yet; false when somebody has. Readers see it whole or not at all. */
export async function claimRecord(path: string, record: unknown): Promise<boolean> {
  const unfinished = besides(path);
  await writeFile(unfinished, JSON.stringify(record, null, 2));
  try {
    await link(unfinished, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** Writes a record anew. Readers see the one before or this one, whole. */
export async function replaceRecord(path: string, record: unknown): Promise<void> {
  const unfinished = besides(path);
  await writeFile(unfinished, JSON.stringify(record, null, 2));
  await rename(unfinished, path);
}

/**
 * Makes a directory that is there with all its contents or not at all; false when it is there already. Nobody else may
 * enter it: what scripts print and report may be secret.
 */
export async function claimDirectory(path: string, fill: (unfinished: string) => Promise<void>): Promise<boolean> {
  const unfinished = besides(path);
  await mkdir(dirname(unfinished), { recursive: true });
  await mkdir(unfinished, { mode: 0o700 });
  try {
    await fill(unfinished);
    await rename(unfinished, path);
    return true;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (codeOf(error) === 'ENOTEMPTY' || codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Removes a directory; whoever looks meanwhile finds it gone at once. */
export async function removeDirectory(path: string): Promise<void> {
  const doomed = besides(path);
  try {
    await rename(path, doomed);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  await rm(doomed, { recursive: true, force: true });
}

/** The names in a directory; what is being made or removed there does not count. */
export async function namesIn(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).filter((name) => !name.startsWith('.')).toSorted();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Sweeps away what was being made or removed when somebody was killed. Only for a directory nobody else works in. */
export async function sweep(directory: string): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  for (const name of names.filter((name) => name.startsWith('.~'))) {
    await rm(join(directory, name), { recursive: true, force: true });
  }
}

export async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

function besides(path: string): string {
  const slash = path.lastIndexOf('/');
  return `${path.slice(0, slash)}/.~${path.slice(slash + 1)}.${randomBytes(6).toString('hex')}`;
}
