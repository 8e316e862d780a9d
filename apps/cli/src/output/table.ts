import { styleText } from 'node:util';
import { clip, harmless, pad, width } from './width.ts';

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  /** Colours a cell; it does not change its width. */
  readonly style?: (row: Row) => Style | undefined;
}
export type Style = 'green' | 'red' | 'yellow' | 'cyan' | 'gray' | 'bold';

/**
 * Rows under titles, two spaces apart. The last column is cut where the terminal ends; without a terminal nothing is
 * cut, so that scripts see everything.
 */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  look: { columns?: number | undefined; colours: boolean },
): string {
  const cells = rows.map((row) => columns.map((column) => harmless(column.value(row))));
  const widths = columns.map((column, at) =>
    Math.max(width(column.title), ...cells.map((row) => width(row[at] ?? ''))),
  );
  const draw = (texts: readonly string[], style: (at: number) => Style | undefined) => {
    let used = 0;
    return texts
      .map((text, at) => {
        const last = at === texts.length - 1;
        const room = look.columns === undefined ? Number.POSITIVE_INFINITY : Math.max(8, look.columns - used);
        const shown = last ? clip(text, room) : pad(text, widths[at] ?? 0);
        used += (widths[at] ?? 0) + 2;
        return painted(shown, style(at), look.colours);
      })
      .join('  ')
      .trimEnd();
  };
  const head = draw(
    columns.map((column) => column.title),
    () => 'gray',
  );
  return [head, ...rows.map((row, at) => draw(cells[at] ?? [], (column) => columns[column]?.style?.(row)))].join('\n');
}

/** Lines of `title  value`, for one thing. */
export function facts(
  pairs: readonly (readonly [title: string, value: string | undefined])[],
  colours: boolean,
): string {
  const known = pairs.filter((pair): pair is readonly [string, string] => pair[1] !== undefined && pair[1] !== '');
  const widest = Math.max(0, ...known.map(([title]) => width(title)));
  return known
    .map(([title, value]) => `${painted(pad(title, widest), 'gray', colours)}  ${harmless(value)}`)
    .join('\n');
}

export function painted(text: string, style: Style | undefined, colours: boolean): string {
  // `validateStream: false`: whether there are colours was decided once, for the stream this goes to.
  return style && colours ? styleText(style, text, { validateStream: false }) : text;
}
