import type { TemplateProblem } from '@pileus/tosca';
import { exitCodes, Stop } from '../../exit.ts';
import type { LocalContext } from '../../local-context.ts';
import { problemLine } from '../problem-line.ts';
import { fromNetwork } from './network.ts';
import { oasisCode } from './oasis-code.ts';
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
  options: { readonly oasis?: true; readonly offline?: true },
): Promise<void> {
  const verdicts: Verdict[] = [];
  for (const file of files) {
    const { problems } = await readLocal(file, options.offline ? undefined : fromNetwork);
    verdicts.push({ file, valid: problems.every(({ severity }) => severity !== 'error'), problems });
    if (out.format === 'table') for (const problem of problems) out.line(problemLine(problem, say));
  }
  const invalid = verdicts.filter(({ valid }) => !valid);
  if (out.format === 'name') for (const { file } of invalid) out.line(file);
  else if (out.format !== 'table') await out.list(verdicts, [], ({ file }) => file);
  if (options.oasis) {
    const codes = verdicts.map(({ problems }) => oasisCode(problems));
    const code = codes.includes(1) ? exitCodes.error : codes.includes(2) ? exitCodes.usage : exitCodes.ok;
    if (code === exitCodes.ok) return;
    throw new Stop(code, '');
  }
  const errors = invalid.flatMap(({ problems }) => problems).filter(({ severity }) => severity === 'error').length;
  if (invalid.length > 0) throw new Stop(exitCodes.error, say('template.invalid', { count: errors }));
  out.message(say('template.valid'));
}
