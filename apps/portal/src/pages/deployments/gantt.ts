import type { RunDetail, Step } from '../../api/types.ts';

export interface Extent {
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
}

/** From the first step's start to the last one's end, or to now while the run is at work. */
export function extentOf(run: Pick<RunDetail, 'createdAt' | 'startedAt' | 'endedAt' | 'steps'>, now: number): Extent {
  const starts = run.steps.flatMap((step) => (step.startedAt ? [Date.parse(step.startedAt)] : []));
  const start = Math.min(...starts, Date.parse(run.startedAt ?? run.createdAt));
  const end = run.endedAt ? Date.parse(run.endedAt) : now;
  return { start, end: Math.max(end, start + 1000) };
}

/** Where a step's bar begins and how wide it is, in percent; undefined for a step that has not begun. */
export function barOf(
  step: Pick<Step, 'startedAt' | 'endedAt'>,
  extent: Extent,
): { left: number; width: number } | undefined {
  if (!step.startedAt) return undefined;
  const whole = extent.end - extent.start;
  const left = ((Date.parse(step.startedAt) - extent.start) / whole) * 100;
  const end = step.endedAt ? Date.parse(step.endedAt) : extent.end;
  const width = ((end - Date.parse(step.startedAt)) / whole) * 100;
  return { left: Math.min(Math.max(left, 0), 100), width: Math.min(Math.max(width, 0), 100 - Math.max(left, 0)) };
}
