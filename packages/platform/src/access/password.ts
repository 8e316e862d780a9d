import { randomBytes, scrypt, type ScryptOptions, timingSafeEqual } from 'node:crypto';
import { Failure } from '@pileus/model';

/**
 * OWASP's scrypt setting of 32 MiB (Password Storage Cheat Sheet): as strong as N=2^17, p=1, with a quarter of the
 * memory, so that signing in does not double the size of a small server.
 */
const cost = { ln: 15, r: 8, p: 3 } as const;

/** What is kept of a password, with its own salt: `$scrypt$ln=15,r=8,p=3$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, cost, 32);
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${salt.toString('base64')}$${hash.toString('base64')}`;
}

/** Whether it is the password; where there is none to compare with, false after the same work. */
export async function isPassword(password: string, kept: string | undefined): Promise<boolean> {
  const [, ln, r, p, salt, hash] = shape.exec(kept ?? nobodys) ?? [];
  const expected = Buffer.from(hash ?? '', 'base64');
  const found = await derive(
    password,
    Buffer.from(salt ?? '', 'base64'),
    { ln: Number(ln), r: Number(r), p: Number(p) },
    expected.length,
  );
  return timingSafeEqual(found, expected) && kept !== undefined;
}

const shape = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w+/=]+)\$([\w+/=]+)$/;
const nobodys = `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${'A'.repeat(22)}==$${'A'.repeat(43)}=`;

/** Two at a time, the rest in line: each takes 32 MiB and a core. A line this long is an attack. */
const atOnce = 2;
const longestLine = 50;
let running = 0;
const line: (() => void)[] = [];

async function derive(
  password: string,
  salt: Buffer,
  { ln, r, p }: { ln: number; r: number; p: number },
  bytes: number,
): Promise<Buffer> {
  if (line.length >= longestLine) throw new Failure('too-many-requests', { seconds: 10 });
  if (running >= atOnce) await new Promise<void>((next) => line.push(next));
  else running++;
  try {
    const N = 2 ** ln;
    // Typed characters that look alike are alike, on every keyboard (NIST SP 800-63B, 5.1.1.2).
    return await scryptAsync(password.normalize('NFKC'), salt, bytes, { N, r, p, maxmem: 2 * 128 * N * r });
  } finally {
    const next = line.shift();
    if (next) next();
    else running--;
  }
}

function scryptAsync(password: string, salt: Buffer, bytes: number, options: ScryptOptions): Promise<Buffer> {
  return new Promise((done, failed) => {
    scrypt(password, salt, bytes, options, (error, key) => (error ? failed(error) : done(key)));
  });
}
