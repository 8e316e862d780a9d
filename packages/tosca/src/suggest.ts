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
  const best = nearest(name, known);
  return best === undefined ? '' : `; did you mean ${best}?`;
}

/** Whether a name is most likely one of the known ones with a slip, rather than another word that looks like it. */
export function isSlip(name: string, known: Iterable<string>): boolean {
  return nearest(name, known)?.charAt(0) === name.charAt(0);
}

function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.min(4, Math.ceil(name.length / 3)) + 1;
  for (const candidate of known) {
    if (--comparisonsLeft < 0) break;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), least);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
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

/** Levenshtein's distance, given up once it cannot stay below `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const cost = Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
      next.push(cost);
      least = Math.min(least, cost);
    }
    if (least >= limit) return limit;
    row = next;
  }
  return row[b.length] ?? limit;
}
