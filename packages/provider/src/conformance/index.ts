import {
  Failure,
  failures,
  managedKinds,
  minutes,
  plainCall,
  systemClock,
  type Clock,
  type Duration,
  type ManagedKind,
  type Ref,
  type Specs,
} from '@pileus/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOnce } from '../create-once.ts';
import type { Connection } from '../provider.ts';
import { supportMatrix } from '../support.ts';
import { changesInPlace, differsIn } from './changes.ts';
import { newToken, workbench, type Samples, type Workbench } from './bench.ts';
import { shellKeepsPromises } from './shell.ts';

export type { Bench, Sample, Samples } from './bench.ts';
export { supportMatrix };

/** A provider to be tried. */
export interface Subject {
  readonly name: string;
  /** Called once. `clock` is the system's unless given; `cleanUp` is called last. */
  connect(): Promise<{ connection: Connection; clock?: Clock; cleanUp?: () => Promise<void> }>;
  /** One for every kind the provider has a driver for. */
  readonly samples: Samples;
  /** `pretended` where scripts are not really run, so that nothing can be promised of them. */
  readonly shell?: 'real' | 'pretended';
  /** How long anything may take to become ready, or to vanish; 2 minutes unless told. */
  readonly within?: Duration;
}

/**
 * Tries every promise of the driver contract on a provider, and leaves nothing behind. To be called at the top of a test
 * file.
 */
export function keepsPromises({ name, connect, samples, shell = 'real', within = minutes(2) }: Subject): void {
  describe(name, { timeout: 3 * within }, () => {
    let bench: Workbench;
    let before: Record<string, Ref[]>;
    let close: () => Promise<void> = async () => {};

    beforeAll(async () => {
      const { connection, clock = systemClock, cleanUp } = await connect();
      bench = workbench({ connection, clock, samples, within });
      close = async () => {
        await connection.close?.();
        await cleanUp?.();
      };
      before = await everything(bench);
    }, within);

    afterAll(() => close(), within);

    test('every kind it has is tried', () => {
      expect(Object.keys(bench.connection.drivers).toSorted()).toEqual(Object.keys(samples).toSorted());
    });

    test('its check answers for each service, in every language', async () => {
      const checks = await Array.fromAsync(bench.connection.check(bench.signal));
      expect(checks.length).toBeGreaterThan(0);
      for (const check of checks) expect(check, JSON.stringify(check)).toMatchObject({ ok: true, detail: bilingual });
    });

    test('what is in a catalogue can be read one by one', async () => {
      for (const { kind } of supportMatrix(bench.connection)) {
        const [first] = await bench.list(kind);
        if (first) expect(await bench.read(kind, first.ref)).toMatchObject({ ref: first.ref, name: first.name });
      }
    });

    for (const kind of managedKinds) if (samples[kind]) kindKeepsPromises(kind, samples, () => bench);

    if (samples.server && shell === 'real') shellKeepsPromises(() => bench);

    test('nothing is left behind', async () => {
      let after: Record<string, Ref[]> = {};
      const isSame = async () => {
        after = await everything(bench);
        return JSON.stringify(after) === JSON.stringify(before);
      };
      await bench.eventually('a clean place', isSame).catch(() => expect(after).toEqual(before));
    });
  });
}

