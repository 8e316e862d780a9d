import { plainCall, type LogStream } from '@pileus/model';
import { lineSplitter } from '@pileus/provider';
import { expect, test } from 'vitest';
import { Mask } from './mask.ts';

const secret = 'p4ss/w+rd "ünï" &x';

function maskOf(...secrets: readonly string[]): Mask {
  const mask = new Mask();
  for (const one of secrets) mask.add(one);
  return mask;
}

/** What a log holds of what a program printed in these pieces. */
function logged(mask: Mask, pieces: readonly Buffer[], stream: LogStream = 'out'): string[] {
  const lines: string[] = [];
  const hiding = mask.lines({ ...plainCall('t'), log: (line) => void lines.push(line) });
  const splitter = lineSplitter((line) => hiding.call.log(line, stream));
  for (const piece of pieces) splitter.add(piece);
  splitter.end();
  hiding.end();
  return lines;
}

test.each([
  ['as it is', secret],
  ['percent-encoded', encodeURIComponent(secret)],
  ['percent-encoded in small letters', encodeURIComponent(secret).replaceAll(/%../g, (code) => code.toLowerCase())],
  ['as a form has it', new URLSearchParams({ a: secret }).toString().slice(2)],
  ['escaped for JSON', JSON.stringify(secret).slice(1, -1)],
  ['in hex', Buffer.from(secret).toString('hex')],
])('a secret is masked %s', (_, text) => {
  expect(maskOf(secret).hide(`before ${text} after`)).toBe('before *** after');
});

test('a secret is masked in base64 wherever it begins, in both alphabets', () => {
  for (const before of ['', 'a', 'ab', 'abc', 'user:', 'user=x:']) {
    for (const after of ['', '\n', 'tail', 'longer tail']) {
      for (const encoding of ['base64', 'base64url'] as const) {
        const text = Buffer.from(before + secret + after).toString(encoding);
        const hidden = maskOf(secret).hide(`Basic ${text}`);
        expect(hidden).toContain('***');
        const left = Buffer.from(hidden.replace('Basic ', '').split('***').join(''), encoding).toString();
        // A character of base64 that is shared with what stands beside it tells less than a byte.
        for (let at = 0; at + 3 <= secret.length; at++) expect(left).not.toContain(secret.slice(at, at + 3));
      }
    }
  }
});

test('base64 that is broken into lines is masked line by line', () => {
  const token = 'n0t-for-anybody-to-read-'.repeat(8);
  const lines =
    Buffer.from(`token: ${token}\n`)
      .toString('base64')
      .match(/.{1,76}/g) ?? [];
  const hidden = lines.map((line) => maskOf(token).hide(line)).join('');
  expect(lines.length).toBeGreaterThan(3);
  expect(Buffer.from(hidden.replaceAll('***', ''), 'base64').toString()).not.toMatch(/anybody|read/);
});

test('each line of a secret with several lines is masked', () => {
  const key = '-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF\nAASCBKcwggSjAgEAAoIBAQC7VJTU\n-----END KEY-----\n';
  const shown = logged(maskOf(key), [Buffer.from(key)]);
  expect(shown).toEqual(['***', '***', '***', '***']);
});

test('a secret is masked however a stream is cut, also where a line is longer than the log takes', () => {
  for (const padding of [0, 100, 16_384 - secret.length, 16_380, 16_384, 40_000]) {
    const printed = Buffer.from(`${'x'.repeat(padding)}${secret}${'y'.repeat(30)}\nnext ${secret}\n`);
    for (const size of [7, 1_000, 65_536]) {
      const pieces = Array.from({ length: Math.ceil(printed.length / size) }, (_, index) =>
        printed.subarray(index * size, (index + 1) * size),
      );
      const shown = logged(maskOf(secret), pieces).join('');
      expect(shown).toBe(`${'x'.repeat(padding)}***${'y'.repeat(30)}next ***`);
    }
  }
});

test('what is too short is not masked, and of two that overlap nothing is left', () => {
  expect(maskOf('12345', 'yes').hide('yes 12345')).toBe('yes 12345');
  expect(maskOf('password', 'password-and-more').hide('a password-and-more b')).toBe('a *** b');
});

test('a line in which there is nothing to mask stays as it is', () => {
  const line = '  aGVsbG8gd29ybGQgaGVsbG8gd29ybGQ=  ';
  expect(maskOf(secret).hide(line)).toBe(line);
  expect(maskOf().hide(line)).toBe(line);
});

test('a secret of many lines is masked, each of them', () => {
  const lines = Array.from({ length: 400 }, (_, n) =>
    Buffer.from(`line ${n} ${'x'.repeat(40)} ${n * 7_919}`).toString('base64'),
  );
  const mask = maskOf(`-----BEGIN-----\n${lines.join('\n')}\n-----END-----\n`);
  for (const line of lines) expect(mask.hide(`cert: ${line};`)).toBe('cert: ***;');
  expect(mask.hide('nothing of it')).toBe('nothing of it');
});
