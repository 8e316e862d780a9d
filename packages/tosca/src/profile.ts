import { defaultLimits } from './limits.ts';
import { Names } from './names.ts';
import { pileusTypes } from './profiles/pileus.ts';
import { simpleProfile } from './profiles/simple.ts';
import type { TemplateProblem } from './problem.ts';
import type { Reading } from './reading.ts';
import { Report } from './report.ts';
import { loadUnit, type Files, type Unit } from './unit.ts';

/** The types every template knows, read once when first needed. */
export function standardProfile(): Unit {
  return loaded().standard;
}

/** A profile that comes with the processor, imported by its name: `imports: [ pileus_types_1_0 ]`. */
export function profileNamed(file: string): Unit | undefined {
  const name = file.replace(/\.ya?ml$/, '');
  if (name === 'pileus_types_1_0') return loaded().pileus;
  // Also under the address where it is published.
  return simpleProfileNames.has(name) || /^https:.*\/profiles\/org\/oasis-open\/simple\/2\.0\/profile$/.test(name)
    ? loaded().standard
    : undefined;
}

/** What 2.0 calls the Simple Profile: §6.8.3, and the name its keepers gave it. */
const simpleProfileNames = new Set([
  'org.oasis-open.tosca.simple:2.0',
  'org.oasis-open.simple:2.0',
  'org.oasis-open.simple:1.3',
]);

/** How a file is read; those of a profile see nothing of the template that uses them. */
export function readingIn(given: Reading, unit: Unit): Reading {
  const base = unit.isProfile ? loaded().reading : given;
  return base.unit === unit ? base : { ...base, unit };
}

/** What is wrong with the profiles themselves; a test keeps this empty. */
export function profileProblems(): TemplateProblem[] {
  return loaded().report.problems([]);
}

interface Profiles {
  readonly standard: Unit;
  readonly pileus: Unit;
  readonly reading: Reading;
  readonly report: Report;
}

let profiles: Profiles | undefined;

function loaded(): Profiles {
  if (profiles) return profiles;
  const report = new Report();
  const texts = new Map([
    ['tosca_simple_yaml_1_3', simpleProfile],
    ['pileus_types_1_0', pileusTypes],
  ]);
  const files: Files = { has: (path) => texts.has(path), text: (path) => texts.get(path) };
  const units = new Map<string, Unit | undefined>();
  const loading = {
    files,
    report,
    limits: defaultLimits,
    isProfile: true,
    profile: () => undefined,
    units,
    taken: new Set<string>(),
  };
  const standard = loadUnit(loading, 'tosca_simple_yaml_1_3');
  const pileus = loadUnit(loading, 'pileus_types_1_0');
  if (!standard || !pileus)
    throw new Error(`The built-in profiles do not read: ${JSON.stringify(report.problems([]))}`);
  const names = new Names(report, pileus, standard);
  profiles = { standard, pileus, reading: { report, names, files, unit: pileus }, report };
  return profiles;
}
