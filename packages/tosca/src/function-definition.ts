import { booleanOf, checkKeys, entriesOf, itemsOf } from './fields.ts';
import { keys } from './grammar.ts';
import type { Position } from './position.ts';
import type { Reading } from './reading.ts';
import type { Value } from './topology.ts';
import type { TypeSource } from './unit.ts';

const functionKeys = keys('signatures:list', 'description:text', 'metadata:map');
const signatureKeys = keys(
  'description:text',
  'metadata:map',
  'arguments:list',
  'optional_arguments:list',
  'variadic:boolean',
  'result:given',
  'implementation:given',
);

interface Signature {
  readonly least: number;
  readonly most: number;
}

const signaturesOf = new WeakMap<TypeSource, readonly Signature[]>();

/** 2.0 §10.4: a function a template defines; the shape of its signatures, once. */
export function readSignatures(reading: Reading, source: TypeSource): readonly Signature[] {
  const known = signaturesOf.get(source);
  if (known) return known;
  const { report } = reading;
  const what = `The function ${source.name}`;
  const fields = entriesOf(report, source.yaml, what);
  checkKeys(report, fields, functionKeys, what);
  const items = itemsOf(report, fields.get('signatures')?.value, `signatures of ${what}`);
  if (items.length === 0) report.error(source.at, 'missing-key', `${what} needs at least one signature`);
  const signatures = items.map((item) => {
    const signature = entriesOf(report, item, `A signature of ${what}`);
    checkKeys(report, signature, signatureKeys, `A signature of ${what}`);
    const count = (key: string) => itemsOf(report, signature.get(key)?.value, key).length;
    const least = count('arguments');
    const isVariadic = booleanOf(report, signature.get('variadic')?.value, 'variadic') ?? false;
    return { least, most: isVariadic ? Infinity : least + count('optional_arguments') };
  });
  signaturesOf.set(source, signatures);
  return signatures;
}

/** Whether some signature takes that many arguments. */
export function readFunction(reading: Reading, source: TypeSource, given: readonly Value[], at: Position): void {
  const signatures = readSignatures(reading, source);
  if (signatures.length === 0 || signatures.some(({ least, most }) => given.length >= least && given.length <= most))
    return;
  const place = `${reading.report.shownFile(source.at.file)} line ${source.at.line}`;
  const message = `$${source.name} has no signature with ${given.length} arguments; see ${place}`;
  reading.report.error(at, 'bad-function', message);
}
