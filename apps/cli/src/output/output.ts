import { table, type Column } from './table.ts';
import type { Say } from '../texts/texts.ts';

export const formats = ['table', 'json', 'yaml', 'name'] as const;
export type Format = (typeof formats)[number];

/** Where a command's answer and its messages go: data on standard output, words on standard error. */
export interface Output {
  readonly format: Format;
  /** Whether standard error is a terminal that can be drawn on. */
  readonly live: boolean;
  readonly colours: boolean;
  /** Whether messages may be coloured. */
  readonly messageColours: boolean;
  /** Columns of standard output; undefined when it is no terminal. */
  readonly columns: number | undefined;
  /** A line on standard error. */
  message(text: string): void;
  /** A line on standard output. */
  line(text: string): void;
  /** Prints a list in the format asked for. */
  list<Row>(rows: readonly Row[], columns: readonly Column<Row>[], name: (row: Row) => string): Promise<void>;
  /** Prints one thing: as data, or by `draw` for a person. */
  one<T>(thing: T, name: (thing: T) => string, draw: (thing: T) => string): Promise<void>;
}

export function openOutput(format: Format, say: Say, environment: NodeJS.ProcessEnv): Output {
  const colours = coloured(process.stdout, environment);
  const columns = process.stdout.isTTY ? process.stdout.columns : undefined;
  const line = (text: string) => void process.stdout.write(`${text}\n`);
  const message = (text: string) => void process.stderr.write(`${text}\n`);
  const data = async (thing: unknown) =>
    line(format === 'json' ? JSON.stringify(thing, undefined, 2) : await yaml(thing));
  return {
    format,
    live: process.stderr.isTTY === true && environment['TERM'] !== 'dumb',
    colours,
    messageColours: coloured(process.stderr, environment),
    columns,
    message,
    line,
    async list(rows, tableColumns, name) {
      if (format === 'json' || format === 'yaml') return data(rows);
      if (format === 'name') return rows.forEach((row) => line(name(row)));
      if (rows.length === 0) return message(say('list.empty'));
      line(table(rows, tableColumns, { columns, colours }));
    },
    async one(thing, name, draw) {
      if (format === 'json' || format === 'yaml') return data(thing);
      line(format === 'name' ? name(thing) : draw(thing));
    },
  };
}

/** https://no-color.org, and the FORCE_COLOR that CI systems set. */
function coloured(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): boolean {
  if (environment['NO_COLOR']) return false;
  if (environment['FORCE_COLOR'] && environment['FORCE_COLOR'] !== '0') return true;
  return stream.isTTY === true && environment['TERM'] !== 'dumb';
}

async function yaml(thing: unknown): Promise<string> {
  const { stringify } = await import('yaml');
  return stringify(thing).trimEnd();
}
