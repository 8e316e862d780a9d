import { entriesOf, isNothing, itemsOf } from './fields.ts';
import type { Names } from './names.ts';
import type { Position } from './position.ts';
import type { Reading } from './reading.ts';
import type { Report } from './report.ts';
import type { FunctionDefinition, FunctionSignature, Value } from './topology.ts';
import type { TypeSource } from './unit.ts';
import type { Yaml, YamlEntry } from './yaml-tree.ts';

/** A signature as it is written, what it refines included. */
export type SignatureFields = ReadonlyMap<string, YamlEntry>;

const writtenIn = new WeakMap<TypeSource, readonly SignatureFields[]>();

/** 2.0 §10.4: the signatures of a function; where a service template refines it, those outside with its own implementations. */
export function writtenSignatures(reading: Reading, source: TypeSource): readonly SignatureFields[] {
  const { report, names } = reading;
  const known = writtenIn.get(source);
  if (known) return known;
  const what = `the function ${source.name}`;
  const fields = entriesOf(report, source.yaml, what);
  const own = itemsOf(report, fields.get('signatures')?.value, `signatures of ${what}`);
  const refined = source.refined ?? importedNamesake(names, source);
  const before = refined ? writtenSignatures(reading, refined) : [];
  const signatures = [...own, ...before.slice(own.length).map(() => undefined)].map((item, index) =>
    signatureFields(report, item, before[index], what),
  );
  writtenIn.set(source, signatures);
  return signatures;
}

function signatureFields(
  report: Report,
  yaml: Yaml | undefined,
  before: SignatureFields | undefined,
  what: string,
): SignatureFields {
  const own =
    yaml && !isNothing(yaml) ? entriesOf(report, yaml, `the signature of ${what}`) : new Map<string, YamlEntry>();
  if (!before) return own;
  for (const [key, { at }] of own) {
    if (key === 'implementation') continue;
    report.error(
      at,
      'bad-refinement',
      `${what} is defined outside the service_template; here only its implementation may change`,
    );
  }
  return new Map([...before, ...own]);
}

/** A function of a service template may refine one that its file imports. */
function importedNamesake(names: Names, { name, unit, yaml }: TypeSource): TypeSource | undefined {
  const template = unit.root.entries.get('service_template')?.value;
  const inside = template?.is === 'map' ? template.entries.get('functions')?.value : undefined;
  if (inside?.is !== 'map' || inside.entries.get(name)?.value !== yaml) return undefined;
  for (const { unit: imported, prefix } of unit.imports) {
    if (prefix === undefined) {
      const found = names.find('function', name, imported);
      if (found) return found;
    } else if (name.startsWith(`${prefix}:`)) {
      return names.find('function', name.slice(prefix.length + 1), imported);
    }
  }
  return undefined;
}

/** How many arguments a signature takes. */
export function arityOf(report: Report, fields: SignatureFields): { readonly least: number; readonly most: number } {
  const count = (key: string) => itemsOf(report, fields.get(key)?.value, key).length;
  const least = count('arguments');
  const variadic = fields.get('variadic')?.value;
  const isVariadic = variadic?.is === 'scalar' && variadic.value === true;
  return { least, most: isVariadic ? Infinity : least + count('optional_arguments') };
}

const definitions = new WeakMap<TypeSource, { name: string; signatures: FunctionSignature[] }>();

/** What calls of a function refer to; its signatures are filled in once all types are read. */
export function definitionOf(source: TypeSource): FunctionDefinition & { signatures: FunctionSignature[] } {
  let definition = definitions.get(source);
  if (!definition) definitions.set(source, (definition = { name: source.name, signatures: [] }));
  return definition;
}

/** Whether some signature takes that many arguments. */
export function checkArity(reading: Reading, source: TypeSource, given: readonly Value[], at: Position): void {
  const signatures = writtenSignatures(reading, source).map((fields) => arityOf(reading.report, fields));
  if (signatures.length === 0 || signatures.some(({ least, most }) => given.length >= least && given.length <= most))
    return;
  const place = `${reading.report.shownFile(source.at.file)} line ${source.at.line}`;
  const message = `$${source.name} has no signature with ${given.length} arguments; see ${place}`;
  reading.report.error(at, 'bad-function', message);
}
