import { lease, Life, MemoryJournal, type Backup as JournalBackup, type Trouble } from '@pileus/engine/testing';
import type { RunDefinition, Write } from '@pileus/engine';
import { days, hours, milliseconds, minutes, plainCall, seconds, type RunId } from '@pileus/model';
import { noSecrets, type World } from '@pileus/orchestrator';
import { readPrograms } from '@pileus/ssh';
import { grace, sweep } from '../../packages/platform/src/inventory/sweep.ts';
import { chanceOf, virtualClock, type VirtualClock } from '@pileus/provider/testing';
import { definitionOf, deploymentOf, inputOf, laterVersion, runOf, type Act } from './runs.ts';
import { Inventory } from './inventory.ts';
import { memoryLedger, type Findings } from './ledger.ts';
import { driverOf, outsideOf, patiently, persistently, type Outside } from './outside.ts';
import { files, subjectOf, topologies, type Subject } from './topology.ts';
import { Trace } from './trace.ts';
import { isOurs, judgeKept, judgeMade, judgeRemoved, nothingWrong, type Verdict } from './verdict.ts';
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

/** Which history it is, and who hears of all that happens in it. */
export interface Told {
  readonly seed: number;
  readonly design: Design;
  /** A fault that it meets whatever its seed says. */
  readonly always?: Fault | undefined;
  readonly tell?: ((line: string) => void) | undefined;
}

/**
 * A deployment, or several on one account, is made, in most seeds changed to another topology, mended and rolled back, and
 * deleted, all in the weather of a seed; after each of these what there is is compared with what is known.
 */
