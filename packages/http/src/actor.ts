import type { Action } from '@pileus/api';
import type { Id, OrganizationId, PrincipalId } from '@pileus/model';
import type { Attached, Beyond, Decision, Filter, Resource } from '@pileus/policy';

/** Who is calling, as of this request: rights are read anew each time. */
export interface Actor {
  /** A person, or a service account. */
  readonly user: { readonly id: PrincipalId; readonly name: string };
  readonly organization: OrganizationId;
  readonly rights: Rights;
  /** Where this request came from. */
  readonly origin: Origin;
  /** How the caller has proved who it is. */
  readonly by: Proof;
  /** What its organization requires and it has not got: only calls that are `early` are answered. */
  readonly owes?: 'second-factor' | undefined;
}

export type Proof =
  | { readonly is: 'session'; readonly id: Id<'session'>; readonly kind: SessionKind; readonly mfa: boolean }
  | { readonly is: 'token'; readonly id: Id<'token'> };

export type SessionKind = 'browser' | 'cli';

/** What somebody may do, from where and when this request comes. */
export interface Rights {
  decide(action: Action, target: Resource): Decision;
  /** For which things it is allowed: lists show these alone. */
  filter(action: Action): Filter;
  /** Whether there may be anything it is allowed for. */
  isEver(action: Action): boolean;
  /** What these policies would give to others that the caller may not do itself. */
  beyond(given: readonly Attached[]): Beyond | undefined;
}

/** Where a request comes from, as far as policies ask. */
export interface Origin {
  readonly ip: string;
}

/** What this package needs to know about people; the platform's access area provides it. */
export interface Access {
  /**
   * Who a token belongs to, or undefined when it is unknown, expired or revoked. Using a session prolongs it. Tokens of
   * sessions and access tokens are told apart by how they begin.
   */
  authenticate(token: string, origin: Origin): Promise<Actor | undefined>;
  /** The same caller with today's rights, or undefined when the session or token has ended meanwhile. Prolongs nothing. */
  recheck(actor: Actor): Promise<Actor | undefined>;
  /**
   * What a parameter of a path names, in the caller's organization: to everybody else it is not there. `parameters` are
   * those it can be asked for.
   */
  find(actor: Actor, parameter: string, id: string): Promise<Resource | undefined>;
  readonly parameters: ReadonlySet<string>;
}
