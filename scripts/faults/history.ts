import { lease, Life, MemoryJournal } from '@pileus/engine/testing';
import type { RunDefinition } from '@pileus/engine';
import { days, hours, milliseconds, minutes, plainCall, seconds, type RunId } from '@pileus/model';
import type { Deployment, World } from '@pileus/orchestrator';
import { chanceOf, virtualClock, type VirtualClock } from '@pileus/provider/testing';
import { acts, definitionOf, deployment as id, inputOf, runOf, type Act } from './runs.ts';
import { Inventory } from './inventory.ts';
import { driverOf, outsideOf, persistently, type Outside } from './outside.ts';
import { subjectOf, topologies, type Subject } from './topology.ts';
import { Trace } from './trace.ts';
import { judgeMade, judgeRemoved, type Verdict } from './verdict.ts';
import { weatherOf, type Fault, type Once, type Roll, type Weather } from './weather.ts';

/** Ours writes down what it is about to do; the naive one creates, then records. */
export type Design = 'ours' | 'naive';

/** What came of one seed. */
export interface Outcome extends Verdict {
  readonly seed: number;
  readonly once: Once;
  readonly faults: ReadonlySet<Fault>;
  readonly crashes: number;
  readonly bugs: readonly unknown[];
  /** Of all its boundaries and calls in their order, with the time of each. */
  readonly trace: string;
}

/**
 * A deployment is made, in most seeds changed to another topology, mended and rolled back, and deleted, all in the weather of
 * a seed; after each of these what there is is compared with what is known.
 */
export async function history(seed: number, design: Design, tell?: (line: string) => void): Promise<Outcome> {
  const { roll } = chanceOf(seed);
  const number = Math.floor(topologies * roll('which topology'));
  const subject = await subjectOf(number, chanceOf(0).roll);
  const other = await subjectOf((number + 1 + Math.floor(20 * roll('which other'))) % topologies, chanceOf(0).roll);
  return new History(seed, design, roll, subject, other, new Trace(tell)).play();
}

/** A run that is not done after so many lives, or so long, is stuck. */
const mostLives = 150;
const longest = days(20);
const tries = { change: 3, remove: 12 };

class History {
  readonly #seed: number;
  readonly #roll: Roll;
  readonly #weather: Weather;
  readonly #clock: VirtualClock = virtualClock({ auto: true });
  readonly #outside: Outside;
  readonly #inventory: Inventory;
  readonly #journal: MemoryJournal;
  readonly #subject: Subject;
  readonly #other: Subject;
  readonly #trace: Trace;
  readonly #bugs: unknown[] = [];
  readonly #byHand = new Set<string>();
  #crashes = 0;
  #boundaries = 0;
  #isOver = false;

