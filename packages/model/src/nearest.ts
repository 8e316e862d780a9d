/**
 * The one of the known names that is closest to a name somebody mistyped, or undefined when none is close. What two names have in
 * common up to a dot or a colon makes them no more alike: `acme.nodes.Cp` is not `acme.nodes.Vnf`.
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const given = name.toLowerCase();
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of known) {
    const other = candidate.toLowerCase();
    const common = commonSegments(given, other);
    const limit = Math.min(least, mostSlips(given.length - common) + 1);
    const distance = editDistance(given.slice(common), other.slice(common), limit);
    if (distance < limit) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** How many letters of a name may be wrong for it to be taken for another. */
function mostSlips(length: number): number {
  return length < 7 ? Math.ceil(length / 3) : Math.min(4, Math.ceil(length / 4));
}

/** The length of what both names begin with, up to its last dot or colon. */
function commonSegments(one: string, other: string): number {
  let end = 0;
  for (let at = 0; at < one.length && one[at] === other[at]; at++) {
    if (one[at] === '.' || one[at] === ':') end = at + 1;
  }
  return end;
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
