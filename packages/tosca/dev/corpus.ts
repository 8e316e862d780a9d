/**
 * Reads every template of a corpus and prints how far the processor agrees with what is expected of it:
 * `node dev/corpus.ts DIRECTORY` (or with PILEUS_TOSCA_CORPUS).
 */
import { measure } from '../src/testing/corpus.ts';

const directory = process.argv[2] ?? process.env['PILEUS_TOSCA_CORPUS'];
if (directory === undefined) {
  process.stderr.write('Name the directory of the corpus, or set PILEUS_TOSCA_CORPUS\n');
  process.exit(2);
}
const rows = measure(directory);
const judged = rows.filter(({ expected }) => expected !== 'unknown');
const agreeing = judged.filter(({ agrees }) => agrees);
const apart = judged.filter(({ agrees, expected, lacksImports }) => !agrees && expected === 'valid' && lacksImports);
const lines = rows.filter(({ line }) => line !== undefined);
const atLine = lines.filter(({ isAtLine }) => isAtLine);
for (const { path, expected, problems } of judged.filter(({ agrees }) => !agrees)) {
  process.stdout.write(`${path}: expected ${expected}; ${problems[0] ?? 'nothing is found wrong'}\n`);
}
for (const { path, line, problems } of lines.filter(({ isAtLine }) => !isAtLine)) {
  process.stdout.write(`${path}: expected in line ${line}; ${problems[0] ?? 'nothing is found wrong'}\n`);
}
const crashed = rows.filter(({ crash }) => crash !== undefined);
for (const { path, crash } of crashed) process.stdout.write(`${path}: crashed: ${crash}\n`);
const slowest = rows.reduce((slow, row) => (row.milliseconds > slow.milliseconds ? row : slow));
const share = (all: number) => `${agreeing.length} of ${all} agree (${((agreeing.length / all) * 100).toFixed(1)} %)`;
process.stdout.write(
  `${share(judged.length)}; without the ${apart.length} that lack an import ${share(judged.length - apart.length)}; ${atLine.length} of ${lines.length} at the line expected; ` +
    `${rows.length} read, ${crashed.length} crashed, slowest ${Math.round(slowest.milliseconds)} ms (${slowest.path})\n`,
);
