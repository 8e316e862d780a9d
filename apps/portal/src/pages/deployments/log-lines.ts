import type { LogLine } from '../../api/types.ts';

/** A browser's memory is finite: of a longer log the newest lines are kept. */
export const mostLines = 20_000;

/** Adds lines that are not there yet; a line is known by its run, step and number. */
export function addLines(known: readonly LogLine[], more: readonly LogLine[]): readonly LogLine[] {
  const seen = new Set(known.slice(-5000).map(keyOf));
  const fresh = more.filter((line) => !seen.has(keyOf(line)));
  if (fresh.length === 0) return known;
  const lines = [...known, ...fresh];
  // What was written before one came is read while newer lines already come live.
  const isLate = (fresh[0]?.at ?? '') < (known.at(-1)?.at ?? '');
  return (isLate ? lines.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)) : lines).slice(-mostLines);
}

export interface LogFilter {
  readonly run?: string | undefined;
  readonly node?: string | undefined;
  /** The key of a step. */
  readonly step?: string | undefined;
  readonly text?: string | undefined;
  /** Only what was written as an error. */
  readonly onlyErrors?: boolean | undefined;
}

export function filterLines(lines: readonly LogLine[], filter: LogFilter): readonly LogLine[] {
  const { run, node, step, text = '', onlyErrors = false } = filter;
  if (run === undefined && node === undefined && step === undefined && text === '' && !onlyErrors) return lines;
  const wanted = text.toLowerCase();
  return lines.filter(
    (line) =>
      (run === undefined || line.run === run) &&
      (node === undefined || line.node === node) &&
      (step === undefined || line.step === step) &&
      (!onlyErrors || line.stream === 'err') &&
      (wanted === '' || line.text.toLowerCase().includes(wanted)),
  );
}

/** The last lines of a step that say something. */
export function lastLinesOf(lines: readonly LogLine[], step: string, count: number): readonly LogLine[] {
  return lines.filter((line) => line.step === step && line.text.trim() !== '').slice(-count);
}

export function keyOf(line: LogLine): string {
  return `${line.run}/${line.step}/${line.seq}`;
}
