import type { Database, Tables, Transaction } from '@pileus/database';
import { isActive, type Engine, type RunDefinition } from '@pileus/engine';
import { Failure, newId, type Clock, type RunId } from '@pileus/model';
import type { Selectable } from 'kysely';
import { now, taken } from '../row.ts';
import type { Library } from '../templates/library.ts';
import type { PlanRow } from '../tables.ts';

export type DeploymentRow = Selectable<Tables['deployment']>;

export interface Deployments {
  find(id: string): Promise<DeploymentRow>;
  /** Carries out a plan exactly as it was shown: `hash` is the one that was seen. */
  create(plan: string, hash: string, by: string): Promise<{ deployment: string; run: RunId }>;
  /** Begins to take a deployment down, also in the middle of being deployed. Asking again answers the same run. */
  remove(id: string, by: string): Promise<RunId>;
  cancel(run: RunId): Promise<void>;
  resume(run: RunId): Promise<void>;
}

interface DeploymentsOptions {
  readonly database: Database;
  readonly engine: Engine;
  readonly library: Library;
  readonly clock: Clock;
  readonly deploy: RunDefinition<{ deployment: string }>;
  readonly undeploy: RunDefinition<{ deployment: string }>;
}

export function createDeployments({
  database,
  engine,
  library,
  clock,
  deploy,
  undeploy,
}: DeploymentsOptions): Deployments {
  const find = async (id: string): Promise<DeploymentRow> => {
    const row = await database.selectFrom('deployment').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw new Failure('not-found', { kind: 'deployment', id });
    return row;
  };

  return {
    find,
    create: async (id, hash, by) => {
      const plan = await database.selectFrom('plan').selectAll().where('id', '=', id).executeTakeFirst();
      if (!plan) throw new Failure('not-found', { kind: 'plan', id });
      // Read before the transaction, which then only writes.
      const { template } = await library.variant(plan.template, plan.version, plan.variant, undefined);
      return database
        .transaction()
        .execute(async (transaction) => {
          await claim(transaction, id, hash, clock);
          const deployment = newId('deployment');
          await insert(transaction, deployment, plan, by);
          await insertNodes(transaction, deployment, template.topology.nodes);
          const run = await engine.start(
            deploy,
            { deployment },
            { title: plan.name, subject: deployment, actor: by, in: transaction },
          );
          await transaction.updateTable('deployment').set({ run }).where('id', '=', deployment).execute();
          return { deployment, run };
        })
        .catch(taken(plan.name));
    },
    remove: (id, by) =>
      withLocks(database, id, async (transaction, row, active) => {
        if (row.state === 'deleted') throw new Failure('conflict', { what: row.name, reason: 'it is deleted already' });
        if (active?.kind === undeploy.name) return active.id;
        if (active) await engine.cancel(active.id, { in: transaction });
        const title = row.name;
        const run = await engine.start(
          undeploy,
          { deployment: id },
          { title, subject: id, actor: by, in: transaction },
        );
        await transaction
          .updateTable('deployment')
          .set({ state: 'deleting', run, deleted_by: by, changed: now })
          .where('id', '=', id)
          .execute();
        return run;
      }),
    cancel: (run) => engine.cancel(run),
    resume: async (id) => {
      const run = await engine.get(id);
      if (!run) throw new Failure('not-found', { kind: 'run', id });
      if (run.kind !== deploy.name && run.kind !== undeploy.name) return engine.resume(id);
      await withLocks(database, run.subject ?? '', async (transaction, row) => {
        if (row.run !== id) {
          throw new Failure('conflict', {
            what: run.title,
            reason: 'a later run has changed it since; this one cannot go on',
          });
        }
        await engine.resume(id, { in: transaction });
        const state = run.kind === undeploy.name ? 'deleting' : 'deploying';
        await transaction.updateTable('deployment').set({ state, changed: now }).where('id', '=', row.id).execute();
      });
    },
  };
}

async function claim(transaction: Transaction, id: string, hash: string, clock: Clock): Promise<void> {
  const plan = await transaction
    .selectFrom('plan')
    .select(['hash', 'action', 'expires_at', 'used_at'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  const reason =
    plan?.hash !== hash
      ? 'it is not the one that was seen; plan again'
      : plan.action !== 'create'
        ? 'it is a plan for a deletion'
        : plan.used_at
          ? 'it was carried out before'
          : plan.expires_at.getTime() < clock.now()
            ? 'it has expired; plan again'
            : undefined;
  if (reason) throw new Failure('plan-expired', { reason });
  await transaction
    .updateTable('plan')
    .set({ used_at: new Date(clock.now()) })
    .where('id', '=', id)
    .execute();
}

async function insert(transaction: Transaction, id: string, plan: PlanRow, by: string): Promise<void> {
  const { name, template, version, variant, account, inputs } = plan;
  await transaction
    .insertInto('deployment')
    .values({
      id,
      name,
      state: 'deploying',
      template,
      version,
      variant,
      account,
      plan: plan.id,
      inputs: JSON.stringify(inputs),
      created_by: by,
    })
    .execute();
}

type Nodes = Awaited<ReturnType<Library['variant']>>['template']['topology']['nodes'];

async function insertNodes(transaction: Transaction, deployment: string, nodes: Nodes): Promise<void> {
  const rows = Object.values(nodes).map(({ name, type, requirements }) => ({
    deployment,
    node: name,
    id: `${deployment}.${name}`,
    type,
    requires: JSON.stringify(
      requirements.map((one) => ({ name: one.name, target: one.target, relationship: one.relationship.type })),
    ),
  }));
  for (let at = 0; at < rows.length; at += 1000)
    await transaction
      .insertInto('node_instance')
      .values(rows.slice(at, at + 1000))
      .execute();
}

interface ActiveRun {
  readonly id: RunId;
  readonly kind: string;
}

/**
 * Changes a deployment while nobody else does. Locks are taken in the engine's order, which writes a run and then what
 * the run has changed: first the deployment's last run, then the deployment. When another run has come between the two,
 * it begins again.
 */
async function withLocks<T>(
  database: Database,
  id: string,
  change: (transaction: Transaction, row: DeploymentRow, active: ActiveRun | undefined) => Promise<T>,
): Promise<T> {
  for (;;) {
    const done = await database.transaction().execute(async (transaction) => {
      const seen = await transaction.selectFrom('deployment').select('run').where('id', '=', id).executeTakeFirst();
      if (!seen) throw new Failure('not-found', { kind: 'deployment', id });
      const run = await transaction
        .selectFrom('run')
        .select(['id', 'kind', 'state'])
        .where('id', '=', seen.run)
        .forUpdate()
        .executeTakeFirst();
      const row = await transaction
        .selectFrom('deployment')
        .selectAll()
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirstOrThrow();
      if (row.run !== seen.run) return undefined;
      return {
        answer: await change(
          transaction,
          row,
          run && isActive(run) ? { id: run.id as RunId, kind: run.kind } : undefined,
        ),
      };
    });
    if (done) return done.answer;
  }
}
