import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { measure } from './testing/corpus.ts';

const directory = process.env['PILEUS_TOSCA_CORPUS'];
const isThere = directory !== undefined && existsSync(join(directory, 'manifest.tsv'));

test.skipIf(!isThere)(
  `the corpus is read as expected, but for the disagreements that are listed with their reasons (needs PILEUS_TOSCA_CORPUS)`,
  { timeout: 120_000 },
  () => {
    const listed = readFileSync(join(import.meta.dirname, '../corpus-disagreements.md'), 'utf8');
    const rows = measure(directory ?? '');
    expect(rows.filter(({ crash }) => crash !== undefined)).toEqual([]);
    expect(rows.filter(({ milliseconds }) => milliseconds > 5_000)).toEqual([]);
    const unlisted = rows.filter(
      ({ path, agrees, line, isAtLine }) =>
        (!agrees || (line !== undefined && !isAtLine)) && !listed.includes(`\`${path}\``),
    );
    expect(unlisted.map(({ path, expected, problems }) => `${path}: ${expected}; ${problems[0] ?? 'valid'}`)).toEqual(
      [],
    );
  },
);
