import { writeMeta } from '../csar/write-archive.ts';
import { readPackage } from '../package.ts';
import type { TemplateProblem } from '../problem.ts';
import type { Files } from '../unit.ts';
import { convertToTwo } from './convert.ts';

/**
 * A package whose TOSCA files are in 2.0, with `TOSCA.meta` in the root (2.0 §17.2); all other files are as they were. Absent
 * when an error stands against one of its variants. A file that no variant imports stays in 1.x where it cannot be converted
 * by itself, which is told as a warning.
 */
export function convertPackage(files: ReadonlyMap<string, Uint8Array>): {
  readonly files?: ReadonlyMap<string, Uint8Array> | undefined;
  readonly problems: readonly TemplateProblem[];
} {
  const texts: Files = {
    has: (path) => files.has(path),
    paths: () => files.keys(),
    text: (path) => {
      const content = files.get(path);
      return content && new TextDecoder().decode(content);
    },
  };
  const { variants, problems: read } = readPackage(files);
  const problems = read.filter(({ severity }) => severity === 'error');
  if (problems.length > 0) return { problems };
  const made = new Map<string, string>();
  for (const { entry } of variants) {
    const converted = convertToTwo(texts, entry);
    problems.push(...converted.problems);
    for (const [path, text] of converted.files ?? []) {
      if ((made.get(path) ?? text) !== text) problems.push(differing(path));
      made.set(path, text);
    }
  }
  if (problems.some(({ severity }) => severity === 'error')) return { problems };
  for (const path of files.keys()) if (!made.has(path) && isOld(texts, path)) convertAlone(texts, path, made, problems);
  const [first, ...others] = variants.map(({ entry }) => entry);
  return { files: packed(files, made, first, others), problems };
}

function isOld({ text }: Files, path: string): boolean {
  return /\.ya?ml$/i.test(path) && /^tosca_definitions_version:(?!\s*["']?tosca_2_0)/m.test(text(path) ?? '');
}

function convertAlone(texts: Files, path: string, made: Map<string, string>, problems: TemplateProblem[]): void {
  const { files = new Map<string, string>(), problems: found } = convertToTwo(texts, path);
  for (const [one, text] of files) if (!made.has(one)) made.set(one, text);
  const [first] = found;
  if (made.has(path)) problems.push(...found);
  else if (first) {
    const message = `${path} stays in 1.x: no template of the package imports it, and it cannot be converted by itself (${first.message})`;
    problems.push({ ...first, severity: 'warning', message });
  }
}

function differing(file: string): TemplateProblem {
  const message = `Two templates of the package use ${file} so differently that one file of 2.0 cannot serve both; give each its own`;
  return { file, line: 1, column: 1, severity: 'error', rule: 'not-convertible', message };
}

function packed(
  files: ReadonlyMap<string, Uint8Array>,
  made: ReadonlyMap<string, string>,
  entry: string | undefined,
  others: readonly string[],
): ReadonlyMap<string, Uint8Array> {
  const packed = new Map<string, Uint8Array>();
  const encoder = new TextEncoder();
  if (entry !== undefined) {
    const meta = writeMeta('2.0', entry, others);
    packed.set(meta.path, encoder.encode(meta.text));
  }
  for (const [path, content] of files) {
    if (path === 'TOSCA-Metadata/TOSCA.meta' || packed.has(path)) continue;
    const text = made.get(path);
    packed.set(path, text === undefined ? content : encoder.encode(text));
  }
  return packed;
}
