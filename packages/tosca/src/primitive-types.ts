/** The built-in types of 1.x, §3.3. */
export const primitiveTypes = [
  'string',
  'integer',
  'float',
  'boolean',
  'timestamp',
  'null',
  'version',
  'range',
  'list',
  'map',
  'scalar-unit.size',
  'scalar-unit.time',
  'scalar-unit.frequency',
  'scalar-unit.bitrate',
] as const;

/** The built-in types of 2.0, §9.1. */
export const primitiveTypesTwo = [
  'string',
  'integer',
  'float',
  'boolean',
  'bytes',
  'nil',
  'timestamp',
  'scalar',
  'version',
  'list',
  'map',
] as const;
