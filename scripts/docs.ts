import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apiPage } from './reference/api.ts';
import { cliPage } from './reference/cli.ts';
import { configurationPage } from './reference/configuration.ts';
import { failuresPage } from './reference/failures.ts';
import { providerSupportPage } from './reference/provider-support.ts';
import { toscaPage } from './reference/tosca.ts';

/**
 * `npm run docs` writes the reference pages from the code; with `--check` it only says which of them are out of date, and
 * ends with 1 when one is.
 */
const folder = join(import.meta.dirname, '..', 'docs', 'reference');
const pages: Readonly<Record<string, () => string | Promise<string>>> = {
  'api.md': apiPage,
  'cli.md': cliPage,
  'configuration.md': configurationPage,
  'failures.md': failuresPage,
  'provider-support.md': providerSupportPage,
  'tosca.md': toscaPage,
};

const isCheck = process.argv.includes('--check');
await mkdir(folder, { recursive: true });
for (const [name, make] of Object.entries(pages)) {
  const file = join(folder, name);
  const wanted = `<!-- Made from the code by npm run docs. Changes belong there. -->\n\n${(await make()).trim()}\n`;
  const present = await readFile(file, 'utf8').catch(() => undefined);
  if (present === wanted) continue;
  if (isCheck) {
    console.log(`docs/reference/${name} ${present === undefined ? 'is missing' : 'is out of date'}`);
    process.exitCode = 1;
  } else {
    await writeFile(file, wanted);
    console.log(`wrote docs/reference/${name}`);
  }
}
