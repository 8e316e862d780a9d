import type { FailureData, OrganizationId, ProjectId } from '@pileus/model';
import type { ColumnType, Generated, GeneratedAlways, Selectable } from 'kysely';

declare module '@pileus/database' {
  interface Tables {
    webhook: WebhookTable;
    webhook_delivery: DeliveryTable;
    webhook_attempt: AttemptTable;
  }
}

interface WebhookTable {
  id: string;
  organization: OrganizationId;
  name: string;
  url: string;
  kinds: readonly string[];
  project: ProjectId | null;
  format: 'standard' | 'cloudevents';
  in_order: boolean;
  /** Sealed, as is the old one. */
  secret: string;
  old_secret: string | null;
  old_secret_until: Date | null;
  is_enabled: Generated<boolean>;
  disabled_because: 'failing' | 'gone' | null;
  failing_since: Date | null;
  created_by: string;
  created_at: Date;
}
export type WebhookRow = Selectable<WebhookTable>;

interface DeliveryTable {
  id: string;
  seq: GeneratedAlways<number>;
  webhook: string;
  kind: string;
  at: Date;
  data: ColumnType<Record<string, unknown>, string, never>;
  state: Generated<'waiting' | 'delivered' | 'failed'>;
  attempts: Generated<number>;
  due_at: Generated<Date>;
  created_at: Generated<Date>;
}
export type DeliveryRow = Selectable<DeliveryTable>;

interface AttemptTable {
  delivery: string;
  number: number;
  at: Date;
  milliseconds: number;
  status: number | null;
  answer: string | null;
  failure: ColumnType<FailureData | null, string | null, never>;
}
export type AttemptRow = Selectable<AttemptTable>;
