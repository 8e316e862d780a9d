import { expect, test } from 'vitest';
import { fieldsOf, filled, isShown, startValues } from './fields.ts';

const schema = {
  type: 'object',
  required: ['url', 'credential'],
  properties: {
    url: { type: 'string', minLength: 1, title: { en: 'Keystone URL', 'zh-CN': '认证服务 URL' }, group: 'where' },
    credential: {
      type: 'string',
      enum: ['password', 'token'],
      default: 'password',
      title: { en: 'Sign in with', 'zh-CN': '认证方式' },
    },
    password: { type: 'string', secret: true, when: { credential: ['password'] } },
    token: { type: 'string', secret: true, when: { credential: ['token'] } },
    ports: { type: 'integer', minimum: 1, maximum: 65535, default: 8080 },
    verify: { anyOf: [{ type: 'boolean' }, { type: 'null' }] },
    clientOptions: { type: 'object', format: 'json', properties: { nova_client: { type: 'object' } } },
  },
};

test('an account’s schema becomes fields with labels in the reader’s language', () => {
  const fields = fieldsOf(schema, 'zh-CN');
  expect(fields.map((field) => [field.label, field.kind.is, field.required])).toEqual([
    ['认证服务 URL', 'text', true],
    ['认证方式', 'choice', false],
    ['password', 'text', false],
    ['token', 'text', false],
    ['ports', 'number', false],
    ['verify', 'switch', false],
    ['clientOptions', 'json', false],
  ]);
});

test('an input of a template has its Chinese beside the English', () => {
  const port = { type: 'integer', title: 'Port', description: 'Listens here.', 'x-zh': { title: '端口' } };
  const labels = (['zh-CN', 'en'] as const).map((language) => {
    const [field] = fieldsOf({ type: 'object', properties: { port } }, language);
    return [field?.label, field?.help];
  });
  expect(labels).toEqual([
    ['端口', 'Listens here.'],
    ['Port', 'Listens here.'],
  ]);
});

test('a field is asked for only while the field it depends on has the right value, its default included', () => {
  const fields = fieldsOf(schema, 'en');
  const shown = (values: Record<string, unknown>) =>
    fields.filter((field) => isShown(field, values, fields)).map((field) => field.label);
  expect(shown({})).toContain('password');
  expect(shown({})).not.toContain('token');
  expect(shown({ credential: 'token' })).toContain('token');
});

test('what is hidden or empty is not sent', () => {
  const fields = fieldsOf(schema, 'en');
  const values = {
    ...startValues(fields),
    url: 'http://k',
    credential: 'token',
    password: 'left over',
    token: '',
    verify: false,
  };
  expect(filled(fields, values)).toEqual({ url: 'http://k', credential: 'token', ports: 8080, verify: false });
});

test('a secret input of a template is asked for as one, and what is shown in its place is not given back', () => {
  const inputs = { password: { type: 'string', format: 'password', writeOnly: true }, port: { type: 'integer' } };
  const fields = fieldsOf({ type: 'object', properties: inputs, required: ['password'] }, 'en');
  expect(fields.map(({ secret }) => secret)).toEqual([true, false]);
  expect(startValues(fields, { password: '***', port: 80 })).toEqual({ port: 80 });
});
