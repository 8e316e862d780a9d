import { failures, type Failure, type OrganizationId, type PrincipalId } from '@pileus/model';

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
}

export interface AuditLog {
  write(entry: AuditEntry): Promise<void>;
}

/** `refused`: we or a cloud said no, nothing was done. `failed`: something broke on the way. */
export function resultOf(failure: Failure | undefined): AuditEntry['result'] {
  if (!failure) return 'ok';
  return failures[failure.code].status < 500 ? 'refused' : 'failed';
}
