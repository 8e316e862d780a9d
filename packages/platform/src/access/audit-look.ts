import type { Database, Tables } from '@pileus/database';
import { Hidden, type Looked, type State } from '@pileus/http';
import { type Id, type IdKind, kindOfId, type OrganizationId, type ProjectId, type UserId } from '@pileus/model';
import type { Selectable } from 'kysely';
import { isBuiltIn } from './built-in.ts';
import { home } from './organizations.ts';
import { asUses, usesOf } from '../clouds/account-secrets.ts';
import { secretsOfPlan } from '../deployments/plan-secrets.ts';

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
    return { kind: 'policy', id, name: id, state: { attached: await attachedTo(database, organization, id) } };
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
      .select(['name', 'requires_second_factor'])
      .where('id', '=', id as OrganizationId)
      .executeTakeFirst();
    if (!row) return undefined;
    const state = {
      name: row.name,
      requiresSecondFactor: row.requires_second_factor,
      ...(await quotaOf(database, id)),
    };
    return { name: row.name, state };
  },

  project: async (database, organization, id) => {
    const row = await database
      .selectFrom('project')
      .select(['name', 'description'])
      .where('organization', '=', organization)
      .where('id', '=', id as ProjectId)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    if (!row) return undefined;
    const environments = await database
      .selectFrom('environment')
      .select(['name', 'purpose'])
      .where('project', '=', id as ProjectId)
      .where('deleted_at', 'is', null)
      .execute();
    const state = {
      ...row,
      environments: Object.fromEntries(environments.map(({ name, purpose }) => [name, purpose])),
      ...(await quotaOf(database, id)),
    };
    return { name: row.name, project: id, state };
  },

  user: async (database, organization, id) => {
    const row = await database
      .selectFrom('user_account')
      .select(['name', 'password', 'disabled_at'])
      .where('organization', '=', organization)
      .where('id', '=', id as UserId)
      .executeTakeFirst();
    if (!row) return undefined;
    const factors = await database
      .selectFrom('factor')
      .select(['kind', 'name'])
      .where('user_id', '=', id as UserId)
      .execute();
    const state: State = {
      name: row.name,
      isDisabled: row.disabled_at !== null,
      ...(row.password !== null && { password: new Hidden(row.password) }),
      secondFactors: factors.map(({ kind, name }) => `${kind} ${name}`),
      ...(await rightsOf(database, id)),
    };
    return { name: row.name, state };
  },

  group: async (database, organization, id) => {
    const row = await database
      .selectFrom('user_group')
      .select(['name', 'description'])
      .where('organization', '=', organization)
      .where('id', '=', id as Id<'group'>)
      .executeTakeFirst();
    if (!row) return undefined;
    const members = await database
      .selectFrom('group_member')
      .select('member')
      .where('user_group', '=', id as Id<'group'>)
      .execute();
    const state = { ...row, members: members.map(({ member }) => member), ...(await rightsOf(database, id)) };
    return { name: row.name, state };
  },

  'service-account': async (database, organization, id) => {
    const row = await database
      .selectFrom('service_account')
      .select(['name', 'description', 'disabled_at'])
      .where('organization', '=', organization)
      .where('id', '=', id as Id<'service-account'>)
      .executeTakeFirst();
    if (!row) return undefined;
    const { name, description, disabled_at } = row;
    return { name, state: { name, description, isDisabled: disabled_at !== null, ...(await rightsOf(database, id)) } };
  },

  policy: async (database, organization, id) => {
    const row = await database
      .selectFrom('policy')
      .innerJoin('policy_version as held', (join) =>
        join.onRef('held.policy', '=', 'policy.id').onRef('held.number', '=', 'policy.version'),
      )
      .select(['policy.name', 'policy.description', 'policy.version', 'held.document'])
      .where('policy.id', '=', id as Id<'policy'>)
      .where('policy.organization', '=', organization)
      .where('policy.deleted_at', 'is', null)
      .executeTakeFirst();
    return row && { name: row.name, state: { ...row, attached: await attachedTo(database, organization, id) } };
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
      .select(['name', 'description', 'provider', 'settings', 'secrets'])
      .where('organization', '=', organization)
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    if (!row) return undefined;
    const { name, description, provider, settings, secrets } = row;
    const hidden = Object.fromEntries(Object.entries(secrets).map(([field, sealed]) => [field, new Hidden(sealed)]));
    const prices = await database
      .selectFrom('price_list')
      .select(['valid_from', 'created_at'])
      .where('account', '=', id)
      .orderBy('created_at', 'desc')
      .executeTakeFirst();
    const state: State = {
      name,
      description,
      provider,
      settings,
      secrets: { ...hidden, ...asUses(await usesOf(database, [id])) },
      ...(prices && { prices: { from: prices.valid_from.toISOString(), setAt: prices.created_at.toISOString() } }),
    };
    return { name, state };
  },

  secret: async (database, organization, id) => {
    const row = await database
      .selectFrom('secret')
      .innerJoin('secret_version as newest', (join) =>
        join.onRef('newest.secret', '=', 'secret.id').onRef('newest.number', '=', 'secret.version'),
      )
      .select(['secret.name', 'secret.description', 'secret.version', 'newest.value', 'newest.brought_back_from'])
      .where('secret.organization', '=', organization)
      .where('secret.id', '=', id as Id<'secret'>)
      .executeTakeFirst();
    if (!row) return undefined;
    const { value, brought_back_from: from, ...told } = row;
    const state: State = {
      ...told,
      ...(value !== null && { value: new Hidden(value) }),
      ...(from !== null && { broughtBackFrom: from }),
    };
    return { name: row.name, state };
  },

  template: async (database, organization, id) => {
    const row = await database
      .selectFrom('template')
      .select('name')
      .where(({ eb, or }) => or([eb('organization', '=', organization), eb('organization', 'is', null)]))
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    if (!row) return undefined;
    const versions = await database
      .selectFrom('template_version')
      .select(['version', 'digest'])
      .where('template', '=', id)
      .execute();
    return {
      name: row.name,
      state: { name: row.name, versions: versions.map((one) => `${one.version} ${one.digest}`) },
    };
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
    const { project, ...told } = row;
    return { name: row.name, project, state: { ...told, ...(await secretsIn(database, row.plan)) } };
  },

  plan: async (database, organization, id) => {
    const row = await database
      .selectFrom('plan')
      .select(['action', 'name', 'project', 'environment', 'hash', 'template', 'version', 'variant', 'account'])
      .where('organization', '=', organization)
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row) return undefined;
    const { project, ...told } = row;
    return { name: row.name, project, state: { ...told, ...(await secretsIn(database, id)) } };
  },
};

