import type { Id, UserId } from '@pileus/model';
import type { GeneratedAlways } from 'kysely';
import type { Role } from './roles.ts';

declare module '@pileus/database' {
  interface Tables {
    user_account: UserTable;
    session: SessionTable;
    one_time_link: OneTimeLinkTable;
    sign_in_attempt: SignInAttemptTable;
    audit: AuditTable;
    idempotency: IdempotencyTable;
  }
}

interface UserTable {
  id: UserId;
  name: string;
  role: Role;
  password: string | null;
  created_at: Date;
}

interface SessionTable {
  id: Id<'session'>;
  user_id: UserId;
  token: Buffer;
  kind: 'browser' | 'cli';
  begun_by: 'password' | 'link';
  created_at: Date;
  used_at: Date;
  expires_at: Date;
  ip: string;
  user_agent: string;
}

interface OneTimeLinkTable {
  token: Buffer;
  user_id: UserId;
  created_at: Date;
  expires_at: Date;
  used_at: Date | null;
}

interface SignInAttemptTable {
  who: string;
  tries: number;
  until: Date;
}

interface AuditTable {
  seq: GeneratedAlways<number>;
  id: Id<'audit'>;
  at: Date;
  user_name: string;
  user_id: UserId | null;
  action: string;
  ip: string;
  result: 'ok' | 'refused' | 'failed';
  status: number;
  request_id: string;
  subject: string | null;
  code: string | null;
}

interface IdempotencyTable {
  user_id: UserId;
  key: string;
  fingerprint: string;
  holder: string;
  held_until: Date;
  expires_at: Date;
  status: number | null;
  type: string | null;
  location: string | null;
  body: string | null;
}
