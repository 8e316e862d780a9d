import { defaultLimits } from './limits.ts';
import { Names } from './names.ts';
import { pileusTypes } from './profiles/pileus.ts';
import { nfvTypes } from './profiles/nfv.ts';
import { simpleTypes } from './profiles/simple.ts';
import type { TemplateProblem } from './problem.ts';
import type { Reading } from './reading.ts';
import { Report } from './report.ts';
import { loadUnit, type Files, type Unit } from './unit.ts';
import { dialectOf, nfvProfile, type Minor } from './version.ts';

/** The types every template of a version knows, read once when first needed. */
export function standardProfile(minor: Minor = 3): Unit {
  const { standards, load } = loaded();
  let unit = standards.get(minor);
  if (!unit) standards.set(minor, (unit = load(`tosca_simple_yaml_1_${minor}`)));
  return unit;
}

/** A profile that comes with the processor, imported by its name: `imports: [ pileus_types_1_0 ]`. Files of NFV import theirs unasked. */
export function profileNamed(file: string): Unit | undefined {
  const name = file.replace(/\.ya?ml$/, '');
  if (name === 'pileus_types_1_0') return loaded().pileus;
  if (name === nfvProfile) return (loaded().nfv ??= loaded().load(nfvProfile));
  const version = /^tosca_simple_yaml_1_[0-3]$/.test(name) ? dialectOf(name)?.minor : undefined;
  if (version !== undefined) return standardProfile(version);
  return simpleProfileNames.has(name) || simpleProfileUrl.test(name) ? standardProfile() : undefined;
}

/** Where the Simple Profile is published, copies of that repository included; importing it from there needs no network. */
const simpleProfileUrl =
  /^https:\/\/(?:raw\.githubusercontent\.com|github\.com)\/[^/]+\/tosca-community-contributions\/.*\/profiles\/org\/oasis-open\/simple\/(?:1\.3|2\.0)\/profile$/;

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

/** What is wrong with the profiles themselves once `check` has looked at each; a test keeps this empty. */
export function profileProblems(check: (reading: Reading, units: Unit[]) => void): TemplateProblem[] {
  const { reading, report, pileus } = loaded();
  const standards = ([0, 1, 2, 3] as const).map(standardProfile);
  check(reading, [pileus, ...standards, profileNamed(nfvProfile) ?? pileus]);
  return report.problems([]);
}

interface Profiles {
  /** Reads one of the texts below. */
  load(name: string): Unit;
  readonly standards: Map<Minor, Unit>;
  readonly pileus: Unit;
  nfv: Unit | undefined;
  readonly reading: Reading;
  readonly report: Report;
}

const texts: Readonly<Record<string, () => string>> = {
  pileus_types_1_0: () => pileusTypes,
  [nfvProfile]: () => nfvTypes,
  tosca_simple_yaml_1_0: () => simpleTypes(0),
  tosca_simple_yaml_1_1: () => simpleTypes(1),
  tosca_simple_yaml_1_2: () => simpleTypes(2),
  tosca_simple_yaml_1_3: () => simpleTypes(3),
};

let profiles: Profiles | undefined;

function loaded(): Profiles {
  if (profiles) return profiles;
  const report = new Report();
  const files: Files = { has: (path) => path in texts, text: (path) => texts[path]?.() };
  const loading = {
    files,
    report,
    limits: defaultLimits,
    isProfile: true,
    profile: () => undefined,
    units: new Map<string, Unit | undefined>(),
    taken: new Set<string>(),
  };
  const load = (name: string) => {
    const unit = loadUnit(loading, name);
    if (!unit) throw new Error(`The built-in profile ${name} does not read: ${JSON.stringify(report.problems([]))}`);
    return unit;
  };
  const pileus = load('pileus_types_1_0');
  const names = new Names(report, pileus, standardProfile);
  profiles = {
    load,
    standards: new Map(),
    pileus,
    nfv: undefined,
    reading: { report, names, files, unit: pileus },
    report,
  };
  return profiles;
}
