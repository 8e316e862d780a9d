/** The keys of the steps after which a value is known, if it or a part of it is not known yet. */
export function knownAfter(value: unknown): string[] | undefined {
  const keys = new Set<string>();
  collect(value, keys);
  return keys.size > 0 ? [...keys] : undefined;
}

function collect(value: unknown, keys: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  const waits = 'known after' in value ? value['known after'] : undefined;
  if (Array.isArray(waits)) for (const key of waits) keys.add(String(key));
  else for (const part of Object.values(value)) collect(part, keys);
}
