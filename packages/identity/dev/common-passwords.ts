/**
 * Makes `src/common-passwords.bin`: `node dev/common-passwords.ts FILE`, the file being a JSON list of passwords, such as
 * `src/passwords.json` of the npm package @zxcvbn-ts/language-common (MIT), which this list stems from. Only what is long enough
 * to be a password here is kept, and of that four bytes of its SHA-256.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const passwords = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as readonly string[];
const listed = passwords.map((one) => one.normalize('NFKC').toLowerCase()).filter((one) => Array.from(one).length >= 8);
const hashes = new Set(listed.map((one) => createHash('sha256').update(one).digest().readUInt32BE()));
const file = Buffer.alloc(hashes.size * 4);
[...hashes].toSorted((a, b) => a - b).forEach((hash, at) => file.writeUInt32BE(hash, at * 4));
writeFileSync(new URL('../src/common-passwords.bin', import.meta.url), file);
process.stdout.write(`${hashes.size} passwords\n`);
