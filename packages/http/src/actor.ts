import type { Permission } from '@pileus/api';
import type { Id, UserId } from '@pileus/model';

/** Who is calling, as of this request: rights are read anew each time. */
export interface Actor {
  readonly user: { readonly id: UserId; readonly name: string };
  readonly permissions: readonly Permission[];
  readonly session: { readonly id: Id<'session'>; readonly kind: SessionKind };
}

export type SessionKind = 'browser' | 'cli';

/** What this package needs to know about people; the platform's access area provides it. */
export interface Access {
  /** Who a session's token belongs to, or undefined when it is unknown, expired or revoked. Using a session prolongs it. */
  authenticate(token: string): Promise<Actor | undefined>;
  /** The same person with today's rights, or undefined when the session has ended meanwhile. Prolongs nothing. */
  recheck(actor: Actor): Promise<Actor | undefined>;
  can(actor: Actor, permission: Permission): boolean;
}
