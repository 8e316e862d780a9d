import type { Names } from './names.ts';
import type { Report } from './report.ts';
import type { Files } from './unit.ts';

/** What every part of the reader needs: where to report, how to find types, which files there are. */
export interface Reading {
  readonly report: Report;
  readonly names: Names;
  readonly files: Files;
}
