import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { readArchive } from '../csar/read-archive.ts';
import { readPackage } from '../package.ts';
import type { TemplateProblem } from '../problem.ts';
import { readTemplateOf } from '../template.ts';
import type { Files } from '../unit.ts';

export interface CorpusRow {
  readonly path: string;
  readonly expected: 'valid' | 'invalid' | 'unknown';
  /** Where the expected error stands, where that is known. */
  readonly line: number | undefined;
  readonly agrees: boolean;
  readonly isAtLine: boolean;
  /** `line:column rule message` of the errors. */
  readonly problems: readonly string[];
  readonly crash: string | undefined;
  readonly milliseconds: number;
}

/** Reads every file of a corpus that its `manifest.tsv` names (columns path, …, kind, …, expected, basis), and every package (CSAR). */
export function measure(directory: string): CorpusRow[] {
  const [header = '', ...lines] = readFileSync(join(directory, 'manifest.tsv'), 'utf8').trimEnd().split('\n');
  const columns = header.split('\t');
  const files = filesIn(directory);
  return lines.map((line) => {
    const cells = line.split('\t');
    const cell = (name: string) => cells[columns.indexOf(name)] ?? '';
    const path = cell('path');
    const read = () =>
      cell('kind') === 'csar' ? archiveProblems(join(directory, path)) : readTemplateOf(files, path).problems;
    return rowOf(read, path, cell('expected'), cell('expected_basis'));
  });
}

/** What is wrong with a package, told by file names within it. */
function archiveProblems(path: string): readonly TemplateProblem[] {
  const { files, problems } = readArchive(readFileSync(path));
  return files ? readPackage(files, { isCsar: true }).problems : problems;
}

function rowOf(read: () => readonly TemplateProblem[], path: string, expectation: string, basis: string): CorpusRow {
  const [word = ''] = expectation.split(':');
  const expected = word === 'valid' || word === 'invalid' ? word : 'unknown';
  const line = basis === 'oasis-testAssertion' ? /\bline (\d+)/.exec(expectation)?.[1] : undefined;
  const started = performance.now();
  let crash: string | undefined;
  let errors: { line: number; text: string }[] = [];
  try {
    errors = read()
      .filter(({ severity }) => severity === 'error')
      .map((one) => ({
        line: one.file === path ? one.line : 0,
        text: `${one.file === path ? '' : `${one.file}:`}${one.line}:${one.column} ${one.rule} ${one.message}`,
      }));
  } catch (error) {
    crash = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  return {
    path,
    expected,
    line: line === undefined ? undefined : Number(line),
    agrees: expected === 'unknown' || (crash === undefined && (errors.length === 0) === (expected === 'valid')),
    isAtLine: line !== undefined && errors.some((one) => one.line === Number(line)),
    problems: errors.map(({ text }) => text),
    crash,
    milliseconds: performance.now() - started,
  };
}

/** Files below a directory; the profiles a template may import by name are looked for beside it. */
function filesIn(directory: string): Files {
  const texts = new Map<string, string | undefined>();
  let folder = '';
  const text = (path: string) => {
    if (!texts.has(path)) texts.set(path, read(join(directory, path)));
    return texts.get(path);
  };
  return {
    has: (path) => {
      folder = dirname(path);
      return text(path) !== undefined;
    },
    text,
    paths: () => readdirSync(join(directory, folder)).map((name) => join(folder, name)),
  };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
