/**
 * `npm run --silent faults -- [--seeds N] [--from SEED] [--design naive] [--with FAULT] [--json]`: deploys and deletes random topologies
 * on a simulated cloud under faults, on a virtual clock, and compares what there is with what is known. One seed is one
 * history that can be had again. Figures go to stdout, as one JSON object with `--json`; what went wrong goes to stderr.
 */
import { parseArgs } from 'node:util';
import { simulate } from './faults/simulate.ts';
import { faults, type Fault } from './faults/weather.ts';
import { figuresOf, tables, wrongIn } from './faults/report.ts';

function refuse(why: string): never {
  console.error(why);
  process.exit(2);
}

function read() {
  const options = {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    design: { type: 'string', default: 'ours' },
    with: { type: 'string' },
    json: { type: 'boolean', default: false },
  } as const;
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

const values = read();
const isWhole = (text: string) => /^-?\d{1,9}$/.test(text);
if (!isWhole(values.seeds) || Number(values.seeds) < 1 || !isWhole(values.from))
  refuse(
    `--seeds takes a whole number from 1 to 999999999, --from one from -999999999 on; not ${values.seeds} and ${values.from}`,
  );
const [seeds, from] = [Number(values.seeds), Number(values.from)];
if (values.design !== 'ours' && values.design !== 'naive')
  refuse(`There is no design ${values.design}; there are ours and naive`);
const isFault = (text: string): text is Fault => Object.hasOwn(faults, text);
if (values.with !== undefined && !isFault(values.with))
  refuse(`There is no fault ${values.with}; there are ${Object.keys(faults).join(', ')}`);
const { design, with: always } = values;
const start = performance.now();
let told = 0;
const outcomes = await simulate({ seeds, from, design, always }, ({ seed, notes, bugs }) => {
  if (design === 'naive' || (notes.length === 0 && bugs.length === 0) || ++told > 20) return;
  const again = always ? ` --with ${always}` : '';
  console.error(`seed ${seed} (again: npm run --silent faults -- --from ${seed} --seeds 1${again}):`);
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
