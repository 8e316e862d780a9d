import { expect, test } from 'vitest';
import { completeText, hoverInText } from './complete-text.ts';

const types = `
artifact_types: { Zip: {} }
capability_types:
  Host: { properties: { cpus: { type: integer } }, attributes: { load: { type: integer } } }
relationship_types: { HostedOn: {} }
interface_types: { Life: { operations: { start: {} } } }
node_types:
  Machine: { capabilities: { host: Host } }
  App:
    properties: { port: { type: integer }, mode: { type: boolean } }
    attributes: { address: { type: string } }
    interfaces: { life: { type: Life } }
    requirements: [ host: { capability: Host, relationship: HostedOn } ]
`;
const heads = {
  two: `tosca_definitions_version: tosca_2_0\nfunctions: { shout: { signatures: [ {} ] } }${types}service_template:\n`,
  three: `tosca_definitions_version: tosca_simple_yaml_1_3${types}topology_template:\n`,
};
const before = `  inputs:
    size: { type: integer }
  node_templates:
    box:
      type: Machine
    app:
      type: App
`;

/** The labels offered where `|` stands in lines that are added to a template; what follows it is not finished either. */
function labels(lines: string, head: keyof typeof heads = 'two', start = before): string[] {
  const marked = heads[head] + start + lines;
  const at = marked.indexOf('|');
  const above = marked.slice(0, at).split('\n');
  const text = marked.slice(0, at) + marked.slice(at + 1);
  const files = {
    has: (path: string) => path === 'a.yaml',
    text: (path: string) => (path === 'a.yaml' ? text : undefined),
  };
  const place = { line: above.length, column: (above.at(-1) ?? '').length + 1 };
  return completeText(files, 'a.yaml', place).completions.map(({ label }) => label);
}

test.each<[string, string, string[]]>([
  ['keys of a node', '      |', ['properties', 'requirements', 'node_filter', 'count']],
  ['keys of a node that is begun', '      req|', ['requirements']],
  ['node types', '    more:\n      type: |', ['App', 'Machine']],
  ['node types that begin so', '    more:\n      type: Ma|', ['Machine']],
  ['properties of its type', '      properties:\n        |', ['port', 'mode']],
  ['properties in brackets', '      properties: { po|', ['port']],
  ['attributes', '      attributes:\n        a|', ['address']],
  ['values of a boolean', '      properties:\n        mode: |', ['true', 'false']],
  ['functions where a value stands', '      properties:\n        port: $get_in|', ['$get_input']],
  ['functions in braces', '      properties:\n        port: { $sh|', ['$shout']],
  ['inputs', '      properties:\n        port: { $get_input: |', ['size']],
  ['inputs in a list', '      properties: { port: { $get_input: [ s|', ['size']],
  ['where paths begin', '      properties:\n        port: { $get_property: [ |', ['SELF', 'box', 'app']],
  [
    'where paths go on',
    '      properties:\n        port: { $get_property: [ SELF, |',
    ['port', 'CAPABILITY', 'RELATIONSHIP'],
  ],
  ['capabilities in a path', '      properties:\n        port: { $get_property: [ box, CAPABILITY, |', ['host']],
  [
    'properties of a capability',
    '      properties:\n        port: { $get_property: [ box, CAPABILITY, host, |',
    ['cpus'],
  ],
  [
    'attributes of a capability',
    '      properties:\n        port: { $get_attribute: [ box, CAPABILITY, host, l|',
    ['load'],
  ],
  ['requirements in a path', '      properties:\n        port: { $get_property: [ SELF, RELATIONSHIP, |', ['host']],
  ['requirements', '      requirements:\n        - |', ['host']],
  ['requirements at the same column', '      requirements:\n      - h|', ['host']],
  ['targets', '      requirements:\n        - host: |', ['box', 'app']],
  ['targets written out', '      requirements:\n        - host:\n            node: b|', ['box']],
  [
    'keys of a requirement',
    '      requirements:\n        - host:\n            |',
    ['node', 'allocation', 'directives'],
  ],
  [
    'keys of the second one',
    '      requirements:\n        - host: box\n        - host:\n            all|',
    ['allocation'],
  ],
  ['interfaces', '      interfaces:\n        |', ['life']],
  ['operations', '      interfaces:\n        life:\n          operations:\n            |', ['start']],
  [
    'keys of an operation',
    '      interfaces:\n        life:\n          operations:\n            start:\n              |',
    ['implementation', 'inputs'],
  ],
  ['keys of an artifact', '      artifacts:\n        zip:\n          |', ['file', 'checksum']],
  ['keys of a policy', '  policies:\n    - one:\n        |', ['targets', 'triggers']],
  [
    'keys of a trigger',
    '  policies:\n    - one:\n        triggers:\n          up:\n            |',
    ['event', 'action'],
  ],
  ['keys of a step', '  workflows:\n    go:\n      steps:\n        one:\n          |', ['target', 'activities']],
  [
    'activities',
    '  workflows:\n    go:\n      steps:\n        one:\n          activities:\n            - |',
    ['inline'],
  ],
  ['members', '  groups:\n    all:\n      members: [ bo|', ['box']],
  ['keys of substitution mappings', '  substitution_mappings:\n    |', ['node_type', 'substitution_filter']],
  ['keys of a template', '  out|', ['outputs']],
])('2.0 offers %s', (_, lines, expected) => {
  expect(labels(lines)).toEqual(expect.arrayContaining(expected));
});

