import { expect, test } from 'vitest';
import { readPackage } from './package.ts';
import { threeTier } from './testing/three-tier.ts';

const scripts = ['configure.sh', 'connect.sh', 'data.sh', 'web.sh'].map(
  (name) => [`scripts/${name}`, '#!/bin/sh\n'] as const,
);
const complete = new Map<string, string | Uint8Array>([
  ...threeTier,
  ...scripts,
  ['files/shop.tgz', new Uint8Array([1, 2, 3])],
]);

test('a package with one template in its root has one variant', () => {
  const read = readPackage(complete);
  expect(read.problems).toEqual([]);
  expect(read).toMatchObject({ name: 'shop', version: '1.10.0', title: { en: 'shop', 'zh-CN': 'shop' } });
  expect(read.variants).toMatchObject([{ name: 'shop', entry: 'shop.yaml', providers: [] }]);
  expect(read.files).toContainEqual({ path: 'files/shop.tgz', bytes: 3 });
});

test('TOSCA.meta names the entry and further variants, each for its providers', () => {
  const shop = threeTier.get('shop.yaml') ?? '';
  const metadata = '  title: The shop\n  title_zh: 商店\n  providers: openstack, aws\n  variant: cloud\n';
  const read = readPackage(
    new Map([
      ...complete,
      [
        'TOSCA-Metadata/TOSCA.meta',
        'TOSCA-Meta-File-Version: 1.1\nCSAR-Version: 1.1\nCreated-By: Pileus\nEntry-Definitions: shop.yaml\nOther-Definitions: local.yaml\n',
      ],
      ['shop.yaml', shop.replace('metadata:\n', `metadata:\n${metadata}`)],
      ['local.yaml', shop],
    ]),
  );
  expect(read.problems).toEqual([]);
  expect(read.title).toEqual({ en: 'The shop', 'zh-CN': '商店' });
  expect(read.variants.map(({ name, entry, providers }) => ({ name, entry, providers }))).toEqual([
    { name: 'cloud', entry: 'shop.yaml', providers: ['openstack', 'aws'] },
    { name: 'local', entry: 'local.yaml', providers: [] },
  ]);
});

test('a file that an artifact names and the package lacks is told where it is named', () => {
  const files = new Map(complete);
  files.delete('scripts/web.sh');
  const { problems, variants } = readPackage(files);
  expect(problems).toMatchObject([
    {
      file: 'types/shop.yaml',
      line: 58,
      rule: 'missing-file',
      message: 'There is no file scripts/web.sh in the package',
    },
  ]);
  expect(variants[0]?.template).toBeUndefined();
});

test('a package without an entry, or with paths that lead out of it, is refused', () => {
  expect(readPackage(new Map()).problems[0]?.rule).toBe('no-entry');
  expect(
    readPackage(
      new Map([
        ['a.yaml', ''],
        ['b.yaml', ''],
      ]),
    ).problems[0]?.rule,
  ).toBe('no-entry');
  expect(readPackage(new Map([['../a.yaml', '']])).problems[0]?.rule).toBe('package-limit');
  const meta = readPackage(new Map([['TOSCA.meta', 'Entry-Definitions: gone.yaml']]));
  expect(meta.problems).toMatchObject([{ file: 'TOSCA.meta', line: 1, rule: 'missing-file' }]);
});
