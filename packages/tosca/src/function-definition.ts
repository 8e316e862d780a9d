import { checkKeys, entriesOf, itemsOf } from './fields.ts';
import { keys } from './grammar.ts';
import { implementationOf } from './implementation.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import { innerSchema } from './read-schema.ts';
import { plainSchema } from './schema.ts';
import { definitionOf, writtenSignatures, type SignatureFields } from './signature.ts';
import type { Artifact, DataSchema, FunctionSignature } from './topology.ts';
import type { TypeSource } from './unit.ts';
import type { Yaml } from './yaml-tree.ts';

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

/** 2.0 §10.4: a function a template defines, with what its signatures take, yield and are computed by. */
export function readFunctionDefinition(reading: Reading, source: TypeSource): void {
  const { report } = reading;
  const what = `the function ${source.name}`;
  checkKeys(report, entriesOf(report, source.yaml, what), functionKeys, what);
  const written = writtenSignatures(reading, source);
  if (written.length === 0) report.error(source.at, 'missing-key', `${what} needs at least one signature`);
  definitionOf(source).signatures = written.map((fields) => signatureOf(reading, fields, source, what));
}

function signatureOf(reading: Reading, fields: SignatureFields, source: TypeSource, what: string): FunctionSignature {
  const { report } = reading;
  checkKeys(report, fields, signatureKeys, `the signature of ${what}`);
  const schemas = (key: string): DataSchema[] =>
    itemsOf(report, fields.get(key)?.value, `${key} of ${what}`).flatMap(
      (item) => schemaIn(reading, item, source) ?? [],
    );
  const variadic = fields.get('variadic')?.value;
  const result = fields.get('result')?.value;
  const implementation = fields.get('implementation')?.value;
  const owner = { unit: source.unit, what, isTemplate: true, isWhole: true, artifacts: emptyRecord<Artifact>() };
  return {
    arguments: schemas('arguments'),
    optional: schemas('optional_arguments'),
    isVariadic: variadic?.is === 'scalar' && variadic.value === true,
    result: result && schemaIn(reading, result, source),
    implementation: implementation && implementationOf(reading, implementation, owner),
  };
}

function schemaIn(reading: Reading, yaml: Yaml, { unit, name }: TypeSource): DataSchema | undefined {
  const schema = innerSchema(reading, yaml, unit, `an argument of ${name}`);
  return schema && plainSchema(schema);
}
