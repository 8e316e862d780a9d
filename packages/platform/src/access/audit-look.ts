import type { Database, Tables } from '@pileus/database';
import { Hidden, type Looked, type State } from '@pileus/http';
import { type Id, type IdKind, kindOfId, type OrganizationId, type ProjectId, type UserId } from '@pileus/model';
import { type Expression, type RawBuilder, type Selectable, sql } from 'kysely';
import { isBuiltIn } from './built-in.ts';
import { home } from './organizations.ts';
import { asUses, usesOf } from '../clouds/account-secrets.ts';

/**
 * A thing as the operation log tells it before and after a call, by its id, in one organization. What of it is a secret is
 * declared here: such a field says that it has changed and never what it is.
 */
export async function lookAt(
  database: Database,
  organization: OrganizationId,
  id: string,
): Promise<Looked | undefined> {
  if (isBuiltIn(id)) {
    const { rows } = await sql<{ attached: string[] }>`
      select ${attachedTo(sql`${id}::text`, organization)} as attached`.execute(database);
    return { kind: 'policy', id, name: id, state: { ...rows[0] } };
  }
  const kind = kindOfId(id);
  const look: Look | undefined = kind && looks[kind];
  const seen = await look?.(database, organization, id);
  return seen && kind && { kind, id, ...seen };
}

type Look = (
  database: Database,
  organization: OrganizationId,
  id: string,
) => Promise<Pick<Looked, 'name' | 'project' | 'state'> | undefined>;

const looks: Partial<Record<IdKind, Look>> = {
  organization: async (database, organization, id) => {
    // Those who run the platform change others as well.
    if (id !== organization && organization !== home) return undefined;
    const row = await database
      .selectFrom('organization')
      .select(['name', 'requires_second_factor', quotaOf('organization.id').as('quota')])
      .where('id', '=', id as OrganizationId)
      .executeTakeFirst();
    if (!row) return undefined;
    const { name, requires_second_factor, quota } = row;
    return { name, state: { name, requiresSecondFactor: requires_second_factor, ...(quota && { quota }) } };
  },

  project: async (database, organization, id) => {
    const row = await database
      .selectFrom('project')
      .select(['name', 'description', quotaOf('project.id').as('quota')])
      .select(
        sql<Record<string, string>>`(
          select coalesce(json_object_agg(name, purpose), '{}') from environment
          where environment.project = project.id and deleted_at is null)`.as('environments'),
      )
      .where('organization', '=', organization)
      .where('id', '=', id as ProjectId)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    if (!row) return undefined;
    const { quota, ...state } = row;
    return { name: row.name, project: id, state: { ...state, ...(quota && { quota }) } };
  },

  user: async (database, organization, id) => {
    const row = await database
      .selectFrom('user_account')
      .select(['name', 'password', 'disabled_at', ...rightsOf('user_account.id')])
      .select(listOf(sql`kind || ' ' || name`, sql`factor where user_id = user_account.id`).as('factors'))
      .where('organization', '=', organization)
      .where('id', '=', id as UserId)
      .executeTakeFirst();
    if (!row) return undefined;
    const state: State = {
      name: row.name,
      isDisabled: row.disabled_at !== null,
      ...(row.password !== null && { password: new Hidden(row.password) }),
      secondFactors: row.factors,
      ...rightsIn(row),
    };
    return { name: row.name, state };
  },

  group: async (database, organization, id) => {
    const row = await database
      .selectFrom('user_group')
      .select(['name', 'description', ...rightsOf('user_group.id')])
      .select(listOf(sql`member`, sql`group_member as one where one.user_group = user_group.id`).as('members'))
      .where('organization', '=', organization)
      .where('id', '=', id as Id<'group'>)
      .executeTakeFirst();
    if (!row) return undefined;
    const { name, description, members } = row;
    return { name, state: { name, description, members, ...rightsIn(row) } };
  },

  'service-account': async (database, organization, id) => {
    const row = await database
      .selectFrom('service_account')
      .select(['name', 'description', 'disabled_at', ...rightsOf('service_account.id')])
      .where('organization', '=', organization)
      .where('id', '=', id as Id<'service-account'>)
      .executeTakeFirst();
    if (!row) return undefined;
    const { name, description, disabled_at } = row;
    return { name, state: { name, description, isDisabled: disabled_at !== null, ...rightsIn(row) } };
  },

  policy: async (database, organization, id) => {
    const row = await database
      .selectFrom('policy')
      .innerJoin('policy_version as held', (join) =>
        join.onRef('held.policy', '=', 'policy.id').onRef('held.number', '=', 'policy.version'),
      )
      .select(['policy.name', 'policy.description', 'policy.version', 'held.document'])
      .select(attachedTo(sql.ref('policy.id'), organization).as('attached'))
      .where('policy.id', '=', id as Id<'policy'>)
      .where('policy.organization', '=', organization)
      .where('policy.deleted_at', 'is', null)
      .executeTakeFirst();
    return row && { name: row.name, state: { ...row } };
  },

  token: async (database, organization, id) => {
    const row = await database
      .selectFrom('access_token')
      .select(['owner', 'name', 'prefix', 'scopes', 'expires_at'])
      .where('organization', '=', organization)
      .where('id', '=', id as Id<'token'>)
      .executeTakeFirst();
    return row && { name: row.name, state: tokenState(row) };
  },

  'sign-in-method': async (database, organization, id) => {
    const row = await database
      .selectFrom('sign_in_method')
      .select(['kind', 'title', 'settings', 'secret', 'groups', 'makes_users', 'counts_as_two', 'is_enabled'])
      .where('organization', '=', organization)
      .where('id', '=', id as Id<'sign-in-method'>)
      .executeTakeFirst();
    if (!row) return undefined;
    const { secret, makes_users, counts_as_two, is_enabled, ...told } = row;
    const state: State = {
      ...told,
      ...(secret !== null && { secret: new Hidden(secret) }),
      makesUsers: makes_users,
      countsAsTwo: counts_as_two,
      isEnabled: is_enabled,
    };
    return { name: row.title, state };
  },

  webhook: async (database, organization, id) => {
    const row = await database
      .selectFrom('webhook')
      .select(['name', 'url', 'kinds', 'project', 'format', 'in_order', 'secret', 'is_enabled'])
      .where('organization', '=', organization)
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row) return undefined;
    const { name, url, kinds, project, format, in_order, secret, is_enabled } = row;
    const state: State = {
      name,
      url,
      kinds,
      format,
      inOrder: in_order,
      secret: new Hidden(secret),
      isEnabled: is_enabled,
    };
    return { name, ...(project !== null && { project }), state };
  },

  account: async (database, organization, id) => {
    const row = await database
      .selectFrom('account')
      .select(['name', 'description', 'provider', 'settings', 'secrets', usesOf('account.id').as('uses')])
      .select(
        sql<{ from: string; setAt: string } | null>`(
          select json_build_object('from', valid_from, 'setAt', created_at) from price_list
          where price_list.account = account.id order by created_at desc limit 1)`.as('prices'),
      )
      .where('organization', '=', organization)
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    if (!row) return undefined;
    const { name, description, provider, settings, secrets, uses, prices } = row;
    const hidden = Object.fromEntries(Object.entries(secrets).map(([field, sealed]) => [field, new Hidden(sealed)]));
    const state: State = {
      name,
      description,
      provider,
      settings,
      secrets: { ...hidden, ...asUses(uses) },
      ...(prices && { prices: { from: utc(prices.from), setAt: utc(prices.setAt) } }),
    };
    return { name, state };
  },

  secret: async (database, organization, id) => {
    const row = await database
      .selectFrom('secret')
      .select(['name', 'description', 'version', 'value'])
      .where('organization', '=', organization)
      .where('id', '=', id as Id<'secret'>)
      .executeTakeFirst();
    return row && { name: row.name, state: { ...row, value: new Hidden(row.value) } };
  },

  template: async (database, organization, id) => {
    const row = await database
      .selectFrom('template')
      .select('name')
      .select(
        listOf(sql`version || ' ' || digest`, sql`template_version as held where held.template = template.id`).as(
          'versions',
        ),
      )
      .where(({ eb, or }) => or([eb('organization', '=', organization), eb('organization', 'is', null)]))
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    return row && { name: row.name, state: { ...row } };
  },

  // What it is given may be secret, so its inputs are not told here; the plan that is approved shows them to whoever may.
  deployment: async (database, organization, id) => {
    const row = await database
      .selectFrom('deployment')
      .select([
        'name',
        'project',
        'environment',
        'state',
        'template',
        'version',
        'variant',
        'account',
        'plan',
        'run',
        'tags',
      ])
      .where('organization', '=', organization)
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row) return undefined;
    const { project, ...state } = row;
    return { name: row.name, project, state };
  },

  plan: async (database, organization, id) => {
    const row = await database
      .selectFrom('plan')
      .select(['action', 'name', 'project', 'environment', 'hash', 'template', 'version', 'variant', 'account'])
      .where('organization', '=', organization)
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row) return undefined;
    const { project, ...state } = row;
    return { name: row.name, project, state };
  },
};

