import { seconds, type Clock, type Observed, type Ref } from '@pileus/model';
import { z } from 'zod';
import { Server } from './answers.ts';
import type { Service } from './client.ts';
import { collection } from './collection.ts';
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

/** So many names fit into a URL everywhere. */
const atOnce = 25;
const mostNames = 10_000;
const longestBelief = seconds(20);

export function serverLooks(compute: Service, clock: Clock): ServerLooks {
  const all = collection(compute, serverNames, Server);
  const brief = collection(compute, { ...serverNames, listPath: 'servers' }, z.object({ id: z.string() }));
  const passing = new Map<Ref, { readonly seen: Observed<'server'>; readonly at: number }>();
  const names = new Map<Ref, string>();
  // Each call serves several callers, so none of them may abort it.
  const { signal: own } = new AbortController();

  const listed = async (query: Readonly<Record<string, string>>) =>
    new Map((await Array.fromAsync(brief.list(query, own))).map(({ id }) => [id, true]));
  const isBuilding = together({ ask: () => listed({ status: 'BUILD' }), most: Infinity, patience: clock });
  const isThere = together({ ask: (refs) => listed({ name: anyOf(namesOf(refs)) }), most: atOnce, patience: clock });
  const namesOf = (refs: readonly Ref[]) => refs.map((ref) => names.get(ref) ?? '');
  const keep = (seen: Observed<'server'>) => {
    if (names.size > mostNames) names.clear();
    names.set(seen.ref, seen.name);
    if (seen.state === 'creating' || seen.state === 'deleting') passing.set(seen.ref, { seen, at: clock.now() });
    else passing.delete(seen.ref);
  };

  const detailed = together({ most: atOnce, ask: (refs) => readAll(refs) });
  const readAll = async (refs: readonly Ref[]): Promise<ReadonlyMap<Ref, Server>> => {
    const found = new Map<Ref, Server>();
    if (refs.length > 1)
      for await (const item of all.list({ name: anyOf(namesOf(refs)) }, own)) found.set(item.id, item);
    for (const ref of refs) {
      const item = found.get(ref) ?? (await all.read(ref, own));
      if (item) found.set(ref, item);
    }
    return found;
  };
  return {
    read: (ref, signal) => (passing.has(ref) ? orAborted(detailed(ref), signal) : all.read(ref, signal)),
    async stillPassing(ref, signal) {
      const before = passing.get(ref);
      if (!before) return undefined;
      const isDeleting = before.seen.state === 'deleting';
      // A deletion may fail; that it is still listed does not tell.
      if (isDeleting && clock.now() - before.at > longestBelief) return undefined;
      const still = isDeleting ? isThere(ref) : isBuilding(ref);
      return (await orAborted(still, signal)) ? before.seen : undefined;
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

/** A regular expression for Nova's `name` filter. */
export const anyOf = (names: readonly string[]): string => `^(${[...new Set(names.map(pattern))].join('|')})$`;

/**
 * One name in it. The cloud's database evaluates it, so what could mean something there stands for anything; the
 * answers are compared exactly afterwards.
 */
const pattern = (name: string): string => name.replace(/[^\w-]+/g, '.+');
