import { expect, test } from 'vitest';
import { fieldsOf, takesSecret } from '../../parts/schema/fields.ts';
import { given, startOf } from './account-values.ts';

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

test('a secret can stand for a setting that is secret and a text', () => {
  expect(fields.filter(takesSecret).map(({ label }) => label)).toEqual(['password', 'token', 'key']);
});

test('the form begins with the secrets that the account uses, and sends them again as they are', () => {
  const account = { settings: { url: 'http://k' }, secrets: { password: { id: 'sec-1', name: 'lab' } } };
  const start = startOf(fields, account);
  expect(start).toEqual({
    settings: { url: 'http://k', way: 'password' },
    secrets: { password: 'sec-1' },
    from: { password: 'secret', token: 'value', key: 'value' },
  });
  expect(given(fields, start)).toEqual({
    settings: { url: 'http://k', way: 'password' },
    secrets: { password: 'sec-1' },
  });
});

test('either the value or the secret is sent, whichever is chosen, though both were given', () => {
  const both = { settings: { password: 'typed' }, secrets: { password: 'sec-1' } };
  expect(given(fields, { ...both, from: { password: 'value' } })).toEqual({
    settings: { password: 'typed' },
    secrets: {},
  });
  expect(given(fields, { ...both, from: { password: 'secret' } })).toEqual({
    settings: {},
    secrets: { password: 'sec-1' },
  });
});

test('a secret in a field that does not apply is not sent', () => {
  const values = { settings: { way: 'token' }, secrets: { password: 'sec-1' }, from: { password: 'secret' as const } };
  expect(given(fields, values)).toEqual({ settings: { way: 'token' }, secrets: {} });
});
