/**
 * Runs the conformance suite of OASIS as `pileus template validate --oasis` does: `node dev/oasis.ts DIRECTORY`, the directory
 * being a checkout of tosca-community-contributions. Each `*_test.py` says which file it is about and which code it wants.
 * Some also pack that file into an archive, which is read besides. What does not pass is listed with what was found wrong.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { writeArchive, type Fetched } from '@pileus/tosca';
import { fetchImports } from '../src/template/local/fetch-imports.ts';
import { oasisCode } from '../src/template/local/oasis-code.ts';
import { readLocal, type FetchImports } from '../src/template/local/read.ts';

/** Where the suite says it is published. */
const suitePath =
  /^https:\/\/raw\.githubusercontent\.com\/oasis-open\/tosca-community-contributions\/refs\/heads\/master\/(.*)$/;

interface Case {
  readonly name: string;
  readonly path: string;
  readonly expected: number;
}

const directory = process.argv[2];
if (directory === undefined) {
  process.stderr.write('Name the directory that holds tests/tosca_2_0\n');
  process.exit(2);
}
const suite = join(directory, 'tests', 'tosca_2_0');
const packed = mkdtempSync(join(tmpdir(), 'pileus-oasis-'));
try {
  const tests = readdirSync(suite, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('_test.py'))
    .toSorted()
    .map(testOf)
    .filter((test) => test !== undefined);
  const files = await passing(tests.map(({ plain }) => plain));
  process.stdout.write(`${files} of ${tests.length} tests pass\n`);
  const archives = tests.flatMap(({ archive }) => archive ?? []);
  process.stdout.write(`${await passing(archives)} of the ${archives.length} archives they pack are read likewise\n`);
} finally {
  rmSync(packed, { recursive: true });
}

async function passing(cases: readonly Case[]): Promise<number> {
  let passed = 0;
  for (const { name, path, expected } of cases) {
    const { problems } = await readLocal(path, fetchOrMirror);
    const code = oasisCode(problems);
    if (code === expected) passed += 1;
    else {
      const [first] = problems.filter(({ severity }) => severity === 'error');
      const found = first ? `line ${first.line} ${first.rule}: ${first.message}` : 'nothing is found wrong';
      process.stdout.write(`${name}: expected ${expected}, got ${code}; ${found}\n`);
    }
  }
  return passed;
}

/** The file a test is about, and the archive where it packs one; nothing for a test without an expectation. */
function testOf(test: string): { plain: Case; archive: Case | undefined } | undefined {
  const text = readFileSync(join(suite, test), 'utf8').replaceAll(/^\s*#.*$/gm, '');
  const expected = /assertEqual\(result\.returncode,\s*(\d)/.exec(text)?.[1];
  if (expected === undefined) return undefined;
  const folder = dirname(join(suite, test));
  const named = [...text.matchAll(/^tosca_file_path = here \+ '\/([^']+)'/gm)].at(-1)?.[1];
  // As the tests guess it: what stands before the first `_test`.
  const file = named ?? `${basename(test).split('_test')[0]}.yaml`;
  const plain = { name: join(dirname(test), file), path: join(folder, file), expected: Number(expected) };
  return { plain, archive: text.includes('zipfile.ZipFile(') ? archiveOf(plain, folder, text) : undefined };
}

function archiveOf(plain: Case, folder: string, text: string): Case {
  const entry = basename(plain.path);
  const extras = /extra_files = \[([^\]]*)\]/.exec(text)?.[1]?.matchAll(/'([^']+)'/g) ?? [];
  const single = /extras_path = os\.path\.join\(here, ([^)]*)\)/.exec(text)?.[1]?.matchAll(/'([^']+)'/g) ?? [];
  const path = [...single].map(([, part = '']) => part).join('/');
  const listed = [...extras].map(([, name = '']) => ({ path: name, name }));
  const files = new Map<string, Uint8Array>([
    ['TOSCA.meta', new TextEncoder().encode(`CSAR-Version: 2.0\nCreated-By: OASIS\nEntry-Definitions: ${entry}\n`)],
    [entry, readFileSync(plain.path)],
  ]);
  for (const extra of [...listed, ...(path === '' ? [] : [{ path, name: `types/${basename(path)}` }])]) {
    if (existsSync(join(folder, extra.path))) files.set(extra.name, readFileSync(join(folder, extra.path)));
  }
  const to = join(packed, `${basename(folder)}-${entry.replace(/\.yaml$/, '.zip')}`);
  writeFileSync(to, writeArchive(files, 'zip'));
  return { name: `${plain.name} as an archive`, path: to, expected: plain.expected };
}

/** What the suite imports from its own place on the network is in the checkout; all else is fetched. */
async function fetchOrMirror(...[wanted, patience]: Parameters<FetchImports>): ReturnType<FetchImports> {
  const mirrored = new Map<string, Fetched>();
  const beside = (fetched: ReadonlyMap<string, Fetched>) => new Map([...mirrored, ...fetched]);
  const others = (fetched: ReadonlyMap<string, Fetched>): readonly string[] => {
    const urls = wanted(beside(fetched));
    const ours = urls.flatMap((url) => {
      const path = suitePath.exec(url)?.[1];
      return path !== undefined && existsSync(join(directory ?? '', path)) ? [{ url, path }] : [];
    });
    for (const { url, path } of ours) mirrored.set(url, { text: readFileSync(join(directory ?? '', path), 'utf8') });
    return ours.length > 0 ? others(fetched) : urls;
  };
  return beside(await fetchImports(others, patience));
}
