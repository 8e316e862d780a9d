/** `yaml.ts <template>`: loads a text with the yaml package, every value with its place, and nothing more. */
import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';

const document = parseDocument(readFileSync(process.argv[2] ?? '', 'utf8'));
if (document.errors.length > 0) throw new Error('The template is no YAML');
