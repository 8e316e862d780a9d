/** Everything that happens in a history, in its order: two plays of one seed have the same. */
export class Trace {
  readonly #tell: (line: string) => void;
  #hash = 0x811c9dc5;
  #length = 0;

  constructor(tell: (line: string) => void = () => {}) {
    this.#tell = tell;
  }

  note(...what: readonly (string | number)[]): void {
    const line = what.join(' ');
    this.#length++;
    for (let i = 0; i < line.length; i++) this.#hash = Math.imul(this.#hash ^ line.charCodeAt(i), 0x01000193);
    this.#tell(line);
  }

  /** How much there was and what: `1432:8f03a1c2`. */
  get digest(): string {
    return `${this.#length}:${(this.#hash >>> 0).toString(16)}`;
  }
}
