import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { writeArchive } from '@pileus/tosca';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aHome, type Home } from '../../testing/pileus.ts';

let home: Home;
beforeAll(async () => void (home = await aHome('http://127.0.0.1:1')));
afterAll(() => home[Symbol.asyncDispose]());

const version = 'tosca_definitions_version: tosca_simple_yaml_1_3\n';
const types = `${version}node_types:\n  my.Web: { derived_from: tosca.nodes.Root }\n`;
const web = (type: string) => `topology_template:\n  node_templates:\n    web:\n      type: ${type}\n`;

async function put(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(home.directory, path)), { recursive: true });
    await writeFile(join(home.directory, path), content);
  }
}

test('many templates of every form are validated in one call without a server', async () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  await put({
    'good.yaml': `${version}imports: [ ../types.yaml ]\n${web('my.Web')}`,
    'app/bad.yaml': `${version}imports: [ ../types.yaml ]\n${web('my.Wep')}`,
    'types.yaml': types,
    'folder/main.yaml': version + web('tosca.nodes.Root'),
    'folder/scripts/run.sh': 'true\n',
    'app.csar': writeArchive(new Map([['main.yaml', bytes(version + web('tosca.nodes.Rot'))]]), 'tar.gz'),
    'broken.zip': bytes('PK\x03\x04nothing'),
  });
  await put({ 'good.yaml': `${version}imports: [ types.yaml ]\n${web('my.Web')}` });
  const paths = ['good.yaml', 'app/bad.yaml', 'folder', 'app.csar', 'broken.zip', 'nowhere.yaml'];
  const { code, stdout } = await home.run(['template', 'validate', '-o', 'json', ...paths]);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject([
    { file: 'good.yaml', valid: true, problems: [] },
    {
      file: 'app/bad.yaml',
      valid: false,
      problems: [{ file: 'app/bad.yaml', line: 6, column: 13, severity: 'error', rule: 'unknown-type' }],
    },
    { file: 'folder', valid: true, problems: [] },
    { file: 'app.csar', valid: false, problems: [{ file: 'app.csar/main.yaml', line: 5, rule: 'unknown-type' }] },
    { file: 'broken.zip', valid: false, problems: [{ file: 'broken.zip', rule: 'bad-archive' }] },
    { file: 'nowhere.yaml', valid: false, problems: [{ file: 'nowhere.yaml', rule: 'missing-file' }] },
  ]);
  const good = await home.run(['template', 'validate', '-o', 'json', 'good.yaml', 'folder']);
  expect(good.code).toBe(0);
});

test('problems are printed as compilers print them', async () => {
  await put({ 'bad.yaml': version + web('my.Wep') });
  const { code, stdout, stderr } = await home.run(['template', 'validate', 'bad.yaml']);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^bad\.yaml:5:13: error: There is no node type my\.Wep.*\[unknown-type\]\n$/);
  expect(stderr).toContain('1 error');
});

test('messages name files as they were given', async () => {
  await put({
    'app/bad.yaml': `${version}imports: [ parts.yaml ]\n`,
    'app/parts.yaml': `${version}imports: [ gone.yaml ]\n`,
  });
  const { stdout } = await home.run(['template', 'validate', './app/bad.yaml']);
  expect(stdout).toBe(
    "app/parts.yaml:2:12: error: There is no file gone.yaml, neither beside app/parts.yaml nor in the template's root [missing-import]\n",
  );
});

test('an import reaches no further than the package, neither by its path nor by a link', async () => {
  const outside = await mkdtemp(join(tmpdir(), 'pileus-outside-'));
  try {
    await writeFile(join(outside, 'types.yaml'), types);
    await put({
      'package/TOSCA-Metadata/TOSCA.meta': 'Entry-Definitions: main.yaml\n',
      'package/main.yaml': `${version}imports: [ link.yaml, ../types.yaml ]\n`,
      'types.yaml': types,
    });
    await symlink(join(outside, 'types.yaml'), join(home.directory, 'package', 'link.yaml'));
    const { stdout } = await home.run(['template', 'validate', '-o', 'json', 'package/main.yaml']);
    expect(JSON.parse(stdout)).toMatchObject([{ problems: [{ rule: 'missing-import' }, { rule: 'missing-import' }] }]);
  } finally {
    await rm(outside, { recursive: true });
  }
});

test('the conformance suite learns whether a template is valid, invalid or valid and not supported', async () => {
  await put({
    'valid.yaml': version,
    'invalid.yaml': version + web('my.Wep'),
    'remote.yaml': `${version}imports: [ https://example.org/types.yaml ]\n`,
  });
  const code = async (file: string) => (await home.run(['template', 'validate', '--offline', '--oasis', file])).code;
  expect(await Promise.all(['valid.yaml', 'invalid.yaml', 'remote.yaml'].map(code))).toEqual([0, 1, 2]);
});

