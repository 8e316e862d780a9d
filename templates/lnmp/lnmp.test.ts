import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { readPackage } from '@pileus/tosca';
import { expect, test } from 'vitest';

const entries = await readdir(import.meta.dirname, { recursive: true, withFileTypes: true });
const paths = entries
  .filter((entry) => entry.isFile() && !entry.name.endsWith('.ts'))
  .map((entry) => relative(import.meta.dirname, join(entry.parentPath, entry.name)));
const files = new Map(
  await Promise.all(
    paths.map(async (path) => [path, new Uint8Array(await readFile(join(import.meta.dirname, path)))] as const),
  ),
);
const scripts = paths.filter((path) => path.endsWith('.sh'));

test('the package is valid, for plain hosts', () => {
  const read = readPackage(files);
  expect(read.problems).toEqual([]);
  expect(read.variants.map(({ name, providers }) => [name, providers])).toEqual([['hosts', ['hosts']]]);
});

test('every script can be read by a shell, and brings what it sources', () => {
  const { topology } = readPackage(files).variants[0]?.template ?? { topology: { nodes: {} } };
  const interfaces = Object.values(topology.nodes).flatMap((node) => [
    node.interfaces,
    ...node.requirements.map(({ relationship }) => relationship.interfaces),
  ]);
  const operations = interfaces
    .flatMap((each) => Object.values(each))
    .flatMap((each) => Object.values(each.operations))
    .flatMap(({ implementation }) => implementation ?? []);
  expect(operations.length).toBeGreaterThan(10);
  for (const { primary, dependencies } of operations) {
    const text = new TextDecoder().decode(files.get(primary.file));
    const sourced = [...text.matchAll(/^\. \.\/(\S+)$/gm)].map(([, path]) => path);
    expect(dependencies.map(({ file }) => file)).toEqual(expect.arrayContaining(sourced));
  }
  for (const path of scripts) execFileSync('sh', ['-n', join(import.meta.dirname, path)]);
});
