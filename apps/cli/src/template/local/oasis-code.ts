import type { TemplateProblem } from '@pileus/tosca';

/** What the conformance suite of OASIS wants to know: 0 valid, 1 invalid, 2 valid but unsupported. */
export function oasisCode(problems: readonly TemplateProblem[]): 0 | 1 | 2 {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.some((problem) => !isOurs(problem))) return 1;
  return problems.some(isOurs) ? 2 : 0;
}

/** Whether it is not the template that is at fault: we do not do this, or could not have what it imports. */
function isOurs({ rule }: TemplateProblem): boolean {
  return rule.startsWith('unsupported') || rule === 'import-unreachable';
}
