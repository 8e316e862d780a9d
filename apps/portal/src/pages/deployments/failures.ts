import type { Step } from '../../api/types.ts';

/** The steps that failed, the one that failed first at the head: others often fail because of it. */
export function failuresOf(steps: readonly Step[]): Step[] {
  return steps
    .filter(({ state }) => state === 'failed')
    .toSorted((a, b) => (a.endedAt ?? '').localeCompare(b.endedAt ?? '') || a.seq - b.seq);
}

export interface StepFilter {
  readonly text?: string | undefined;
  readonly node?: string | undefined;
  readonly onlyFailed?: boolean | undefined;
}

export function filterSteps(
  steps: readonly Step[],
  { text = '', node, onlyFailed = false }: StepFilter,
): readonly Step[] {
  const wanted = text.trim().toLowerCase();
  return steps.filter(
    (step) =>
      (node === undefined || step.node === node) &&
      (!onlyFailed || step.state === 'failed') &&
      (wanted === '' || `${step.name} ${step.key} ${step.node ?? ''}`.toLowerCase().includes(wanted)),
  );
}
