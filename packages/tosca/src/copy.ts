import { entriesOf, textOf } from './fields.ts';
import type { Reading } from './reading.ts';
import { didYouMean } from './suggest.ts';
import type { Yaml, YamlEntry } from './yaml-tree.ts';

/** §3.8.3: `copy` names a template whose keys stand where this one has none. */
export function withCopy(
  reading: Reading,
  yaml: Yaml,
  all: ReadonlyMap<string, YamlEntry>,
  what: string,
): ReadonlyMap<string, YamlEntry> {
  const fields = entriesOf(reading.report, yaml, what);
  const copy = fields.get('copy')?.value;
  const name = textOf(reading.report, copy, `copy of ${what}`);
  if (!copy || name === undefined) return fields;
  const from = all.get(name)?.value;
  if (from?.is !== 'map' || from.entries === fields) {
    reading.report.error(
      copy.at,
      'unknown-template',
      `There is no template ${name} to copy${didYouMean(name, all.keys())}`,
    );
    return fields;
  }
  if (from.entries.has('copy')) {
    reading.report.error(copy.at, 'copy-of-copy', `${name} is itself a copy; copy the original`);
    return fields;
  }
  return overlaid(from.entries, fields);
}

/** The keys of both, maps within joined likewise; where both have something else, the second's. */
function overlaid(
  under: ReadonlyMap<string, YamlEntry>,
  over: ReadonlyMap<string, YamlEntry>,
): ReadonlyMap<string, YamlEntry> {
  const joined = new Map(under);
  for (const [name, entry] of over) {
    const before = under.get(name)?.value;
    const value: Yaml =
      before?.is === 'map' && entry.value.is === 'map'
        ? { ...entry.value, entries: overlaid(before.entries, entry.value.entries) }
        : entry.value;
    joined.set(name, { at: entry.at, value });
  }
  return joined;
}
