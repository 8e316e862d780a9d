import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Failure } from '@pileus/model';

/** NIST SP 800-63B, 3.1.1.2. The most is a bound on work, far above what anybody types. */
const length = { least: 8, most: 256 } as const;

/**
 * Why a new password is not taken, or undefined for a good one: `password-length`, `password-common` (one of the
 * passwords found most often where such were stolen), `password-name` (little more than one of `names`: of the user, by
 * which one signs in, the mail address). There are no rules about kinds of characters, which make passwords no better
 * (NIST SP 800-63B, 3.1.1.2; OWASP ASVS 5.0, 6.2).
 */
export function refusedPassword(password: string, names: readonly string[] = []): Failure | undefined {
  const normal = password.normalize('NFKC');
  const characters = Array.from(normal).length;
  if (characters < length.least || characters > length.most) return new Failure('password-length', length);
  const plain = normal.toLowerCase();
  if (names.some((name) => isMostly(plain, name))) return new Failure('password-name');
  if (isCommon(plain)) return new Failure('password-common');
  return undefined;
}

/** Whether few characters are left of it without the name. Parts of names and of mail addresses are names too. */
function isMostly(password: string, name: string): boolean {
  const whole = name.normalize('NFKC').toLowerCase();
  const backwards = (part: string) => Array.from(part).toReversed().join('');
  return [whole, ...whole.split(/[\s@._-]+/)]
    .filter((part) => part.length >= 3)
    .flatMap((part) => [part, backwards(part)])
    .filter((part) => password.includes(part))
    .map((part) => password.replaceAll(part, ''))
    .some((rest) => rest.length < 8 && rest.replace(/\P{L}/gu, '').length < 4);
}

function isCommon(password: string): boolean {
  return new Set(password).size === 1 || isListed(password) || isListed(password.replace(/[\d!@#$%.*]+$/, ''));
}

/**
 * The first four bytes of the SHA-256 of each listed password, in order (`dev/common-passwords.ts` makes the file). A
 * password that is none of them is taken for one of them once in two hundred thousand times, which does no harm.
 */
let list: Buffer | undefined;

function isListed(password: string): boolean {
  if (password.length < length.least) return false;
  list ??= readFileSync(new URL('common-passwords.bin', import.meta.url));
  const wanted = createHash('sha256').update(password).digest().readUInt32BE();
  for (let low = 0, high = list.length / 4; low < high;) {
    const middle = (low + high) >>> 1;
    const found = list.readUInt32BE(middle * 4);
    if (found === wanted) return true;
    if (found < wanted) low = middle + 1;
    else high = middle;
  }
  return false;
}
