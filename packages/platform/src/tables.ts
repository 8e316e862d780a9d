import type { Check } from '@pileus/provider';
import type { Counts, Plan } from '@pileus/orchestrator';
import type {
  ChangeAction,
  FailureData,
  Id,
  Limits,
  ManagedKind,
  OrganizationId,
  PriceList,
  ProjectId,
  ResourceState,
  Tags,
  Takes,
  Text,
} from '@pileus/model';
import type { secretKinds, VariantView } from '@pileus/api';
import type { Health } from './healing/health.ts';
import type { ColumnType, Generated, GeneratedAlways, Selectable } from 'kysely';
import type { z } from 'zod';

declare module '@pileus/database' {
  interface Tables {
    account: AccountTable;
    price_list: PriceListTable;
    flavor: FlavorTable;
    template: TemplateTable;
    template_version: TemplateVersionTable;
    blob: BlobTable;
    template_file: TemplateFileTable;
    plan: PlanTable;
    selection: SelectionTable;
    deployment: DeploymentTable;
    node_instance: NodeInstanceTable;
    resource: ResourceTable;
    revision: RevisionTable;
    operation: OperationTable;
    finding: FindingTable;
    rewrap: RewrapTable;
    secret: SecretTable;
    secret_version: SecretVersionTable;
    account_secret: AccountSecretTable;
    input_secret: InputSecretTable;
    plan_secret: PlanSecretTable;
    fingerprint_key: FingerprintKeyTable;
    quota: QuotaTable;
  }
}

/** Written by us as JSON text; read as what was written. */
type Jsonb<T> = ColumnType<T, string, string>;
/** `default pg_current_xact_id()`; updates set it anew. */
type Changed = ColumnType<string, never, string>;

export interface HealthRecord {
  readonly is: 'unknown' | 'ok' | 'failing';
  readonly checkedAt?: string;
  readonly checks: readonly Check[];
}

interface AccountTable {
  id: string;
  organization: OrganizationId;
  name: string;
  description: string;
  provider: string;
  settings: Jsonb<Record<string, unknown>>;
  secrets: Jsonb<Record<string, string>>;
  health: ColumnType<HealthRecord, string | undefined, string>;
  refreshed_at: Date | null;
  created_by: string;
  created_at: Generated<Date>;
  deleted_at: Date | null;
  changed: Changed;
}

interface PriceListTable {
  account: string;
  valid_from: Date;
  prices: Jsonb<PriceList>;
  created_by: string;
  created_at: Generated<Date>;
}

interface FlavorTable {
  account: string;
  ref: string;
  name: string;
  cores: number | null;
  megabytes: number | null;
  seen_at: Date;
}

interface TemplateTable {
  id: string;
  /** Null: it comes with the product, for every organization. */
  organization: OrganizationId | null;
  name: string;
  preset: Generated<boolean>;
  created_by: string;
  created_at: Generated<Date>;
  deleted_at: Date | null;
}

interface TemplateVersionTable {
  template: string;
  version: string;
  seq: GeneratedAlways<number>;
  digest: string;
  title: Jsonb<Text>;
  description: Jsonb<Text>;
  variants: Jsonb<z.infer<typeof VariantView>[]>;
  created_by: string;
  created_at: Generated<Date>;
}

interface BlobTable {
  sha256: string;
  content: Buffer;
}

interface TemplateFileTable {
  template: string;
  version: string;
  path: string;
  bytes: number;
  sha256: string;
}

interface SelectionTable {
  deployment: string;
  node: string;
  source: string;
  source_node: string;
}

interface PlanTable {
  id: string;
  organization: OrganizationId;
  project: ProjectId;
  environment: Id<'environment'> | null;
  action: ChangeAction;
  name: string;
  hash: string;
  deployment: string | null;
  template: string;
  version: string;
  variant: string;
  account: string;
  inputs: Jsonb<Record<string, unknown>>;
  content: Jsonb<Plan>;
  counts: ColumnType<Counts, string | undefined, string>;
  tags: ColumnType<Tags, string | undefined, string>;
  base: string | null;
  created_by: string;
  created_at: Generated<Date>;
  expires_at: Date;
  used_at: Date | null;
}

export type PlanRow = Selectable<PlanTable>;

export type DeploymentState =
  | 'deploying'
  | 'changing'
  | 'running'
  | 'stopped'
  | 'failed'
  | 'cancelled'
  | 'deleting'
  | 'deleted';

