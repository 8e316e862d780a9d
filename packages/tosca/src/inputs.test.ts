import { problemIn } from '@pileus/model';
import { expect, test } from 'vitest';
import { inputsSchema } from './inputs-schema.ts';
import { readInputs } from './inputs.ts';
import { threeTier } from './testing/three-tier.ts';
import { readTemplate } from './template.ts';

const { template } = readTemplate(threeTier, 'shop.yaml');
if (!template) throw new Error('The sample does not read');
const good = { password: 'swordfish' };

test('inputs are completed with their defaults', () => {
  expect(readInputs(template, good)).toEqual({
    inputs: { password: 'swordfish', port: 8080, size: '1 GB' },
    problems: [],
  });
});

test('texts of forms are taken for numbers and JSON where they are cleanly so', () => {
  const { inputs } = readInputs(template, { ...good, port: '9090', tags: '{"team":"web"}' });
  expect(inputs).toMatchObject({ port: 9090, tags: { team: 'web' } });
  for (const port of ['80 80', '9090x', '0x2000', '9e3', ' 9090', '9090.0']) {
    expect(readInputs(template, { ...good, port }).problems[0]?.at, port).toBe('/inputs/port');
  }
});

test('what is wrong with inputs is told by JSON pointers, all of it', () => {
  const given = { port: 80, password: 'short', 'a/b': 1, tags: { team: 'web', size: 3 }, size: '5 apples' };
  const { problems } = readInputs(template, given);
  expect(problems.map((problem) => problemIn('zh-CN', problem))).toEqual([
    '模板没有输入 a/b',
    'port 应满足 in_range [1024,65535]',
    'password 应满足 min_length 8',
    'size 的类型应为 scalar-unit.size',
    'tags.size 的类型应为 string',
  ]);
  expect(problems.map(({ because: _, ...problem }) => problem)).toEqual([
    {
      at: '/inputs/a~1b',
      rule: 'unknown-input',
      message: 'The template has no input a/b; there are port, password, size and tags',
    },
    { at: '/inputs/port', rule: 'constraint', message: 'port must be within [1024,65535], not 80' },
    { at: '/inputs/password', rule: 'constraint', message: 'password must have at least the length 8' },
    {
      at: '/inputs/size',
      rule: 'wrong-type',
      message:
        'size is a number with a unit (B, kB, KiB, MB, MiB, GB, GiB, TB and TiB), e.g. "10 B"; here stands "5 apples"',
    },
    { at: '/inputs/tags/size', rule: 'wrong-type', message: 'tags.size is a text; put 3 in quotes' },
  ]);
  expect(readInputs(template, {}).problems).toMatchObject([
    { at: '/inputs/password', rule: 'missing-input', message: 'password is required' },
  ]);
  expect(readInputs(template, { ...good, port: Number.NaN }).problems[0]?.rule).toBe('wrong-type');
  expect(readInputs(template, { ...good, toString: 1 }).problems[0]?.rule).toBe('unknown-input');
});

test('inputs are described by a JSON Schema, in both languages', () => {
  expect(inputsSchema(template)).toEqual({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {
      port: {
        title: 'Port',
        type: 'integer',
        description: 'Where the shop answers',
        minimum: 1024,
        maximum: 65535,
        default: 8080,
        'x-zh': { title: '端口', description: '商店的端口' },
      },
      password: { type: 'string', minLength: 8 },
      size: expect.objectContaining({ type: 'string', default: '1 GB', 'x-tosca-type': 'scalar-unit.size' }),
      tags: { type: 'object', additionalProperties: { type: 'string' } },
    },
    required: ['password'],
    additionalProperties: false,
  });
});

test('a secret is asked for without its default, and what is wrong with it is said without it', () => {
  const files = new Map([
    [
      't.yaml',
      `tosca_definitions_version: tosca_simple_yaml_1_3
topology_template:
  inputs:
    pin: { type: integer, default: 4711, constraints: [ { in_range: [ 1000, 9999 ] } ], metadata: { secret: 'true' } }`,
    ],
  ]);
  const secret = readTemplate(files, 't.yaml').template;
  if (!secret) throw new Error('it does not read');
  const schema = inputsSchema(secret);
  expect(schema['properties']).toEqual({
    pin: { type: 'integer', minimum: 1000, maximum: 9999, format: 'password', writeOnly: true },
  });
  expect(readInputs(secret, {}).inputs).toEqual({ pin: 4711 });
  const problems = ['12345', 'open-sesame'].flatMap((pin) => readInputs(secret, { pin }).problems);
  expect(problems.map(({ message }) => message)).toEqual(['pin must fit in_range [1000,9999]', 'pin is a integer']);
});
