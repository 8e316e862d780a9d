import type { Transaction } from '@pileus/database';
import { newId } from '@pileus/model';
import type { DeploymentRow, NodeRow, ResourceRow } from '@pileus/orchestrator';
import { sql } from 'kysely';
import { now } from '../row.ts';

/**
 * How the runs' writes get into the platform's tables: each kind in a few statements for all rows of a commit. Rows
 * about the same thing are folded first, in their order, because one statement changes a row only once.
 */
export const projections = { resource: writeResources, node: writeNodes, deployment: writeDeployments };

async function writeResources(transaction: Transaction, rows: readonly unknown[]): Promise<void> {
  const folded = fold(
    rows as readonly ResourceRow[],
    ({ deployment, step }) => `${deployment} ${step}`,
    (before, after) => ({ ...before, ...after }),
  );
  const asked = folded
    .filter((row) => row.asked)
    .map(({ deployment, step, state, asked: given }) => ({ id: newId('resource'), deployment, step, state, ...given }));
  if (asked.length > 0) {
    await sql`
      insert into resource (id, deployment, step, node, kind, account, name, token, state, spec)
      select id, deployment, step, node, kind, account, name, token, state, spec
      from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as asked (
        id text, deployment text, step text, node text, kind text, account text, name text, token text, state text, spec jsonb)
      on conflict (deployment, step) do update set
        token = excluded.token, state = excluded.state, spec = excluded.spec, asked_at = now(), deleted_at = null,
        changed = pg_current_xact_id()
    `.execute(transaction);
  }
  await sql`
    update resource set
      ref = coalesce(given.ref, resource.ref),
      state = given.state,
      native = coalesce(given.native, resource.native),
      zone = coalesce(given.zone, resource.zone),
      details = coalesce(given.details, resource.details),
      created_at = case when given.ref is not null then coalesce(resource.created_at, now()) else resource.created_at end,
      seen_at = case when given.details is not null then now() else resource.seen_at end,
      deleted_at = case when given."isGone" then now() else resource.deleted_at end,
      changed = pg_current_xact_id()
    from jsonb_to_recordset(${JSON.stringify(folded)}::jsonb) as given (
      deployment text, step text, ref text, state text, native text, zone text, details jsonb, "isGone" boolean)
    where resource.deployment = given.deployment and resource.step = given.step
  `.execute(transaction);
}

async function writeNodes(transaction: Transaction, rows: readonly unknown[]): Promise<void> {
  const folded = fold(
    rows as readonly NodeRow[],
    ({ deployment, node }) => `${deployment} ${node}`,
    (before, after) => ({
      ...before,
      ...after,
      attributes: { ...before.attributes, ...after.attributes },
    }),
  );
  const given = folded.map((row) => ({ ...row, failed: 'failure' in row }));
  await sql`
    update node_instance set
      state = coalesce(given.state, node_instance.state),
      attributes = node_instance.attributes || coalesce(given.attributes, '{}'),
      failure = case when given.failed then nullif(given.failure, 'null') else node_instance.failure end,
      changed = pg_current_xact_id()
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as given (
      deployment text, node text, state text, attributes jsonb, failure jsonb, failed boolean)
    where node_instance.deployment = given.deployment and node_instance.node = given.node
  `.execute(transaction);
}

/** What a deploying run still has to say once the deletion has begun is no longer the deployment's state. */
async function writeDeployments(transaction: Transaction, rows: readonly unknown[]): Promise<void> {
  for (const { id, by, state, outputs, isGone } of rows as readonly DeploymentRow[]) {
    let update = transaction
      .updateTable('deployment')
      .set({
        state,
        ...(outputs !== undefined && { outputs: JSON.stringify(outputs) }),
        ...(isGone && { deleted_at: sql<Date>`now()` }),
        changed: now,
      })
      .where('id', '=', id);
    if (by === 'create') update = update.where('state', 'not in', ['deleting', 'deleted']);
    await update.execute();
    if (!isGone) continue;
    await transaction
      .updateTable('node_instance')
      .set({ state: 'deleted', failure: null, changed: now })
      .where('deployment', '=', id)
      .execute();
  }
}

function fold<T>(rows: readonly T[], key: (row: T) => string, join: (before: T, after: T) => T): T[] {
  const folded = new Map<string, T>();
  for (const row of rows) {
    const before = folded.get(key(row));
    folded.set(key(row), before === undefined ? row : join(before, row));
  }
  return [...folded.values()];
}
