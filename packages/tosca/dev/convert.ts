/**
 * `node packages/tosca/dev/convert.ts FOLDER`: converts every template of 1.x below a folder that reads without errors, with
 * what it imports, to 2.0, and prints why others cannot be.
 */
import { measureConversion } from '../src/testing/conversion.ts';

const rows = measureConversion(process.argv[2] ?? '.');
for (const { path, outcome, problems } of rows) {
  if (outcome !== 'same') process.stdout.write(`${path}: ${outcome}\n${problems.map((one) => `  ${one}\n`).join('')}`);
}
const count = (wanted: string) => rows.filter(({ outcome }) => outcome === wanted).length;
process.stdout.write(`${count('same')} mean the same, ${count('refused')} are refused, ${count('different')} differ\n`);
process.exitCode = count('different') > 0 ? 1 : 0;
