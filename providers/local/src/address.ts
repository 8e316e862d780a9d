import { createHash } from 'node:crypto';
import { mkdir, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { because, days, Failure, systemClock } from '@pileus/model';
import { claimRecord, namesIn, provider, textOf, type Place } from './place.ts';

/** What a host has where the machine cannot give it an address of its own; its ports may then clash with others'. */
export const sharedAddress = '127.0.0.1';

/**
 * Takes a loopback address (127.64.0.0/10) that no other host of the account has. On Linux the whole of 127.0.0.0/8 can
 * be bound by anyone without setting anything up; other systems know 127.0.0.1 alone. Another account's host gets
 * the same address about once in 4 million times.
 */
export async function takeAddress(place: Place, ref: string): Promise<string> {
  await mkdir(place.addresses, { recursive: true });
  for (let attempt = 0; attempt < 1000; attempt += 1) {
    const address = candidate(`${place.directory}\0${ref}\0${attempt}`);
    if (!(await canBind(address))) return sharedAddress;
    const file = join(place.addresses, address);
    if ((await claimRecord(file, ref)) || (await holder(file)) === ref) return address;
  }
  throw new Failure('no-capacity', { provider, kind: 'server', detail: because('no-loopback') });
}

export async function releaseAddress(place: Place, ref: string, address: string): Promise<void> {
  const file = join(place.addresses, address);
  if ((await holder(file)) === ref) await rm(file, { force: true });
}

/** Gives back the addresses of hosts that were never finished, once nobody can be about to finish them. */
export async function releaseUnused(place: Place, refs: ReadonlySet<string>): Promise<void> {
  for (const address of await namesIn(place.addresses)) {
    const file = join(place.addresses, address);
    const [ref, { mtimeMs }] = await Promise.all([holder(file), stat(file)]);
    if (!refs.has(String(ref)) && mtimeMs < systemClock.now() - days(1)) await rm(file, { force: true });
  }
}

/** Whether a program may listen on this address here. */
export function canBind(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(0, address, () => server.close(() => resolve(true)));
  });
}

function candidate(seed: string): string {
  const [a = 0, b = 0, c = 0] = createHash('sha256').update(seed).digest();
  return `127.${64 + (a % 64)}.${b}.${1 + (c % 254)}`;
}

async function holder(file: string): Promise<unknown> {
  const text = await textOf(file);
  return text && (JSON.parse(text) as unknown);
}