  constructor(seed: number, design: Design, roll: Roll, subject: Subject, other: Subject, trace: Trace) {
    this.#seed = seed;
    this.#trace = trace;
    this.#roll = roll;
    this.#subject = subject;
    this.#other = other;
    this.#weather = weatherOf(seed, roll);
    const isNaive = design === 'naive';
    this.#outside = outsideOf(this.#weather, this.#clock, trace, { isNaive });
    this.#inventory = new Inventory(isNaive);
    let numbers = 0;
    this.#journal = new MemoryJournal({
      clock: this.#clock,
      random: () => roll('journal', ++numbers),
      project: (writes) => this.#inventory.write(writes),
      onBug: (error, where) => this.#bugs.push(`${where}: ${error instanceof Error ? error.stack : String(error)}`),
    });
  }

  async play(): Promise<Outcome> {
    const verdict: Verdict = { orphans: 0, duplicates: 0, falseDeletes: 0, stuck: 0, notes: [] };
    const foreign = await this.#makeForeign();
    const changes = (['create', 'update', 'heal', 'rollback'] as const).filter(
      (act) => act === 'create' || this.#roll('is there', act) < 0.6,
    );
    for (const act of changes) {
      const trouble = act === 'create' ? this.#makeTrouble(runOf(act)) : undefined;
      const isMade = await this.#toTheEnd(act, tries.change, verdict);
      await trouble;
      if (isMade === undefined) break;
      const byHand = act === 'heal' && isMade ? new Set<string>() : this.#byHand;
      if (act === 'heal' && isMade) this.#byHand.clear();
      judgeMade(verdict, await this.#outside.truth(), this.#inventory, { isWhole: isMade, byHand });
    }
    const isGone = await this.#toTheEnd('delete', tries.remove, verdict);
    if (isGone === false)
      stuck(verdict, `the deletion fails: ${JSON.stringify(this.#journal.get(runOf('delete')).failure)}`);
    if (isGone) judgeRemoved(verdict, await this.#outside.truth(), this.#inventory, foreign);
    this.#isOver = true;
    const { once, faults } = this.#weather;
    return {
      ...verdict,
      seed: this.#seed,
      once,
      faults,
      crashes: this.#crashes,
      bugs: this.#bugs,
      trace: this.#trace.digest,
    };
  }

  /** Carries a run out over as many lives as it takes, and resumes it; answers whether it succeeded in the end. */
  async #toTheEnd(act: Act, most: number, verdict: Verdict): Promise<boolean | undefined> {
    const run = runOf(act);
    this.#journal.start(run, `deployment.${act}`, inputOf(act));
    for (let resumed = 0, life = 0; ;) {
      const over = await this.#live(run, life);
      const { state } = this.#journal.get(run);
      if (++life > mostLives || over === 'stuck') {
        stuck(verdict, `${run} is ${state} for good`);
        return undefined;
      }
      if (state === 'succeeded') return true;
      if (state === 'paused' || ((state === 'failed' || state === 'cancelled') && resumed < most)) {
        if (state !== 'paused') resumed++;
        await this.#clock.sleep(minutes(5 * this.#roll('back to it', run, life)));
        this.#journal.resume(run);
      } else if (state === 'failed' || state === 'cancelled') return false;
    }
  }

  /** One worker has the run until it ends, or the worker does. */
  async #live(run: RunId, number: number): Promise<'ended' | 'over' | 'stuck'> {
    const stopped = Promise.withResolvers<'over'>();
    const life: Life = new Life(this.#clock, (boundary) => {
      this.#trace.note(this.#clock.now(), run, number, boundary);
      if (this.#isStopped(run, number, boundary)) void this.#stop(life, `${run} ${number}`).then(stopped.resolve);
      return this.#dies(run, number, boundary);
    });
    const died = new Promise<'over'>((done) => life.over.addEventListener('abort', () => done('over')));
    const patience = new AbortController();
    const outlasted = this.#clock.sleep(longest, patience.signal).then(() => 'stuck' as const);
    outlasted.catch(() => {});
    const told = this.#journal.work(run, this.#definition(run, life), life).then(() => 'ended' as const);
    const end = await Promise.race([told, died, stopped.promise, outlasted]);
    patience.abort(enough);
    if (end === 'over') await this.#clock.sleep(milliseconds(2_000 * this.#roll('takeover', run, number)));
    return end;
  }

  /** A crash, where this seed has any: rare enough that a run gets on, and at any boundary. */
  #dies(run: RunId, life: number, boundary: string): boolean {
    if (!this.#weather.faults.has('F1') || this.#isOver || life > mostLives / 2) return false;
    const dies = this.#roll('death', run, boundary, ++this.#boundaries) < 0.05 * this.#roll('how deadly');
    if (dies) this.#crashes++;
    return dies;
  }

  #isStopped(run: RunId, life: number, boundary: string): boolean {
    if (!this.#weather.faults.has('F7') || this.#isOver || life > 3) return false;
    return this.#roll('stop', run, boundary, ++this.#boundaries) < 0.02;
  }

  /** The worker is stopped beyond its lease, the run goes on at another one, and then the first one goes on as well. */
  async #stop(life: Life, about: string): Promise<'over'> {
    life.pause();
    await this.#clock.sleep(lease);
    const more = milliseconds(lease * 4 * this.#roll('how long stopped', about));
    void this.#clock.sleep(more).then(() => life.wake());
    return 'over';
  }

  #definition(run: RunId, life: Life): RunDefinition {
    const act = (Object.keys(acts) as Act[]).find((one) => runOf(one) === run) ?? 'delete';
    return definitionOf(this.#worldOf(life), act);
  }

  #worldOf(life: Life): World {
    const { plan } = this.#subject;
    const connection = this.#outside.seenFrom(life);
    const files = new Map<string, Uint8Array>();
    const about = { files, inputs: {}, counts: {} };
    const [first, second] = [this.#subject, this.#other].map((one) => ({
      ...about,
      template: one.template,
      choices: one.plan.choices,
    }));
    if (!first || !second) throw new Error('a history has two topologies');
    // Deployed, changed to another one, mended as that, and gone back to the first.
    const revisions = new Map(
      [first, second, second, first].map((one, index) => [index + 1, { ...one, number: index + 1 }]),
    );
    const deployment: Deployment = { id, name: 'sim', account: 'acc-sim', connection, revisions };
    return {
      clock: life.clock,
      deployment: async () => deployment,
      survey: async () => this.#inventory.survey(new Date(life.clock.now()).toISOString()),
      plan: async () => ({ plan, revision: 1 }),
      resource: () => Promise.reject(new Error('nobody asks for one')),
    };
  }

  /** Somebody else's things in the same account, made by hand. */
  async #makeForeign(): Promise<ReadonlySet<string>> {
    const { network, volume } = this.#outside.drivers;
    if (!network || !volume) throw new Error('no drivers');
    const make = <T>(ask: () => Promise<T>) => persistently(this.#clock, ask);
    return new Set([
      await make(() => network.create({ name: 'sim' }, plainCall('by-hand-1'))),
      await make(() => volume.create({ name: 'sim-volume0', gigabytes: 1 }, plainCall('by-hand-2'))),
    ]);
  }

  /** What people and the region do while the deployment is being made. */
  async #makeTrouble(deploy: RunId): Promise<void> {
    const { faults } = this.#weather;
    const at = (what: string) => this.#clock.sleep(milliseconds(240_000 * this.#roll('when', what)));
    const all: Promise<void>[] = [];
    if (faults.has('F11')) {
      all.push(
        at('outage').then(async () => {
          this.#outside.isDown = true;
          await this.#clock.sleep(hours(6 * this.#roll('how long down')));
          this.#outside.isDown = false;
        }),
      );
    }
    if (faults.has('F14')) all.push(at('by hand').then(() => this.#removeByHand()));
    if (faults.has('F15')) {
      all.push(at('cancel').then(() => this.#journal.cancel(deploy)));
      all.push(at('pause').then(() => this.#journal.pause(deploy)));
    }
    await Promise.all(all);
  }

  async #removeByHand(): Promise<void> {
    const known = this.#inventory.resources.filter(({ ref, isGone }) => ref && !isGone);
    const victim = known[Math.floor(known.length * this.#roll('victim'))];
    if (!victim?.ref) return;
    const { ref, kind } = victim;
    this.#byHand.add(ref);
    const driver = driverOf(this.#outside.drivers, kind);
    // What others need is refused; a hand does not try for ever.
    await driver.delete(ref, plainCall('by-hand')).catch(() => this.#clock.sleep(seconds(1)));
  }
}

function stuck(verdict: Verdict, note: string): void {
  verdict.stuck++;
  verdict.notes.push(note);
}

const enough = new Error('enough');