/** Which inputs are which secrets. */
async function secretsIn(database: Database, plan: string): Promise<State> {
  const uses = Object.entries(await secretsOfPlan(database, plan));
  if (uses.length === 0) return {};
  return { secrets: Object.fromEntries(uses.map(([input, { secret, version }]) => [input, `${secret} ${version}`])) };
}

async function quotaOf(database: Database, scope: string): Promise<State> {
  const row = await database.selectFrom('quota').select('limits').where('scope', '=', scope).executeTakeFirst();
  return row ? { quota: { ...row.limits } } : {};
}

/** What somebody may do, and what it acts by. */
async function rightsOf(database: Database, principal: string): Promise<State> {
  const policies = await database
    .selectFrom('policy_attachment')
    .select('policy')
    .where('principal', '=', principal as UserId)
    .execute();
  const tokens = await database
    .selectFrom('access_token')
    .select(['prefix', 'name'])
    .where('owner', '=', principal as UserId)
    .execute();
  return {
    policies: policies.map(({ policy }) => policy),
    ...(tokens.length > 0 && { tokens: tokens.map(({ prefix, name }) => `${prefix}… ${name}`) }),
  };
}

async function attachedTo(database: Database, organization: OrganizationId, policy: string): Promise<string[]> {
  const rows = await database
    .selectFrom('policy_attachment')
    .select('principal')
    .where('organization', '=', organization)
    .where('policy', '=', policy)
    .execute();
  return rows.map(({ principal }) => principal);
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
