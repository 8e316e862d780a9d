import { expect, test } from 'vitest';
import { evaluate, type State } from './evaluate.ts';
import { readTemplate } from './template.ts';
import type { Data, FunctionSignature } from './topology.ts';

const head = `tosca_definitions_version: tosca_2_0
data_types:
  Size: { derived_from: scalar, units: { B: 1 }, prefixes: { "": 1, k: 1000, M: 1000000 } }
capability_types:
  Compute: { properties: { cpus: { type: integer }, memory: { type: Size }, label: { type: string, default: x } } }
relationship_types:
  HostedOn: { properties: { number: { type: integer, default: $relationship_index } } }
artifact_types:
  Archive: {}
node_types:
  Host: { capabilities: { compute: Compute } }
  App:
    properties:
      name: { type: string, default: app }
      number: { type: integer, default: $node_index }
      size: { type: Size, default: 9 kB }
      release: { type: version, default: 1.9.0 }
      text: { type: string, default: $$name }
      free: { type: integer, default: 0 }
      ports: { type: list, entry_schema: integer, required: false }
    artifacts: { zip: { type: Archive, file: app.zip } }
    requirements:
      - host: { capability: Compute, relationship: HostedOn, count_range: [ 0, UNBOUNDED ] }
functions:
  twice:
    signatures:
      - arguments: [ integer ]
        result: integer
        implementation: scripts/twice.py
      - arguments: [ string ]
        variadic: true
        result: string
`;
const body = (outputs: string, more = '') => `${head}service_template:
  inputs: { apps: { type: integer, default: 2 }, ports: { type: list, entry_schema: integer, default: [ 80, 81, 82 ] } }
  node_templates:
    big: { type: Host, capabilities: { compute: { properties: { cpus: 16, memory: 64 MB } } } }
    app:
      type: App
      count: { $get_input: apps }
      requirements:
        - host: { node: big, count: 2, allocation: { cpus: 3, memory: 1500 kB } }
        - host: { node: big, allocation: { cpus: 1 } }
    front: { type: App, properties: { name: front } }
  outputs:
    out: { value: ${outputs} }
${more}`;

function evaluated(output: string, state: Partial<State> = {}, more = '') {
  const { template, problems } = readTemplate(new Map([['main.yaml', body(output, more)]]), 'main.yaml');
  const errors = problems.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  if (!template) return errors;
  const out = template.topology.outputs['out'];
  const all: State = { inputs: { apps: 2, ports: [80, 81, 82] }, attribute: () => undefined, ...state };
  const result = out && evaluate(out.value, { topology: template.topology }, all);
  return result?.known ? result.value : result;
}

test.each<[string, Data]>([
  ['{ $get_property: [ app, name ] }', 'app'],
  ['{ $get_property: [ app, 1, number ] }', 1],
  ['{ $get_property: [ app, ALL, number ] }', [0, 1]],
  ['{ $get_property: [ front, ALL, name ] }', ['front']],
  ['{ $get_property: [ app, RELATIONSHIP, host, 2, number ] }', 2],
  ['{ $get_property: [ app, RELATIONSHIP, host, ALL, TARGET, CAPABILITY, compute, cpus ] }', [16, 16, 16]],
  ['{ $get_property: [ big, CAPABILITY, compute, RELATIONSHIP, 0, SOURCE, name ] }', 'app'],
  ['{ $get_artifact: [ app, zip ] }', 'app.zip'],
  ['{ $get_artifact: [ big, CAPABILITY, compute, RELATIONSHIP, 0, SOURCE, zip ] }', 'app.zip'],
  ['{ $get_input: [ ports, 2 ] }', 82],
  ['{ $get_property: [ app, text ] }', '$name'],
  ['$$$two', '$$two'],
  ['{ $$key: $$value }', { $key: '$value' }],
  ['{ $concat: [ $$a, b ] }', '$ab'],
  ['{ $concat: [ [ 1 ], [], [ 2, [ 3 ] ] ] }', [1, 2, [3]]],
  ['{ $join: [ [ a, b, c ] ] }', 'abc'],
  ['{ $join: [ [ a, b, c ], "-" ] }', 'a-b-c'],
  ['{ $join: [ [], "-" ] }', ''],
  ['{ $token: [ "10.0.0.1:80", ":", 1 ] }', '80'],
  ['{ $token: [ "a", ":", 4 ] }', ''],
  ['{ $greater_than: [ { $get_property: [ app, size ] }, 10 kB ] }', false],
  ['{ $greater_than: [ 1.10.0, { $get_property: [ app, release ] } ] }', true],
  ['{ $sum: [ { $get_property: [ app, size ] }, 1 kB ] }', '10000 B'],
])('%s is %j', (output, expected) => {
  expect(evaluated(output)).toEqual(expected);
});

