import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readHostTools } from '@pileus/provider';

/** The programs for `sh` that do on a host what a shell needs; each says at its beginning what it is called with. */
export const programs = {
  run: once(() => program('run')),
  end: once(() => program('end')),
  put: once(() => program('put')),
};

/** What lies in a directory on the PATH of every script. */
export const hostTools = once(async () => {
  const ours = ['job', 'end-job'].map(async (name) => [name, await text('host-tools', name)] as const);
  return new Map([...(await readHostTools()), ...(await Promise.all(ours))]);
});

/** Reads all of them, so that whoever uses one later waits for no file. */
export async function readPrograms(): Promise<void> {
  await Promise.all([hostTools(), ...Object.values(programs).map((read) => read())]);
}

/** How a program tells processes apart comes first. */
async function program(name: string): Promise<string> {
  return `${(await readHostTools()).get('identity') ?? ''}\n${await text('programs', name)}`;
}

function text(directory: string, name: string): Promise<string> {
  return readFile(join(import.meta.dirname, directory, name), 'utf8');
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
