import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Grammar } from '../../packages/tosca/src/grammar.ts';
import { simpleGrammar } from '../../packages/tosca/src/grammar-simple.ts';
import { grammarTwo } from '../../packages/tosca/src/grammar-two.ts';
import { arities } from '../../packages/tosca/src/functions.ts';
import { knownVersions } from '../../packages/tosca/src/version.ts';
import { code, markdownTable } from './markdown.ts';

/** What the TOSCA processor reads, from its grammar, and what its tests prove. */
export function toscaPage(): string {
  return `# What the TOSCA processor supports

How to use it and where it deviates: [docs/tosca.md](../tosca.md).

Versions: ${knownVersions.map(code).join(', ')}, their older spellings, and the profiles for NFV and MEC.

## Proven by tests

Each sentence is a test of \`packages/tosca\` that runs with \`npm test\`.

${markdownTable(['subject', 'what is true'], promises())}

## Keys

${markdownTable(['construct', '1.0 to 1.3', '2.0'], constructs())}

## Functions of 2.0

${[...arities.keys()].map((name) => code(`$${name}`)).join(', ')}, and those that a file or profile defines.`;
}

const folder = join(import.meta.dirname, '..', '..', 'packages', 'tosca', 'src');

function promises(): string[][] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts') && !path.endsWith('.wide.test.ts'))
    .toSorted()
    .flatMap((path) => {
      const subject = (path.split('/').at(-1) ?? path).replace(/\.test\.ts$/, '').replaceAll('-', ' ');
      return sentences(readFileSync(join(folder, path), 'utf8')).map((sentence, index) => [
        index === 0 ? subject : '',
        sentence,
      ]);
    });
}

/** The names of the tests in a file; `%s` of a test for several things is left as an ellipsis. */
function sentences(text: string): string[] {
  const found = text.matchAll(/^test(?:\.each\([^)]*\))?\(\s*(['"`])((?:(?!\1).)*)\1/gm);
  return [...found].map(([, , sentence = '']) => sentence.replace(/%\w/g, '…').replaceAll("\\'", "'"));
}

function constructs(): string[][] {
  return (Object.keys(grammarTwo) as (keyof Grammar)[]).map((construct) => [
    construct.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
    listed(simpleGrammar, construct),
    listed(grammarTwo, construct),
  ]);
}

function listed(grammar: Grammar, construct: keyof Grammar): string {
  return [...grammar[construct].keys()].map(code).join(' ');
}