test('one argument that decides is enough, whatever the others wait for', () => {
  const waiting = '{ $get_attribute: [ app, name ] }';
  const state = { attribute: () => undefined };
  const open = `{ $equal: [ { $token: [ ${waiting}, x, 0 ] }, a ] }`;
  expect(evaluated(`{ $and: [ ${open}, false ] }`, state)).toBe(false);
  expect(evaluated(`{ $or: [ ${open}, true ] }`, state)).toBe(true);
  expect(evaluated('{ $and: [ true, { $twice: [ 1 ] } ] }')).toEqual({ known: false, waitsFor: ['$twice'] });
});

test('what is left of a capability is its property without what relationships here and elsewhere take up', () => {
  // Two nodes, each with two relationships that take 3 and one that takes 1.
  const left = (property: string) => `{ $available_allocation: [ big, CAPABILITY, compute, ${property} ] }`;
  expect(evaluated(left('cpus'))).toBe(2);
  expect(evaluated(left('memory'))).toBe('58000000 B');
  expect(evaluated(left('cpus'), { allocated: () => [1, 1] })).toBe(0);
  expect(evaluated(`{ $greater_or_equal: [ ${left('memory')}, 59 MB ] }`)).toBe(false);
  expect(evaluated(left('label'))).toEqual(['label is a string; only numbers and scalars can be allocated']);
  expect(evaluated('{ $available_allocation: [ app, free ] }')).toEqual([
    'available_allocation takes a path that leads to a capability, and a property of that',
  ]);
});

test('a function of the template is run by whoever evaluates, by the first signature that takes the arguments', () => {
  const called: unknown[] = [];
  const callFunction = (name: string, { implementation }: FunctionSignature, given: readonly Data[]) => {
    called.push([name, implementation?.primary.file, given]);
    return typeof given[0] === 'number' ? given[0] * 2 : given.map(String).join('+');
  };
  expect(evaluated('{ $twice: [ 21 ] }', { callFunction })).toBe(42);
  expect(evaluated('{ $twice: [ { $twice: [ { $get_input: apps } ] } ] }', { callFunction })).toBe(8);
  expect(evaluated('{ $twice: [ a, b, c ] }', { callFunction })).toBe('a+b+c');
  expect(called).toEqual([
    ['twice', 'scripts/twice.py', [21]],
    ['twice', 'scripts/twice.py', [2]],
    ['twice', 'scripts/twice.py', [4]],
    ['twice', undefined, ['a', 'b', 'c']],
  ]);
  expect(evaluated('{ $twice: [ 21 ] }')).toEqual({ known: false, waitsFor: ['$twice'] });
  expect(evaluated('{ $twice: [ true ] }')).toEqual(['$twice has no signature that takes arguments of these types']);
});

test('a service template gives a function its implementation, and changes nothing else of it', () => {
  const refined = (signature: string) => `  functions: { twice: { signatures: [ ${signature} ] } }\n`;
  const files: unknown[] = [];
  const callFunction = (_: string, { implementation }: FunctionSignature) => {
    files.push(implementation?.primary.file);
    return 0;
  };
  expect(evaluated('{ $twice: [ 1 ] }', { callFunction }, refined('{ implementation: other.py }'))).toBe(0);
  expect(evaluated('{ $twice: [ 1 ] }', { callFunction }, refined('{}, { implementation: text.py }'))).toBe(0);
  expect(evaluated('{ $twice: [ a ] }', { callFunction }, refined('{}, { implementation: text.py }'))).toBe(0);
  expect(files).toEqual(['other.py', 'scripts/twice.py', 'text.py']);
  expect(evaluated('{ $twice: [ 1 ] }', {}, refined('{ result: string }'))).toEqual([
    'The function twice is defined outside the service_template; here only its implementation may change',
  ]);
});

test('what a function yields must fit where it stands', () => {
  const ruleOf = (property: string) => {
    const template = `service_template: { node_templates: { a: { type: App, properties: { ${property}: { $twice: [ 1 ] } } } } }`;
    const { problems } = readTemplate(new Map([['main.yaml', `${head}${template}\n`]]), 'main.yaml');
    return problems.map(({ rule }) => rule);
  };
  expect(ruleOf('free')).toEqual([]);
  expect(ruleOf('ports')).toEqual(['wrong-type']);
});
