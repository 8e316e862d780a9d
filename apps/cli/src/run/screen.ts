import type { WriteStream } from 'node:tty';

/** A few lines at the bottom of a terminal that are drawn over and over. */
export class Screen {
  readonly #stream: WriteStream;
  #drawn = 0;

  constructor(stream: WriteStream) {
    this.#stream = stream;
    stream.write(hideCursor);
    process.once('exit', this.#showCursor);
  }

  /** Replaces the lines; each must fit the terminal's width. */
  draw(lines: readonly string[]): void {
    this.#stream.write(this.#erased() + lines.map((line) => `${line}\n`).join(''));
    this.#drawn = lines.length;
  }

  /** A line that stays, above those that are drawn over. */
  above(line: string): void {
    this.#stream.write(`${this.#erased()}${line}\n`);
    this.#drawn = 0;
  }

  clear(): void {
    this.#stream.write(this.#erased());
    this.#drawn = 0;
    this.#showCursor();
    process.off('exit', this.#showCursor);
  }

  #erased(): string {
    return this.#drawn > 0 ? `\x1b[${this.#drawn}A\x1b[0J` : '';
  }

  readonly #showCursor = (): void => {
    this.#stream.write(showCursor);
  };
}

const hideCursor = '\x1b[?25l';
const showCursor = '\x1b[?25h';
