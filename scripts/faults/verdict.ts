import type { Observed } from '@pileus/model';
import type { Inventory } from './inventory.ts';

/** What is wrong in the end; all zero when nothing is. */
export interface Verdict {
  /** Made by us and known to nobody, or left when everything was to be removed. */
  orphans: number;
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

/** After a deployment: all that is there is known, once each; when it succeeded, all that is known is there. */
export function judgeMade(
  verdict: Verdict,
  truth: readonly Observed[],
  deployments: readonly Inventory[],
  { isWhole, byHand }: { isWhole: boolean; byHand: ReadonlySet<string> },
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
      if (refs.has(ref) || unsettled.has(token) || alive.length > 1) continue;
      verdict.orphans++;
      verdict.notes.push(`the ${kind} ${ref} (${token}) is known to nobody`);
    }
  }
  if (!isWhole) return;
  const there = new Set(truth.map(({ ref }) => ref));
  for (const { ref = '', step } of known) {
    if (there.has(ref) || byHand.size > 0) continue;
    verdict.falseDeletes++;
    verdict.notes.push(`${step} (${ref}) is gone although its deployment is up`);
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

function isOurs({ token }: Observed): boolean {
  return token?.startsWith('run-') ?? false;
}

/** `run-x/web.server` of `run-x/web.server/2~1`. */
function wishOf(token: string): string {
  const [run = '', key = ''] = token.replace(/~\d+$/, '').split('/');
  return `${run}/${key}`;
}
