import type { TemplateProblem } from '@pileus/tosca';
import type { Say } from '../texts/texts.ts';

/** As compilers write it, so that editors find the place. */
export function problemLine({ file, line, column, severity, rule, message }: TemplateProblem, say: Say): string {
  return `${file}:${line}:${column}: ${say(`template.severity.${severity}`)}: ${message} [${rule}]`;
}
