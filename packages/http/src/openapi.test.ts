import { type Endpoint, endpoints } from '@pileus/api';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openApi } from './openapi.ts';
import { type Described, faultsOf, type Operation, operationsOf } from './testing/openapi-lint.ts';

/** Written out and read back, as a client gets it. */
function described(declared: readonly Endpoint[]): Described {
  return JSON.parse(JSON.stringify(openApi(declared, '1.0.0'))) as Described;
}
const description = described(endpoints);
const operations = operationsOf(description);

test('every call is described, with its permission', () => {
  expect(operations).toHaveLength(endpoints.length);
  for (const { method, path, permission } of endpoints) {
    expect(description.paths[path]?.[method]?.['x-permission']).toBe([permission].flat().join(' '));
  }
});

test('the description alone is enough to use the API by', () => {
  expect(faultsOf(description)).toEqual([]);
  expect(description.openapi).toMatch(/^3\.1\./);
  expect(JSON.stringify(description)).not.toContain('$defs');
});

test('what is missing in a description is found', () => {
  const whole = described([
    {
      method: 'post',
      path: '/things/{project}',
      summary: 'Make a thing',
      permission: 'project.update',
      action: 'THING',
      params: z.object({ project: z.string() }),
      query: z.object({ limit: z.number() }),
      body: z.object({ name: z.string() }),
      answer: z.object({ run: z.string() }),
      status: 202,
      fails: [],
    },
  ]);
  const [one] = operationsOf(whole);
  const changed = (change: Partial<Operation>) =>
    faultsOf({ ...whole, paths: { '/things/{project}': { post: { ...one, ...change } } } });
  expect(changed({})).toEqual([]);
  const parameters = one?.parameters ?? [];
  const broken: Partial<Operation>[] = [
    { operationId: 'make-thing' },
    { summary: 'Make a thing.' },
    { tags: ['nothing'] },
    { 'x-permission': '' },
    { deprecated: true },
    { parameters: [] },
    { parameters: [...parameters, ...parameters] },
    ...parameters.map((parameter) => ({
      parameters: parameters.map((other) => (other === parameter ? { ...other, description: '' } : other)),
    })),
    { requestBody: { content: { 'application/json': { schema: {} } } } },
    { responses: {} },
    ...Object.keys(one?.responses ?? {}).map((status) => ({
      responses: { ...one?.responses, [status]: { description: '' } },
    })),
  ];
  for (const change of broken) expect(changed(change), JSON.stringify(change)).not.toEqual([]);
  expect(faultsOf({ ...whole, components: { schemas: {} } }).length).toBeGreaterThan(0);
});

test('a call tells what it can be refused with', () => {
  const create = description.paths['/accounts']?.['post'];
  expect(Object.keys(create?.responses ?? {})).toEqual([
    '201',
    '401',
    '403',
    '404',
    '409',
    '413',
    '422',
    '429',
    '500',
    '501',
    '503',
  ]);
  expect(JSON.stringify(create?.responses?.['409'])).toContain('name-taken');
});

test('what can be bound to a version, tried, or waited for, says so', () => {
  const sent = (method: string, path: string) =>
    (description.paths[path]?.[method]?.parameters ?? []).map(({ name }) => name);
  expect(sent('patch', '/groups/{group}')).toEqual(['group', 'dryRun', 'X-Reason', 'If-Match']);
  expect(sent('get', '/groups/{group}')).toEqual(['group', 'If-None-Match']);
  expect(sent('delete', '/deployments/{deployment}')).toEqual([
    'deployment',
    'dryRun',
    'X-Reason',
    'If-Match',
    'Prefer',
  ]);
  expect(sent('post', '/accounts')).toEqual(['X-Reason', 'Idempotency-Key']);
  const patch = description.paths['/groups/{group}']?.['patch'];
  expect(Object.keys(patch?.responses ?? {})).toContain('412');
  expect(patch?.responses?.['200']?.headers).toHaveProperty('ETag');
});

test('a call that is given up is marked, and says what to use', () => {
  const [given] = operationsOf(
    described([
      {
        method: 'get',
        path: '/old',
        summary: 'x y',
        permission: 'public',
        answer: z.object({}),
        fails: [],
        deprecated: { since: '2026-11-28', gone: '2027-06-30', instead: 'get /new' },
      },
    ]),
  );
  expect(given).toMatchObject({ deprecated: true, description: expect.stringContaining('use `get /new`') });
});

test('whoever uses a call that is given up has half a year to stop, and finds the one to use', () => {
  const all: readonly Endpoint[] = endpoints;
  for (const { method, path, deprecated } of all) {
    if (!deprecated) continue;
    const days = (Date.parse(deprecated.gone) - Date.parse(deprecated.since)) / 86_400_000;
    expect([`${method} ${path}`, days >= 180]).toEqual([`${method} ${path}`, true]);
    expect(all.map((one) => `${one.method} ${one.path}`)).toContain(deprecated.instead);
  }
});
