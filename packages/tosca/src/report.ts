import type { Position } from './position.ts';
import type { TemplateProblem } from './problem.ts';

/** Collects what is wrong while reading goes on, so that an author sees all of it at once. */
export class Report {
  readonly #problems = new Map<string, TemplateProblem>();
  /** A file as whoever reads the messages knows it. */
  readonly shownFile: (path: string) => string;
  #errors = 0;

  constructor(shownFile: (path: string) => string = (path) => path) {
    this.shownFile = shownFile;
  }

  /** Constructs are named as they stand within a sentence, `the node web`; where they begin one they get a capital. */
  error(at: Position, rule: string, message: string): void {
    this.#add(at, 'error', rule, message);
  }

  warn(at: Position, rule: string, message: string): void {
    this.#add(at, 'warning', rule, message);
  }

  get failed(): boolean {
    return this.#errors > 0;
  }

  /** In reading order: the files as they were met, each from top to bottom. */
  problems(files: readonly string[]): TemplateProblem[] {
    const rank = new Map(files.map((file, index) => [file, index]));
    const rankOf = (file: string) => rank.get(file) ?? files.length;
    return [...this.#problems.values()].sort(
      (a, b) => rankOf(a.file) - rankOf(b.file) || a.line - b.line || a.column - b.column,
    );
  }

  /** A value inherited from a type is looked at once per node that uses it; its problem is told once. */
  #add(at: Position, severity: 'error' | 'warning', rule: string, message: string): void {
    const { file, line, column } = at;
    // That a value is of another kind than the grammar's is found where keys are checked and again where it is read.
    const key = `${file}:${line}:${column}:${rule.startsWith('expected-') ? 'expected' : message}`;
    if (this.#problems.has(key)) return;
    if (severity === 'error') this.#errors += 1;
    const sentence = message.replace(/^the (?=\S+ \S)/, 'The ');
    this.#problems.set(key, { file, line, column, severity, rule, message: sentence });
  }
}
