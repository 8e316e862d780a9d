import { writeMeta } from '../csar/write-archive.ts';
import { readPackage } from '../package.ts';
import type { TemplateProblem } from '../problem.ts';
import type { Files } from '../unit.ts';
import { convertToTwo } from './convert.ts';

/** A package whose TOSCA files are in 2.0, with `TOSCA.meta` in the root (2.0 §16.2); all other files are as they were. */
export function convertPackage(files: ReadonlyMap<string, Uint8Array>): {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly notes: readonly TemplateProblem[];
} {
  const texts: Files = {
    has: (path) => files.has(path),
    text: (path) => {
      const content = files.get(path);
      return content && new TextDecoder().decode(content);
    },
  };
  const [entry, ...others] = readPackage(files).variants.map((variant) => variant.entry);
  const notes: TemplateProblem[] = [];
  const converted = new Map<string, Uint8Array>();
  const encoder = new TextEncoder();
  if (entry !== undefined) {
    const meta = writeMeta('2.0', entry, others);
    converted.set(meta.path, encoder.encode(meta.text));
  }
  for (const [path, content] of files) {
    if (path === 'TOSCA-Metadata/TOSCA.meta' || converted.has(path)) continue;
    const made = /\.ya?ml$/i.test(path) ? convertToTwo(texts, path) : undefined;
    notes.push(...(made?.notes ?? []));
    converted.set(path, made ? encoder.encode(made.text) : content);
  }
  return { files: converted, notes };
}