interface DeploymentTable {
  id: string;
  organization: OrganizationId;
  project: ProjectId;
  environment: Id<'environment'> | null;
  name: string;
  state: DeploymentState;
  template: string;
  version: string;
  variant: string;
  account: string;
  plan: string;
  inputs: Jsonb<Record<string, unknown>>;
  outputs: ColumnType<readonly { name: string; description?: string; value: unknown }[], string | undefined, string>;
  run: string | null;
  wanted: number | null;
  revision: number | null;
  takes: ColumnType<Takes, string | undefined, string>;
  tags: ColumnType<Tags, string | undefined, string>;
  watch_seconds: number | null;
  watched_at: Date | null;
  created_by: string;
  created_at: Generated<Date>;
  deleted_by: string | null;
  deleted_at: Date | null;
  changed: Changed;
}

interface NodeInstanceTable {
  deployment: string;
  node: string;
  template: string;
  index: Generated<number>;
  revision: Generated<number>;
  id: string;
  type: string;
  state: Generated<string>;
  attributes: ColumnType<Record<string, unknown>, string | undefined, string>;
  requires: Jsonb<{ name: string; target: string; relationship: string }[]>;
  failure: ColumnType<FailureData | null, string | null | undefined, string | null>;
  health: ColumnType<Health | null, string | null | undefined, string | null>;
  changed: Changed;
}

interface ResourceTable {
  id: string;
  deployment: string;
  step: string;
  node: string;
  kind: ManagedKind;
  account: string;
  name: string;
  token: string;
  ref: string | null;
  state: ResourceState | 'deleted';
  native: string;
  zone: string | null;
  details: Jsonb<Record<string, unknown>>;
  spec: Jsonb<Record<string, unknown>>;
  accepted: ColumnType<Record<string, unknown>, string | undefined, string>;
  asked_at: Date;
  created_at: Date | null;
  seen_at: Date | null;
  deleted_at: Date | null;
  changed: Changed;
}

interface RevisionTable {
  deployment: string;
  number: number;
  action: ChangeAction;
  template: string;
  version: string;
  variant: string;
  inputs: Jsonb<Record<string, unknown>>;
  counts: ColumnType<Counts, string | undefined, string>;
  plan: string;
  run: string | null;
  note: Generated<string>;
  created_by: string;
  created_at: Generated<Date>;
}

interface OperationTable {
  deployment: string;
  step: string;
  node: string;
  target: string | null;
  digest: string | null;
  inputs: Jsonb<Record<string, unknown>> | null;
  outputs: Jsonb<Record<string, string>> | null;
  at: Generated<Date>;
}

interface InputSecretTable {
  plan: string;
  name: string;
  sealed: string;
}

interface FingerprintKeyTable {
  is_only: Generated<boolean>;
  sealed: string;
}

interface FindingTable {
  id: string;
  account: string;
  kind: ManagedKind;
  ref: string;
  name: string;
  token: string;
  is_a: 'adopted' | 'orphan' | 'double' | 'unknown';
  deployment: string | null;
  first_seen: Generated<Date>;
  last_seen: Generated<Date>;
  removed_at: Date | null;
  removed_by: string | null;
  ignored_at: Date | null;
  ignored_by: string | null;
  ignored_note: Generated<string>;
}

interface RewrapTable {
  id: Id<'rewrap'>;
  asked_by: string;
  asked_at: Date;
  wrapped: Generated<number>;
  passed_over: Generated<number>;
  failure: ColumnType<FailureData | null, string | undefined, string | null>;
  ended_at: ColumnType<Date | null, Date | undefined, Date>;
}

interface SecretTable {
  id: Id<'secret'>;
  organization: OrganizationId;
  name: string;
  description: string;
  kind: (typeof secretKinds)[number];
  version: number;
  created_by: string;
  created_at: Date;
}

interface SecretVersionTable {
  secret: Id<'secret'>;
  number: number;
  /** Sealed; null once it is forgotten. */
  value: string | null;
  fingerprint: string | null;
  brought_back_from: number | null;
  created_by: string;
  created_at: Date;
}

interface PlanSecretTable {
  plan: string;
  input: string;
  secret: Id<'secret'>;
  version: number;
}

interface AccountSecretTable {
  account: string;
  setting: string;
  secret: Id<'secret'>;
}

interface QuotaTable {
  scope: string;
  limits: Jsonb<Limits>;
  changed_by: string;
  changed_at: Date;
}
