import type { Transaction } from '@pileus/database';
import { newId } from '@pileus/model';
import type { DeploymentRow, NodeRow, OperationRow, ResourceRow } from '@pileus/orchestrator';
import { sql } from 'kysely';
import { now } from '../row.ts';
import { forgetInputSecrets } from './input-secrets.ts';

/**
 * How the runs' writes get into the platform's tables: each kind in a few statements for all rows of a commit. Rows
 * about the same thing are folded first, in their order, because one statement changes a row only once.
 */
export const projections = {
  resource: writeResources,
  node: writeNodes,
  operation: writeOperations,
  deployment: writeDeployments,
};

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
        accepted = '{}', token = excluded.token, state = excluded.state, spec = excluded.spec, asked_at = now(), deleted_at = null,
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
      spec = coalesce(given.spec, resource.spec),
      accepted = resource.accepted - array(select jsonb_array_elements_text(coalesce(given.changed, '[]'))),
      created_at = case when given.ref is not null then coalesce(resource.created_at, now()) else resource.created_at end,
      seen_at = case when given.details is not null then now() else resource.seen_at end,
      deleted_at = case when given."isGone" then now() else resource.deleted_at end,
      changed = pg_current_xact_id()
    from jsonb_to_recordset(${JSON.stringify(folded)}::jsonb) as given (
      deployment text, step text, ref text, state text, native text, zone text, details jsonb, spec jsonb, changed jsonb, "isGone" boolean)
    where resource.deployment = given.deployment and resource.step = given.step
  `.execute(transaction);
  const met = folded.filter(({ isMet }) => isMet);
  if (met.length === 0) return;
  await sql`
    update resource as other set state = 'deleted', deleted_at = now(), changed = pg_current_xact_id()
    from resource, jsonb_to_recordset(${JSON.stringify(met)}::jsonb) as given (deployment text, step text)
    where resource.deployment = given.deployment and resource.step = given.step
      and other.deployment = resource.deployment and other.kind = resource.kind and other.ref = resource.ref
      and other.step <> resource.step and other.deleted_at is null
  `.execute(transaction);
}

async function writeNodes(transaction: Transaction, rows: readonly unknown[]): Promise<void> {
  const folded = fold(
    rows as readonly NodeRow[],
    ({ deployment, node }) => `${deployment} ${node}`,
    (before, after) => ({
      ...before,
      ...after,
      attributes: { ...(after.isCleared ? {} : before.attributes), ...after.attributes },
    }),
  );
  const made = folded.flatMap(({ deployment, node, made: given, revision = 1 }) =>
    given ? [{ id: `${deployment}.${node}`, deployment, node, revision, ...given }] : [],
  );
  if (made.length > 0) {
    // One that is there already keeps its revision until it is made or changed; one that was gone begins anew.
    await sql`
      insert into node_instance (id, deployment, node, revision, template, index, type, requires)
      select id, deployment, node, revision, template, index, type, requires
      from jsonb_to_recordset(${JSON.stringify(made)}::jsonb) as made (
        id text, deployment text, node text, revision integer, template text, index integer, type text, requires jsonb)
      on conflict (deployment, node) do update set
        revision = case when node_instance.state = 'deleted' then excluded.revision else node_instance.revision end,
        state = case when node_instance.state = 'deleted' then 'initial' else node_instance.state end,
        type = excluded.type, requires = excluded.requires, changed = pg_current_xact_id()
    `.execute(transaction);
  }
  const given = folded.map(({ made: isNew, revision, ...row }) => ({
    ...row,
    ...(!isNew && { revision }),
    failed: 'failure' in row,
    cleared: row.isCleared ?? false,
  }));
  await sql`
    update node_instance set
      state = coalesce(given.state, node_instance.state),
      revision = coalesce(given.revision, node_instance.revision),
      attributes = case when given.cleared then '{}' else node_instance.attributes end || coalesce(given.attributes, '{}'),
      failure = case when given.failed then nullif(given.failure, 'null') else node_instance.failure end,
      changed = pg_current_xact_id()
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as given (
      deployment text, node text, state text, revision integer, attributes jsonb, failure jsonb, failed boolean, cleared boolean)
    where node_instance.deployment = given.deployment and node_instance.node = given.node
  `.execute(transaction);
  const cleared = given.filter((row) => row.cleared);
  if (cleared.length === 0) return;
  await sql`
    delete from operation using jsonb_to_recordset(${JSON.stringify(cleared)}::jsonb) as given (deployment text, node text)
    where operation.deployment = given.deployment and (operation.node = given.node or operation.target = given.node)
  `.execute(transaction);
}

async function writeOperations(transaction: Transaction, rows: readonly unknown[]): Promise<void> {
  const folded = fold(
    rows as readonly OperationRow[],
    ({ deployment, step }) => `${deployment} ${step}`,
    (before, after) => ({ ...before, ...after, isUndone: after.isUndone ?? false }),
  );
  const undone = folded.filter((row) => row.isUndone);
  const done = folded.filter((row) => !row.isUndone);
  if (undone.length > 0) {
    await sql`
      delete from operation using jsonb_to_recordset(${JSON.stringify(undone)}::jsonb) as given (deployment text, step text)
      where operation.deployment = given.deployment and operation.step = given.step
    `.execute(transaction);
  }
  if (done.length === 0) return;
  await sql`
    insert into operation (deployment, step, node, target, digest, inputs, outputs)
    select deployment, step, node, target, digest, inputs, outputs
    from jsonb_to_recordset(${JSON.stringify(done)}::jsonb) as given (
      deployment text, step text, node text, target text, digest text, inputs jsonb, outputs jsonb)
    on conflict (deployment, step) do update set
      target = excluded.target, digest = excluded.digest, inputs = excluded.inputs, outputs = excluded.outputs, at = now()
  `.execute(transaction);
}

/** What a run still has to say once another one has come after it is no longer the deployment's state. */
async function writeDeployments(transaction: Transaction, rows: readonly unknown[]): Promise<void> {
  for (const { id, run, state, revision, outputs, nodes, isGone } of rows as readonly DeploymentRow[]) {
    const { numUpdatedRows } = await transaction
      .updateTable('deployment')
      .set({
        state,
        ...(revision !== undefined && { revision }),
        ...(outputs !== undefined && { outputs: JSON.stringify(outputs) }),
        ...(isGone && { deleted_at: sql<Date>`now()` }),
        changed: now,
      })
      .where('id', '=', id)
      .where('run', '=', run)
      .executeTakeFirst();
    if (numUpdatedRows === 0n || (!isGone && nodes === undefined)) continue;
    if (isGone) await forgetInputSecrets(transaction, id);
    await settleNodes(transaction, id, nodes ?? [], revision);
  }
}

/** The instances that are meant to be there are of the revision that was reached, and all others are gone. */
async function settleNodes(
  transaction: Transaction,
  deployment: string,
  nodes: readonly string[],
  revision: number | undefined,
): Promise<void> {
  const names = sql`select jsonb_array_elements_text(${JSON.stringify(nodes)}::jsonb)`;
  await sql`delete from selection where deployment = ${deployment} and node not in (${names})`.execute(transaction);
  await sql`
    update node_instance set state = 'deleted', failure = null, changed = pg_current_xact_id()
    where deployment = ${deployment} and state <> 'deleted' and node not in (${names})
  `.execute(transaction);
  await sql`
    delete from operation where deployment = ${deployment} and node not in (${names})
  `.execute(transaction);
  if (revision === undefined) return;
  // An instance that nothing had to be done for is up as well.
  await sql`
    update node_instance set
      revision = ${revision},
      state = case when state = 'initial' then 'started' else state end,
      changed = case when state = 'initial' then pg_current_xact_id() else changed end
    where deployment = ${deployment} and node in (${names})
  `.execute(transaction);
}

function fold<T>(rows: readonly T[], key: (row: T) => string, join: (before: T, after: T) => T): T[] {
  const folded = new Map<string, T>();
  for (const row of rows) {
    const before = folded.get(key(row));
    folded.set(key(row), before === undefined ? row : join(before, row));
  }
  return [...folded.values()];
}
