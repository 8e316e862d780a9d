import { nearest } from '@pileus/model';

/**
 * Comparing every unknown name with every known one would take for ever on a large template that is wrong throughout; the
 * first of them get suggestions. Reading is synchronous, so one count serves whoever reads.
 */
const mostComparisons = 200_000;
let comparisonsLeft = mostComparisons;

/** To be called when a reading begins. */
export function renewSuggestions(): void {
  comparisonsLeft = mostComparisons;
}

export function hasSuggestions(): boolean {
  return comparisonsLeft > 0;
}

/** `; did you mean X?` for the closest of the known names, or nothing when none is close. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const best = nearest(name, whileAffordable(known));
  return best === undefined ? '' : `; did you mean ${best}?`;
}

/** The known name that a name is suggested to be. */
export function meantBy(name: string, known: Iterable<string>): string | undefined {
  return nearest(name, whileAffordable(known));
}

/** Whether a name is most likely one of the known ones with a slip, rather than another word that looks like it. */
export function isSlip(name: string, known: Iterable<string>): boolean {
  return nearest(name, whileAffordable(known))?.charAt(0) === name.charAt(0);
}

function* whileAffordable(known: Iterable<string>): Iterable<string> {
  for (const candidate of known) {
    if (--comparisonsLeft < 0) return;
    yield candidate;
  }
}

/** `; did you mean X?`, or else what there is to choose from. */
export function hintAt(name: string, known: Iterable<string>, there = 'it has'): string {
  const all = hasSuggestions() ? [...known] : [];
  if (all.length === 0 && !hasSuggestions()) return '';
  return didYouMean(name, all) || (all.length > 0 ? `; ${there} ${listing(all)}` : `; ${there} none`);
}

/** `a, b and c`, at most a dozen of them. */
export function listing(names: Iterable<string>): string {
  const all = [...names];
  if (all.length > 12) return `${all.slice(0, 12).join(', ')} …`;
  if (all.length < 2) return all.join('');
  return `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}
