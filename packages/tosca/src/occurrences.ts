import { shown } from './fields.ts';
import type { Report } from './report.ts';
import type { Yaml, YamlEntry } from './yaml-tree.ts';

/** How many there may be; `most` is Infinity for UNBOUNDED. */
export interface Occurrences {
  readonly least: number;
  readonly most: number;
}

/** What stands behind `occurrences`, or behind the misspelt key that many templates have. */
export function occurrencesIn(report: Report, fields: ReadonlyMap<string, YamlEntry>): Yaml | undefined {
  const misspelt = fields.get('occurences');
  if (misspelt)
    report.warn(misspelt.at, 'misspelt-key', 'The key is occurrences (1.3 §3.7.2 and §3.7.3), with a double r');
  return (fields.get('occurrences') ?? misspelt)?.value;
}

export function occurrencesOf(report: Report, yaml: Yaml, key = 'occurrences'): Occurrences {
  const bounds = yaml.is === 'list' ? yaml.items.map(boundOf) : [];
  const [least, most] = bounds;
  if (bounds.length === 2 && least !== undefined && most !== undefined && least <= most && least !== Infinity) {
    return { least, most };
  }
  const exactly = key === 'occurrences' ? boundOf(yaml) : undefined;
  if (exactly !== undefined && exactly !== Infinity) {
    const message = `occurrences is a range (1.3 §3.7.2 and §3.7.3); ${exactly} is read as [ ${exactly}, ${exactly} ]`;
    report.warn(yaml.at, 'bad-occurrences', message);
    return { least: exactly, most: exactly };
  }
  const here = yaml.is === 'list' ? 'this list' : shown(yaml);
  if (bounds.length === 2 && least !== undefined && most !== undefined) {
    const message = `${key} begins with the smaller number, so it is [ ${shownBound(most)}, ${shownBound(least)} ] or another range; here nothing lies between the two`;
    report.error(
      yaml.at,
      'bad-occurrences',
      least === most ? `${key} begins with a number, such as [ 1, UNBOUNDED ]` : message,
    );
    return { least: 0, most: Infinity };
  }
  report.error(yaml.at, 'bad-occurrences', `${key} is a range such as [ 0, 1 ] or [ 1, UNBOUNDED ], not ${here}`);
  return { least: 0, most: Infinity };
}

function shownBound(bound: number): string {
  return bound === Infinity ? 'UNBOUNDED' : String(bound);
}

function boundOf(yaml: Yaml): number | undefined {
  if (yaml.is !== 'scalar') return undefined;
  if (yaml.text.toUpperCase() === 'UNBOUNDED') return Infinity;
  return /^\d+$/.test(yaml.text) ? Number(yaml.text) : undefined;
}
