import type { Details, Observed } from '@pileus/model';
import type { Inventory } from './inventory.ts';

/** What is wrong in the end; all zero when nothing is. */
export interface Verdict {
  /** Made by us, and neither known nor reported as a finding; or left when everything was to be removed. */
  orphans: number;
  /** Made by us, forgotten with a restored database, and found by a sweep that left the decision to a person. Nothing wrong. */
  reported: number;
  /** Likewise forgotten, and taken in by a sweep. */
  adopted: number;
  /** Made twice for one wish. */
  duplicates: number;
  /** Gone although nobody wanted that. */
  falseDeletes: number;
  /** Runs that never come to an end. */
  stuck: number;
  /** Writes that the journal has confirmed and has not kept. */
  lost: number;
  /** Runs that a worker has given up, or another has taken, while they were its own. */
  takenWrongly: number;
  /** Calls that the cloud has refused because they were more than the account's budget. */
  overBudget: number;
  /** Sign-ins of a worker whose token was still good. */
  signedInAgain: number;
  /** Runs that failed because their credentials were exchanged in the middle. */
  turnedAway: number;
  /** Scripts run again that had ended well, or that nobody has marked idempotent. */
  ranTwice: number;
  /** Scripts begun on a host whose key has changed, before anybody believed it. */
  strangers: number;
  readonly notes: string[];
}

export function nothingWrong(): Verdict {
  return {
    orphans: 0,
    reported: 0,
    adopted: 0,
    duplicates: 0,
    falseDeletes: 0,
    stuck: 0,
    lost: 0,
    takenWrongly: 0,
    overBudget: 0,
    signedInAgain: 0,
    turnedAway: 0,
    ranTwice: 0,
    strangers: 0,
    notes: [],
  };
}

/** What is not to be held against a history. */
export interface Exempt {
  /** Whether the change succeeded: else what is known need not be there. */
  readonly isWhole: boolean;
  /** Refs of what somebody removed at the cloud. */
  readonly byHand: ReadonlySet<string>;
  /** Refs of findings that wait for a person. */
  readonly reported: ReadonlyMap<string, unknown>;
  /** Whether something was gone already when the database was restored to a time in which it was there. */
  readonly forgone: (ref: string) => boolean;
}

/** After a deployment: all that is there is known, once each; when it succeeded, all that is known is there. */
export function judgeMade(
  verdict: Verdict,
  truth: readonly Observed[],
  deployments: readonly Inventory[],
  { isWhole, byHand, reported, forgone }: Exempt,
): void {
  const known = deployments.flatMap(({ resources }) => resources).filter(({ isGone }) => !isGone);
  const refs = new Set(known.map(({ ref }) => ref));
  const unsettled = new Set(known.filter(({ ref }) => ref === undefined).map(({ token }) => token));
  const ofWish = Map.groupBy(truth.filter(isOurs), ({ token = '' }) => wishOf(token));
  for (const [wish, made] of ofWish) {
    const alive = made.filter(({ state }) => state !== 'deleting');
    if (alive.length > 1) {
      verdict.duplicates += alive.length - 1;
      verdict.notes.push(
        `${wish} was made ${alive.length} times: ${alive.map(({ ref, token }) => `${ref} (${token})`).join(', ')}`,
      );
    }
    for (const { ref, token = '', kind } of alive) {
      if (refs.has(ref) || unsettled.has(token) || reported.has(ref) || alive.length > 1) continue;
      verdict.orphans++;
      verdict.notes.push(`the ${kind} ${ref} (${token}) is known to nobody`);
    }
  }
  if (!isWhole) return;
  const there = new Set(truth.map(({ ref }) => ref));
  for (const { ref = '', step } of known) {
    if (there.has(ref) || byHand.size > 0 || forgone(ref)) continue;
    verdict.falseDeletes++;
    verdict.notes.push(`${step} (${ref}) is gone although its deployment is up`);
  }
}

/** After a restore: what the cloud had then is there still, but for what a run that is known was to remove. */
export function judgeKept(
  verdict: Verdict,
  before: readonly Observed[],
  after: readonly Observed[],
  deployments: readonly Inventory[],
): void {
  const there = new Set(after.map(({ ref }) => ref));
  const removed = new Set(
    deployments.flatMap(({ resources }) => resources.flatMap(({ ref, isGone }) => (isGone && ref ? [ref] : []))),
  );
  for (const { ref, token = '', kind, state, details } of before) {
    if (there.has(ref) || removed.has(ref) || state === 'deleting') continue;
    // The cloud takes attachments away with their server.
    if (kind === 'attachment' && removed.has((details as Details['attachment']).server)) continue;
    verdict.falseDeletes++;
    verdict.notes.push(`the ${kind} ${ref} (${token}) was removed although nothing that is known wanted that`);
  }
}

/** After a deletion: nothing of ours is left and everything else is. */
export function judgeRemoved(
  verdict: Verdict,
  truth: readonly Observed[],
  deployments: readonly Inventory[],
  foreign: ReadonlySet<string>,
): void {
  for (const { ref, token, kind } of truth.filter(isOurs)) {
    verdict.orphans++;
    verdict.notes.push(`the ${kind} ${ref} (${token}) is left behind`);
  }
  for (const { step, isGone, ref } of deployments.flatMap(({ resources }) => resources)) {
    if (isGone) continue;
    verdict.orphans++;
    verdict.notes.push(`${step} (${ref}) is known although all is gone`);
  }
  const there = new Set(truth.map(({ ref }) => ref));
  for (const ref of foreign) {
    if (there.has(ref)) continue;
    verdict.falseDeletes++;
    verdict.notes.push(`${ref}, which is somebody else's, is gone`);
  }
}

export function isOurs({ token }: Pick<Observed, 'token'>): boolean {
  return token?.startsWith('run-') ?? false;
}

/** `run-x/web.server` of `run-x/web.server:2/3~1`: what is made again takes the place of what was made first. */
function wishOf(token: string): string {
  const [run = '', key = ''] = token.replace(/~\d+$/, '').split('/');
  return `${run}/${key.replace(/:\d+$/, '')}`;
}
