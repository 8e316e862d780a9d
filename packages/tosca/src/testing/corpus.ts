import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { readArchive } from '../csar/read-archive.ts';
import { importsWanted, withFetched, type Fetched } from '../fetched.ts';
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
  /** Refused for nothing but imports that neither the corpus nor the disk holds. */
  readonly lacksImports: boolean;
  /** `line:column rule message` of the errors. */
  readonly problems: readonly string[];
  readonly crash: string | undefined;
  readonly milliseconds: number;
}

/**
 * Reads every file of a corpus that its `manifest.tsv` names (columns path, source_repo, …, kind, …, expected, basis), and every
 * package (CSAR). What is imported from where one of its repositories is published is taken from the corpus.
 */
export function measure(directory: string): CorpusRow[] {
  const [header = '', ...lines] = readFileSync(join(directory, 'manifest.tsv'), 'utf8').trimEnd().split('\n');
  const columns = header.split('\t');
  const rows = lines.map((line) => {
    const cells = line.split('\t');
    return (name: string) => cells[columns.indexOf(name)] ?? '';
  });
  const texts = textsIn(directory);
  const folders = new Map(rows.map((cell) => [cell('source_repo'), cell('path').split('/')[0] ?? '']));
  return rows.map((cell) => {
    const path = cell('path');
    const read = () =>
      cell('kind') === 'csar'
        ? archiveProblems(join(directory, path))
        : templateProblems(filesAround(directory, texts, path), path, (url) => texts(publishedPath(url, folders)));
    return rowOf(read, path, cell('expected'), cell('expected_basis'));
  });
}

function templateProblems(
  files: Files,
  path: string,
  mirrored: (url: string) => string | undefined,
): readonly TemplateProblem[] {
  const found = new Map<string, Fetched>();
  for (let isNew = true; isNew;) {
    isNew = false;
    for (const url of importsWanted(withFetched(files, found), path)) {
      const text = mirrored(url);
      if (text === undefined) continue;
      found.set(url, { text });
      isNew = true;
    }
  }
  return readTemplateOf(withFetched(files, found), path).problems;
}

const published =
  /^https:\/\/(?:raw\.githubusercontent\.com\/([^/]+\/[^/]+)|github\.com\/([^/]+\/[^/]+)\/raw)\/(?:refs\/heads\/)?[^/]+\/(.*)$/;

/** The path in the corpus of what a URL names in one of its repositories. */
function publishedPath(url: string, folders: ReadonlyMap<string, string>): string {
  const [, raw, other, path = ''] = published.exec(url) ?? [];
  const folder = folders.get(raw ?? other ?? '');
  return folder === undefined ? '' : join(folder, path);
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
  let errors: { line: number; text: string; rule: string }[] = [];
  try {
    errors = read()
      .filter(({ severity }) => severity === 'error')
      .map((one) => ({
        line: one.file === path ? one.line : 0,
        rule: one.rule,
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
    lacksImports:
      errors.length > 0 && errors.every(({ rule }) => rule === 'missing-import' || rule === 'import-unreachable'),
    problems: errors.map(({ text }) => text),
    crash,
    milliseconds: performance.now() - started,
  };
}

/** Texts below a directory by their paths, each read once. */
function textsIn(directory: string): (path: string) => string | undefined {
  const texts = new Map<string, string | undefined>();
  return (path) => {
    if (!texts.has(path)) texts.set(path, read(join(directory, path)));
    return texts.get(path);
  };
}

/** As the command line finds files: below the directory or the template's folder; profiles are looked for beside the template. */
function filesAround(directory: string, texts: (path: string) => string | undefined, entry: string): Files {
  const folder = dirname(entry);
  const text = (path: string) => texts(path) ?? texts(join(folder, path));
  return {
    has: (path) => text(path) !== undefined,
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