function kindKeepsPromises<K extends ManagedKind>(kind: K, samples: Samples, of: () => Workbench): void {
  describe(kind, () => {
    const token = newToken();
    const sample = samples[kind];
    let spec: Specs[K];
    let ref: Ref;

    afterAll(() => of().cleanUp());

    test('one that is created can be read, and is listed', async () => {
      const bench = of();
      spec = await sample!.spec(bench);
      const call = { token, attempt: 1, signal: bench.signal, log: () => {} };
      ref = await createOnce(bench.driver(kind), spec, call, bench.clock);
      bench.own(kind, ref);
      const seen = await bench.ready(kind, ref);
      expect(seen.ref).toBe(ref);
      const listed = await bench.eventually(`${kind} ${ref} being listed`, async () =>
        (await bench.list(kind)).find((each) => each.ref === ref),
      );
      expect({ ref: listed.ref, name: listed.name, details: listed.details }).toEqual({
        ref,
        name: seen.name,
        details: seen.details,
      });
    });

    test('right after it was made, it shows what was asked for', async () => {
      await differsIn(of(), kind, ref, spec, []);
    });

    test('creating it again with its token, whose answer may have been lost, gives the same one', async () => {
      const { clock, signal, driver, list } = of();
      const call = { token, attempt: 2, unclearSince: new Date(clock.now()), signal, log: () => {} };
      expect(await createOnce(driver(kind), spec, call, clock)).toBe(ref);
      const marked = (await list(kind)).filter((each) => each.token === token);
      expect(marked.length, 'marked with the token').toBeLessThanOrEqual(1);
    });

    test.runIf(sample?.several)(
      'what is asked for at the same moment is each made by its own token, and one that is refused refuses no other',
      async () => {
        const bench = of();
        const asked = (await sample!.several!(bench)).map((each) => ({ spec: each, token: newToken() }));
        const senseless = sample!.bad && { spec: await sample!.bad(bench), token: newToken() };
        const all = [...asked, ...(senseless ? [senseless] : [])];
        const { clock, signal, driver, list } = bench;
        const attempt = (attempts: number, unclearSince?: Date) =>
          Promise.allSettled(
            all.map((each) => {
              const call = { token: each.token, attempt: attempts, unclearSince, signal, log: () => {} };
              return createOnce(driver(kind), each.spec, call, clock);
            }),
          );
        const outcomes = await attempt(1);
        const refs = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : undefined));
        for (const made of refs) if (made !== undefined) bench.own(kind, made);
        expect(outcomes.map(({ status }) => status)).toEqual(
          all.map((each) => (each === senseless ? 'rejected' : 'fulfilled')),
        );
        const own = refs.filter((made) => made !== undefined);
        expect(new Set(own).size).toBe(asked.length);
        for (const [n, made] of own.entries())
          expect([undefined, asked[n]?.token]).toContain((await bench.ready(kind, made)).token);
        // As if the answer to all of them had been lost.
        const again = await attempt(2, new Date(clock.now()));
        expect(again.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []))).toEqual(own);
        const marked = (await list(kind)).filter((each) => asked.some(({ token: mark }) => mark === each.token));
        expect(marked.length, 'marked with their tokens').toBeLessThanOrEqual(asked.length);
      },
    );

    test('it does what its verbs say', async () => {
      const bench = of();
      const driver = bench.driver(kind);
      for (const [verb, state] of [
        ['stop', 'stopped'],
        ['start', 'running'],
        ['reboot', 'running'],
      ] as const) {
        if (!driver[verb]) continue;
        await driver[verb](ref, { token: newToken(), attempt: 1, signal: bench.signal, log: () => {} });
        await bench.eventually(`${verb} of ${kind} ${ref}`, async () => (await bench.read(kind, ref))?.state === state);
      }
    });

    test('what can be changed in place is changed, is seen, and may be changed again', async () => {
      const bench = of();
      await changesInPlace(bench, kind, ref, sample!, spec);
    });

    test('deleting it twice succeeds, and then it is gone', async () => {
      const bench = of();
      await bench.remove(kind, ref);
      await bench.remove(kind, ref);
      await bench.eventually(`${kind} ${ref} leaving the list`, async () =>
        (await bench.list(kind)).every((each) => each.ref !== ref),
      );
    });

    test('one that never was reads as undefined, and deleting it succeeds', async () => {
      const bench = of();
      const never = ref.replace(/[0-9a-z]/gi, '0');
      expect(await bench.read(kind, never)).toBeUndefined();
      const { changeable = [], update } = bench.driver(kind);
      const call = plainCall(newToken(), bench.signal);
      if (update) await expect(update(never, spec, changeable, call)).rejects.toMatchObject({ code: 'not-found' });
      await bench.driver(kind).delete(never, plainCall(newToken(), bench.signal));
    });

    test('a call that is aborted rejects with the reason', async () => {
      const driver = of().driver(kind);
      const reason = new Failure('cancelled');
      const signal = AbortSignal.abort(reason);
      const call = { token: newToken(), attempt: 1, signal, log: () => {} };
      await expect(driver.read(ref, signal)).rejects.toBe(reason);
      await expect(Array.fromAsync(driver.list(signal))).rejects.toBe(reason);
      await expect(driver.create(spec, call)).rejects.toBe(reason);
      if (driver.update) await expect(driver.update(ref, spec, [], call)).rejects.toBe(reason);
      await expect(driver.delete(ref, call)).rejects.toBe(reason);
    });

    test.runIf(sample?.bad)('a spec that makes no sense is refused with a failure that says so', async () => {
      const bench = of();
      const senseless = await sample!.bad!(bench);
      const call = { token: newToken(), attempt: 1, signal: bench.signal, log: () => {} };
      const thrown: unknown = await bench
        .driver(kind)
        .create(senseless, call)
        .then(
          (made) => bench.own(kind, made),
          (error: unknown) => error,
        );
      expect(thrown).toBeInstanceOf(Failure);
      if (!(thrown instanceof Failure)) return;
      expect(Object.keys(failures)).toContain(thrown.code);
      expect({ code: thrown.code, unclear: thrown.unclear, retry: thrown.retry }).toMatchObject({
        unclear: false,
        retry: false,
      });
    });
  });
}

const bilingual = { en: expect.stringMatching(/./) as string, 'zh-CN': expect.stringMatching(/./) as string };

async function everything(bench: Workbench): Promise<Record<string, Ref[]>> {
  const all: Record<string, Ref[]> = {};
  for (const kind of managedKinds) {
    if (bench.connection.drivers[kind]) all[kind] = (await bench.list(kind)).map(({ ref }) => ref).toSorted();
  }
  return all;
}
