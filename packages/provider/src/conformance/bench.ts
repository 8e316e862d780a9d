import { randomUUID } from 'node:crypto';
import {
  Failure,
  milliseconds,
  plainCall,
  resourceStates,
  type CatalogueKind,
  type Clock,
  type Duration,
  type Kind,
  type ManagedKind,
  type Observed,
  type Ref,
  type Specs,
} from '@pileus/model';
import { expect } from 'vitest';
import { createOnce } from '../create-once.ts';
import type { Catalogue, Connection, Driver } from '../provider.ts';

/** How to build what a promise is tried with, kind by kind. */
export type Samples = { readonly [K in ManagedKind]?: Sample<K> };

export interface Sample<K extends ManagedKind> {
  /** A spec that the provider accepts. What it depends on is made through the bench, and removed by it. */
  spec(bench: Bench): Promise<Specs[K]> | Specs[K];
  /** Some that are asked for at the same moment, where the driver makes one request of them. */
  several?(bench: Bench): Promise<readonly Specs[K][]> | readonly Specs[K][];
  /** A spec that the provider has to refuse. */
  bad?(bench: Bench): Promise<Specs[K]> | Specs[K];
  /** Another value for every field that its driver changes in place; what these depend on is made through the bench. */
  changes?(bench: Bench, spec: Specs[K]): Promise<Partial<Specs[K]>> | Partial<Specs[K]>;
}

/** Where the samples of one kind are made; it removes what was made, last made first. */
export interface Bench {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** A name nobody has, that tells where it comes from. */
  name(): string;
  /** Makes one of another kind by that kind's sample, and waits until it is ready. */
  sample(kind: ManagedKind): Promise<Ref>;
  /** Makes one of another kind to order, and waits until it is ready. */
  make<K extends ManagedKind>(kind: K, spec: Specs[K]): Promise<Ref>;
  /** The first flavor or image that suits. */
  pick<K extends CatalogueKind>(kind: K, suits?: (item: Observed<K>) => boolean): Promise<Ref>;
}

/** The bench as the kit itself sees it. */
export interface Workbench extends Bench {
  driver<K extends ManagedKind>(kind: K): Driver<K>;
  list<K extends Kind>(kind: K): Promise<Observed<K>[]>;
  read<K extends Kind>(kind: K, ref: Ref): Promise<Observed<K> | undefined>;
  /** Looks until it is as it should be, and gives what was seen. */
  eventually<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T>;
  ready<K extends ManagedKind>(kind: K, ref: Ref): Promise<Observed<K>>;
  /** Does it as the engine does: what may help when tried again, unchanged, is tried again. */
  patiently<T>(what: string, act: () => Promise<T>): Promise<T>;
  remove(kind: ManagedKind, ref: Ref): Promise<void>;
  /** Marks it for removal at the end. */
  own(kind: ManagedKind, ref: Ref): void;
  cleanUp(): Promise<void>;
}

export interface BenchOptions {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly samples: Samples;
  /** How long anything may take to become ready, or to vanish. */
  readonly within: Duration;
}

export function workbench({ connection, clock, samples, within }: BenchOptions): Workbench {
  const { signal } = new AbortController();
  const owned: { kind: ManagedKind; ref: Ref }[] = [];

  const bench: Workbench = {
    connection,
    clock,
    signal,
    name: () => `conformance-${randomUUID().slice(0, 8)}`,

    driver(kind) {
      const driver = connection.drivers[kind];
      if (!driver) throw new Error(`There is a sample for ${kind}, but the provider has no driver for it`);
      return driver;
    },

    async list(kind) {
      const found = await Array.fromAsync(catalogueOf(connection, kind).list(signal));
      for (const each of found) isWellFormed(kind, each);
      expect(new Set(found.map(({ ref }) => ref)).size, `each ${kind} is listed once`).toBe(found.length);
      return found;
    },

    async read(kind, ref) {
      const found = await catalogueOf(connection, kind).read(ref, signal);
      if (found) isWellFormed(kind, found);
      return found;
    },

    async eventually(what, look) {
      const deadline = clock.now() + within;
      for (let pause = 50; ; pause = Math.min(pause * 1.5, 3_000)) {
        const seen = await look();
        if (seen !== undefined && seen !== false) return seen;
        if (clock.now() > deadline) throw new Error(`${what} did not come about within ${within / 1000} s`);
        await clock.sleep(milliseconds(pause), signal);
      }
    },

    ready: (kind, ref) =>
      bench.eventually(`${kind} ${ref} being ready`, async () => {
        const seen = await bench.read(kind, ref);
        if (seen?.state === 'failed') throw new Error(`${kind} ${ref} failed: ${JSON.stringify(seen)}`);
        return seen && ['ready', 'running', 'stopped'].includes(seen.state) && seen;
      }),

    async make(kind, spec) {
      const driver = bench.driver(kind);
      const ref = await bench.patiently(`making a ${kind}`, () =>
        createOnce(driver, spec, plainCall(newToken(), signal), clock),
      );
      bench.own(kind, ref);
      await bench.ready(kind, ref);
      return ref;
    },

    async sample(kind) {
      return makeSample(bench, samples, kind);
    },

    async pick(kind, suits = () => true) {
      const found = (await bench.list(kind)).find(suits);
      if (!found) throw new Error(`The provider lists no ${kind} that suits`);
      return found.ref;
    },

    async patiently(what, act) {
      const { done } = await bench.eventually(what, async () => {
        try {
          return { done: await act() };
        } catch (error) {
          if (error instanceof Failure && error.retry && !error.unclear) return undefined;
          throw error;
        }
      });
      return done;
    },

    own: (kind, ref) => void owned.push({ kind, ref }),

    async remove(kind, ref) {
      const driver = bench.driver(kind);
      await bench.patiently(`deleting the ${kind} ${ref}`, () => driver.delete(ref, plainCall(newToken(), signal)));
      await bench.eventually(`${kind} ${ref} being gone`, async () => (await bench.read(kind, ref)) === undefined);
    },

    async cleanUp() {
      for (let last = owned.pop(); last; last = owned.pop()) await bench.remove(last.kind, last.ref);
    },
  };
  return bench;
}

/** At most 64 ASCII characters, shaped like a run's (`run id/step key`). */
export const newToken = () => `run-${randomUUID().slice(0, 13)}/conformance`;

function makeSample<K extends ManagedKind>(bench: Workbench, samples: Samples, kind: K): Promise<Ref> {
  const sample: Samples[K] = samples[kind];
  if (!sample) throw new Error(`A sample needs one for ${kind}, and there is none`);
  return Promise.resolve(sample.spec(bench)).then((spec) => bench.make(kind, spec));
}

function catalogueOf<K extends Kind>(connection: Connection, kind: K): Catalogue<K> {
  // Drivers are catalogues of the same kind; TypeScript does not see that through the two indexed types.
  const all = { ...connection.drivers, ...connection.catalogues } as Connection['catalogues'];
  const catalogue = all[kind];
  if (!catalogue) throw new Error(`The provider has no ${kind}`);
  return catalogue;
}

function isWellFormed<K extends Kind>(kind: K, seen: Observed<K>): void {
  expect(seen.kind).toBe(kind);
  expect(seen.ref).toMatch(/./);
  expect(seen.name).toEqual(expect.any(String));
  expect(seen.native).toEqual(expect.any(String));
  expect(resourceStates).toContain(seen.state);
  expect(seen.details).toBeDefined();
}
