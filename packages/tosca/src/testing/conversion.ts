import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { isDeepStrictEqual } from 'node:util';
import { convertToTwo } from '../convert/convert.ts';
import { graphOf } from '../convert/graph.ts';
import { readTemplateOf } from '../template.ts';
import type { Files } from '../unit.ts';

export interface ConversionRow {
  readonly path: string;
  readonly outcome: 'same' | 'refused' | 'different';
  /** `file:line:column rule message`. */
  readonly problems: readonly string[];
}

/** Converts every file of 1.x below a folder that reads without errors, and compares the graphs before and after. */
export function measureConversion(folder: string): ConversionRow[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return paths.filter((path) => /\.ya?ml$/.test(path)).flatMap((path) => rowOf(folder, path) ?? []);
}

function rowOf(folder: string, path: string): ConversionRow | undefined {
  const files = filesIn(folder, path);
  const before = readTemplateOf(files, path);
  if (!before.template || before.template.toscaVersion === 'tosca_2_0') return undefined;
  const { files: made, problems } = convertToTwo(files, path);
  const told = problems.map(({ file, line, column, rule, message }) => `${file}:${line}:${column} ${rule} ${message}`);
  if (!made) return { path, outcome: 'refused', problems: told };
  const after = readTemplateOf({ ...files, text: (one) => made.get(one) ?? files.text(one) }, path);
  const isSame = after.template && isDeepStrictEqual(graphOf(before.template), graphOf(after.template));
  return { path, outcome: isSame ? 'same' : 'different', problems: told };
}

function filesIn(folder: string, entry: string): Files {
  const text = (path: string) => {
    try {
      return readFileSync(join(folder, path), 'utf8');
    } catch {
      return undefined;
    }
  };
  return {
    text,
    has: (path) => text(path) !== undefined,
    paths: () => readdirSync(join(folder, dirname(entry))).map((name) => join(dirname(entry), name)),
  };
}
