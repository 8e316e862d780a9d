/**
 * Measures ourselves beside others: `npm run --silent bench -- [id] [--json]`. Figures go to stdout, as JSON and nothing
 * else with `--json`; progress goes to stderr. Without an id all benches run, and the JSON is a list.
 */
import { parseArgs } from 'node:util';
import { benches } from './benches.ts';
import type { Row } from './report.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});
const wanted = positionals[0]?.toUpperCase();
const chosen = benches.filter(({ id }) => wanted === undefined || id === wanted);
if (chosen.length === 0) {
  console.error(`There is no bench ${wanted}; there are ${benches.map(({ id }) => id).join(', ')}.`);
  process.exit(2);
}
const results: { id: string; rows: readonly Row[] }[] = [];
for (const bench of chosen) {
  const rows = await bench.run((line) => console.error(`${bench.id}: ${line}`));
  results.push({ id: bench.id, rows });
  if (!values.json) console.table(rows);
}
if (values.json) process.stdout.write(`${JSON.stringify(wanted === undefined ? results : results[0])}\n`);
