import type { Clock, Duration } from '@pileus/model';

/**
 * One life of a worker process in a simulation. When it ends, whatever it waits for stays unanswered for ever, as in a
 * process that is gone; what it has sent goes its way.
 */
export class Life {
  readonly clock: Clock;
  /** A clock that nobody sets, in ms. */
  readonly monotonic: () => number;
  #ahead = 0;
  readonly #dies: (boundary: string) => boolean;
  readonly #end = new AbortController();
  #pause: PromiseWithResolvers<void> | undefined;

  /** @param dies asked at every boundary between what the process does and what the world hears of it */
  constructor(clock: Clock, dies: (boundary: string) => boolean = () => false) {
    this.#dies = dies;
    this.monotonic = () => clock.now();
    this.clock = {
      now: () => clock.now() + this.#ahead,
      sleep: (duration, signal) => this.mortal(() => clock.sleep(duration, signal)),
    };
  }

  /** Somebody sets the clock of its machine. */
  setClock(ahead: Duration): void {
    this.#ahead = ahead;
  }

  /** Aborted when it ends. */
  get over(): AbortSignal {
    return this.#end.signal;
  }

  end(): void {
    this.#end.abort(theEnd);
  }

  /** Begins `work` and hears what comes of it, each as long as it lives. */
  mortal<T>(work: () => Promise<T>): Promise<T> {
    if (this.over.aborted) return new Promise(() => {});
    return new Promise((resolve, reject) => {
      work().then(
        (answer) => this.#hear(() => resolve(answer)),
        (error: unknown) => this.#hear(() => reject(error)),
      );
    });
  }

  /** Hears nothing and does nothing until it is woken, as a process that was stopped. */
  pause(): void {
    this.#pause ??= Promise.withResolvers();
  }

  wake(): void {
    this.#pause?.resolve();
    this.#pause = undefined;
  }

  #hear(tell: () => void): void {
    if (this.#pause) void this.#pause.promise.then(() => this.#hear(tell));
    else if (!this.over.aborted) tell();
  }

  /** Answers whether it lives on. */
  survives(boundary: string): boolean {
    if (!this.over.aborted && this.#dies(boundary)) this.end();
    return !this.over.aborted;
  }
}

const theEnd = new Error('the process is gone');
