/** Lets at most so many into what a key names (an account, a template). Runs that wait for the same key take turns. */
export class Limiter {
  readonly #capOf: (key: string) => number | undefined;
  readonly #places = new Map<string, Place>();

  /** @param capOf how many at once; undefined: any number */
  constructor(capOf: (key: string) => number | undefined) {
    this.#capOf = capOf;
  }

  /**
   * Waits until there is room under every key, and answers how to make it free again. Keys are entered in one order, so
   * that two who need the same ones cannot each wait for the other.
   */
  async enter(keys: readonly string[], run: string, signal: AbortSignal): Promise<() => void> {
    const entered: string[] = [];
    const leave = () => {
      for (const key of entered.splice(0)) this.#leave(key);
    };
    try {
      for (const key of [...new Set(keys)].toSorted()) {
        if (this.#capOf(key) === undefined) continue;
        await this.#enter(key, run, signal);
        entered.push(key);
      }
    } catch (error) {
      leave();
      throw error;
    }
    return leave;
  }

  async #enter(key: string, run: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const place = this.#places.get(key) ?? { inside: 0, waiting: new Map<string, Set<() => void>>() };
    this.#places.set(key, place);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const turns = place.waiting.get(run) ?? new Set();
    place.waiting.set(run, turns.add(resolve));
    const stop = () => {
      if (turns.delete(resolve)) reject(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
    this.#admit(key, place);
    await promise.finally(() => signal.removeEventListener('abort', stop));
  }

  #leave(key: string): void {
    const place = this.#places.get(key);
    if (!place) return;
    place.inside--;
    this.#admit(key, place);
    if (place.inside === 0 && place.waiting.size === 0) this.#places.delete(key);
  }

  #admit(key: string, place: Place): void {
    for (const [run, turns] of place.waiting) {
      if (place.inside >= (this.#capOf(key) ?? Infinity)) return;
      const [next] = turns;
      // Whoever had its turn goes to the end of the row; one that waits for nothing any more leaves it.
      place.waiting.delete(run);
      if (next) {
        turns.delete(next);
        place.inside++;
        next();
      }
      if (turns.size > 0) place.waiting.set(run, turns);
    }
  }
}

interface Place {
  inside: number;
  /** By run, the next one first. */
  readonly waiting: Map<string, Set<() => void>>;
}
