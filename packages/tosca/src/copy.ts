import { entriesOf, textOf } from './fields.ts';
import type { Reading } from './reading.ts';
import { didYouMean } from './suggest.ts';
import type { Yaml, YamlEntry } from './yaml-tree.ts';

/** §3.8.3: `copy` names a template whose keys stand where this one has none. That one should be no copy itself. */
export function withCopy(
  { report, unit }: Reading,
  yaml: Yaml,
  all: ReadonlyMap<string, YamlEntry>,
  what: string,
): ReadonlyMap<string, YamlEntry> {
  const fields = entriesOf(report, yaml, what);
  const copy = fields.get('copy')?.value;
  const name = textOf(report, copy, `copy of ${what}`);
  if (!copy || name === undefined) return fields;
  /** Those copied, nearest first. */
  const line: ReadonlyMap<string, YamlEntry>[] = [];
  for (let next: string | undefined = name; next !== undefined;) {
    const from: Yaml | undefined = all.get(next)?.value;
    if (from?.is !== 'map') {
      const message = `There is no template ${next} to copy${didYouMean(next, all.keys())}`;
      if (line.length === 0) report.error(copy.at, 'unknown-template', message);
      break;
    }
    if (from.entries === fields)
      report.error(copy.at, 'circular-copy', `${what} is copied from itself; name another template to copy`);
    if (from.entries === fields || line.includes(from.entries)) return fields;
    line.push(from.entries);
    const further: Yaml | undefined = from.entries.get('copy')?.value;
    next = further?.is === 'scalar' ? further.text : undefined;
  }
  if (line.length > 1) {
    const tell = unit.isTwo ? 'error' : 'warn';
    const section = unit.isTwo ? '2.0 §7.2' : '1.3 §3.8.3.3';
    report[tell](copy.at, 'copy-of-copy', `${name} is itself a copy, which ${section} rules out; copy the original`);
  }
  return line.reduce((over, under) => overlaid(under, over), fields);
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
