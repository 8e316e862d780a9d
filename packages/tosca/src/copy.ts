import { entriesOf, textOf } from './fields.ts';
import type { Reading } from './reading.ts';
import { didYouMean } from './suggest.ts';
import type { Yaml, YamlEntry } from './yaml-tree.ts';

/** §3.8.3: `copy` names a template whose keys stand where this one has none. That one should be no copy itself. */
export function withCopy(
  reading: Reading,
  yaml: Yaml,
  all: ReadonlyMap<string, YamlEntry>,
  what: string,
  copied: readonly Yaml[] = [],
): ReadonlyMap<string, YamlEntry> {
  const { report } = reading;
  const fields = entriesOf(report, yaml, what);
  const copy = fields.get('copy')?.value;
  const name = textOf(report, copy, `copy of ${what}`);
  if (!copy || name === undefined) return fields;
  const from = all.get(name)?.value;
  if (from?.is !== 'map') {
    const message = `There is no template ${name} to copy${didYouMean(name, all.keys())}`;
    report.error(copy.at, 'unknown-template', message);
    return fields;
  }
  if (from === yaml || copied.includes(from)) {
    report.error(copy.at, 'circular-copy', `${what} is copied from itself; name another template to copy`);
    return fields;
  }
  if (from.entries.has('copy')) {
    const section = reading.unit.isTwo ? '2.0 §7.2' : '1.3 §3.8.3.3';
    report.warn(copy.at, 'copy-of-copy', `${name} is itself a copy, which ${section} does not have; copy the original`);
  }
  return overlaid(withCopy(reading, from, all, `The template ${name}`, [...copied, yaml]), fields);
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
