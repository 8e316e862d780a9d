/** Something about a template that its author should change. */
export interface TemplateProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly severity: 'error' | 'warning';
  /** Stable and kebab-case: `unknown-type`. */
  readonly rule: string;
  /** What is wrong and what to do about it. */
  readonly message: string;
}
