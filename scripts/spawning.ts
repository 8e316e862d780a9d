import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Programs are started with a list of arguments, never through a shell that would read a name or an input as a command:
 * no `exec`, no `shell: true`. Run by `npm run check`; prints `file:line: what` for each find.
 */
const banned: readonly { readonly pattern: RegExp; readonly message: string }[] = [
  {
    pattern: /import\s+(?:type\s+)?\{[^}]*\b(?:exec|execSync)\b[^}]*\}\s+from\s+['"](?:node:)?child_process['"]/g,
    message: 'exec starts a shell; use spawn or execFile with a list of arguments',
  },
  { pattern: /\bchild_?process\.exec(?:Sync)?\(/gi, message: 'exec starts a shell; use spawn or execFile' },
  { pattern: /\bshell:\s*(?:true|['"`])/g, message: 'shell: true lets an argument become a command; leave it out' },
];

/** This file names what it bans. */
const self = 'scripts/spawning.ts';

// Files that are not added yet count too: they are about to be.
const list = spawnSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.tsx', '*.js', '*.mjs'], {
  encoding: 'utf8',
});
if (list.status !== 0) throw new Error(`git cannot list the files: ${list.stderr}`);
const finds = list.stdout
  .split('\n')
  .filter((file) => file !== '' && file !== self)
  .flatMap(findsIn);
for (const find of finds) console.log(find);
process.exitCode = finds.length > 0 ? 1 : 0;

function findsIn(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return []; // Listed by git, removed from the working tree.
  }
  // Only where programs can be started: elsewhere `shell: true` means something else.
  if (!/['"](?:node:)?child_process['"]/.test(text)) return [];
  return banned.flatMap(({ pattern, message }) =>
    Array.from(text.matchAll(pattern), ({ index }) => `${file}:${text.slice(0, index).split('\n').length}: ${message}`),
  );
}
