import { type Action, actionNames, actions } from '@pileus/api';
import type { Database } from '@pileus/database';
import type { Actor, Answer, Context } from '@pileus/http';
import { type Clock, Failure, type Id, type OrganizationId, type PrincipalId } from '@pileus/model';
import {
  type Attached,
  changes,
  compile,
  explain,
  type Filter,
  filterFor,
  type Grounds,
  type PolicyDocument,
  type Principal,
  type Request,
  type Resource,
} from '@pileus/policy';
import { builtIn, isBuiltIn } from './built-in.ts';
import type { Given } from './given.ts';
import { actingPrincipal, principalNames, type PrincipalName } from './naming.ts';
import { readDocument } from './policies.ts';
import { attachedPolicies, requestOf } from './rights.ts';
import { findTarget, parameterOf, someOf } from './targets.ts';
import { vocabulary } from './vocabulary.ts';

type ReasonView = Answer<'post /policies/check'>['because'][number];
type Gains = Answer<'post /policies/preview'>['items'][number];

/** Whether somebody may do something, and why or why not. */
export async function whetherAllowed(
  { database, clock }: Given,
  { organization }: Actor,
  body: Context<'post /policies/check'>['body'],
): Promise<Answer<'post /policies/check'>> {
  const principal = await actingPrincipal(database, organization, body.principal);
  const { action, resource } = await question(database, organization, body);
  const request: Request = {
    ...requestOf({ ...principal, ip: body.sourceIp ?? '', mfa: body.mfa ?? false }, clock),
    ...(body.sourceIp === undefined && { sourceIp: undefined }),
    ...(body.at !== undefined && { currentTime: new Date(body.at) }),
  };
  const set = compile(await attachedPolicies(database, principal.id), vocabulary);
  const { allowed, reason, because, nearMisses } = explain(set, { action, resource, request });
  return {
    allowed,
    reason,
    because: because.map(reasonView),
    nearMisses: nearMisses.map((miss) => ({ ...reasonView(miss), failed: miss.failed.map(({ key }) => key) })),
  };
}

/** Everybody who may do something, and why. */
export async function whoMay(
  { database, clock }: Given,
  { organization }: Actor,
  body: Context<'post /policies/who'>['body'],
): Promise<Answer<'post /policies/who'>> {
  const { action, resource } = await question(database, organization, body);
  const items = [];
  for (const principal of await everybody(database, organization)) {
    const set = compile(await attachedPolicies(database, principal.id), vocabulary);
    const request = neutral(principal, clock);
    const { allowed, because } = explain(set, { action, resource, request });
    if (allowed) items.push({ principal: nameOf(principal), because: because.map(reasonView) });
  }
  return { items };
}

/** Who would gain and who would lose what by a change that is not made yet. */
export async function gainsOf(
  { database, clock }: Given,
  { actor, body, request }: Pick<Context<'post /policies/preview'>, 'actor' | 'body' | 'request'>,
): Promise<Answer<'post /policies/preview'>> {
  const { organization } = actor;
  const change = await readChange(database, organization, body, request.language);
  const items: Gains[] = [];
  const known = new Map<string, Promise<readonly Resource[]>>();
  const inventory: Inventory = (kind) => {
    const found = known.get(kind) ?? someOf(database, organization, kind);
    known.set(kind, found);
    return found;
  };
  for (const principal of await everybody(database, organization)) {
    const before = await attachedPolicies(database, principal.id);
    const after = await change(principal, before);
    if (after === before) continue;
    const found = await difference(principal, [before, after], neutral(principal, clock), inventory);
    if (found.gains.length + found.loses.length > 0) items.push({ principal: nameOf(principal), ...found });
  }
  return { items };
}

type Acting = PrincipalName & { readonly id: PrincipalId };
/** What somebody would have attached after a change; the very same list where nothing changes for it. */
type Change = (principal: Acting, before: readonly Attached[]) => Promise<readonly Attached[]>;

async function readChange(
  database: Database,
  organization: OrganizationId,
  body: Context<'post /policies/preview'>['body'],
  language: Context<'post /policies/preview'>['request']['language'],
): Promise<Change> {
  if (body.change === 'document') {
    const document = readDocument(body.document, language);
    return async (_, before) =>
      before.some(({ policy }) => policy === body.policy)
        ? before.map((one) => (one.policy === body.policy ? { ...one, document } : one))
        : before;
  }
  if (body.change === 'members') {
    const group = (await principalNames(database, organization, [body.group])).get(body.group);
    if (!group) throw new Failure('not-found', { kind: 'group', id: body.group });
    const through = (await attachedPolicies(database, body.group as Id<'group'>)).map((one) => ({
      ...one,
      via: group,
    }));
    const now = await membersOf(database, body.group);
    const then = new Set(body.members);
    return async ({ id }, before) => {
      if (now.has(id) === then.has(id)) return before;
      return then.has(id) ? [...before, ...through] : before.filter(({ via }) => via?.id !== group.id);
    };
  }
  const target = (await principalNames(database, organization, [body.principal])).get(body.principal);
  if (!target) throw new Failure('not-found', { kind: 'principal', id: body.principal });
  const affected = target.kind === 'group' ? await membersOf(database, target.id) : new Set<string>([target.id]);
  const via = target.kind === 'group' ? target : undefined;
  const attach = async (policy: string) => ({ policy, ...(await held(database, organization, policy)), via });
  if (body.change === 'policies') {
    const then = await Promise.all([...new Set(body.policies)].map(attach));
    return async ({ id }, before) =>
      affected.has(id) ? [...before.filter((one) => one.via?.id !== via?.id), ...then] : before;
  }
  const attached = await attach(body.policy);
  return async ({ id }, before) => {
    if (!affected.has(id)) return before;
    const without = before.filter((one) => one.policy !== body.policy || one.via?.id !== via?.id);
    return body.change === 'attach' ? [...without, attached] : without;
  };
}

