import { expect, test } from 'vitest';
import { fieldsOf, takesSecret } from './fields.ts';
import { given, startOf } from './value-or-secret.ts';

const fields = fieldsOf(
  {
    type: 'object',
    properties: {
      url: { type: 'string' },
      way: { type: 'string', enum: ['password', 'token'], default: 'password' },
      password: { type: 'string', secret: true, when: { way: ['password'] } },
      token: { type: 'string', secret: true, when: { way: ['token'] } },
      key: { type: 'string', secret: true, format: 'multiline' },
      others: { type: 'object', secret: true, format: 'json' },
    },
  },
  'en',
);

test('a secret can stand for a value that is secret and a text', () => {
  expect(fields.filter(takesSecret).map(({ label }) => label)).toEqual(['password', 'token', 'key']);
});

test('the form begins with the secrets that are used now, and sends them again as they are', () => {
  const start = startOf(fields, { url: 'http://k' }, { password: { id: 'sec-1' } });
  expect(start).toEqual({
    values: { url: 'http://k', way: 'password' },
    secrets: { password: 'sec-1' },
    from: { password: 'secret', token: 'value', key: 'value' },
  });
  expect(given(fields, start)).toEqual({
    values: { url: 'http://k', way: 'password' },
    secrets: { password: 'sec-1' },
  });
});

test('either the value or the secret is sent, whichever is chosen, though both were given', () => {
  const both = { values: { password: 'typed' }, secrets: { password: 'sec-1' } };
  expect(given(fields, { ...both, from: { password: 'value' } })).toEqual({
    values: { password: 'typed' },
    secrets: {},
  });
  expect(given(fields, { ...both, from: { password: 'secret' } })).toEqual({
    values: {},
    secrets: { password: 'sec-1' },
  });
});

test('a secret in a field that does not apply is not sent', () => {
  const values = { values: { way: 'token' }, secrets: { password: 'sec-1' }, from: { password: 'secret' as const } };
  expect(given(fields, values)).toEqual({ values: { way: 'token' }, secrets: {} });
});
