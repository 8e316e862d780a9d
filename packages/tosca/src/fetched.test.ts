import { expect, test } from 'vitest';
import { importsWanted, withFetched, type Fetched } from './fetched.ts';
import { packageImportsWanted, readPackage } from './package.ts';
import { readTemplateOf } from './template.ts';
import type { Files } from './unit.ts';

const files = (texts: Readonly<Record<string, string>>): Files => ({
  has: (path) => path in texts,
  text: (path) => texts[path],
  paths: () => Object.keys(texts),
});
const two = 'tosca_definitions_version: tosca_2_0\n';

test('reading uses no network: it says which URLs a template imports, and takes what was fetched', () => {
  const own = files({
    'main.yaml': `${two}repositories: { types: https://types.example/v1/ }
imports:
  - url: https://one.example/a/types.yaml
  - { url: base.yaml, repository: types }
service_template: { node_templates: { a: { type: Deep } } }
`,
  });
  const fetched = new Map<string, Fetched>();
  const rounds: string[][] = [];
  const network: Readonly<Record<string, string>> = {
    'https://one.example/a/types.yaml': `${two}imports: [ ../b/deep.yaml ]\n`,
    'https://one.example/b/deep.yaml': `${two}node_types: { Deep: {} }\n`,
    'https://types.example/v1/base.yaml': `${two}node_types: { Base: {} }\n`,
  };
  for (;;) {
    const wanted = importsWanted(withFetched(own, fetched), 'main.yaml');
    if (wanted.length === 0) break;
    rounds.push(wanted);
    for (const url of wanted) fetched.set(url, { text: network[url] ?? '' });
  }
  expect(rounds).toEqual([
    ['https://one.example/a/types.yaml', 'https://types.example/v1/base.yaml'],
    ['https://one.example/b/deep.yaml'],
  ]);
  const { template, problems } = readTemplateOf(withFetched(own, fetched), 'main.yaml');
  expect(problems).toEqual([]);
  expect(template?.topology.nodes['a']?.type).toBe('Deep');
});

test('what cannot be had is an error at the line of its import, and is not wanted again', () => {
  const own = files({
    'main.yaml': `${two}imports:\n  - https://gone.example/a.yaml\n  - https://dead.example/b.yaml\n  - https://new.example/c.yaml\n`,
  });
  const fetched = new Map<string, Fetched>([
    ['https://gone.example/a.yaml', { is: 'missing', reason: 'there is no such file (404)' }],
    ['https://dead.example/b.yaml', { is: 'unreachable', reason: 'it did not answer in time' }],
  ]);
  const all = withFetched(own, fetched);
  expect(importsWanted(all, 'main.yaml')).toEqual(['https://new.example/c.yaml']);
  expect(
    readTemplateOf(all, 'main.yaml').problems.map(({ line, rule, message }) => `${line} ${rule} ${message}`),
  ).toEqual([
    '3 missing-import https://gone.example/a.yaml cannot be had: there is no such file (404)',
    '4 import-unreachable https://dead.example/b.yaml cannot be had: it did not answer in time',
    '5 import-unreachable https://new.example/c.yaml is on the network, which is not asked here; put the file into the template and import it by its path',
  ]);
});

test('file: URLs and repositories in a folder are paths, and the Simple Profile at its address is built in', () => {
  const published =
    'https://raw.githubusercontent.com/oasis-open/tosca-community-contributions/master/profiles/org/oasis-open/simple/2.0/profile.yaml';
  const own = files({
    'app/main.yaml': `${two}repositories: { near: file:types/, far: ../shared }
imports:
  - file:here.yaml
  - file:///root.yaml
  - { url: a.yaml, repository: near }
  - { url: b.yaml, repository: far }
  - { url: '${published}', namespace: simple }
service_template:
  node_templates: { a: { type: A }, b: { type: B }, here: { type: Here }, root: { type: Root }, c: { type: simple:Compute } }
`,
    'app/here.yaml': `${two}node_types: { Here: {} }\n`,
    'root.yaml': `${two}node_types: { Root: {} }\n`,
    'app/types/a.yaml': `${two}node_types: { A: {} }\n`,
    'shared/b.yaml': `${two}node_types: { B: {} }\n`,
  });
  expect(importsWanted(own, 'app/main.yaml')).toEqual([]);
  expect(readTemplateOf(own, 'app/main.yaml').problems).toEqual([]);
});

test('a whole URL is in no repository', () => {
  const own = files({
    'main.yaml': `${two}repositories: { types: https://types.example }\nimports: [ { url: https://a.example/t.yaml, repository: types } ]\n`,
  });
  expect(readTemplateOf(own, 'main.yaml').problems.map(({ rule }) => rule)).toEqual(['bad-import']);
});

test('a profile may stand in a file that bears its name', () => {
  const own = files({
    'main.yaml': `${two}imports: [ { profile: 'org.example.shop:1.0', namespace: s } ]\nservice_template: { node_templates: { a: { type: s:Shop } } }\n`,
    'org.example.shop': `${two}profile: org.example.shop:1.0\nnode_types: { Shop: {} }\n`,
  });
  expect(readTemplateOf(own, 'main.yaml').problems).toEqual([]);
});

test('packages import from the network likewise, and their first block alone is about the archive', () => {
  const url = 'https://one.example/types.yaml';
  const archive = new Map([
    [
      'TOSCA.meta',
      'CSAR-Version: 2.0\nCreated-By: Someone\nEntry-Definitions: main.yaml\n\nName: notes\nEntry-Definitions: other.yaml\n',
    ],
    ['main.yaml', `${two}imports: [ ${url} ]\nservice_template: { node_templates: { a: { type: T } } }\n`],
  ]);
  expect(packageImportsWanted(archive, new Map())).toEqual([url]);
  const fetched = new Map<string, Fetched>([[url, { text: `${two}node_types: { T: {} }\n` }]]);
  expect(packageImportsWanted(archive, fetched)).toEqual([]);
  expect(readPackage(archive, { fetched }).problems).toEqual([]);
  expect(readPackage(archive).problems.map(({ rule }) => rule)).toEqual(['import-unreachable']);
  const second = new Map([...archive, ['TOSCA-Metadata/TOSCA.meta', 'Entry-Definitions: main.yaml\n'] as const]);
  expect(readPackage(second, { fetched }).problems.map(({ rule }) => rule)).toEqual(['bad-meta']);
});
