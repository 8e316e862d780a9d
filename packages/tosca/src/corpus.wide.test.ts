import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { measureConversion } from './testing/conversion.ts';
import { measure } from './testing/corpus.ts';
import { tryEdit } from './testing/edits.ts';
import { Random } from './testing/random.ts';

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

test.skipIf(!isThere)(
  'what the corpus says in 1.x either means the same in 2.0 or is refused with a place and a reason (needs PILEUS_TOSCA_CORPUS)',
  { timeout: 600_000 },
  () => {
    const rows = measureConversion(directory ?? '');
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter(({ outcome }) => outcome === 'different')).toEqual([]);
    const unexplained = rows.filter(
      ({ outcome, problems }) =>
        outcome === 'refused' && !problems.some((problem) => /^\S+:\d+:\d+ [a-z-]+ .{20}/.test(problem)),
    );
    expect(unexplained).toEqual([]);
  },
);

test.skipIf(!isThere)(
  'every file of the corpus can be edited anywhere, and then says just what was wanted (needs PILEUS_TOSCA_CORPUS)',
  { timeout: 600_000 },
  () => {
    const folder = directory ?? '';
    const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => /\.ya?ml$/.test(path));
    const failed: string[] = [];
    let changed = 0;
    for (const [index, path] of paths.toSorted().entries()) {
      const text = readFileSync(join(folder, path), 'utf8');
      if (text.length > 50_000) continue;
      const random = new Random(index);
      for (let times = 0; times < 4; times++) {
        try {
          if (tryEdit(random, text)) changed += 1;
        } catch (error) {
          failed.push(`${path}: ${String(error).slice(0, 300)}`);
        }
      }
    }
    expect(failed).toEqual([]);
    expect(changed).toBeGreaterThan(paths.length);
  },
);
