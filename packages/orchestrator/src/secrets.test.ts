import { Failure, plainCall, sealedIn } from '@pileus/model';
import { expect, test } from 'vitest';
import { hidden, Secrets, withOpen } from './secrets.ts';

/** Names are readable here: the value's first letters. */
function someSecrets(held: Readonly<Record<string, string | Failure>> = {}) {
  const kept: string[] = [];
  const nameOf = (value: string) => value.replaceAll(/\W/g, '').padEnd(32, '_').slice(0, 32);
  const secrets = new Secrets({
    nameOf,
    held: new Map(Object.entries(held).map(([value, one]) => [nameOf(JSON.stringify(value)), one])),
    keep: async (made) => void kept.push(...made.keys()),
  });
  return { secrets, kept };
}

test('texts and numbers are sealed wherever they are, and opened as they were', () => {
  const { secrets } = someSecrets();
  const value = { user: 'root', ports: [22, 'ssh'], on: true, none: null, empty: '' };
  const closed = secrets.close(value);
  expect(closed).toMatchObject({ on: true, none: null, empty: '' });
  expect(JSON.stringify(closed)).not.toMatch(/"root"|22,|"ssh"/);
  expect(secrets.close(closed)).toEqual(closed);
  expect(secrets.open(closed)).toEqual(value);
  expect(secrets.open(value)).toBe(value);
});

test('what was sealed is kept once', async () => {
  const { secrets, kept } = someSecrets({ before: 'before' });
  secrets.close(['before', 'after', 'after']);
  await Promise.all([secrets.keep(), secrets.keep()]);
  await secrets.keep();
  expect(new Set(kept)).toEqual(sealedIn(JSON.stringify(secrets.close('after'))));
});

test('what cannot be read, or was never kept, fails when it is opened', () => {
  const lost = new Failure('conflict', { what: 'The secret', reason: 'another key' });
  const { secrets } = someSecrets({ lost });
  const [strange] = [someSecrets().secrets.close('strange')];
  expect(() => secrets.open(`⟦secret:${'lost'.padEnd(32, '_')}⟧`)).toThrow(lost);
  expect(() => secrets.open({ deep: [strange] })).toThrow('A secret');
});

test('what was opened comes back in no log line, failure or error', async () => {
  const { secrets } = someSecrets();
  const lines: string[] = [];
  const call = { ...plainCall('t'), log: (line: string) => void lines.push(line) };
  const sealed = { TOKEN: secrets.close('open-sesame'), NAME: 'web' };
  const failing = withOpen(secrets, sealed, call, async (open, hiding) => {
    expect(open).toEqual({ TOKEN: 'open-sesame', NAME: 'web' });
    hiding.log('with open-sesame');
    const problems = [{ at: '/x', message: 'open-sesame is short' }];
    throw new Failure('invalid', { what: 'open-sesame', reason: 'web' }, { problems });
  });
  const failure = await failing.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Failure);
  expect(JSON.stringify(failure)).toContain('*** is short');
  expect(JSON.stringify([failure, String(failure), lines])).not.toContain('sesame');
  const bug = new Error('open-sesame', { cause: new TypeError('header open-sesame') });
  const shown = hidden(bug, secrets.hide) as Error;
  expect([shown, shown.cause, String(shown.stack)].join('\n')).not.toContain('sesame');
});

test('an answer that tells a secret is sealed', () => {
  const { secrets } = someSecrets();
  secrets.open(secrets.close('open-sesame'));
  expect(secrets.closeTelling('http://web')).toBe('http://web');
  const closed = secrets.closeTelling('http://open-sesame@web');
  expect(sealedIn(closed).size).toBe(1);
  expect(secrets.open(closed)).toBe('http://open-sesame@web');
});

test('a short secret that a script answers by itself is sealed, as a text and as a number', () => {
  const { secrets } = someSecrets();
  const pin = secrets.close(1234);
  secrets.open([pin, secrets.close('ab1')]);
  expect(sealedIn(secrets.closeTelling('1234')).size).toBe(1);
  expect(sealedIn(secrets.closeTelling('ab1')).size).toBe(1);
  expect(secrets.closeTelling('1235')).toBe('1235');
  expect(secrets.closeTelling('01234')).toBe('01234');
});

test('what cannot be read is empty where it is only looked at, and a failure where it is needed', () => {
  const { secrets } = someSecrets({ lost: new Failure('not-found', { kind: 'secret', id: 'lost' }) });
  const [lost, there] = [secrets.close('lost'), secrets.close('there')];
  // Sealing it again has made it known again.
  expect(secrets.open([lost, there])).toEqual(['lost', 'there']);
  const gone = someSecrets({ lost: new Failure('not-found', { kind: 'secret', id: 'lost' }) }).secrets;
  const value = { lost, there: gone.close('there'), plain: 'plain' };
  expect(() => gone.open(value)).toThrow(/lost/u);
  expect(gone.open(gone.readable(value))).toEqual({ lost: '', there: 'there', plain: 'plain' });
});