test('what a template imports is fetched, unless the network is to be left alone', async () => {
  const server = createServer((_, response) => response.end(types));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo; // Of a TCP server it is one.
    const url = `http://127.0.0.1:${port}/types.yaml`;
    await put({ 'fetching.yaml': `${version}imports: [ ${url} ]\n${web('my.Web')}` });
    const validate = (...words: string[]) => home.run(['template', 'validate', ...words, 'fetching.yaml']);
    expect((await validate()).code).toBe(0);
    expect((await home.run(['template', 'show', 'fetching.yaml'])).stdout).toContain('my.Web');
    const { code, stdout } = await validate('--offline');
    expect(code).toBe(1);
    expect(stdout).toContain(`fetching.yaml:2:12: error: ${url} is on the network`);
  } finally {
    server.close();
  }
});

test('a template is shown, drawn and written in 2.0 from its file', async () => {
  await put({
    'shop.yaml': `${version}topology_template:
  inputs:
    port: { type: integer, default: 80 }
  node_templates:
    web: # in front
      type: WebServer
      requirements: [ host: box ]
    box: { type: Compute }
`,
  });
  const run = async (...words: string[]) => (await home.run(['template', ...words])).stdout;
  expect(await run('show', 'shop.yaml')).toMatch(/web +tosca\.nodes\.WebServer +host → box/);
  expect(await run('graph', 'shop.yaml')).toContain('"web" -> "box" [label="host"];');
  expect(await run('graph', '--format', 'mermaid', 'shop.yaml')).toContain('n0 -->|"host"| n1');
  const graph: unknown = JSON.parse(await run('graph', '-o', 'json', 'shop.yaml'));
  expect(graph).toMatchObject([{ edges: [{ from: 'web', to: 'box', requirement: 'host' }] }]);
  expect(await run('convert', 'shop.yaml')).toMatch(/^tosca_definitions_version: tosca_2_0\n[^]*web:\n +# in front/);
  await home.run(['template', 'convert', 'shop.yaml', '--to', 'two.yaml']);
  expect((await home.run(['template', 'validate', 'two.yaml'])).code).toBe(0);
});

test('a profile is found beside the template that imports it by its name', async () => {
  await put({
    'profiled/main.yaml': `tosca_definitions_version: tosca_2_0
imports: [ { profile: org.example.own:1.0 } ]
service_template: { node_templates: { a: { type: A } } }
`,
    'profiled/types/own.yaml':
      'tosca_definitions_version: tosca_2_0\nprofile: org.example.own:1.0\nnode_types: { A: { description: Own } }\n',
  });
  const { stdout } = await home.run(['template', 'validate', '-o', 'json', 'profiled/main.yaml']);
  expect(JSON.parse(stdout)).toMatchObject([{ valid: true, problems: [] }]);
});

test('a package is written in 2.0 as a package', async () => {
  await put({
    'old/TOSCA-Metadata/TOSCA.meta': 'TOSCA-Meta-File-Version: 1.1\nCSAR-Version: 1.1\nEntry-Definitions: main.yaml\n',
    'old/main.yaml': `${version}imports: [ types.yaml ]\n${web('my.Web')}`,
    'old/types.yaml': types,
    'old/notes.txt': 'as it was',
  });
  expect((await home.run(['template', 'convert', 'old', '--to', 'new.tar.gz'])).code).toBe(0);
  const { stdout } = await home.run(['template', 'show', '-o', 'json', 'new.tar.gz']);
  expect(JSON.parse(stdout)).toMatchObject([{ entry: 'main.yaml', template: { toscaVersion: 'tosca_2_0' } }]);
  expect((await home.run(['template', 'convert', 'old'])).code).toBe(2);
  expect((await home.run(['template', 'convert', 'old/main.yaml', '--to', 'folder'])).code).toBe(0);
  expect((await home.run(['template', 'validate', 'folder/main.yaml'])).code).toBe(0);
});

test('what 2.0 cannot express is told at its line, and nothing is written', async () => {
  await put({
    'lost.yaml': `${version}${web('WebServer').trimEnd()}
      artifacts: { code: { file: code.tgz, type: tosca.artifacts.File, deploy_path: /srv } }
`,
    'code.tgz': '',
  });
  const { code, stdout, stderr } = await home.run(['template', 'convert', 'lost.yaml']);
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/lost\.yaml:\d+:\d+.*deploy_path/);
});
