import type { Names } from './names.ts';
import type { Report } from './report.ts';
import type { Files, Unit } from './unit.ts';

/** What every part of the reader needs: where to report, how to find types, which files there are, which one is read. */
export interface Reading {
  readonly report: Report;
  readonly names: Names;
  readonly files: Files;
  /** The file that is being read; it decides which version's rules apply. */
  readonly unit: Unit;
}
