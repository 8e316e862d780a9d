import type { Document } from 'yaml';
import { defaultLimits, type Limits } from '../limits.ts';
import { Names } from '../names.ts';
import type { TemplateProblem } from '../problem.ts';
import { profileNamed, standardProfile } from '../profile.ts';
import { Report } from '../report.ts';
import { readTemplateOf } from '../template.ts';
import type { ServiceTemplate } from '../topology.ts';
import { loadUnit, type Files, type Unit } from '../unit.ts';
import { rewriteFile } from './file.ts';
import { differences } from './graph.ts';
import { Grounds } from './ground.ts';
import { PlacesBefore } from './places.ts';
import { openDocument } from './tree.ts';

export interface Converted {
  /** The template's file and all it imports, by their paths, in TOSCA 2.0; absent when an error stands against it. */
  readonly files?: ReadonlyMap<string, string> | undefined;
  /** What is wrong with the template, or cannot be said in 2.0, at its place in the files that were to be converted. */
  readonly problems: readonly TemplateProblem[];
}

/**
 * Writes a template of the Simple Profile 1.0–1.3, with all it imports, in TOSCA 2.0; comments and the order of what is in the
 * files stay. What comes out is read again and means the same graph; a template that cannot be written so is refused with the
 * places that stand in the way. Files that are 2.0 already come back as they are.
 */
export function convertToTwo(files: Files, entry: string, limits: Limits = defaultLimits): Converted {
  const before = readTemplateOf(files, entry, limits);
  const problems: TemplateProblem[] = before.problems.filter(({ severity }) => severity === 'error');
  if (!before.template) return { problems };
  const { made, places } = rewritten(files, entry, limits, before.template, problems);
  if (problems.some(isError)) return { problems };
  const after = readTemplateOf(over(files, made), entry, limits);
  for (const problem of after.problems.filter(isError)) problems.push(places.before(problem));
  if (after.template && problems.length === 0) problems.push(...differences(before.template, after.template, entry));
  return problems.some(isError) ? { problems } : { files: made, problems };
}

function isError({ severity }: TemplateProblem): boolean {
  return severity === 'error';
}

function over(files: Files, made: ReadonlyMap<string, string>): Files {
  return { ...files, has: (path) => files.has(path), text: (path) => made.get(path) ?? files.text(path) };
}

/** Every file rewritten, with how to find a place in them where it was before. */
function rewritten(
  files: Files,
  entry: string,
  limits: Limits,
  template: ServiceTemplate,
  problems: TemplateProblem[],
): { readonly made: ReadonlyMap<string, string>; readonly places: PlacesBefore } {
  const report = new Report();
  const units = new Map<string, Unit | undefined>();
  const loading = { files, report, limits, isProfile: false, profile: profileNamed, units, taken: new Set<string>() };
  const own = loadUnit(loading, entry);
  const made = new Map<string, string>();
  const places = new PlacesBefore();
  if (!own) return { made, places };
  const names = new Names(report, own, standardProfile, true);
  for (const [file, unit] of units) {
    const text = files.text(file) ?? '';
    if (!unit) continue;
    const document = unit.isTwo ? undefined : openDocument(text);
    if (!unit.isTwo && !document) {
      const message = `${file} is YAML that cannot be rewritten; it nests too deep, or repeats itself through aliases`;
      problems.push({ file, line: 1, column: 1, severity: 'error', rule: 'not-convertible', message });
    }
    if (!document) {
      made.set(file, text);
      continue;
    }
    const reading = { report, names, files, unit };
    const { topology } = [template, ...(template.substitutes ?? [])].find((one) => isOf(one, file)) ?? template;
    rewriteFile(document, text, reading, new Grounds(reading, topology), (problem) => problems.push(problem));
    const written = textOf(document, text);
    places.add(file, document, text, written);
    made.set(file, written);
  }
  return { made, places };
}

/** Whether a template is written in a file, which its nodes tell. */
function isOf({ topology }: ServiceTemplate, file: string): boolean {
  const [node] = Object.values(topology.nodes);
  return (node?.at ?? topology.substitution?.at)?.file === file;
}

function textOf(document: Document, before: string): string {
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: true });
  return before.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text;
}
