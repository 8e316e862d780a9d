import { endpoints } from '@pileus/api';
import { expect, test } from 'vitest';
import { openApi } from './openapi.ts';

interface Described {
  readonly openapi: string;
  readonly servers: readonly { url: string }[];
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Record<string, unknown> };
}
interface Operation {
  readonly operationId: string;
  readonly 'x-permission': string;
  readonly parameters: readonly { name: string; in: string; required: boolean }[];
  readonly responses: Record<string, unknown>;
}

// Written out and read back, as a client gets it.
const description = JSON.parse(JSON.stringify(openApi(endpoints, '1.0.0'))) as Described;
const operations = Object.values(description.paths).flatMap((methods) => Object.values(methods));

test('every call is described, with its permission', () => {
  expect(operations).toHaveLength(endpoints.length);
  for (const { method, path, permission } of endpoints) {
    expect(description.paths[path]?.[method]?.['x-permission']).toBe([permission].flat().join(' '));
  }
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(endpoints.length);
});

test('every reference leads to a schema', () => {
  const references = [...JSON.stringify(description).matchAll(/"\$ref":"([^"]+)"/g)].map(([, to]) => to ?? '');
  expect(references.length).toBeGreaterThan(50);
  for (const to of references)
    expect(description.components.schemas).toHaveProperty([to.replace('#/components/schemas/', '')]);
  expect(JSON.stringify(description)).not.toContain('$defs');
});

test('parameters in a path are the declared ones, and required', () => {
  for (const [path, methods] of Object.entries(description.paths)) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    for (const { parameters } of Object.values(methods)) {
      expect(
        parameters.filter((parameter) => parameter.in === 'path' && parameter.required).map(({ name }) => name),
      ).toEqual(named);
    }
  }
});

test('a call tells what it can be refused with', () => {
  const create = description.paths['/accounts']?.post;
  expect(Object.keys(create?.responses ?? {})).toEqual(['201', '401', '403', '404', '409', '413', '422', '500', '503']);
  expect(JSON.stringify(create?.responses[409])).toContain('name-taken');
});
