import {
  Failure,
  milliseconds,
  minutes,
  seconds,
  type Call,
  type Clock,
  type Duration,
  type FailureData,
  type LogStream,
  noTracing,
  type RunId,
  type Tracing,
} from '@pileus/model';
import { asFailure, beginAttempt, defaultPolicy, isThrottled, pauseBefore } from './attempt.ts';
import { RunLost, type Held, type Step } from './held.ts';
import type { Journal } from './journal.ts';
import { fromText, jsonText, keepable } from './json.ts';
import type { Limiter } from './limiter.ts';
import type { Json, PlannedStep, Run, StepOptions, UntilOptions, Write } from './run.ts';
import { checkKey } from './token.ts';

/** What a telling needs of its worker. */
export interface Surroundings {
  readonly journal: Pick<Journal, 'write' | 'note'>;
  readonly limiter: Limiter;
  /** Shows attempts at steps; nobody looks unless given. */
  readonly tracing?: Tracing;
  readonly clock: Clock;
  /** Evenly from 0 up to, but not including, 1; for the jitter of retries. */
  readonly random: () => number;
  /** Called with whatever was thrown that is not a `Failure`. */
  readonly onBug: (error: unknown, where: string) => void;
}

/** One telling of a run: runs its steps, and writes each down before it starts and after it ends. */
export class Telling implements Run {
  readonly #held: Held;
  readonly #with: Surroundings;
  readonly #used = new Set<string>();
  readonly #busy = new Set<Promise<unknown>>();
  /** Aborted when the story is over while some of its steps still go on: they begin nothing new. */
  readonly #over = new AbortController();
  #firstFailure: { step: Step; failure: FailureData } | undefined;
  #isHeldBack = false;

  constructor(held: Held, surroundings: Surroundings) {
    this.#held = held;
    this.#with = surroundings;
  }

  get id(): RunId {
    return this.#held.id;
  }

  get generation(): number {
    return this.#held.generation;
  }

  get signal(): AbortSignal {
    return this.#held.signal;
  }

  /** The step that failed for good before any other. */
  get firstFailure(): { readonly step: Step; readonly failure: FailureData } | undefined {
    return this.#firstFailure;
  }

  /** Whether something was not begun because the run is paused. */
  get isHeldBack(): boolean {
    return this.#isHeldBack;
  }

  async plan(steps: readonly PlannedStep[]): Promise<void> {
    this.#mayGoOn();
    const added = steps.filter(({ key }) => !this.#held.steps.has(key)).map((step) => this.#record(step));
    if (added.length > 0) await this.#write(added);
  }

  step<T extends Json | void>(options: StepOptions<T>, act: (call: Call) => Promise<T>): Promise<T> {
    return this.#track(this.#step(options, act));
  }

  until<T extends Exclude<Json, undefined>>(
    options: UntilOptions<T>,
    look: (call: Call) => Promise<T | undefined>,
  ): Promise<T> {
    return this.#track(
      this.#step({ ...options, retry: { ...options.retry, when: () => false } }, async (call) => {
        const stop = AbortSignal.any([call.signal, this.#over.signal, this.#held.paused]);
        const policy = { ...defaultPolicy, ...options.retry };
        const longest = options.longestPause ?? seconds(5);
        let failed = 0;
        for (let pause = options.pause ?? milliseconds(500); ; pause = milliseconds(Math.min(pause * 1.5, longest))) {
          try {
            const answer = await look(call);
            if (answer !== undefined) return answer;
            failed = 0;
          } catch (error) {
            const failure = asFailure(error);
            if (!failure || !policy.when(failure)) throw error;
            if (!isThrottled(failure)) failed++;
            if (failed >= policy.attempts) throw error;
          }
          await this.#with.clock.sleep(pause, stop);
        }
      }),
    );
  }

