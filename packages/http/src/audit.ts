import { failures, type Failure, type OrganizationId, type PrincipalId } from '@pileus/model';
import type { Difference, State } from './difference.ts';

/** One line of the operation log: who did what, from where, and how it went. */
export interface AuditEntry {
  /** The name; for a sign-in the one that was given, `-` where there is none. */
  readonly user: string;
  readonly userId?: PrincipalId | undefined;
  /** Absent where nobody is signed in. */
  readonly organization?: OrganizationId | undefined;
  readonly action: string;
  readonly ip: string;
  readonly result: 'ok' | 'refused' | 'failed';
  readonly status: number;
  readonly requestId: string;
  readonly subject?: string | undefined;
  readonly code?: string | undefined;
  /** The project that what it was done to belongs to. */
  readonly project?: string | undefined;
  readonly target?: AuditTarget | undefined;
  /** Why, in the caller's words. */
  readonly reason?: string | undefined;
  /** What is different since. */
  readonly difference?: Difference | undefined;
  /** By whose leave: the hash of the plan that was approved. */
  readonly approval?: string | undefined;
}

/** What something was done to. */
export interface AuditTarget {
  readonly kind: string;
  readonly id?: string | undefined;
  readonly name?: string | undefined;
}

export interface AuditLog {
  write(entry: AuditEntry): Promise<void>;
  /** What the log can tell of a thing, by its id; undefined where there is none, or none that is looked at. */
  look?(organization: OrganizationId, id: string): Promise<Looked | undefined>;
}

/** A thing as it is at one moment. */
export interface Looked {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  readonly project?: string | undefined;
  /** What can be told of it; secrets stand in it as {@link Hidden}. */
  readonly state: State;
}

/** `refused`: we or a cloud said no, nothing was done. `failed`: something broke on the way. */
export function resultOf(failure: Failure | undefined): AuditEntry['result'] {
  if (!failure) return 'ok';
  return failures[failure.code].status < 500 ? 'refused' : 'failed';
}
