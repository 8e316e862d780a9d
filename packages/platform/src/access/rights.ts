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
import { type Expression, type RawBuilder, sql } from 'kysely';
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
  /** What applies by these. */
  of(attachments: readonly Attachment[]): Promise<PolicySet>;
}

/** A policy that applies to somebody. */
export interface Attachment {
  readonly policy: string;
  /** Which version of it holds; null for one that comes with the product. */
  readonly number: number | null;
  /** The group through which it applies; null where it is attached to somebody itself. */
  readonly via: Principal | null;
}

const most = 1_000;

export function policySets(database: Database): PolicySets {
  const sets = new Map<string, PolicySet>();
  return {
    of: async (attachments) => {
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
export async function policyAsAttached(database: Queries, policy: string): Promise<Attached[]> {
  if (isBuiltIn(policy)) return withDocuments(database, [{ policy, number: null, via: null }]);
  const row = await database
    .selectFrom('policy')
    .select('version')
    .where('id', '=', policy as Id<'policy'>)
    .executeTakeFirst();
  return row ? withDocuments(database, [{ policy, number: row.version, via: null }]) : [];
}

/** What is attached to whom a column or a value names, and to its groups, as one column: a row and its rights are read at once. */
export function attachments(to: Expression<unknown>): RawBuilder<readonly Attachment[]> {
  // A group is in no group.
  return sql<readonly Attachment[]>`(
    select coalesce(json_agg(json_build_object(
      'policy', attachment.policy,
      'number', policy.version,
      'via', case when user_group.id is not null
        then json_build_object('kind', 'group', 'id', user_group.id, 'name', user_group.name) end
      ) order by attachment.policy, attachment.principal), '[]')
    from policy_attachment as attachment
    left join policy on policy.id = attachment.policy
    left join user_group on user_group.id = attachment.principal
    where policy.deleted_at is null and attachment.principal in (
      select ${to} union all select joined.user_group from group_member as joined where joined.member = ${to}))`;
}

async function attachedTo(database: Queries, principal: PrincipalId | Id<'group'>): Promise<readonly Attachment[]> {
  const { rows } = await sql<{ all: readonly Attachment[] }>`
    select ${attachments(sql`${principal}::text`)} as "all"`.execute(database);
  return rows[0]?.all ?? [];
}

/** Of each the version that is named: the one that holds may be another by now. */
async function withDocuments(database: Queries, attachments: readonly Attachment[]): Promise<Attached[]> {
  const own = attachments.flatMap(({ policy, number }) =>
    number === null ? [] : [sql`(${policy}, ${number}::integer)`],
  );
  const rows =
    own.length === 0
      ? []
      : await database
          .selectFrom('policy')
          .innerJoin('policy_version as held', 'held.policy', 'policy.id')
          .select(['policy.id', 'policy.name', 'held.document'])
          .where(sql<boolean>`(held.policy, held.number) in (${sql.join(own)})`)
          .execute();
  const byId = new Map<string, (typeof rows)[number]>(rows.map((row) => [row.id, row]));
  return attachments.flatMap(({ policy, via: group }): Attached[] => {
    const row = byId.get(policy);
    const via = group ?? undefined;
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
