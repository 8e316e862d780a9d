import { shown } from './fields.ts';
import { checkValue } from './check-value.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import type { DataSchema, ScalarUnits } from './topology.ts';
import type { TypeSource } from './unit.ts';
import type { Yaml, YamlEntry } from './yaml-tree.ts';

const scalarKeys = ['units', 'prefixes', 'canonical_unit', 'data_type'];

/** The keys of a scalar type stand in scalar types only, §9.1.2.2. */
export function refuseScalarKeys({ report }: Reading, fields: ReadonlyMap<string, YamlEntry>, what: string): void {
  for (const key of scalarKeys) {
    const given = fields.get(key);
    if (given) report.error(given.at, 'not-a-scalar', `${what} has ${key} but is no scalar; derive it from scalar`);
  }
}

/**
 * The units of a scalar type: those of its parent and its own, each with its prefixes. `numberOf` finds the schema of the
 * number from `data_type`.
 */
export function scalarUnitsOf(
  reading: Reading,
  source: TypeSource,
  fields: ReadonlyMap<string, YamlEntry>,
  parent: ScalarParts | undefined,
  numberOf: (yaml: Yaml | undefined) => DataSchema,
): ScalarParts | undefined {
  const { report } = reading;
  const what = `the scalar type ${source.name}`;
  const given = fields.get('data_type');
  const canonicalGiven = fields.get('canonical_unit');
  if (parent) {
    for (const entry of [given, canonicalGiven]) {
      const message = `${what} cannot change the data_type or the canonical_unit of the type it is derived from`;
      if (entry) report.error(entry.at, 'fixed-in-parent', message);
    }
  }
  const number = parent?.number ?? numberOf(given?.value);
  if (number.base !== 'integer' && number.base !== 'float' && number.base !== 'any') {
    report.error(
      given?.value.at ?? source.at,
      'bad-scalar',
      `The data_type of ${what} is integer or float, or derived from one`,
    );
    return undefined;
  }
  const units = multipliers(reading, fields.get('units'), number, parent?.base);
  const prefixes = multipliers(reading, fields.get('prefixes'), number, parent?.prefixes);
  const tell = (at: YamlEntry | undefined, message: string): undefined => {
    report.error(at?.at ?? source.at, 'bad-scalar', message);
  };
  if (!units) return tell(undefined, `${what} needs units, e.g. "units: { m: 1 }"`);
  if (Object.keys(units).length === 0) return undefined;
  const names = Object.keys(units);
  if (prefixes && names.length > 1) {
    return tell(fields.get('prefixes'), `${what} has several units, so it cannot have prefixes; write every unit out`);
  }
  if (prefixes && !Object.values(prefixes).includes(1)) {
    return tell(fields.get('prefixes'), `The prefixes of ${what} need one with the value 1, e.g. "": 1`);
  }
  const all = emptyRecord<number>();
  for (const name of names) {
    if (prefixes)
      for (const prefix of Object.keys(prefixes)) all[prefix + name] = (prefixes[prefix] ?? 1) * (units[name] ?? 1);
    else all[name] = units[name] ?? 1;
  }
  const ones = Object.keys(all).filter((name) => all[name] === 1);
  const canonical = canonicalGiven?.value.is === 'scalar' ? canonicalGiven.value.text : (parent?.canonical ?? ones[0]);
  if (canonical === undefined) return tell(fields.get('units'), `${what} needs a unit with the value 1`);
  if (canonicalGiven && !(canonical in all)) return tell(canonicalGiven, `${what} has no unit ${canonical}`);
  if (canonicalGiven && all[canonical] !== 1)
    return tell(canonicalGiven, `The canonical unit ${canonical} of ${what} must have the value 1`);
  if (!canonicalGiven && !parent && ones.length > 1) {
    return tell(fields.get('units'), `${what} has several units with the value 1; name one of them as canonical_unit`);
  }
  return { units: all, canonical, number, base: units, prefixes };
}

export interface ScalarParts extends ScalarUnits {
  /** The units without prefixes. */
  readonly base: Readonly<Record<string, number>>;
  readonly prefixes: Readonly<Record<string, number>> | undefined;
}

function multipliers(
  { report }: Reading,
  entry: YamlEntry | undefined,
  number: DataSchema,
  inherited: Readonly<Record<string, number>> | undefined,
): Readonly<Record<string, number>> | undefined {
  if (entry?.value.is !== 'map') return inherited;
  const known = emptyRecord<number>();
  Object.assign(known, inherited);
  for (const [name, { value }] of entry.value.entries) {
    const factor = value.is === 'scalar' ? value.value : undefined;
    if (typeof factor !== 'number') {
      report.error(value.at, 'bad-scalar', `The value of ${name} is a number; here stands ${shown(value)}`);
      continue;
    }
    // An integer scalar may have units below its canonical one as little as it may have negative ones.
    checkValue({ is: 'literal', value: factor, at: value.at }, number, name, (wrong, _rule, message) =>
      report.error(wrong.at, 'bad-scalar', message),
    );
    known[name] = factor;
  }
  return known;
}
