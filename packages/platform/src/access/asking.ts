import type { Action } from '@pileus/api';
import { actionNames, actions } from '@pileus/api';
import type { Database } from '@pileus/database';
import type { Actor, Answer, Context } from '@pileus/http';
import { type Clock, Failure, type Id, type OrganizationId, type PrincipalId } from '@pileus/model';
import {
  type Attached,
  compile,
  explain,
  type Filter,
  filterFor,
  type Grounds,
  type PolicyDocument,
  type Request,
  type Resource,
} from '@pileus/policy';
import { builtIn, isBuiltIn } from './built-in.ts';
import type { Given } from './given.ts';
import { actingPrincipal, principalNames, type PrincipalName } from './naming.ts';
import { readDocument } from './policies.ts';
import { attachedPolicies, requestOf } from './rights.ts';
import { findTarget, parameterOf } from './targets.ts';
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
  for (const principal of await everybody(database, organization)) {
    const before = await attachedPolicies(database, principal.id);
    const after = await change(principal, before);
    const found = after === before ? undefined : difference(before, after, neutral(principal, clock));
    if (found && found.gains.length + found.loses.length > 0) items.push({ principal: nameOf(principal), ...found });
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
    const through = (await attachedPolicies(database, body.group as PrincipalId)).map((one) => ({
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
  const attached = { policy: body.policy, ...(await held(database, organization, body.policy)), via };
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

/** For which actions there is more, and for which less, that they are allowed for. */
function difference(before: readonly Attached[], after: readonly Attached[], request: Request) {
  const [was, is] = [before, after].map((attached) => compile(attached, vocabulary));
  const gains: Action[] = [];
  const loses: Action[] = [];
  for (const action of actionNames) {
    const [then, now] = [was, is].map((set): Filter =>
      set ? filterFor(set, { action, kind: actions[action].on, request }) : { is: 'none' },
    );
    if (!then || !now || written(then) === written(now)) continue;
    // What is allowed for other things than before is both: some are gained, some may be lost.
    if (then.is !== 'all' && now.is !== 'none') gains.push(action);
    if (then.is !== 'none' && now.is !== 'all') loses.push(action);
  }
  return { gains, loses };
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
    throw new Failure('invalid', { what: 'resource', reason }, { problems: [{ at: '/resource', message: reason }] });
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