/** As JSON from the database has times, in the form we use. */
const utc = (time: string): string => new Date(time).toISOString();

/** A column that lists a text of each of some rows. */
function listOf(text: RawBuilder<unknown>, rows: RawBuilder<unknown>): RawBuilder<string[]> {
  return sql`(select coalesce(json_agg(${text}), '[]') from ${rows})`;
}

function quotaOf(scope: string): RawBuilder<State | null> {
  return sql`(select limits from quota where quota.scope = ${sql.ref(scope)})`;
}

/** What somebody may do, and what it acts by; as columns. */
function rightsOf(principal: string) {
  const ref = sql.ref(principal);
  return [
    listOf(sql`policy`, sql`policy_attachment where principal = ${ref}`).as('policies'),
    listOf(sql`prefix || '… ' || name`, sql`access_token where owner = ${ref}`).as('tokens'),
  ] as const;
}

function rightsIn({ policies, tokens }: { readonly policies: string[]; readonly tokens: string[] }): State {
  return { policies, ...(tokens.length > 0 && { tokens }) };
}

function attachedTo(policy: Expression<unknown>, organization: OrganizationId): RawBuilder<string[]> {
  return listOf(
    sql`principal`,
    sql`policy_attachment as attachment where attachment.organization = ${organization} and attachment.policy = ${policy}`,
  );
}

function tokenState({
  owner,
  name,
  prefix,
  scopes,
  expires_at,
}: Pick<Selectable<Tables['access_token']>, 'owner' | 'name' | 'prefix' | 'scopes' | 'expires_at'>): State {
  return { owner, name, prefix, ...(scopes && { scopes }), ...(expires_at && { expiresAt: expires_at.toISOString() }) };
}
