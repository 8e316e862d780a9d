import { type Action, actionNames, actions } from '@pileus/api';
import type { Database } from '@pileus/database';
import type { Origin, Rights } from '@pileus/http';
import type { Clock, Id, PrincipalId } from '@pileus/model';
import {
  beyond,
  compile,
  decide,
  filterFor,
  type Attached,
  type PolicyDocument,
  type PolicySet,
  type Principal,
  type Request,
} from '@pileus/policy';
import { builtIn, isBuiltIn } from './built-in.ts';
import type { Queries } from './given.ts';
import { vocabulary } from './vocabulary.ts';

/** Who asks, and how it has come in. */
export interface Asking extends Origin {
  readonly id: PrincipalId;
  readonly name: string;
  readonly mfa: boolean;
  /** Patterns of actions that an access token is held to; undefined: no limit of its own. */
  readonly scopes?: readonly string[] | undefined;
}

/** What applies to whom. A version of a policy never changes, so that each set of them is made once. */
export interface PolicySets {
  /** What applies to somebody at this moment: what is attached to it, and to its groups. */
  of(principal: PrincipalId): Promise<PolicySet>;
}

interface Attachment {
  readonly policy: string;
  /** Which version of it holds; null for one that comes with the product. */
  readonly number: number | null;
  readonly via: Principal | undefined;
}

const most = 1_000;

export function policySets(database: Database): PolicySets {
  const sets = new Map<string, PolicySet>();
  return {
    of: async (principal) => {
      const attachments = await attachedTo(database, principal);
      const key = JSON.stringify(attachments);
      const known = sets.get(key);
      if (known) return known;
      const set = compile(await withDocuments(database, attachments), vocabulary);
      if (!database.isWithin) sets.set(key, set);
      for (const oldest of sets.keys()) if (sets.size > most) sets.delete(oldest);
      return set;
    },
  };
}

/** What applies to somebody at this moment, with the documents that hold. */
export async function attachedPolicies(database: Queries, principal: PrincipalId | Id<'group'>): Promise<Attached[]> {
  return withDocuments(database, await attachedTo(database, principal));
}

/** A policy with the version of it that holds, as it would apply to somebody; nothing where there is none. */
export function policyAsAttached(database: Queries, policy: string): Promise<Attached[]> {
  return withDocuments(database, [{ policy, number: isBuiltIn(policy) ? null : 1, via: undefined }]);
}

async function attachedTo(database: Queries, principal: PrincipalId | Id<'group'>): Promise<Attachment[]> {
  const rows = await database
    .selectFrom('policy_attachment as attachment')
    .leftJoin('policy', 'policy.id', 'attachment.policy')
    .leftJoin('user_group', 'user_group.id', 'attachment.principal')
    .select(['attachment.policy', 'policy.version', 'user_group.id as group', 'user_group.name'])
    .where(({ eb, or, selectFrom }) =>
      or([
        eb('attachment.principal', '=', principal),
        eb(
          'attachment.principal',
          'in',
          // A group is in no group.
          selectFrom('group_member')
            .select('user_group')
            .where('member', '=', principal as PrincipalId),
        ),
      ]),
    )
    .where('policy.deleted_at', 'is', null)
    .orderBy('attachment.policy')
    .orderBy('attachment.principal')
    .execute();
  return rows.map(({ policy, version, group, name }) => ({
    policy,
    number: version,
    via: group === null || name === null ? undefined : { kind: 'group', id: group, name },
  }));
}

async function withDocuments(database: Queries, attachments: readonly Attachment[]): Promise<Attached[]> {
  const own = attachments.flatMap(({ policy, number }) => (number === null ? [] : [policy as Id<'policy'>]));
  const rows =
    own.length === 0
      ? []
      : await database
          .selectFrom('policy')
          .innerJoin('policy_version as held', (join) =>
            join.onRef('held.policy', '=', 'policy.id').onRef('held.number', '=', 'policy.version'),
          )
          .select(['policy.id', 'policy.name', 'held.document'])
          .where('policy.id', 'in', own)
          .execute();
  const byId = new Map<string, (typeof rows)[number]>(rows.map((row) => [row.id, row]));
  return attachments.flatMap(({ policy, via }): Attached[] => {
    const row = byId.get(policy);
    // It was read when it was written.
    if (row) return [{ policy, name: row.name, document: row.document as PolicyDocument, via }];
    return isBuiltIn(policy) ? [{ policy, name: policy, document: builtIn[policy].document, via }] : [];
  });
}

/** What somebody may do with these policies, asking from there at this moment. */
export function rightsOf(set: PolicySet, asking: Asking, clock: Clock): Rights {
  const isInScope = scopeOf(asking.scopes);
  const request = requestOf(asking, clock);
  const filter: Rights['filter'] = (action) =>
    isInScope(action) ? filterFor(set, { action, kind: actions[action].on, request }) : { is: 'none' };
  return {
    decide: (action, resource) =>
      isInScope(action)
        ? decide(set, { action, resource, request })
        : { allowed: false, reason: 'nothing allows it', because: [] },
    filter,
    isEver: (action) => filter(action).is !== 'none',
    beyond: (given) => beyond(heldTo(set, isInScope), given, request, vocabulary),
  };
}

const nothing = compile([], vocabulary);

/** What is left of a set within the scopes of a token. */
function heldTo(set: PolicySet, isInScope: (action: Action) => boolean): PolicySet {
  return { about: (action) => (isInScope(action as Action) ? set : nothing).about(action) };
}

/** What a policy may ask about a request. */
export function requestOf({ id, name, ip, mfa }: Asking, clock: Clock): Request {
  return {
    sourceIp: ip,
    currentTime: new Date(clock.now()),
    mfa,
    'principal.id': id,
    'principal.name': name,
  };
}

/** The actions that may be allowed for anything at all: what a portal shows. */
export function everAllowed(rights: Rights): Action[] {
  return actionNames.filter((action) => rights.isEver(action));
}

function scopeOf(scopes: readonly string[] | undefined): (action: Action) => boolean {
  if (!scopes) return () => true;
  const patterns = scopes.map((scope) => new RegExp(`^${scope.replaceAll('.', '\\.').replaceAll('*', '.*')}$`));
  return (action) => patterns.some((pattern) => pattern.test(action));
}
