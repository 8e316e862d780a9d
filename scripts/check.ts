import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { styleText } from 'node:util';

/**
 * `npm run check [name …]`: everything about the code that can be told without running it. One line each; what a
 * failing one has to say stands below its line.
 */
const checks: readonly Check[] = [
  { name: 'types', command: ['tsc', '-p', '.'] },
  { name: 'lint', command: ['oxlint'] },
  { name: 'portal-types', command: ['tsc', '-p', 'apps/portal'] },
  { name: 'format', command: ['oxfmt', '--list-different'], advice: 'npm run fix mends this.' },
  { name: 'unused', command: ['knip', '--no-progress'] },
  { name: 'spawning', command: ['node', 'scripts/spawning.ts'] },
  { name: 'docs', command: ['node', 'scripts/docs.ts', '--check'], advice: 'npm run docs mends this.' },
];

interface Check {
  readonly name: string;
  readonly command: readonly [program: string, ...words: string[]];
  readonly advice?: string;
}

const root = join(import.meta.dirname, '..');
const path = [join(root, 'node_modules', '.bin'), process.env['PATH']].join(delimiter);

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !checks.some((check) => check.name === name));
if (unknown.length > 0) {
  console.error(`There is no check ${unknown.join(', ')}; there are ${checks.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const chosen = wanted.length > 0 ? checks.filter(({ name }) => wanted.includes(name)) : checks;
const failed = (await twoAtATime(chosen, run)).filter((ok) => !ok).length;
if (failed > 0) {
  console.error(`\n${failed} of ${chosen.length} checks failed`);
  process.exitCode = 1;
}

/** Types and lint use every core by themselves, so two at a time is as fast as it gets on a small machine. */
async function twoAtATime<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  const work = async () => {
    for (const [at, item] of waiting) results[at] = await act(item);
  };
  await Promise.all([work(), work()]);
  return results;
}

async function run({ name, command: [program, ...words], advice }: Check): Promise<boolean> {
  const began = performance.now();
  const child = spawn(program, words, {
    cwd: root,
    env: { ...process.env, PATH: path },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (exit, signal) => resolve(exit ?? signal ?? 'gone'));
  });
  const ok = code === 0;
  const seconds = `${((performance.now() - began) / 1000).toFixed(1)} s`;
  console.log(`${ok ? styleText('green', 'ok    ') : styleText('red', 'FAILED')}  ${name.padEnd(14)}${seconds}`);
  if (!ok)
    console.log(`${[said.trim(), typeof code === 'string' ? code : '', advice ?? ''].filter(Boolean).join('\n')}\n`);
  return ok;
}
