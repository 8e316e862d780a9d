import type { Filter } from '@pileus/policy';
import { sql, type RawBuilder } from 'kysely';

/** Where a table has what policies ask about. */
export interface Columns {
  readonly id: RawBuilder<unknown>;
  readonly name: RawBuilder<unknown>;
  readonly keys: Readonly<Record<string, RawBuilder<unknown>>>;
}

export function whereOf(filter: Filter, columns: Columns): RawBuilder<boolean> {
  void columns;
  return filter.is === 'all' ? sql<boolean>`true` : sql<boolean>`false`;
}
