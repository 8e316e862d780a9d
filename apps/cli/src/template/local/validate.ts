import type { TemplateProblem } from '@pileus/tosca';
import { exitCodes, Stop } from '../../exit.ts';
import type { LocalContext } from '../../local-context.ts';
import { problemLine } from '../problem-line.ts';
import { readLocal } from './read.ts';

interface Verdict {
  readonly file: string;
  readonly valid: boolean;
  readonly problems: readonly TemplateProblem[];
}

/** Prints every problem as `file:line:column`, or all verdicts as data; exit code 1 when one of the templates is invalid. */
export async function validateTemplates(
  { out, say }: LocalContext,
  files: readonly string[],
  options: { readonly oasis?: true },
): Promise<void> {
  const verdicts: Verdict[] = [];
  for (const file of files) {
    const { problems } = await readLocal(file);
    verdicts.push({ file, valid: problems.every(({ severity }) => severity !== 'error'), problems });
    if (out.format === 'table') for (const problem of problems) out.line(problemLine(problem, say));
  }
  const invalid = verdicts.filter(({ valid }) => !valid);
  if (out.format === 'name') for (const { file } of invalid) out.line(file);
  else if (out.format !== 'table') await out.list(verdicts, [], ({ file }) => file);
  if (options.oasis) return endAsOasis(verdicts);
  const errors = invalid.flatMap(({ problems }) => problems).filter(({ severity }) => severity === 'error').length;
  if (invalid.length > 0) throw new Stop(exitCodes.error, say('template.invalid', { count: errors }));
  out.message(say('template.valid'));
}

/** What the conformance suite of OASIS wants to know: 0 valid, 1 invalid, 2 valid but unsupported. */
function endAsOasis(verdicts: readonly Verdict[]): void {
  if (verdicts.some((verdict) => !verdict.valid && !isUnsupported(verdict))) throw new Stop(exitCodes.error, '');
  if (verdicts.some(isUnsupported)) throw new Stop(exitCodes.usage, '');
}

/** Whether all that stands against a template is that we do not do it. */
function isUnsupported({ valid, problems }: Verdict): boolean {
  const ofUs = problems.filter(({ rule }) => rule.startsWith('unsupported') || rule === 'import-unreachable');
  const errors = problems.filter(({ severity }) => severity === 'error');
  return ofUs.length > 0 && (valid || errors.every((problem) => ofUs.includes(problem)));
}
