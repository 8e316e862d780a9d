/**
 * `npm run --silent faults -- [--seeds N] [--from SEED] [--design naive] [--with FAULT] [--json]`: deploys and deletes random topologies
 * on a simulated cloud under faults, on a virtual clock, and compares what there is with what is known. One seed is one
 * history that can be had again. Figures go to stdout, as one JSON object with `--json`; what went wrong goes to stderr.
 */
import { parseArgs } from 'node:util';
import { simulate } from './faults/simulate.ts';
import { faults, type Fault } from './faults/weather.ts';
import { figuresOf, tables, wrongIn } from './faults/report.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    design: { type: 'string', default: 'ours' },
    with: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const [seeds, from] = [Number(values.seeds), Number(values.from)];
if (!Number.isInteger(seeds) || seeds < 1 || !Number.isInteger(from)) {
  console.error('--seeds takes a whole number above 0, --from a whole number');
  process.exit(2);
}
if (values.design !== 'ours' && values.design !== 'naive') {
  console.error(`There is no design ${values.design}; there are ours and naive`);
  process.exit(2);
}
const isFault = (text: string): text is Fault => Object.hasOwn(faults, text);
if (values.with !== undefined && !isFault(values.with)) {
  console.error(`There is no fault ${values.with}; there are ${Object.keys(faults).join(', ')}`);
  process.exit(2);
}
const { design, with: always } = values;
const start = performance.now();
let told = 0;
const outcomes = await simulate({ seeds, from, design, always }, ({ seed, notes, bugs }) => {
  if (design === 'naive' || (notes.length === 0 && bugs.length === 0) || ++told > 20) return;
  console.error(`seed ${seed} (again: npm run --silent faults -- --from ${seed} --seeds 1):`);
  for (const line of [...notes, ...bugs]) console.error(`  ${String(line)}`);
});
const figures = figuresOf(outcomes, (performance.now() - start) / 1_000);
if (values.json) console.log(JSON.stringify(figures));
else {
  for (const table of tables(outcomes)) console.table(table);
  console.table([figures]);
}
const isWrong = Object.values(wrongIn(figures)).some((count) => count > 0);
const hasBugs = outcomes.some(({ bugs }) => bugs.length > 0);
process.exitCode = design === 'ours' && (isWrong || hasBugs) ? 1 : 0;
