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
  readonly notes: string[];
}

/** After a deployment: all that is there is known, once each; when it succeeded, all that is known is there. */
export function judgeMade(
  verdict: Verdict,
  truth: readonly Observed[],
  inventory: Inventory,
  { isWhole, byHand }: { isWhole: boolean; byHand: ReadonlySet<string> },
): void {
  const known = inventory.resources.filter(({ isGone }) => !isGone);
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
  inventory: Inventory,
  foreign: ReadonlySet<string>,
): void {
  for (const { ref, token, kind } of truth.filter(isOurs)) {
    verdict.orphans++;
    verdict.notes.push(`the ${kind} ${ref} (${token}) is left behind`);
  }
  for (const { step, isGone, ref } of inventory.resources) {
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
