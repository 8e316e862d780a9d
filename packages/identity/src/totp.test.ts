import { Secret } from '@pileus/model';
import { Secret as Key, TOTP, URI } from 'otpauth';
import { expect, test } from 'vitest';
import { enrolTotp, newRecoveryCodes, useRecoveryCode, verifyTotp } from './totp.ts';

/** RFC 6238, appendix B: the key in ASCII, and its codes (the last six of eight digits). */
const known = new Secret(Key.fromUTF8('12345678901234567890').base32);

test.each([
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
  [20000000000, '353130'],
])('the code of second %i is %s, as RFC 6238 says', (second, code) => {
  const step = Math.floor(second / 30);
  expect(verifyTotp(code, { secret: known }, second * 1_000)).toEqual({ lastStep: step });
  expect(verifyTotp(` ${code.slice(0, 3)} ${code.slice(3)}`, { secret: known }, second * 1_000)).toBeDefined();
});

test('a code counts one step early and one step late, and no further', () => {
  const now = 1_234_567_890_000;
  const taken = [-61, -31, -30, 0, 29, 30, 59, 60, 90].filter((seconds) =>
    verifyTotp('005924', { secret: known }, now + seconds * 1_000),
  );
  // Second 1234567890 begins a step.
  expect(taken).toEqual([-30, 0, 29, 30, 59]);
});

test('a code is taken once, and an older one not at all afterwards', () => {
  const now = 1_234_567_890_000;
  const code = (offset: number) => TOTP.generate({ secret: Key.fromBase32(known.reveal()), timestamp: now + offset });
  const first = verifyTotp(code(0), { secret: known }, now);
  expect(first).toBeDefined();
  const kept = { secret: known, lastStep: first?.lastStep };
  expect(verifyTotp(code(0), kept, now)).toBeUndefined();
  expect(verifyTotp(code(0), kept, now + 29_000)).toBeUndefined();
  expect(verifyTotp(code(-30_000), kept, now)).toBeUndefined();
  expect(verifyTotp(code(30_000), kept, now)).toEqual({ lastStep: (first?.lastStep ?? 0) + 1 });
});

test.each(['', '00592', '0059245', '00592a', '٠٠٥٩٢٤', '005924\u0000', 'null'])('“%s” is no code', (code) => {
  expect(verifyTotp(code, { secret: known }, 1_234_567_890_000)).toBeUndefined();
});

test('what an app scans makes the codes that are verified, and prints nowhere', () => {
  const { secret, uri } = enrolTotp({ issuer: 'Pileus:云', user: 'ada@example.org' });
  const app = URI.parse(uri.reveal());
  if (!(app instanceof TOTP)) throw new Error('not a TOTP');
  expect(app).toMatchObject({
    issuer: 'Pileus 云',
    label: 'ada@example.org',
    digits: 6,
    period: 30,
    algorithm: 'SHA1',
  });
  expect(verifyTotp(app.generate({ timestamp: 7_000_000 }), { secret }, 7_000_000)).toEqual({ lastStep: 233 });
  expect(secret.reveal()).toMatch(/^[A-Z2-7]{32}$/);
  expect(enrolTotp({ issuer: 'Pileus', user: 'ada' }).secret.reveal()).not.toBe(secret.reveal());
  expect(JSON.stringify({ secret, uri })).toBe('{"secret":"***","uri":"***"}');
});

test('each recovery code is good once, however it is typed', () => {
  const { codes, hashes } = newRecoveryCodes();
  expect(new Set(codes.map((code) => code.reveal())).size).toBe(10);
  const [first, second] = codes.map((code) => code.reveal());
  if (!first || !second) throw new Error('none');
  expect(first).toMatch(/^([0-9A-HJKMNP-TV-Z]{6}-){3}[0-9A-HJKMNP-TV-Z]{6}$/);
  const left = useRecoveryCode(first, hashes);
  expect(left).toHaveLength(9);
  expect(useRecoveryCode(first, left ?? [])).toBeUndefined();
  expect(
    useRecoveryCode(
      ` ${second.toLowerCase().replaceAll('-', '').replaceAll('0', 'o').replaceAll('1', 'l')} `,
      left ?? [],
    ),
  ).toHaveLength(8);
  expect(useRecoveryCode('', hashes)).toBeUndefined();
  expect(useRecoveryCode(hashes[0] ?? '', hashes)).toBeUndefined();
  expect(JSON.stringify(hashes)).not.toContain(first.slice(0, 6));
});
