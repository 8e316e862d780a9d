import { expect, test } from 'vitest';
import { evaluate, type State } from './evaluate.ts';
import { readInputs } from './inputs.ts';
import { threeTier } from './testing/three-tier.ts';
import { readTemplate } from './template.ts';
import type { Data, Value } from './topology.ts';

const { template } = readTemplate(threeTier, 'shop.yaml');
if (!template) throw new Error('The sample does not read');
const { topology } = template;
const { inputs = {} } = readInputs(template, { password: 'swordfish', port: 9090 });

/** A state in which some attributes are set: `{ 'web_host.private_address': … }`. */
function stateWith(attributes: Readonly<Record<string, Data>>): State {
  return { inputs, attribute: (node, path) => attributes[[node, ...path].join('.')] };
}

const call = (
  name: 'get_property' | 'get_attribute' | 'token' | 'join',
  ...given: (string | number | Value)[]
): Value => ({
  is: 'call',
  name,
  arguments: given.map((one) => (typeof one === 'object' ? one : { is: 'literal', value: one, at })),
  at,
});
const at = { file: 't.yaml', line: 1, column: 1 };

test('an output waits for the attributes it is made of, and is known once they are set', () => {
  const url = topology.outputs['url'];
  if (!url) throw new Error('no output');
  expect(evaluate(url.value, { topology }, stateWith({}))).toEqual({
    known: false,
    waitsFor: ['web_host.private_address'],
  });
  expect(evaluate(url.value, { topology }, stateWith({ 'web_host.private_address': '10.0.0.2' }))).toEqual({
    known: true,
    value: 'http://10.0.0.2:9090',
  });
});

test('inputs of an operation reach over the host, into capabilities and along requirements', () => {
  const configure = topology.nodes['web']?.interfaces['Standard']?.operations['configure'];
  const values = Object.entries(configure?.inputs ?? {}).map(([name, value]) => [
    name,
    evaluate(value, { topology, node: 'web' }, stateWith({})),
  ]);
  expect(Object.fromEntries(values)).toEqual({
    greeting: { known: true, value: 'hello' },
    memory: { known: true, value: '1 GB' },
    data_port: { known: true, value: 5432 },
  });
});

test('in a relationship SOURCE and TARGET are its ends', () => {
  const requirement = topology.nodes['web']?.requirements[1];
  const operation = requirement?.relationship.interfaces['Configure']?.operations['pre_configure_source'];
  const place = { topology, node: 'web', requirement };
  const value = (name: string, state: State) => {
    const input = operation?.inputs[name];
    return input && evaluate(input, place, state);
  };
  expect(value('password', stateWith({}))).toEqual({ known: true, value: 'swordfish' });
  expect(value('address', stateWith({}))).toEqual({ known: false, waitsFor: ['data_host.private_address'] });
  expect(value('address', stateWith({ 'data_host.private_address': '10.0.0.3' }))).toEqual({
    known: true,
    value: '10.0.0.3',
  });
  expect(evaluate(call('get_property', 'SOURCE', 'port'), place, stateWith({}))).toEqual({ known: true, value: 9090 });
});

test('paths lead into lists and maps, a property serves as an attribute, and what is missing is nothing', () => {
  const data = { topology, node: 'data' };
  const known = (value: Value) => evaluate(value, data, stateWith({}));
  expect(known(call('get_property', 'SELF', 'pools', 0, 'name'))).toEqual({ known: true, value: 'main' });
  expect(known(call('get_property', 'SELF', 'pools', 7, 'name'))).toEqual({ known: true, value: null });
  expect(known(call('get_attribute', 'SELF', 'password'))).toEqual({ known: true, value: 'swordfish' });
  expect(known(call('get_attribute', 'SELF', 'started_at'))).toEqual({ known: false, waitsFor: ['data.started_at'] });
  expect(known(call('get_attribute', 'SELF', 'tosca_name'))).toEqual({ known: true, value: 'data' });
  expect(known(call('get_property', 'nobody', 'x'))).toEqual({ known: true, value: null });
});

test('texts are joined and taken apart', () => {
  const known = (value: Value) => evaluate(value, { topology }, stateWith({}));
  expect(known(call('token', '10.0.0.1:8080', ':', 1))).toEqual({ known: true, value: '8080' });
  const list: Value = {
    is: 'list',
    items: [
      { is: 'literal', value: 'a', at },
      { is: 'literal', value: 2, at },
    ],
    at,
  };
  const map: Value = { is: 'map', entries: { a: { is: 'literal', value: 1, at } }, at };
  expect(known(call('token', 'a:b', ':', map))).toEqual({ known: true, value: '' });
  expect(known(call('join', list, '-'))).toEqual({ known: true, value: 'a-2' });
});

test('what looks into a sealed value gets it opened, and what it yields is sealed, but for yes and no', () => {
  const opened: Readonly<Record<string, string>> = { '<1>': 'user-name', '<2>': 'sesame' };
  const open = (value: Data): Data => {
    if (Array.isArray(value)) {
      const list = (value as readonly Data[]).map(open); // isArray forgets readonly arrays.
      return list.some((one, index) => one !== (value as readonly Data[])[index]) ? list : value;
    }
    return typeof value === 'string' ? (opened[value] ?? value) : value;
  };
  const secrets = {
    open: open as NonNullable<State['secrets']>['open'],
    close: (value: Data) => `sealed ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  };
  const state: State = { inputs: { a: '<1>', b: '<2>', plain: 'x-y' }, attribute: () => undefined, secrets };
  const of = (name: string, ...given: (string | number | Value)[]) => {
    const value = { ...call('token', ...given), name } as Value;
    const result = evaluate(value, { topology }, state);
    return result.known ? result.value : undefined;
  };
  const input = (name: string): Value => ({ ...call('token', name), name: 'get_input' }) as Value;
  expect(of('get_input', 'a')).toBe('<1>');
  expect(of('concat', 'of ', input('a'), input('b'))).toBe('sealed of user-namesesame');
  expect(of('token', input('a'), '-', 1)).toBe('sealed name');
  expect(of('length', input('b'))).toBe('sealed 6');
  expect(of('equal', input('b'), 'sesame')).toBe(true);
  expect(of('token', input('plain'), '-', 1)).toBe('y');
});