export async function history({ seed, design, always, tell }: Told): Promise<Outcome> {
  const { roll } = chanceOf(seed);
  // No file is waited for in a history: how long that takes is the real world's matter.
  await readPrograms();
  const number = Math.floor(topologies * roll('which topology'));
  const subject = await subjectOf(number, chanceOf(0).roll);
  const other = await subjectOf((number + 1 + Math.floor(20 * roll('which other'))) % topologies, chanceOf(0).roll);
  return new History(seed, design, always, roll, subject, other, new Trace(tell)).play();
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
  /** By number. */
  readonly #deployments: readonly Inventory[];
  readonly #journal: MemoryJournal;
  readonly #subject: Subject;
  readonly #other: Subject;
  readonly #trace: Trace;
  readonly #verdict = nothingWrong();
  readonly #bugs: unknown[] = [];
  readonly #isNaive: boolean;
  readonly #byHand = new Set<string>();
  #restoredAt = -Infinity;
  readonly #findings: Findings = new Map();
  readonly #reported = new Set<string>();
  #foreign: ReadonlySet<string> = nothing;
  #backup: Promise<Backup> | undefined;
  /** How often the database was restored. */
  #era = 0;
  #crashes = 0;
  #boundaries = 0;
  #asked = 0;
  #isAway = false;
  #isOver = false;

  constructor(
    seed: number,
    design: Design,
    always: Fault | undefined,
    roll: Roll,
    subject: Subject,
    other: Subject,
    trace: Trace,
  ) {
    this.#seed = seed;
    this.#trace = trace;
    this.#roll = roll;
    this.#subject = subject;
    this.#other = other;
    this.#weather = weatherOf(seed, roll, always);
    const isNaive = design === 'naive';
    this.#isNaive = isNaive;
    this.#outside = outsideOf(this.#weather, this.#clock, trace, roll, { isNaive });
    const count = this.#weather.faults.has('F13') ? 2 + Math.floor(2 * roll('how many')) : 1;
    this.#deployments = Array.from({ length: count }, () => new Inventory(this.#clock, isNaive));
    let numbers = 0;
    this.#journal = new MemoryJournal({
      clock: this.#clock,
      random: () => roll('journal', ++numbers),
      trouble: () => this.#trouble(),
      project: (writes) => this.#project(writes),
      onBug: (error, where) => this.#bugs.push(`${where}: ${error instanceof Error ? error.stack : String(error)}`),
    });
  }

  async play(): Promise<Outcome> {
    const verdict = this.#verdict;
    this.#foreign = await this.#makeForeign();
    await this.#clock.sleep(seconds(3));
    const changes = (['create', 'update', 'heal', 'rollback'] as const).filter(
      (act) => act === 'create' || this.#roll('is there', act) < 0.6,
    );
    const acts: readonly Act[] = [...changes, 'delete'];
    const lapse = this.#lapseIn(acts);
    for (const [index, act] of acts.entries()) {
      const trouble = act === 'create' ? this.#makeTrouble() : undefined;
      const backup = index === lapse?.from ? this.#backUp(act) : undefined;
      if (backup) this.#backup = backup;
      this.#begin(act);
      const end = await this.#toTheEnd(act);
      await trouble;
      await backup;
      if (!(await this.#judge(act, end))) break;
      if (index === lapse?.until && !(await this.#restore(act))) break;
    }
    this.#isOver = true;
    verdict.lost = this.#journal.lost;
    verdict.takenWrongly = this.#journal.takenWrongly;
    verdict.overBudget = this.#outside.overBudget;
    verdict.ranTwice = this.#outside.hosts.ranTwice;
    verdict.strangers = this.#outside.hosts.strangers;
    verdict.signedInAgain = this.#outside.signedInAgain;
    const { lost, takenWrongly, overBudget, ranTwice, strangers, signedInAgain, turnedAway } = verdict;
    const more = { lost, takenWrongly, overBudget, ranTwice, strangers, signedInAgain, turnedAway };
    if (Object.values(more).some((count) => count > 0)) verdict.notes.push(JSON.stringify(more));
    const { once, faults } = this.#weather;
    const trace = this.#trace.digest;
    return { ...verdict, seed: this.#seed, once, faults, crashes: this.#crashes, bugs: this.#bugs, trace };
  }

  #begin(act: Act): void {
    for (const number of this.#deployments.keys())
      this.#journal.start(runOf(act, number, this.#era), {
        kind: `deployment.${act}`,
        subject: deploymentOf(number),
        input: inputOf(act, number),
      });
  }

  /** Compares what there is with what is known; answers whether the history goes on. */
  async #judge(act: Act, end: End, era = this.#era): Promise<boolean> {
    if (end === 'stuck') return false;
    if (this.#era > 0) await this.#sweep();
    if (act !== 'delete') {
      const isWhole = end === 'all';
      // One from before the database was restored has looked before, too.
      const isMended = act === 'heal' && isWhole && era === this.#era;
      const byHand = isMended ? nothing : this.#byHand;
      if (isMended) this.#byHand.clear();
      const forgone = (ref: string) => !isMended && this.#outside.lastSeen(ref) < this.#restoredAt;
      const exempt = { isWhole, byHand, forgone, reported: this.#findings };
      judgeMade(this.#verdict, await this.#outside.truth(), this.#deployments, exempt);
    } else if (end === 'all') {
      if (this.#era > 0) await this.#decide();
      judgeRemoved(this.#verdict, await this.#outside.truth(), this.#deployments, this.#foreign);
    } else {
      const failures = this.#deployments.map((_, number) => this.#journal.get(runOf(act, number, era)).failure);
      this.#stuck(`the deletion fails: ${JSON.stringify(failures)}`);
    }
    return true;
  }

  /** Where this seed restores its database: the act in which the backup is taken, and the one after which it is put back. */
  #lapseIn(acts: readonly Act[]): { readonly from: number; readonly until: number } | undefined {
    if (!this.#weather.faults.has('F23') || this.#isNaive) return undefined;
    const from = this.#roll('backup') < 0.4 ? 0 : Math.floor(acts.length * this.#roll('backup in'));
    return { from, until: from + Math.floor((acts.length - from) * this.#roll('restored after')) };
  }

  async #backUp(act: Act): Promise<Backup> {
    await this.#clock.sleep(milliseconds(240_000 * this.#roll('when', 'backup')));
    return { act, journal: this.#journal.backup(), tables: this.#deployments.map((one) => one.backup()) };
  }

  /**
   * What happened since the backup is forgotten here, and the cloud has it all the same. Runs of that time go on; the account
   * is swept, as it is each quarter of an hour. Where all was deleted since, that is asked for again.
   */
  async #restore(last: Act): Promise<boolean> {
    const backup = await this.#backup;
    if (!backup) throw new Error('there is no backup');
    const { act, journal, tables } = backup;
    await this.#clock.sleep(minutes(15 + 45 * this.#roll('how old')));
    const before = await this.#outside.truth();
    this.#outside.hosts.forget();
    this.#trace.note(this.#clock.now(), 'restored');
    this.#journal.restore(journal);
    for (const [number, deployment] of this.#deployments.entries()) {
      const of = tables[number];
      if (of) deployment.restore(of);
    }
    this.#restoredAt = this.#clock.now();
    const era = this.#era++;
    await this.#sweep();
    const end = await this.#toTheEnd(act, era);
    if (end !== 'stuck') await this.#sweep();
    const after = await this.#outside.truth();
    const undecided = before.filter(({ ref }) => !this.#reported.has(ref) || this.#findings.has(ref));
    judgeKept(this.#verdict, undecided, after, this.#deployments);
    if (!(await this.#judge(act, end, era))) return false;
    if (last !== 'delete' || act === 'delete') return true;
    this.#begin('delete');
    return this.#judge('delete', await this.#toTheEnd('delete'));
  }

  async #sweep(): Promise<void> {
    await this.#clock.sleep(grace);
    const ledger = memoryLedger(this.#deployments, this.#journal, this.#findings);
    const { signal } = new AbortController();
    const swept = await sweep(patiently(this.#outside.drivers, this.#clock), ledger, this.#clock, signal);
    this.#verdict.adopted += swept.adopted;
    for (const [ref, { is, token }] of this.#findings) {
      // A person knows what is somebody else's.
      if (is === 'adopted' || !isOurs({ token })) this.#findings.delete(ref);
      else this.#reported.add(ref);
    }
    this.#verdict.reported = this.#reported.size;
  }

  /** A person removes what sweeps have reported; what is still in use a little later. */
  async #decide(): Promise<void> {
    await this.#sweep();
    for (let round = 0; round < 20 && this.#findings.size > 0; round++) {
      for (const [ref, { kind }] of this.#findings) {
        const driver = driverOf(this.#outside.drivers, kind);
        await driver.delete(ref, plainCall('by-hand')).catch(() => {});
        await this.#clock.sleep(seconds(3));
      }
      const there = new Set((await this.#outside.truth()).map(({ ref }) => ref));
      for (const ref of this.#findings.keys()) if (!there.has(ref)) this.#findings.delete(ref);
    }
  }

  /** Carries the runs out over as many lives as it takes, and resumes them; answers whether they succeeded in the end. */
  async #toTheEnd(act: Act, era = this.#era): Promise<End> {
    const most = tries[act === 'delete' ? 'remove' : 'change'];
    const runs = this.#deployments.map((_, number) => runOf(act, number, era));
    const resumed = new Map<RunId, number>();
    const isOver = (run: RunId) => {
      const { state } = this.#journal.get(run);
      if (state === 'succeeded') return true;
      return (state === 'failed' || state === 'cancelled') && (resumed.get(run) ?? 0) >= most;
    };
    for (let life = 0; ; life++) {
      const left = runs.filter((run) => !isOver(run));
      if (left.length === 0) break;
      const over = await this.#live(act, left, life);
      if (life > mostLives || over === 'stuck') {
        this.#stuck(`${left.map((run) => `${run} is ${this.#journal.get(run).state}`).join(', ')} for good`);
        return 'stuck';
      }
      const hasFailed = left.some((run) => this.#journal.get(run).state === 'failed');
      if (act === 'delete' && this.#era > 0 && hasFailed) await this.#decide();
      for (const run of left) {
        const { state } = this.#journal.get(run);
        if (isOver(run) || !['paused', 'failed', 'cancelled'].includes(state)) continue;
        if (state !== 'paused') resumed.set(run, (resumed.get(run) ?? 0) + 1);
        await this.#clock.sleep(minutes(5 * this.#roll('back to it', run, life + 1)));
        const { failure } = this.#journal.get(run);
        // Whoever resumes it has looked at what it failed with.
        if (failure?.code === 'host-key-changed') this.#outside.hosts.accept();
        if (failure?.code === 'credentials-refused') this.#verdict.turnedAway++;
        this.#journal.resume(run);
      }
    }
    return runs.every((run) => this.#journal.get(run).state === 'succeeded') ? 'all' : 'some';
  }

  /** One worker has the runs until they end, or the worker does. */
  async #live(act: Act, runs: readonly RunId[], number: number): Promise<'ended' | 'over' | 'stuck'> {
    const stopped = Promise.withResolvers<'over'>();
    const life: Life = new Life(this.#clock, (boundary) => {
      this.#trace.note(this.#clock.now(), act, number, boundary);
      if (this.#isStopped(act, number, boundary)) void this.#stop(life, `${act} ${number}`).then(stopped.resolve);
      return this.#dies(act, number, boundary);
    });
    const died = new Promise<'over'>((done) => life.over.addEventListener('abort', () => done('over')));
    const patience = new AbortController();
    const outlasted = this.#clock.sleep(longest, patience.signal).then(() => 'stuck' as const);
    outlasted.catch(() => {});
    this.#misset(life, `${act} ${number}`, patience.signal);
    const definition = this.#definition(act, this.#worldOf(life), number);
    const told = Promise.all(runs.map((run) => this.#journal.work(run, definition, life))).then(() => 'ended' as const);
    const end = await Promise.race([told, died, stopped.promise, outlasted]);
    patience.abort(enough);
    if (end === 'over') await this.#clock.sleep(milliseconds(2_000 * this.#roll('takeover', act, number)));
    return end;
  }

  /** A crash, where this seed has any: rare enough that a run gets on, and at any boundary. */
  #dies(act: Act, life: number, boundary: string): boolean {
    if (!this.#weather.faults.has('F1') || this.#isOver || life > mostLives / 2) return false;
    const most = 0.05 / this.#deployments.length;
    const dies = this.#roll('death', act, boundary, ++this.#boundaries) < most * this.#roll('how deadly');
    if (dies) this.#crashes++;
    return dies;
  }

  #isStopped(act: Act, life: number, boundary: string): boolean {
    if (!this.#weather.faults.has('F7') || this.#isOver || life > 3) return false;
    return this.#roll('stop', act, boundary, ++this.#boundaries) < 0.02;
  }

  /** The worker is stopped beyond its lease, the runs go on at another one, and then the first one goes on as well. */
  async #stop(life: Life, about: string): Promise<'over'> {
    life.pause();
    await this.#clock.sleep(lease);
    const more = milliseconds(lease * 4 * this.#roll('how long stopped', about));
    void this.#clock.sleep(more).then(() => life.wake());
    return 'over';
  }

  /** The clock of a worker's machine is an hour off, and is set while it works. */
  #misset(life: Life, about: string, signal: AbortSignal): void {
    if (!this.#weather.faults.has('F9')) return;
    const hour = (what: string) => hours([-1, 0, 1][Math.floor(3 * this.#roll(what, about))] ?? 0);
    life.setClock(hour('first'));
    const when = seconds(90 * this.#roll('when set', about));
    this.#clock.sleep(when, signal).then(
      () => life.setClock(hour('then')),
      () => {},
    );
  }

  /** What is wrong with the database as it is asked. */
  #trouble(): Trouble | undefined {
    if (this.#isAway) return { is: 'away' };
    if (!this.#weather.faults.has('F8') || this.#isOver) return undefined;
    const chance = this.#roll('database', ++this.#asked) / 0.06;
    if (chance >= 1) return undefined;
    const kinds = ['away', 'unheard', 'collision', 'full'] as const;
    const is = kinds[Math.floor(6 * chance)];
    return is ? { is } : { is: 'slow', takes: seconds(20 * this.#roll('how slow', this.#asked)) };
  }

  #project(writes: readonly Write[]): void {
    for (const write of writes) this.#deployments[Inventory.numberOf(write)]?.write(write);
  }

  /** What a worker knows to do; some are of a later version, and in an upgrade one may go back. */
  #definition(act: Act, world: World, life: number): RunDefinition {
    const definition = definitionOf(world, act);
    const isLater = this.#weather.faults.has('F22') && this.#roll('version', act, life) < 0.5;
    return isLater ? laterVersion(definition) : definition;
  }

  #worldOf(life: Life): World {
    const { plan } = this.#subject;
    const connection = this.#outside.seenFrom(life);
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
    const of = (id: string) => this.#deployments.findIndex((_, number) => deploymentOf(number) === id);
    return {
      clock: life.clock,
      deployment: async (id) => ({ id, name: 'sim', account: 'acc-sim', connection, revisions, secrets: noSecrets() }),
      survey: async (id) => {
        const survey = this.#deployments[of(id)]?.survey(new Date(life.clock.now()).toISOString());
        if (!survey) throw new Error(`no deployment ${id}`);
        return survey;
      },
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

  /** What people, the region and the database do while the deployments are being made. */
  async #makeTrouble(): Promise<void> {
    const { faults } = this.#weather;
    const at = (what: string) => this.#clock.sleep(milliseconds(240_000 * this.#roll('when', what)));
    const all: Promise<void>[] = [];
    if (faults.has('F8')) {
      all.push(
        at('away').then(async () => {
          this.#isAway = true;
          await this.#clock.sleep(seconds(60 * this.#roll('how long away')));
          this.#isAway = false;
        }),
      );
    }
    if (faults.has('F10')) {
      for (const nth of [1, 2]) all.push(at(`withdrawn ${nth}`).then(() => this.#outside.withdrawTokens()));
      all.push(at('rotated').then(() => this.#outside.rotate()));
    }
    if (faults.has('F11')) {
      all.push(
        at('outage').then(async () => {
          this.#outside.isDown = true;
          await this.#clock.sleep(hours(6 * this.#roll('how long down')));
          this.#outside.isDown = false;
        }),
      );
    }
    if (faults.has('F16')) {
      all.push(at('reboot').then(() => this.#outside.hosts.each((host) => host.reboot(), 'rebooted')));
      all.push(at('new key').then(() => this.#outside.hosts.each((host) => host.changeKey(), 'another key')));
    }
    if (faults.has('F14')) all.push(at('by hand').then(() => this.#removeByHand()));
    if (faults.has('F15')) {
      const deploy = runOf('create', 0, 0);
      all.push(at('cancel').then(() => this.#journal.cancel(deploy)));
      all.push(at('pause').then(() => this.#journal.pause(deploy)));
    }
    await Promise.all(all);
  }

  async #removeByHand(): Promise<void> {
    const known = this.#deployments.flatMap(({ resources }) => resources).filter(({ ref, isGone }) => ref && !isGone);
    const victim = known[Math.floor(known.length * this.#roll('victim'))];
    if (!victim?.ref) return;
    const { ref, kind } = victim;
    this.#byHand.add(ref);
    const driver = driverOf(this.#outside.drivers, kind);
    // What others need is refused; a hand does not try for ever.
    await driver.delete(ref, plainCall('by-hand')).catch(() => this.#clock.sleep(seconds(1)));
  }

  #stuck(note: string): void {
    this.#verdict.stuck++;
    this.#verdict.notes.push(note);
  }
}

/** How the runs of an act come out. */
type End = 'all' | 'some' | 'stuck';

interface Backup {
  readonly act: Act;
  readonly journal: JournalBackup;
  readonly tables: readonly ReturnType<Inventory['backup']>[];
}

const nothing: ReadonlySet<string> = new Set();
const enough = new Error('enough');
