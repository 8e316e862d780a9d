import type { Database } from '@pileus/database';
import { testDatabase } from '@pileus/database/testing';
import { engineMigrations } from '@pileus/engine';
import { systemClock, type OrganizationId, type UserId } from '@pileus/model';
import { compile, type Attached, type Resource } from '@pileus/policy';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { home } from './organizations.ts';
import { rightsOf } from './rights.ts';
import { someOf } from './targets.ts';
import { visibleDeployments, visibleServers } from './visible.ts';
import { vocabulary } from './vocabulary.ts';
import '../tables.ts';

const database = await testDatabase([engineMigrations, new URL('../../migrations/', import.meta.url)]);
const many = 100_000;

/** Evenly from 0 up to, but not including, 1: the same numbers each time (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** So many deployments, with a server each, in projects, environments and regions, with and without tags. */
async function fill(): Promise<void> {
  await sql`insert into project (id, organization, name, created_by) values ('prj-a', ${home}, 'a', 'x'), ('prj-b', ${home}, 'b', 'x')`.execute(
    database,
  );
  await sql`insert into environment (id, project, name, purpose, created_by)
    values ('env-t', 'prj-a', 't', 'test', 'x'), ('env-p', 'prj-b', 'p', 'production', 'x')`.execute(database);
  await sql`insert into account (id, organization, name, provider, settings, created_by) values
    ('acc-1', ${home}, '1', 'openstack', '{"region":"北京"}', 'x'), ('acc-2', ${home}, '2', 'openstack', '{"region":""}', 'x'),
    ('acc-3', ${home}, '3', 'local', '{}', 'x')`.execute(database);
  await sql`insert into template (id, organization, name, created_by) values ('tpl-1', ${home}, 't', 'x')`.execute(
    database,
  );
  await sql`insert into plan (id, organization, project, action, name, hash, template, version, variant, account, inputs, content, created_by, expires_at)
    values ('plan-1', ${home}, 'prj-a', 'create', 'p', 'h', 'tpl-1', '1', 'v', 'acc-1', '{}', '{}', 'x', now())`.execute(
    database,
  );
  await sql`
    insert into deployment (id, organization, project, environment, name, state, template, version, variant, account, plan, inputs, created_by, tags)
    select 'dep-' || n, ${home}, (array['prj-a', 'prj-b'])[1 + n % 2], (array['env-t', 'env-p', null])[1 + n % 3],
      (array['shop', 'blog', '店', 'a_b', 'a%b'])[1 + n % 5] || '-' || n, 'running', 'tpl-1', '1', 'v',
      (array['acc-1', 'acc-2', 'acc-3'])[1 + n % 3], 'plan-1', '{}', (array['li', 'zhao', 'Li'])[1 + n % 3],
      jsonb_strip_nulls(jsonb_build_object(
        'owner', (array['li', 'zhao', '', null])[1 + n % 4], 'cost center', (array['42', null, '4_2', '4%'])[1 + n / 3 % 4],
        'a/b', (array[null, '店', 'x'])[1 + n / 7 % 3]))
    from generate_series(1, ${many}::int) as n`.execute(database);
  await sql`
    insert into resource (id, deployment, step, node, kind, account, name, token, state)
    select 'res-' || id, id, 'server', 'server', 'server', account, 'web-' || name, 't', 'running' from deployment`.execute(
    database,
  );
}

const keys: Readonly<Record<string, readonly string[]>> = {
  project: ['prj-a', 'prj-b', 'prj-c'],
  environment: ['test', 'production', 'staging'],
  account: ['acc-1', 'acc-2'],
  provider: ['openstack', 'local', 'open*'],
  region: ['北京', '', '*'],
  createdBy: ['li', '${principal.name}', 'Li'],
  'tag/owner': ['li', '', '${principal.name}', 'z*'],
  'tag/cost center': ['42', '4_2', '4?2', '4%', '4*'],
  'tag/a/b': ['店', 'x'],
  'tag/nothing': ['x'],
};
const operators = ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike', 'StringEqualsIfExists', 'Null'];
const names = ['*', 'shop-*', '店-*', 'a_b-*', 'a%b-1?', '*-77'];

function randomPolicies(random: () => number, kind: 'deployment' | 'server'): Attached[] {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T; // from is never empty
  const condition = () => {
    const [key, values] = pick(Object.entries(keys));
    const operator = pick(operators);
    return { [operator]: { [key]: operator === 'Null' ? random() < 0.5 : [pick(values), pick(values)] } };
  };
  const statement = () => ({
    Effect: random() < 0.3 ? ('Deny' as const) : ('Allow' as const),
    Action: `${kind}.read`,
    Resource: random() < 0.4 ? '*' : `${kind}/${pick(names)}`,
    ...(random() < 0.8 && { Condition: condition() }),
  });
  const Statement = Array.from({ length: 1 + Math.floor(random() * 5) }, statement);
  return [{ policy: 'p', name: 'P', document: { Version: '2026-11-01', Statement } }];
}

test(
  'lists of deployments and servers hold exactly those of 100,000 that may be read one by one, by tags and regions too',
  { timeout: 240_000 },
  async () => {
    await fill();
    const random = numbers(7);
    const things: Readonly<Record<'deployment' | 'server', readonly Resource[]>> = {
      deployment: await someOf(database, home, 'deployment', many),
      server: await someOf(database, home, 'server', many),
    };
    expect([things.deployment.length, things.server.length]).toEqual([many, many]);
    expect(things.deployment.filter((one) => one.keys['region'] === '北京').length).toBeGreaterThan(many / 4);
    let kept = 0;
    for (let round = 0; round < 24; round++) {
      const kind = round % 2 === 0 ? 'deployment' : 'server';
      const attached = randomPolicies(random, kind);
      const asking = { id: 'u-li' as UserId, name: 'li', ip: '127.0.0.1', mfa: false };
      const rights = rightsOf(compile(attached, vocabulary), asking, systemClock);
      const listed = await listedOf(database, kind, rights);
      for (const thing of things[kind]) {
        const { allowed } = rights.decide(`${kind}.read`, thing);
        if (listed.has(thing.id ?? '') !== allowed) expect.fail(JSON.stringify({ thing, allowed, attached }));
      }
      kept += listed.size;
    }
    // Neither nothing nor everything: the rounds tell something.
    expect(kept / (24 * many)).toBeGreaterThan(0.05);
    expect(kept / (24 * many)).toBeLessThan(0.95);
  },
);

async function listedOf(
  from: Database,
  kind: 'deployment' | 'server',
  rights: ReturnType<typeof rightsOf>,
): Promise<ReadonlySet<string>> {
  const actor = {
    user: { id: 'u-li' as UserId, name: 'li' },
    organization: home satisfies OrganizationId,
    rights,
    origin: { ip: '127.0.0.1' },
    by: { is: 'token', id: 'tok-1' as never },
  } as const;
  const rows =
    kind === 'deployment'
      ? await from
          .selectFrom('deployment')
          .select('deployment.id')
          .where(visibleDeployments(actor, 'deployment.read'))
          .execute()
      : await from
          .selectFrom('resource')
          .innerJoin('deployment', 'deployment.id', 'resource.deployment')
          .innerJoin('account', 'account.id', 'resource.account')
          .select('resource.id')
          .where(visibleServers(actor, 'server.read'))
          .execute();
  return new Set(rows.map(({ id }) => id));
}
