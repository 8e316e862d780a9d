import type { LogLine } from '../../api/types.ts';

/** A browser's memory is finite: of a longer log the newest lines are kept. */
export const mostLines = 20_000;

/** Adds lines that are not there yet; a line is known by its run, step and number. */
export function addLines(known: readonly LogLine[], more: readonly LogLine[]): readonly LogLine[] {
  const seen = new Set(known.slice(-5000).map(keyOf));
  const fresh = more.filter((line) => !seen.has(keyOf(line)));
  if (fresh.length === 0) return known;
  return [...known, ...fresh].slice(-mostLines);
}

export function filterLines(lines: readonly LogLine[], node: string | undefined, text: string): readonly LogLine[] {
  if (!node && text === '') return lines;
  const wanted = text.toLowerCase();
  return lines.filter(
    (line) => (!node || line.node === node) && (wanted === '' || line.text.toLowerCase().includes(wanted)),
  );
}

export function keyOf(line: LogLine): string {
  return `${line.run}/${line.step}/${line.seq}`;
}
