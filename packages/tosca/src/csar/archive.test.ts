import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { readPackage } from '../package.ts';
import { isArchive, readArchive } from './read-archive.ts';
import { archiveFormats, writeArchive, writeMeta } from './write-archive.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const longPath = `scripts/${'deep/'.repeat(30)}größe.sh`;
const template = 'tosca_definitions_version: tosca_simple_yaml_1_3\ntopology_template: {}\n';
const files = new Map([
  ['main.yaml', bytes(template)],
  [longPath, bytes('#!/bin/sh\n'.repeat(500))],
  ['empty', new Uint8Array()],
]);

test.each(archiveFormats)('what is packed as %s is unpacked the same', (format) => {
  const packed = writeArchive(files, format);
  expect(isArchive(packed)).toBe(true);
  expect(readArchive(packed)).toEqual({ files, problems: [] });
  expect(writeArchive(files, format)).toEqual(packed);
});

test.each(archiveFormats)('a %s package with TOSCA.meta in its old and new place reads', (format) => {
  for (const version of ['1.3', '2.0'] as const) {
    const meta = writeMeta(version, 'definitions/main.yaml', ['definitions/small size.yaml']);
    const all = new Map([
      [meta.path, bytes(meta.text)],
      ['definitions/main.yaml', bytes(template)],
      ['definitions/small size.yaml', bytes(template)],
    ]);
    const { files: found = new Map() } = readArchive(writeArchive(all, format));
    const read = readPackage(found);
    expect(read.problems).toEqual([]);
    expect(read.variants.map(({ entry }) => entry)).toEqual(['definitions/main.yaml', 'definitions/small size.yaml']);
  }
});

test('what tar and gzip of the system pack is read, and their links are refused with their path', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pileus-csar-'));
  try {
    const scripts = join('scripts', 'long-'.repeat(18), 'longer-'.repeat(8));
    mkdirSync(join(folder, 'app', scripts), { recursive: true });
    writeFileSync(join(folder, 'app', 'main.yaml'), template);
    writeFileSync(join(folder, 'app', scripts, 'run.sh'), 'true\n');
    const pack = (...options: string[]) =>
      new Uint8Array(execFileSync('tar', ['-C', folder, ...options, '-cf', '-', 'app'], { maxBuffer: 1e7 }));
    for (const options of [['--format=gnu'], ['--format=posix'], ['--format=ustar'], ['-z']]) {
      const { files: found, problems } = readArchive(pack(...options));
      expect(problems).toEqual([]);
      expect([...(found?.keys() ?? [])].toSorted()).toEqual(['main.yaml', `${scripts}/run.sh`]);
    }
    symlinkSync('/etc/passwd', join(folder, 'app', 'notes.txt'));
    expect(readArchive(pack()).problems).toMatchObject([{ file: 'app/notes.txt', rule: 'bad-archive' }]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('hostile archives are refused, each with its reason', () => {
  const rules = (packed: Uint8Array) => readArchive(packed).problems.map(({ rule }) => rule);
  const zip = (path: string, content = bytes('x')) => writeArchive(new Map([[path, content]]));
  expect(rules(zip('../../etc/passwd'))).toEqual(['bad-path']);
  expect(rules(zip('/etc/passwd'))).toEqual(['bad-path']);
  expect(rules(zip('C:\\autoexec.bat'))).toEqual(['bad-path']);
  expect(rules(zip('a\0b'))).toEqual(['bad-path']);
  expect(rules(zip('bomb', new Uint8Array(20_000_000)))).toEqual(['package-limit']);
  expect(rules(gzipSync(writeArchive(new Map([['bomb', new Uint8Array(20_000_000)]]), 'tar')))).toEqual([
    'package-limit',
  ]);
  expect(rules(writeArchive(new Map(Array.from({ length: 2_001 }, (_, at) => [`f${at}`, bytes('x')]))))).toEqual([
    'package-limit',
  ]);
  expect(
    rules(
      writeArchive(
        new Map([
          ['a', bytes('x')],
          ['a/b', bytes('x')],
        ]),
        'tar',
      ),
    ),
  ).toEqual(['bad-path']);
  expect(rules(new Uint8Array())).toEqual(['bad-archive']);
});

test('a file that is there twice, a link and a lie about the size are seen in a zip', () => {
  const packed = writeArchive(
    new Map([
      ['one', bytes('1'.repeat(100))],
      ['two', bytes('2'.repeat(100))],
    ]),
  );
  const directory = packed.findLastIndex((_, at) => packed[at] === 0x50 && packed[at + 2] === 1);
  const changed = (at: number, ...values: number[]) => {
    const copy = packed.slice();
    copy.set(values, directory + at);
    return readArchive(copy).problems.map(({ file, rule }) => `${rule} ${file}`);
  };
  expect(changed(46, ...bytes('one'))).toEqual(['bad-path one']);
  expect(changed(4, 20, 3)).toEqual([]);
  expect(changed(24, 99, 0)).toEqual(['bad-archive two']);
  expect(changed(24, 101, 0)).toEqual(['bad-archive two']);
  expect(changed(16, 1, 2, 3, 4)).toEqual(['bad-archive two']);
  expect(changed(8, 1, 0)).toEqual(['bad-archive two']);
  const link = packed.slice();
  link.set([20, 3], directory + 4);
  link.set([0, 0, 0xff, 0xa1], directory + 38);
  expect(readArchive(link).problems).toMatchObject([{ file: 'two', rule: 'bad-archive' }]);
});

test('an archive of 1.x without TOSCA.meta gets a warning where its template does not say what it is, and one of 1.0 an error', () => {
  const rules = (text: string) => readPackage(new Map([['a.yaml', text]]), { isCsar: true }).problems;
  expect(rules(template)).toMatchObject([{ file: 'a.yaml', severity: 'warning', rule: 'missing-metadata' }]);
  const old = template.replace('1_3', '1_0');
  expect(rules(old)).toMatchObject([{ file: 'a.yaml', severity: 'error', rule: 'missing-metadata' }]);
  expect(rules(`${template}metadata: { template_name: a, template_version: '1.0' }\n`)).toEqual([]);
  expect(rules('tosca_definitions_version: tosca_2_0\nservice_template: { node_templates: {} }\n')).toEqual([]);
  expect(readPackage(new Map([['a.yaml', template]])).problems).toEqual([]);
});
