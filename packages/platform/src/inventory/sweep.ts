import { managedKinds, minutes, plainCall, type Clock, type ManagedKind, type Observed } from '@pileus/model';
import type { Drivers } from '@pileus/provider';

/** What one sweep of an account has come to. */
export interface Swept {
  /** Resources that were asked for without our hearing back, or that our own runs have made, found and taken into the inventory. */
  readonly adopted: number;
  /** Resources that we had deleted and that were still there, deleted again. */
  readonly removed: number;
  /** Resources with a mark of ours that nothing here explains and nobody has said to ignore; they are only reported. */
  readonly reported: number;
}

/** A resource that may carry our mark. */
export type Marked = Observed<ManagedKind>;

/** What is written down about an account's resources; in PostgreSQL see {@link ledgerOf}. */
export interface Ledger {
  /** By ref, what was written down about those that were found: under that ref, or else under their token. */
  heldBy(kind: ManagedKind, marked: readonly Marked[]): Promise<ReadonlyMap<string, Held>>;
  /** Notes what a row that was asked for has become; answers how many were. */
  adopt(id: string, found: Marked): Promise<number>;
  /**
   * Takes in what a run that is known here has made, although nothing says so any more: the database was restored. Not
   * while the deployment is busy, nor where it is deleted, or has another resource in that place.
   */
  enter(found: Marked): Promise<Place>;
  /** Writes down what was found; answers whether a person has to look at it. */
  report(found: Marked, is: ReportedAs, deployment: string | null): Promise<boolean>;
  removed(found: Marked): Promise<void>;
  /** Forgets findings that are long over. */
  forget(): Promise<void>;
}

/** How long a cloud's lists may show what is gone, with room to spare. */
export const grace = minutes(15);

/**
 * Compares what an account holds and carries our mark with what was written down, kind by kind:
 * - asked for, never heard back about, and no run is at it any more: adopted;
 * - made by a run that is known, and not written down because the database is of an earlier time: adopted;
 * - deleted by us longer ago than any list lags, and read to be there: deleted again;
 * - of a run that is at it still: left to it;
 * - made twice for one place, or of a token that nobody here knows (another installation): reported.
 * Nothing is ever deleted because a list lacks something, nor because nobody knows it.
 */
export async function sweep(drivers: Drivers, ledger: Ledger, clock: Clock, signal: AbortSignal): Promise<Swept> {
  const swept = { adopted: 0, removed: 0, reported: 0 };
  for (const kind of managedKinds) {
    const driver = drivers[kind];
    if (!driver) continue;
    const marked: Marked[] = [];
    for await (const found of driver.list(signal)) if (found.token !== undefined) marked.push(found);
    const held = await ledger.heldBy(kind, marked);
    for (const found of marked) {
      const row = held.get(found.ref);
      const is = judge(found, row, clock.now());
      if (is === 'ours') continue;
      const tell = (what: ReportedAs) => ledger.report(found, what, row?.deployment ?? null);
      if (is === 'lost' && row) {
        if ((await ledger.adopt(row.id, found)) === 0) continue;
        await tell('adopted');
        swept.adopted++;
      } else if (is === 'orphan' && row) {
        await tell(is);
        // A list may be old; only what is read to be there is there.
        if (!(await driver.read(found.ref, signal))) continue;
        await driver.delete(found.ref, plainCall(`${found.token}:sweep`, signal));
        await ledger.removed(found);
        swept.removed++;
      } else if (is === 'unknown' && isThere(found)) {
        const place = await ledger.enter(found);
        if (place.is === 'busy') continue;
        const isNew = await ledger.report(found, reportedAs[place.is], place.deployment);
        if (place.is === 'entered') swept.adopted++;
        else if (isNew) swept.reported++;
      } else if (is !== 'lost' && (await tell(is))) swept.reported++;
    }
  }
  await ledger.forget();
  return swept;
}

const reportedAs = { entered: 'adopted', taken: 'double', gone: 'unknown', unknown: 'unknown' } as const;

const isThere = ({ state }: Marked): boolean => state !== 'deleting' && state !== 'unknown';

/** Whether there is a place for what carries a token, and whose it is. */
export interface Place {
  readonly is: 'entered' | 'busy' | 'taken' | 'gone' | 'unknown';
  readonly deployment: string | null;
}

export interface Held {
  readonly id: string;
  readonly deployment: string;
  readonly ref: string | null;
  readonly deleted_at: Date | null;
  readonly asked_at: Date;
  /** A run may still be finding out about it. */
  readonly isBusy: boolean;
}

type Judgement = 'ours' | 'lost' | 'orphan' | 'double' | 'unknown';
export type ReportedAs = Exclude<Judgement, 'ours' | 'lost'> | 'adopted';

/** What a resource with our mark is, going by what was written down about its token. */
export function judge(found: Pick<Observed, 'ref'>, row: Held | undefined, time: number): Judgement {
  if (!row) return 'unknown';
  if (row.isBusy) return 'ours';
  if (row.ref === null)
    return row.deleted_at === null ? 'lost' : time - row.deleted_at.getTime() > grace ? 'orphan' : 'ours';
  if (row.ref !== found.ref) return 'double';
  if (row.deleted_at === null) return 'ours';
  return time - row.deleted_at.getTime() > grace ? 'orphan' : 'ours';
}