async function held(
  database: Database,
  organization: OrganizationId,
  policy: string,
): Promise<{ name: string; document: PolicyDocument }> {
  if (isBuiltIn(policy)) return { name: policy, document: builtIn[policy].document };
  const row = await database
    .selectFrom('policy')
    .innerJoin('policy_version as held', (join) =>
      join.onRef('held.policy', '=', 'policy.id').onRef('held.number', '=', 'policy.version'),
    )
    .select(['policy.name', 'held.document'])
    .where('policy.id', '=', policy as Id<'policy'>)
    .where('policy.organization', '=', organization)
    .where('policy.deleted_at', 'is', null)
    .executeTakeFirst();
  if (!row) throw new Failure('not-found', { kind: 'policy', id: policy });
  // It was read when it was written.
  return { name: row.name, document: row.document as PolicyDocument };
}

async function membersOf(database: Database, group: string): Promise<ReadonlySet<string>> {
  const rows = await database
    .selectFrom('group_member')
    .select('member')
    .where('user_group', '=', group as Id<'group'>)
    .execute();
  return new Set(rows.map(({ member }) => member));
}

/** What there is of each kind, looked up when it is first asked for. */
type Inventory = (kind: string) => Promise<readonly Resource[]>;

/**
 * For which actions there is more, and for which less, that they are allowed for. Where it is allowed for some things before
 * and for some after, what there is tells.
 */
async function difference(
  principal: Principal,
  [before, after]: readonly [readonly Attached[], readonly Attached[]],
  request: Request,
  inventory: Inventory,
) {
  const [was, is] = [compile(before, vocabulary), compile(after, vocabulary)];
  const gains = new Set<string>();
  const loses = new Set<string>();
  const open = new Set<string>();
  for (const action of actionNames) {
    const { on: kind } = actions[action];
    const [then, now] = [filterFor(was, { action, kind, request }), filterFor(is, { action, kind, request })];
    if (written(then) === written(now)) continue;
    if (then.is === 'none' || now.is === 'all') gains.add(action);
    else if (now.is === 'none' || then.is === 'all') loses.add(action);
    else open.add(action);
  }
  const kinds = new Set([...open].map((action) => actions[action as Action].on)); // they are names of actions
  for (const kind of kinds) {
    for (const found of changes([{ principal, before: was, after: is, request }], await inventory(kind), vocabulary)) {
      for (const action of found.gains) if (open.has(action)) gains.add(action);
      for (const action of found.loses) if (open.has(action)) loses.add(action);
    }
  }
  return { gains: [...gains], loses: [...loses] };
}

function written(filter: Filter): string {
  return JSON.stringify(filter, (_, part: unknown) =>
    part instanceof Set ? [...part].map(String).toSorted((a, b) => (a < b ? -1 : 1)) : part,
  );
}

async function everybody(database: Database, organization: OrganizationId): Promise<Acting[]> {
  const names = await principalNames(database, organization);
  return [...names.values()].filter((one): one is Acting => one.kind !== 'group');
}

/** A request from nowhere in particular, by somebody who has proved all that can be asked for. */
function neutral({ id, name }: Acting, clock: Clock): Request {
  return { ...requestOf({ id, name, ip: '', mfa: true }, clock), sourceIp: undefined };
}

async function question(
  database: Database,
  organization: OrganizationId,
  asked: { readonly action: string; readonly resource: string },
): Promise<{ action: Action; resource: Resource }> {
  const action = asked.action as Action; // the schema lets no other word through
  const { on } = actions[action];
  const [kind, ...rest] = asked.resource.split('/');
  const id = rest.join('/');
  if (kind !== on) {
    const reason = `${action} is done to ${on === 'organization' ? 'an' : 'a'} ${on}: write ${on}/ID, or ${on}/* for one that is not there yet`;
    throw new Failure('invalid', { what: '/resource', reason }, { problems: [{ at: '/resource', message: reason }] });
  }
  if (id === '' || id === '*') return { action, resource: { kind, keys: {} } };
  if (kind === 'organization') return { action, resource: { kind, id: organization, keys: {} } };
  const parameter = parameterOf(kind);
  const found = parameter && (await findTarget(database, organization, parameter, id));
  if (found) return { action, resource: found };
  // Clouds have things that are nowhere written down here: these have an id and nothing else.
  if (!parameter) return { action, resource: { kind, id, keys: {} } };
  throw new Failure('not-found', { kind, id });
}

function reasonView({ effect, policy, name, statement, sid, via }: Grounds): ReasonView {
  return {
    effect,
    policy: { id: policy, name },
    statement,
    ...(sid !== undefined && { sid }),
    ...(via && { via: { id: via.id, name: via.name } }),
  };
}

function nameOf({ id, name, kind }: Acting): { id: string; name: string; kind: 'user' | 'service-account' } {
  return { id, name, kind: kind === 'user' ? 'user' : 'service-account' };
}
