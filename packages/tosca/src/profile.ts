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
  return name === 'pileus_types_1_0' ? loaded().pileus : undefined;
}

/** How types of a profile are read: they see nothing of the template that uses them. */
export function profileReading(): Reading {
  return loaded().reading;
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
  const loading = { files, report, limits: defaultLimits, isProfile: true, profile: () => undefined, units };
  const standard = loadUnit(loading, 'tosca_simple_yaml_1_3');
  const pileus = loadUnit(loading, 'pileus_types_1_0');
  if (!standard || !pileus)
    throw new Error(`The built-in profiles do not read: ${JSON.stringify(report.problems([]))}`);
  const names = new Names(report, pileus, standard);
  profiles = { standard, pileus, reading: { report, names, files }, report };
  return profiles;
}