test.each<[string, string, string[]]>([
  ['keys of a node', '      |', ['properties', 'requirements', 'node_filter']],
  ['functions', '      properties:\n        port: { get_|', ['get_input', 'get_property', 'get_attribute']],
  ['inputs', '      properties:\n        port: { get_input: |', ['size']],
  ['where paths begin', '      properties:\n        port: { get_property: [ |', ['SELF', 'HOST', 'TARGET', 'box']],
  ['where paths go on', '      properties:\n        port: { get_property: [ box, |', ['host']],
  ['properties of a capability', '      properties:\n        port: { get_property: [ box, host, |', ['cpus']],
  [
    'normative types',
    '    more:\n      type: tosca.nodes.Web|',
    ['tosca.nodes.WebServer', 'tosca.nodes.WebApplication'],
  ],
  ['keys of an input', '  inputs:\n    port:\n      |', ['type', 'default', 'constraints']],
  ['data types of an input', '  inputs:\n    port:\n      type: int|', ['integer']],
])('1.3 offers %s', (_, lines, expected) => {
  expect(labels(lines, 'three')).toEqual(expect.arrayContaining(expected));
});

test('types are offered where types are defined, and keys of every definition', () => {
  const defining = (lines: string) => labels(lines, 'two', '  node_templates: {}\n');
  expect(defining('group_types:\n  G:\n    |')).toEqual(expect.arrayContaining(['derived_from', 'members']));
  expect(defining('data_types:\n  D:\n    properties:\n      p:\n        |')).toEqual(
    expect.arrayContaining(['type', 'entry_schema', 'validation']),
  );
  expect(defining('data_types:\n  D:\n    properties:\n      p:\n        entry_schema:\n          t|')).toEqual([
    'type',
  ]);
  expect(defining('policy_types:\n  P:\n    triggers:\n      t:\n        e|')).toEqual(['event']);
  expect(defining('imports:\n  - |')).toEqual(expect.arrayContaining(['url', 'profile', 'namespace']));
  expect(defining('repositories:\n  r:\n    |')).toEqual(expect.arrayContaining(['url']));
  expect(defining('|')).toEqual(expect.arrayContaining(['group_types', 'metadata']));
});

test('what is written under a text that spans lines, and what is wrong elsewhere, changes nothing', () => {
  const lines = '      description: |-\n        type: none\n          more\n      properties:\n        p'.replace(
    '|-',
    '>-',
  );
  expect(labels(`${lines}|`)).toEqual(['port']);
  expect(labels('      properties:\n        po|\n      requirements: [ host: { node: box ]\n')).toEqual(['port']);
  expect(labels('      properties:\n        zzz|')).toEqual([]);
});

test('pointing at a word tells what it is', () => {
  const text = `${heads.two}${before}      properties: { port: 80 }\n`;
  const files = { has: (path: string) => path === 'a.yaml', text: () => text };
  const lines = text.split('\n');
  const pointing = (sample: string, word: string) => {
    const line = lines.findIndex((one) => one.includes(sample));
    return hoverInText(files, 'a.yaml', { line: line + 1, column: (lines[line] ?? '').indexOf(word) + 2 });
  };
  expect(pointing('      type: App', 'App')).toContain('Requirements: host');
  expect(pointing('port: 80', 'port')).toBe('port: integer, needed');
  expect(pointing('port: 80', '80')).toBeUndefined();
});
