import { testDatabase } from '@pileus/database/testing';
import { CompiledQuery } from 'kysely';
import { expect, test } from 'vitest';
import { compile, decide } from './decide.ts';
import { filterFor, matches, type Subject } from './filter.ts';
import { randomAttached, randomRequest, randomResource } from './testing/random-policies.ts';
import { Random } from './testing/random.ts';
import { sqlOf } from './testing/sql.ts';
import { request, vocabulary } from './testing/vocabulary.ts';
import type { Resource } from './vocabulary.ts';

const database = await testDatabase([]);

test(
  'a list in SQL holds exactly those of 100,000 resources that may be read one by one',
  { timeout: 180_000 },
  async () => {
    const random = new Random(1);
    const resources = Array.from({ length: 100_000 }, () => randomResource(random, 'server'));
    await store(resources);
    let kept = 0;
    let set = compile([], vocabulary);
    for (let round = 0; round < 12; round++) {
      // Each set is asked by two: what was worked out for the first must not be taken for the second.
      if (round % 2 === 0) set = compile(randomAttached(random, 8), vocabulary);
      const question = { action: 'server.read', request: randomRequest(random) };
      const filter = filterFor(set, { ...question, kind: 'server' });
      const { text, values } = sqlOf(filter, column);
      const rows = await query<{ number: number }>(`select number from resource where ${text}`, values);
      const listed = new Set(rows.map(({ number }) => number));
      for (const [number, resource] of resources.entries()) {
        const { allowed } = decide(set, { ...question, resource });
        if (listed.has(number) !== allowed || matches(filter, resource) !== allowed)
          expect.fail(
            `round ${round}: ${JSON.stringify({ resource, allowed, listed: listed.has(number), text, values })}`,
          );
      }
      kept += listed.size;
    }
    expect(kept).toBeGreaterThan(120_000);
    expect(kept).toBeLessThan(1_080_000);
  },
);

test('what is known of the request is worked out beforehand, and equal comparisons become one', () => {
  const statement = { Effect: 'Allow', Action: 'server.read', Resource: 'server/a' } as const;
  const read = (...statements: object[]) => {
    const Statement = statements.map((change) => ({ ...statement, ...change }));
    const set = compile([{ policy: 'p', name: 'P', document: { Version: '2026-11-01', Statement } }], vocabulary);
    return filterFor(set, { action: 'server.read', kind: 'server', request });
  };
  expect(read({ Resource: '*' })).toEqual({ is: 'all' });
  expect(read({ Resource: '*', Condition: { Bool: { mfa: false } } })).toEqual({ is: 'none' });
  expect(read({ Resource: '*' }, { Effect: 'Deny', Resource: '*' })).toEqual({ is: 'none' });
  expect(read({ Resource: 'server/*', Condition: { StringEquals: { createdBy: '${principal.id}' } } })).toEqual({
    is: 'equals',
    subject: { key: 'createdBy' },
    values: new Set(['u-1']),
  });
  expect(read({}, { Resource: ['server/b', 'server/c'], Condition: { Bool: { mfa: true } } })).toEqual({
    is: 'or',
    of: [
      { is: 'equals', subject: 'id', values: new Set(['a', 'b', 'c']) },
      { is: 'equals', subject: 'name', values: new Set(['a', 'b', 'c']) },
    ],
  });
});

test('an action has no list of another kind than it is done to', () => {
  const document = { Version: '2026-11-01', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } as const;
  const set = compile([{ policy: 'p', name: 'P', document }], vocabulary);
  expect(filterFor(set, { action: 'server.read', kind: 'volume', request })).toEqual({ is: 'none' });
  expect(filterFor(set, { action: 'server.unheard', kind: 'server', request })).toEqual({ is: 'none' });
});

const columns: Readonly<Record<string, string>> = {
  project: 'text',
  environment: 'text',
  account: 'text',
  provider: 'text',
  region: 'text',
  createdBy: 'text',
  cores: 'float8',
  gigabytes: 'float8',
  protected: 'boolean',
};

function column(subject: Subject): string {
  if (typeof subject === 'string') return subject;
  const { key } = subject;
  return key.startsWith('tag/') ? `(tags ->> '${key.slice(4)}')` : `"${key}"`;
}

async function store(resources: readonly Resource[]): Promise<void> {
  const typed = Object.entries(columns).map(([name, type]) => `"${name}" ${type}`);
  const row = `number int, id text, name text, tags jsonb, ${typed.join(', ')}`;
  await query(`create table resource (${row})`);
  for (let from = 0; from < resources.length; from += 10_000) {
    const rows = resources.slice(from, from + 10_000).map(({ id, name, keys }, index) => {
      const tags = Object.entries(keys).flatMap(([key, value]) =>
        key.startsWith('tag/') ? [[key.slice(4), value]] : [],
      );
      return { number: from + index, id, name, tags: Object.fromEntries(tags), ...keys };
    });
    await query(`insert into resource select * from jsonb_to_recordset($1::jsonb) as row (${row})`, [
      JSON.stringify(rows),
    ]);
  }
}

async function query<Row>(text: string, values: unknown[] = []): Promise<readonly Row[]> {
  return (await database.executeQuery<Row>(CompiledQuery.raw(text, values))).rows;
}
