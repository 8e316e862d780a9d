import type { Database } from '@pileus/database';
import type { Metrics, Sample } from '@pileus/model';
import { sql, type RawBuilder } from 'kysely';

/** What the database knows of the work there is, the same whichever process is asked, and this process's connections to it. */
export function measurePlatform(metrics: Metrics, database: Database): void {
  const counted = async (query: RawBuilder<{ label: string; value: number }>, label: string): Promise<Sample[]> =>
    (await query.execute(database)).rows.map((row) => [{ [label]: row.label }, Number(row.value)]);
  const single = async (query: RawBuilder<{ value: number | null }>): Promise<Sample[]> =>
    (await query.execute(database)).rows.map(({ value }) => [{}, Number(value ?? 0)]);

  metrics.gauge('pileus_runs', 'Runs that have not ended, by state', () =>
    counted(
      sql`select state as label, count(*)::int as value from run
        where state in ('queued', 'running', 'paused', 'cancelling') group by state`,
      'state',
    ),
  );
  metrics.gauge('pileus_run_queue_seconds', 'How long the run that was queued first has been waiting', () =>
    single(sql`select extract(epoch from now() - min(created))::float8 as value from run where state = 'queued'`),
  );
  metrics.gauge('pileus_steps', 'Steps of runs that have not ended, by state', () =>
    counted(
      sql`select run_step.state as label, count(*)::int as value from run join run_step on run_step.run = run.id
        where run.state in ('queued', 'running', 'paused', 'cancelling') group by run_step.state`,
      'state',
    ),
  );
  metrics.gauge('pileus_jobs', 'Background jobs that are due or under way, by what they do', () =>
    counted(
      sql`select task_identifier as label, count(*)::int as value from graphile_worker.jobs
        where run_at <= now() and attempts < max_attempts group by task_identifier`,
      'job',
    ),
  );
  metrics.gauge('pileus_job_queue_seconds', 'How long the background job that was due first has been waiting', () =>
    single(
      sql`select extract(epoch from now() - min(run_at))::float8 as value from graphile_worker.jobs
        where run_at <= now() and attempts < max_attempts`,
    ),
  );
  metrics.gauge('pileus_webhook_deliveries', 'Events that webhooks wait for, by whether they are due', () =>
    counted(
      sql`select case when due_at <= now() then 'due' else 'later' end as label, count(*)::int as value
        from webhook_delivery join webhook on webhook.id = webhook_delivery.webhook and webhook.is_enabled
        where state = 'waiting' group by 1`,
      'when',
    ),
  );
  metrics.gauge('pileus_webhooks_failing', 'Webhooks to which nothing can be delivered', () =>
    single(sql`select count(*)::int as value from webhook where failing_since is not null and is_enabled`),
  );
  metrics.gauge('pileus_accounts', 'Cloud accounts by health', () =>
    counted(
      sql`select health ->> 'is' as label, count(*)::int as value from account where deleted_at is null group by 1`,
      'health',
    ),
  );
  metrics.gauge(
    'pileus_database_connections',
    "This process's connections to the database, and what waits for one",
    () => {
      const { total, idle, waiting } = database.connections;
      return [
        [{ state: 'busy' }, total - idle],
        [{ state: 'idle' }, idle],
        [{ state: 'waited_for' }, waiting],
      ];
    },
  );
}