  async skip(key: string, because: string): Promise<void> {
    this.#mayGoOn();
    const step = this.#held.steps.get(key) ?? this.#record({ key, name: key });
    if (step.state === 'done') return;
    Object.assign(step, { state: 'skipped', because: keepable(because), ended: this.#now() } satisfies Partial<Step>);
    await this.#write([step]);
  }

  /** The story has ended: waits for those of its steps that are still under way. They begin no new attempt. */
  async finish(): Promise<void> {
    this.#over.abort(theEnd);
    while (this.#busy.size > 0) await Promise.allSettled(this.#busy);
  }

  /** Steps that the end of the run has cut off, as they stand in the journal from now on. */
  cutOff(): readonly Step[] {
    const steps = [...this.#held.steps.values()].filter(({ state }) => state === 'started');
    for (const step of steps) {
      if (!step.failure) step.unclear_since = this.#now();
      step.state = 'cancelled';
      step.ended = this.#now();
    }
    return steps;
  }

  async #step<T extends Json | void>(options: StepOptions<T>, act: (call: Call) => Promise<T>): Promise<T> {
    if (this.#used.has(options.key)) {
      throw new Error(`run ${this.#held.kind} has used the step key "${options.key}" twice: a key names one step`);
    }
    this.#used.add(options.key);
    const step = this.#held.steps.get(options.key) ?? this.#record(options);
    // The journal keeps what T was when it was written, and the story that reads it is the one that wrote it.
    if (step.state === 'done') return fromText(step.output) as T;
    if (this.#isLeft(step)) throw this.#leftAs(step);
    step.name = options.name;
    step.node = options.node ?? null;
    const policy = { ...defaultPolicy, ...options.retry };
    for (let throttled = 0; ;) {
      this.#mayGoOn();
      const leave = options.under ? await this.#enter(options.under) : undefined;
      const tried = await this.#begin(step, options, act).finally(leave);
      if ('answer' in tried) return this.#done(step, options, tried.answer);
      if (this.#held.gone) throw this.#held.gone;
      // A refusal is clear about its own attempt only: what an earlier one under this token has done stays unclear.
      if (tried.failure.unclear) {
        step.unclear_since = this.#now();
        this.#held.isUnclear(step.key);
      }
      if (this.#held.signal.aborted || tried.failure.cause === theEnd) throw await this.#cancelled(step);

      throttled = isThrottled(tried.failure) ? throttled + 1 : 0;
      if (throttled) step.tries--;
      step.failure = tried.failure.toJSON();
      const mayTry = throttled > 0 || step.tries < policy.attempts;
      const again = policy.when(tried.failure) && mayTry && !this.#over.signal.aborted;
      if (!again) throw await this.#failed(step, options, tried.failure);
      await this.#write([step]);
      await this.#pause(step, pauseBefore(throttled || step.tries, policy, tried.failure, this.#with.random()));
    }
  }

  /** Waits for room under every key. */
  async #enter(keys: readonly string[]): Promise<() => void> {
    const { limiter } = this.#with;
    const stop = AbortSignal.any([this.#held.signal, this.#over.signal, this.#held.paused]);
    const leave = await limiter.enter(keys, this.id, stop).catch((error: unknown) => {
      this.#mayGoOn();
      throw error;
    });
    try {
      this.#mayGoOn(); // the lease may have run out meanwhile
      return leave;
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Writes the intent down, then calls `act`. */
  async #begin<T extends Json | void>(
    step: Step,
    options: StepOptions<T>,
    act: (call: Call) => Promise<T>,
  ): Promise<Tried<T>> {
    const isNew = beginAttempt(step, this.#held, this.#now());
    const { token, attempt } = { token: step.token ?? '', attempt: step.attempt };
    await this.#write([step], isNew ? options.intent?.({ token, attempt }) : undefined);
    this.#held.checkLease();
    if (this.#held.gone) throw this.#held.gone;
    if (this.#held.signal.aborted) throw await this.#cancelled(step);
    const { tracing = noTracing } = this.#with;
    const span = {
      name: 'step',
      kind: 'internal',
      facts: {
        'pileus.run': this.id,
        'pileus.step': step.key,
        'pileus.step.name': step.name,
        'pileus.step.node': step.node ?? undefined,
        'pileus.step.attempt': attempt,
      },
    } as const;
    return tracing.within(span, async (tell) => {
      const tried = await this.#attempt(step, options, act);
      if ('failure' in tried) tell({ 'error.type': tried.failure.code });
      return tried;
    });
  }

  /** Calls `act` once, with a time limit. One that does not heed its signal is left behind after a while. */
  async #attempt<T>(step: Step, options: StepOptions<T>, act: (call: Call) => Promise<T>): Promise<Tried<T>> {
    const { clock } = this.#with;
    const held = this.#held;
    const { signal: lost } = held;
    const call = new AbortController();
    const settled = new AbortController();
    const leftBehind = Promise.withResolvers<never>();
    const within = options.within ?? minutes(10);
    let timedOut: Failure | undefined;

    const cut = (reason: unknown) => {
      call.abort(reason);
      const patience = this.#held.gone instanceof RunLost ? milliseconds(0) : grace;
      clock.sleep(patience, settled.signal).then(
        () => leftBehind.reject(reason),
        () => {},
      );
    };
    const cutByRun = () => cut(lost.reason);
    lost.addEventListener('abort', cutByRun, { once: true });
    clock.sleep(within, settled.signal).then(
      () => cut((timedOut = new Failure('timed-out', { what: step.name, limit: inWords(within) }))),
      () => {},
    );
    try {
      const acting = act({
        token: step.token ?? '',
        attempt: step.attempt,
        unclearSince: this.#unclearSince(step),
        ...(held.isStale && { isStale: true as const }),
        // Whoever is about to send something takes the signal: a process that was stopped meanwhile sends nothing then.
        get signal() {
          held.checkLease();
          return call.signal;
        },
        log: (line, stream) => this.#log(step, line, stream),
      });
      return { answer: await Promise.race([acting, leftBehind.promise]) };
    } catch (error) {
      if (this.#isRest(error)) throw error;
      return { failure: timedOut ?? this.#understand(error, step) };
    } finally {
      lost.removeEventListener('abort', cutByRun);
      settled.abort(itIsSettled);
    }
  }

  /** Told by this process's clock as it goes now: it may have been set since, and another worker's may go differently. */
  #unclearSince({ key, unclear_since: since }: Step): Date | undefined {
    return since === null ? undefined : new Date(Math.ceil(this.#with.clock.now() - this.#held.unclearFor(key)));
  }

  #understand(error: unknown, step: Step): Failure {
    const isCut = error === theEnd || (this.#held.signal.aborted && !(error instanceof Failure));
    if (isCut) return new Failure('cancelled', {}, { cause: error });
    const failure = asFailure(error);
    if (failure) return failure;
    this.#with.onBug(error, `${this.#held.kind} ${this.id}, step ${step.key}`);
    return new Failure('internal', {}, { cause: error });
  }

  /**
   * The story goes on before the answer is durable: the intent of whatever comes next is written after it or with it, and
   * nothing outside is touched before that. So a chain of steps costs one commit a step.
   */
  #done<T extends Json | void>(step: Step, options: StepOptions<T>, answer: T): T {
    const before = { ...step };
    const output = jsonText(answer);
    const kept = fromText(output) as T; // what T becomes as JSON is what T is for the story
    const writes = options.record?.(kept);
    Object.assign(step, {
      output,
      state: 'done',
      failure: null,
      unclear_since: null,
      ended: this.#now(),
    } satisfies Partial<Step>);
    this.#held.done++;
    const written = this.#write([step], writes).catch(() => {
      Object.assign(step, before);
      this.#held.done--;
    });
    void this.#track(written);
    return kept;
  }

  async #failed<T>(step: Step, options: StepOptions<T>, failure: Failure): Promise<Failure> {
    Object.assign(step, { state: 'failed', ended: this.#now() } satisfies Partial<Step>);
    this.#firstFailure ??= { step, failure: failure.toJSON() };
    const isUnclear = step.unclear_since !== null;
    await this.#write([step], options.failed?.(failure.toJSON(), { isUnclear }));
    return failure;
  }

  async #cancelled(step: Step): Promise<Failure> {
    Object.assign(step, { state: 'cancelled', ended: this.#now() } satisfies Partial<Step>);
    await this.#write([step]);
    return new Failure('cancelled');
  }

  async #pause(step: Step, duration: Duration): Promise<void> {
    try {
      await this.#with.clock.sleep(
        duration,
        AbortSignal.any([this.#held.signal, this.#over.signal, this.#held.paused]),
      );
    } catch (error) {
      if (this.#held.gone) throw this.#held.gone;
      if (this.#isRest(error)) throw error;
      throw await this.#cancelled(step);
    }
  }

  #log(step: Step, line: string, stream: LogStream = 'out'): void {
    const held = this.#held;
    for (const text of line.split('\n')) {
      if (held.gone || held.lines > mostLines) return;
      const isLast = held.lines === mostLines;
      this.#with.journal.note(held, {
        run: held.id,
        seq: ++held.lines,
        step: step.key,
        node: step.node,
        at: this.#now(),
        stream: isLast ? 'note' : stream,
        text: isLast ? `The log ends here: it has ${mostLines} lines.` : shorten(keepable(text)),
      });
    }
  }

  /** Throws when nothing new may begin. */
  #mayGoOn(): void {
    this.#held.checkLease();
    if (this.#held.gone) throw this.#held.gone;
    if (this.#held.broken) throw this.#held.broken.error;
    if (this.#over.signal.aborted) throw new Error(`run ${this.#held.kind} has ended; it has no further steps`);
    if (this.#held.signal.aborted) throw new Failure('cancelled');
    if (this.#isRest(this.#held.paused.reason)) throw this.#held.paused.reason;
  }

  /** Whether it is the pause of the run that something is not begun, or not waited for, any more. */
  #isRest(reason: unknown): boolean {
    if (reason === undefined || reason !== this.#held.paused.reason) return false;
    this.#isHeldBack = true;
    return true;
  }

  /** Whether a step that came to nothing before is to stay so, because only other nodes are tried again. */
  #isLeft({ state, node }: Step): boolean {
    const { only } = this.#held;
    return only !== null && ['failed', 'skipped', 'cancelled'].includes(state) && !(node && only.includes(node));
  }

  #leftAs(step: Step): Failure {
    if (step.state !== 'failed' || !step.failure) return new Failure('cancelled');
    this.#firstFailure ??= { step, failure: step.failure };
    return Failure.from(step.failure);
  }

  #record({ key, name, node }: PlannedStep): Step {
    checkKey(key);
    const step: Step = {
      run: this.#held.id,
      seq: ++this.#held.lastSeq,
      key,
      name,
      node: node ?? null,
      state: 'planned',
      attempt: 0,
      tries: 0,
      token: null,
      unclear_since: null,
      output: null,
      failure: null,
      because: null,
      started: null,
      ended: null,
    };
    this.#held.steps.set(key, step);
    return step;
  }

  #write(steps: readonly Step[], writes?: readonly Write[]): Promise<void> {
    return this.#with.journal.write({ run: this.#held, steps, writes });
  }

  #track<T>(work: Promise<T>): Promise<T> {
    this.#busy.add(work);
    const settled = () => this.#busy.delete(work);
    work.then(settled, settled);
    return work;
  }

  #now(): Date {
    return new Date(this.#with.clock.now());
  }
}

type Tried<T> = { readonly answer: T } | { readonly failure: Failure };

/** A reason made once: an abort without one makes an error with its stack. */
const itIsSettled = new Error('it is settled');
/** What looks that are still waiting are told when the story has ended without them. */
const theEnd = new Error('the run has ended');
const grace = seconds(5);
const mostLines = 100_000;
const longestLine = 8_192;

function shorten(line: string): string {
  return line.length > longestLine ? `${line.slice(0, longestLine).toWellFormed()}…` : line;
}

function inWords(duration: Duration): string {
  if (duration >= 120_000) return `${Math.round(duration / 60_000)} min`;
  return duration >= 1_000 ? `${Math.round(duration / 1_000)} s` : `${Math.round(duration)} ms`;
}
