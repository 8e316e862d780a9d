/** Repeatable random choices: a seed gives the same row each time (xorshift32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 0x9e3779b1) | 1;
    for (let round = 0; round < 8; round++) this.#next();
  }

  #next(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return this.#state >>> 0;
  }

  /** From 0 up to, but without, `below`. */
  whole(below: number): number {
    return this.#next() % below;
  }

  /** True once in so many times. */
  once(inTimes: number): boolean {
    return this.whole(inTimes) === 0;
  }

  pick<T>(from: readonly T[]): T {
    const picked = from[this.whole(from.length)];
    if (picked === undefined) throw new Error('There is nothing to pick from');
    return picked;
  }

  /** As many as `least` to `most` of them; some perhaps twice. */
  some<T>(from: readonly T[], least: number, most: number): T[] {
    return Array.from({ length: least + this.whole(most - least + 1) }, () => this.pick(from));
  }

  shuffled<T>(items: readonly T[]): T[] {
    return items
      .map((item) => [this.#next(), item] as const)
      .toSorted(([a], [b]) => a - b)
      .map(([, item]) => item);
  }
}
