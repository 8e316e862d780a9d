/**
 * Which of a provider's groups are groups here: `{ 'cn=developers,…': ['group_1'] }`. Case does not matter, as in
 * directories. What is not mapped grants nothing.
 */
export type GroupMapping = Readonly<Record<string, readonly string[]>>;

/** The groups here of somebody who is in these groups there: each once, in order. */
export function mapGroups(theirs: readonly string[], mapping: GroupMapping): readonly string[] {
  const known = new Set(theirs.map((name) => name.toLowerCase()));
  const ours = Object.entries(mapping).flatMap(([name, groups]) => (known.has(name.toLowerCase()) ? groups : []));
  return [...new Set(ours)].toSorted();
}
