import type { FailureData, Id, OrganizationId, PrincipalId, ProjectId, UserId } from '@pileus/model';
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';

declare module '@pileus/database' {
  interface Tables {
    organization: OrganizationTable;
    project: ProjectTable;
    environment: EnvironmentTable;
    user_account: UserTable;
    user_group: GroupTable;
    group_member: GroupMemberTable;
    service_account: ServiceAccountTable;
    policy: PolicyTable;
    policy_version: PolicyVersionTable;
    policy_attachment: PolicyAttachmentTable;
    access_token: AccessTokenTable;
    session: SessionTable;
    factor: FactorTable;
    recovery_code: RecoveryCodeTable;
    challenge: ChallengeTable;
    familiar_address: FamiliarAddressTable;
    sign_in_method: SignInMethodTable;
    identity: IdentityTable;
    device_login: DeviceLoginTable;
    one_time_link: OneTimeLinkTable;
    sign_in_attempt: SignInAttemptTable;
    audit: AuditTable;
    idempotency: IdempotencyTable;
  }
}

interface OrganizationTable {
  id: OrganizationId;
  name: string;
  is_home: Generated<boolean>;
  requires_second_factor: Generated<boolean>;
  created_by: string;
  created_at: Generated<Date>;
  deleted_at: Date | null;
}

interface ProjectTable {
  id: ProjectId;
  organization: OrganizationId;
  name: string;
  description: Generated<string>;
  is_default: Generated<boolean>;
  created_by: string;
  created_at: Generated<Date>;
  deleted_at: Date | null;
}

interface EnvironmentTable {
  id: Id<'environment'>;
  project: ProjectId;
  name: string;
  purpose: 'development' | 'test' | 'staging' | 'production';
  created_by: string;
  created_at: Generated<Date>;
  deleted_at: Date | null;
}

interface UserTable {
  id: UserId;
  organization: OrganizationId;
  name: string;
  password: string | null;
  created_by: Generated<string>;
  created_at: Date;
  disabled_at: Date | null;
}

interface GroupTable {
  id: Id<'group'>;
  organization: OrganizationId;
  name: string;
  description: Generated<string>;
  created_by: string;
  created_at: Generated<Date>;
}

interface GroupMemberTable {
  user_group: Id<'group'>;
  member: PrincipalId;
}

interface ServiceAccountTable {
  id: Id<'service-account'>;
  organization: OrganizationId;
  name: string;
  description: Generated<string>;
  created_by: string;
  created_at: Generated<Date>;
  disabled_at: Date | null;
}

interface PolicyTable {
  id: Id<'policy'>;
  organization: OrganizationId;
  name: string;
  description: Generated<string>;
  version: Generated<number>;
  created_by: string;
  created_at: Generated<Date>;
  deleted_at: Date | null;
}

interface PolicyVersionTable {
  policy: Id<'policy'>;
  number: number;
  document: ColumnType<unknown, string, never>;
  note: Generated<string>;
  created_by: string;
  created_at: Generated<Date>;
}

interface PolicyAttachmentTable {
  /** The id of one of the organization's, or the name of one that comes with the product. */
  policy: string;
  principal: PrincipalId | Id<'group'>;
  organization: OrganizationId;
  created_by: string;
  created_at: Generated<Date>;
}

interface AccessTokenTable {
  id: Id<'token'>;
  organization: OrganizationId;
  owner: PrincipalId;
  name: string;
  prefix: string;
  digest: Buffer;
  scopes: ColumnType<readonly string[] | null, string | null, never>;
  created_by: string;
  created_at: Generated<Date>;
  expires_at: Date | null;
  used_at: Date | null;
  used_ip: string | null;
}

interface SessionTable {
  id: Id<'session'>;
  user_id: UserId;
  token: Buffer;
  kind: 'browser' | 'cli';
  begun_by: 'password' | 'link' | 'passkey' | 'oidc' | 'ldap' | 'device';
  method: Id<'sign-in-method'> | null;
  mfa: boolean;
  proved_at: Date;
  created_at: Date;
  used_at: Date;
  expires_at: Date;
  ip: string;
  user_agent: string;
}

interface FactorTable {
  id: Id<'factor'>;
  user_id: UserId;
  kind: 'totp' | 'passkey';
  name: string;
  created_at: Date;
  used_at: Date | null;
  /** Of an app: sealed. */
  secret: string | null;
  last_step: number | null;
  credential: string | null;
  public_key: string | null;
  counter: number | null;
  transports: ColumnType<readonly string[] | null, string | null | undefined, never>;
  is_synced: boolean | null;
}

interface RecoveryCodeTable {
  user_id: UserId;
  hash: string;
}

interface ChallengeTable {
  token: Buffer;
  what: string;
  user_id: UserId | null;
  session: Id<'session'> | null;
  /** Sealed. */
  content: string;
  tries: Generated<number>;
  expires_at: Date;
}

interface FamiliarAddressTable {
  user_id: UserId;
  address: string;
  seen_at: Date;
}

interface SignInMethodTable {
  id: Id<'sign-in-method'>;
  organization: OrganizationId;
  kind: 'oidc' | 'ldap';
  title: string;
  settings: ColumnType<unknown, string, string>;
  /** Sealed. */
  secret: string | null;
  groups: ColumnType<Readonly<Record<string, readonly string[]>>, string, string>;
  makes_users: boolean;
  counts_as_two: boolean;
  is_enabled: Generated<boolean>;
  created_by: string;
  created_at: Date;
  synced_at: Date | null;
  sync: ColumnType<SyncRecord | null, string | null, string>;
}

interface SyncRecord {
  readonly people: number;
  readonly made: number;
  readonly disabled: number;
  readonly kept: number;
  readonly failure?: FailureData;
}

interface IdentityTable {
  organization: OrganizationId;
  issuer: string;
  subject: string;
  user_id: UserId;
  method: Id<'sign-in-method'> | null;
  gone_at: Date | null;
}

interface DeviceLoginTable {
  device: Buffer;
  code: string;
  ip: string;
  user_agent: string;
  created_at: Date;
  expires_at: Date;
  decision: 'approved' | 'denied' | null;
  user_id: UserId | null;
  mfa: boolean | null;
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
  organization: OrganizationId;
  at: Date;
  user_name: string;
  user_id: PrincipalId | null;
  action: string;
  ip: string;
  result: 'ok' | 'refused' | 'failed';
  status: number;
  request_id: string;
  subject: string | null;
  code: string | null;
  project: string | null;
  target_kind: string | null;
  target_id: string | null;
  target_name: string | null;
  reason: string | null;
  before: ColumnType<unknown, string | null, never>;
  after: ColumnType<unknown, string | null, never>;
  /** The hash of the plan that was approved. */
  approval: string | null;
  /** By the table itself: without gaps in an organization, and a digest that binds it to the row before. */
  number: GeneratedAlways<number>;
  digest: GeneratedAlways<Buffer>;
}

interface IdempotencyTable {
  user_id: PrincipalId;
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
