/** A place in a template's text. Lines and columns count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A file's text, which can tell the line and column of an offset; the line table is made when first asked for. */
export class Source {
  readonly file: string;
  readonly text: string;
  #lines: number[] | undefined;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  position(offset: number): Position {
    return new LazyPosition(this, offset);
  }

  /** Line and column of an offset, by binary search. */
  locate(offset: number): { line: number; column: number } {
    const starts = (this.#lines ??= lineStarts(this.text));
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  }
}

/** Most positions are never looked at, so a position is an offset until someone asks for its line. */
class LazyPosition implements Position {
  readonly #source: Source;
  readonly #offset: number;

  constructor(source: Source, offset: number) {
    this.#source = source;
    this.#offset = offset;
  }
  get file(): string {
    return this.#source.file;
  }
  get line(): number {
    return this.#source.locate(this.#offset).line;
  }
  get column(): number {
    return this.#source.locate(this.#offset).column;
  }
  toJSON(): Position {
    return { file: this.file, line: this.line, column: this.column };
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
