import { seconds, type Clock, type Duration, type Observed, type Ref } from '@pileus/model';
import { z } from 'zod';
import { Server } from './answers.ts';
import type { Service } from './client.ts';
import { collection, type Query } from './collection.ts';
import { orAborted } from './identity.ts';
import { together } from './together.ts';

export const serverNames = {
  kind: 'server',
  path: 'servers',
  listPath: 'servers/detail',
  one: 'server',
  many: 'servers',
} as const;

/**
 * Looks at servers that are waited for. Looking at one costs Nova two questions to Neutron, and many are waited for
 * together: lists without details cost none, and a list with details costs no more than one server.
 */
export interface ServerLooks {
  /** As Nova shows it. */
  read(ref: Ref, signal: AbortSignal): Promise<Server | undefined>;
  /** As it was last seen, if Nova still builds or deletes it; one call answers for all who ask. */
  stillPassing(ref: Ref, signal: AbortSignal): Promise<Observed<'server'> | undefined>;
  /** What was seen; while it is on its way, that is an answer. */
  keep(seen: Observed<'server'>): void;
  /** What is known without looking: Nova has just been asked to make it, or to delete it. */
  begins(ref: Ref, state: 'creating' | 'deleting', name?: string): void;
  forget(ref: Ref): void;
}

const mostNames = 10_000;
const longestBelief = seconds(20);
/** While more than so many are built, those that are done wait for each other, so that one list shows several. */
const crowd = 5;
/** So many wait for each other. */
const company = 5;
const longestWait = seconds(5);
/** From so many on, one list with details costs Nova less than a reading of each. */
const many = 3;
/** By so much the cloud's clock may be behind ours before lists by time miss what they are asked for. */
const skew = seconds(10);

interface Passing {
  readonly seen: Observed<'server'>;
  /** Since when it is known to be on its way. */
  readonly since: number;
  /** Until when it is known not to have changed. */
  readonly until: number;
}

export function serverLooks(compute: Service, clock: Clock): ServerLooks {
  const all = collection(compute, serverNames, Server);
  const brief = collection(compute, { ...serverNames, listPath: 'servers' }, z.object({ id: z.string() }));
  const passing = new Map<Ref, Passing>();
  const names = new Map<Ref, string>();
  // Each call serves several callers, so none of them may abort it.
  const { signal: own } = new AbortController();

  const listed = async (query: Query) =>
    new Map((await Array.fromAsync(brief.list(query, own))).map(({ id }) => [id, true]));
  const again = { most: Infinity, patience: clock };
  const isBuilding = together({ ...again, ask: () => listed({ status: 'BUILD' }) });
  const isThere = together({ ...again, ask: (refs) => listed(beginning(namesOf(refs))) });
  const namesOf = (refs: readonly Ref[]) => refs.map((ref) => names.get(ref) ?? '');
  const othersOf = inCompany(company, longestWait, clock);
  const stillBuilding = () => [...passing.values()].filter(({ seen }) => seen.state === 'creating').length;
  const keep = (seen: Observed<'server'>) => {
    if (names.size > mostNames) names.clear();
    names.set(seen.ref, seen.name);
    const now = clock.now();
    if (seen.state === 'creating' || seen.state === 'deleting') passing.set(seen.ref, { seen, since: now, until: now });
    else passing.delete(seen.ref);
  };

  const detailed = together({ most: Infinity, ask: (refs) => readAll(refs) });
  const readAll = async (refs: readonly Ref[]): Promise<ReadonlyMap<Ref, Server>> => {
    const found = new Map<Ref, Server>();
    if (refs.length >= many) {
      const changed = Math.min(...refs.map((ref) => passing.get(ref)?.until ?? 0)) - skew;
      const since = new Date(changed).toISOString();
      // Those that are still built have changed as well, and would make most of the list; what failed is read by itself.
      const query = { ...beginning(namesOf(refs)), status: 'ACTIVE', 'changes-since': since };
      for await (const item of all.list(query, own)) found.set(item.id, item);
    }
    const others = refs.filter((ref) => !found.has(ref)).map((ref) => all.read(ref, own));
    for (const item of await Promise.all(others)) if (item) found.set(item.id, item);
    return found;
  };
  return {
    read: (ref, signal) => (passing.has(ref) ? orAborted(detailed(ref), signal) : all.read(ref, signal)),
    async stillPassing(ref, signal) {
      const before = passing.get(ref);
      if (!before) return undefined;
      const now = clock.now();
      const isDeleting = before.seen.state === 'deleting';
      // A deletion may fail; that it is still listed does not tell.
      if (isDeleting && now - before.since > longestBelief) return undefined;
      if (await orAborted(isDeleting ? isThere(ref) : isBuilding(ref), signal)) {
        if (!isDeleting && passing.get(ref) === before) passing.set(ref, { ...before, until: now });
        return before.seen;
      }
      // It is gone, or built, most likely.
      if (isDeleting) passing.delete(ref);
      else if (stillBuilding() > crowd) await orAborted(othersOf(), signal);
      return undefined;
    },
    keep,
    begins(ref, state, name = names.get(ref)) {
      if (name === undefined) return;
      const native = state === 'creating' ? 'BUILD' : 'ACTIVE deleting';
      const details = { addresses: [], volumes: [] };
      keep({ kind: 'server', ref, name, state, native, details });
    },
    forget(ref) {
      passing.delete(ref);
      names.delete(ref);
    },
  };
}

/** Waits until so many wait, or the first of them has waited for so long. */
function inCompany(enough: number, longest: Duration, clock: Clock): () => Promise<void> {
  let group: (PromiseWithResolvers<void> & { count: number }) | undefined;
  return () => {
    const mine = (group ??= { ...Promise.withResolvers<void>(), count: 0 });
    const leave = () => {
      if (group === mine) group = undefined;
      mine.resolve();
    };
    mine.count += 1;
    if (mine.count === 1) clock.sleep(longest).then(leave, leave);
    if (mine.count === enough) leave();
    return mine.promise;
  };
}

/** Nova's filter for one name. */
export const named = (name: string): Query => ({ name: `^${pattern(name)}$` });

/**
 * Nova's filter for all names that begin as these do: it takes a regular expression, but not one with alternatives (on
 * MySQL it looks for the very character `|`).
 */
function beginning([first = '', ...others]: readonly string[]): Query {
  let length = first.length;
  for (const name of others) while (!name.startsWith(first.slice(0, length))) length -= 1;
  return length === 0 ? {} : { name: `^${pattern(first.slice(0, length))}` };
}

/**
 * The cloud's database evaluates it, so what could mean something there stands for anything; the answers are compared
 * exactly afterwards.
 */
const pattern = (name: string): string => name.replace(/[^\w-]+/g, '.+');
