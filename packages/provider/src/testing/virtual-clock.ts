import { setImmediate as breathe } from 'node:timers/promises';
import type { Clock, Duration } from '@pileus/model';

/** A clock that a test moves, so that a virtual hour passes in no time. */
export interface VirtualClock extends Clock {
  /** Moves on by `duration`, waking whoever sleeps no longer than that, in the order in which they wake. */
  advance(duration: Duration): Promise<void>;
  /** How many sleep. */
  readonly sleepers: number;
}

export interface VirtualClockOptions {
  /** In ms since 1970; 2026-01-01 unless told. */
  readonly start?: number;
  /**
   * Jump to the next waking whenever everybody sleeps. The clock cannot see work that waits for the world outside
   * (a socket, a file): it gives such work a turn of the event loop, so it fits what waits for this clock alone.
   */
  readonly auto?: boolean;
}

export function virtualClock({ start = Date.UTC(2026, 0, 1), auto = false }: VirtualClockOptions = {}): VirtualClock {
  let now = start;
  let isJumping = false;
  const sleepers = new Sleepers();

  const wakeUntil = async (time: number) => {
    for (let next = sleepers.first(); next && next.at <= time; next = sleepers.first()) {
      sleepers.remove(next);
      now = next.at;
      next.wake();
      await settle();
    }
  };

  const jump = async () => {
    isJumping = true;
    await settle();
    for (let next = sleepers.first(); next; next = sleepers.first()) await wakeUntil(next.at);
    isJumping = false;
  };

  return {
    now: () => now,
    get sleepers() {
      return sleepers.count;
    },
    sleep: (duration, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error);
        const stop = () => {
          sleepers.remove(sleeper);
          reject(signal?.reason as Error);
        };
        const wake = () => {
          signal?.removeEventListener('abort', stop);
          resolve();
        };
        const sleeper = sleepers.add(now + Math.max(0, duration), wake);
        signal?.addEventListener('abort', stop, { once: true });
        if (auto && !isJumping) void jump();
      }),
    async advance(duration) {
      await settle();
      const until = now + duration;
      await wakeUntil(until);
      now = until;
    },
  };
}

interface Sleeper {
  readonly at: number;
  /** Who fell asleep first wakes first. */
  readonly turn: number;
  readonly wake: () => void;
}

/** A binary heap by time and turn; one that was woken otherwise stays in it until it comes up. */
class Sleepers {
  #heap: Sleeper[] = [];
  #asleep = new Set<Sleeper>();
  #turns = 0;

  get count(): number {
    return this.#asleep.size;
  }

  add(at: number, wake: () => void): Sleeper {
    const sleeper = { at, turn: (this.#turns += 1), wake };
    this.#asleep.add(sleeper);
    this.#heap.push(sleeper);
    let i = this.#heap.length - 1;
    for (let parent = (i - 1) >> 1; i > 0 && this.#isBefore(i, parent); i = parent, parent = (i - 1) >> 1)
      this.#swap(i, parent);
    return sleeper;
  }

  remove(sleeper: Sleeper): void {
    this.#asleep.delete(sleeper);
  }

  first(): Sleeper | undefined {
    while (this.#heap[0] && !this.#asleep.has(this.#heap[0])) this.#drop();
    return this.#heap[0];
  }

  #drop(): void {
    const last = this.#heap.pop();
    if (!last || this.#heap.length === 0) return;
    this.#heap[0] = last;
    for (let i = 0; ;) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < this.#heap.length && this.#isBefore(child, least)) least = child;
      }
      if (least === i) return;
      this.#swap(i, least);
      i = least;
    }
  }

  #isBefore(i: number, j: number): boolean {
    const [a, b] = [this.#heap[i], this.#heap[j]];
    return a !== undefined && b !== undefined && (a.at < b.at || (a.at === b.at && a.turn < b.turn));
  }

  #swap(i: number, j: number): void {
    const [a, b] = [this.#heap[i], this.#heap[j]];
    if (a && b) [this.#heap[i], this.#heap[j]] = [b, a];
  }
}

/** Lets everything run that was just woken: promises, and whatever takes a turn or two of the event loop. */
async function settle(): Promise<void> {
  await breathe();
}
