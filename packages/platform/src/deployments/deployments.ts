import type { Database, Tables, Transaction } from '@pileus/database';
import { actionOfChange } from '@pileus/api';
import { isActive, type Engine, type RunRecord } from '@pileus/engine';
import {
  because,
  changeActions,
  Failure,
  measures,
  newId,
  type ChangeAction,
  type Clock,
  type RunId,
  type Takes,
} from '@pileus/model';
import type { Selectable } from 'kysely';
import type { Called, CalledName, ChangeRuns } from '@pileus/orchestrator';
import type { By } from '../access/by.ts';
import { behalfOf, needsOf, type Need } from '../access/initiator.ts';
import { take } from '../quotas/quotas.ts';
import { now, taken } from '../row.ts';
import type { PlanRow } from '../tables.ts';
import { baseOf } from './base.ts';
import { newPlanSecrets } from './plan-secrets.ts';
import { keepSelections, newSources, refuseUsed } from './selections.ts';

export type DeploymentRow = Selectable<Tables['deployment']>;

export interface Deployments {
  find(id: string): Promise<DeploymentRow>;
  /**
   * Carries out a plan exactly as it was shown: `hash` is the one that was seen. Throws `plan-expired` when what it rests
   * on has changed since. `note` says why, for the history.
   */
  apply(plan: string, hash: string, by: By, note?: string): Promise<{ deployment: string; run: RunId }>;
  /** Begins to take a deployment down, also in the middle of being deployed. Asking again answers the same run. */
  remove(id: string, by: By): Promise<RunId>;
  /**
   * Stops a run and keeps what it has made; with `undo`, what it has changed is put back afterwards: a new deployment is
   * removed, a changed one goes back to what it was. Answers the run that does so.
   */
  cancel(run: RunId, by: By, undo?: boolean): Promise<RunId>;
  /**
   * Mends instances, and what is found to be gone or broken beside them; undefined while something else is being done. Throws
   * `over-quota` where less is there than was to be, and others have the room by now.
   */
  mend(id: string, nodes: readonly string[], note: string): Promise<RunId | undefined>;
  /** What somebody must be allowed who goes on with a run: what it needed when it was started. */
  needsOf(run: RunRecord): Promise<readonly Need[]>;
  /**
   * Goes on with a paused, failed or cancelled run, for `by`, who answers for it from then on; with `only`, tries just these
   * instances again.
   */
  resume(run: RunId, by: By, only?: readonly string[]): Promise<void>;
}

/** Who did what nobody has asked for. */
export const itself = 'pileus';

interface DeploymentsOptions {
  readonly database: Database;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly runs: ChangeRuns;
}

export function createDeployments({ database, engine, clock, runs }: DeploymentsOptions): Deployments {
  const find = async (id: string): Promise<DeploymentRow> => {
    const row = await database.selectFrom('deployment').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw new Failure('not-found', { kind: 'deployment', id });
    return row;
  };
  const isOurs = (kind: string): boolean => Object.values(runs).some(({ name }) => name === kind);

  const create = (plan: PlanRow, hash: string, by: By, note: string) =>
    database
      .transaction()
      .execute(async (transaction) => {
        await claim(transaction, plan.id, hash, clock);
        const deployment = newId('deployment');
        await take(transaction, { ...plan, deployment: undefined }, plan.content.takes ?? {}, plan.name);
        await insert(transaction, deployment, plan, by);
        const run = await engine.start(
          runs.create,
          { deployment, plan: plan.id, ...(note !== '' && { note }) },
          {
            title: plan.name,
            subject: deployment,
            ...behalfOf(by, [
              ...needsFor('create', { id: deployment, account: plan.account }),
              ...(await needsToUse(transaction, plan)),
            ]),
            share: plan.organization,
            in: transaction,
          },
        );
        await insertRevision(transaction, deployment, 1, plan, run, by, note);
        await keepSelections(transaction, deployment, plan.content);
        await transaction.updateTable('deployment').set({ run, wanted: 1 }).where('id', '=', deployment).execute();
        return { deployment, run };
      })
      .catch(taken(plan.name));

  const change = (plan: PlanRow & { deployment: string }, hash: string, by: By, note: string) =>
    withLocks(database, plan.deployment, async (transaction, row) => {
      await claim(transaction, plan.id, hash, clock);
      if ((await baseOf(row, engine, plan.action)) !== plan.base) {
        throw new Failure('plan-expired', { reason: because('plan-outdated') });
      }
      const { id: deployment, name: title } = row;
      const takes = plan.content.takes ?? {};
      await take(transaction, { ...row, deployment }, takes, title);
      const run = await engine.start(
        runs[plan.action],
        {
          deployment,
          plan: plan.id,
          ...(note !== '' && { note }),
          ...(plan.content.called && { called: nameOf(plan.content.called) }),
          ...(isCalled(plan.action) && { state: stateBefore(row) }),
        },
        {
          title,
          subject: deployment,
          ...behalfOf(by, [...needsFor(plan.action, row), ...(await needsToUse(transaction, plan))]),
          share: row.organization,
          in: transaction,
        },
      );
      const keepsRevision = plan.action === 'stop' || plan.action === 'start' || isCalled(plan.action);
      const wanted = (row.wanted ?? 0) + 1;
      await refuseUsed(transaction, row, plan.content.gone);
      await keepSelections(transaction, deployment, plan.content);
      if (!keepsRevision) await insertRevision(transaction, deployment, wanted, plan, run, by, note);
      await transaction
        .updateTable('deployment')
        .set({
          state: 'changing',
          run,
          takes: JSON.stringify(takes),
          ...(!keepsRevision && {
            wanted,
            plan: plan.id,
            template: plan.template,
            version: plan.version,
            variant: plan.variant,
            inputs: JSON.stringify(plan.inputs),
            watch_seconds: pauseBetween(plan),
          }),
          changed: now,
        })
        .where('id', '=', deployment)
        .execute();
      return { deployment, run };
    });

  const needsToUse = async (transaction: Transaction, plan: PlanRow): Promise<Need[]> => [
    ...(await newSources(transaction, plan)).map((id): Need => ({ may: 'deployment.use', of: 'deployment', id })),
    ...(await newPlanSecrets(transaction, plan)).map((id): Need => ({ may: 'secret.use', of: 'secret', id })),
  ];

  /** Begins to take everything down, in a transaction that holds the deployment. */
  const begin = async (
    transaction: Transaction,
    row: DeploymentRow,
    by: By,
    { needs = needsFor('delete', row), isCancelled = false } = {},
  ): Promise<RunId> => {
    const { id, name: title } = row;
    await refuseUsed(transaction, row);
    const run = await engine.start(
      runs.delete,
      { deployment: id },
      { title, subject: id, ...behalfOf(by, needs), share: row.organization, in: transaction },
    );
    await transaction
      .updateTable('deployment')
      .set({
        state: 'deleting',
        run,
        deleted_by: by.name,
        // What is being cancelled may still make something: until all is gone it keeps its room.
        ...(!isCancelled && { takes: JSON.stringify({ money: row.takes.money }) }),
        changed: now,
      })
      .where('id', '=', id)
      .execute();
    return run;
  };

  return {
    find,
    apply: async (id, hash, by, note = '') => {
      const plan = await database.selectFrom('plan').selectAll().where('id', '=', id).executeTakeFirst();
      if (!plan) throw new Failure('not-found', { kind: 'plan', id });
      const { deployment } = plan;
      if (deployment === null) return create(plan, hash, by, note);
      if (plan.action !== 'delete') return change({ ...plan, deployment }, hash, by, note);
      return withLocks(database, deployment, async (transaction, row, active) => {
        await claim(transaction, id, hash, clock);
        if (active?.kind === runs.delete.name) return { deployment, run: active.id };
        if (active) await engine.cancel(active.id, { in: transaction });
        return { deployment, run: await begin(transaction, row, by, { isCancelled: active !== undefined }) };
      });
    },
    remove: (id, by) =>
      withLocks(database, id, async (transaction, row, active) => {
        if (row.state === 'deleted')
          throw new Failure('conflict', { what: row.name, reason: because('deleted-already') });
        if (active?.kind === runs.delete.name) return active.id;
        if (active) await engine.cancel(active.id, { in: transaction });
        return begin(transaction, row, by, { isCancelled: active !== undefined });
      }),
    cancel: async (id, by, undo = false) => {
      const run = await engine.get(id);
      if (!undo || !run?.subject || !isOurs(run.kind)) {
        await engine.cancel(id);
        return id;
      }
      return withLocks(database, run.subject, async (transaction, row, active) => {
        if (active?.id !== id) {
          throw new Failure('conflict', { what: run.title, reason: because('run-ended') });
        }
        if (run.kind === runs.delete.name) {
          throw new Failure('conflict', { what: run.title, reason: because('deletion-stays') });
        }
        await engine.cancel(id, { in: transaction });
        const back = row.revision;
        if (back === null) return begin(transaction, row, by, { needs: needsToUndo(row), isCancelled: true });
        return undoing(transaction, row, back, by);
      });
    },
    mend: (deployment, mend, note) =>
      withLocks(database, deployment, async (transaction, row, active) => {
        if (active || row.wanted === null || (row.state !== 'running' && row.state !== 'failed')) return undefined;
        const wanted = row.wanted + 1;
        const own = { name: itself, organization: row.organization };
        const plan = await transaction
          .selectFrom('plan')
          .selectAll()
          .where('id', '=', row.plan)
          .executeTakeFirstOrThrow();
        // What it is to be, not what the last run was to leave: that may have been a deletion which was given up.
        const takes = known({ ...row.takes, ...plan.content.takes });
        await take(transaction, { ...row, deployment }, takes, row.name);
        const run = await engine.start(
          runs.heal,
          { deployment, revision: wanted, mend: [...mend] },
          { title: row.name, subject: deployment, actor: itself, share: row.organization, in: transaction },
        );
        const held = await transaction
          .selectFrom('revision')
          .select('counts')
          .where('deployment', '=', deployment)
          .where('number', '=', row.wanted)
          .executeTakeFirstOrThrow();
        await insertRevision(transaction, deployment, wanted, { ...plan, ...held, action: 'heal' }, run, own, note);
        await transaction
          .updateTable('deployment')
          .set({ state: 'changing', run, wanted, takes: JSON.stringify(takes), changed: now })
          .where('id', '=', deployment)
          .execute();
        return run;
      }),
    needsOf: needsToResume,
    resume: async (id, by, only) => {
      const run = await engine.get(id);
      if (!run) throw new Failure('not-found', { kind: 'run', id });
      const behalf = behalfOf(by, await needsToResume(run));
      if (!isOurs(run.kind) || run.state === 'paused') return engine.resume(id, { only, by: behalf });
      await withLocks(database, run.subject ?? '', async (transaction, row, active) => {
        if (row.run !== id) {
          throw new Failure('conflict', {
            what: run.title,
            reason: because('later-run'),
          });
        }
        // What it had not made when it ended was given back then.
        if (!active && run.kind !== runs.delete.name)
          await take(transaction, { ...row, deployment: row.id }, known(row.takes), row.name);
        await engine.resume(id, { in: transaction, only, by: behalf });
        const state =
          run.kind === runs.delete.name ? 'deleting' : run.kind === runs.create.name ? 'deploying' : 'changing';
        await transaction.updateTable('deployment').set({ state, changed: now }).where('id', '=', row.id).execute();
      });
    },
  };

  /** Of what the platform began by itself, its kind tells: whoever goes on with it does the same by hand. */
  async function needsToResume(run: RunRecord): Promise<readonly Need[]> {
    const kept = needsOf(run);
    if (kept) return kept;
    const control: Need = { may: 'deployment.control', of: 'run', id: run.id };
    const action = changeActions.find((one) => run.kind === `deployment.${one}`);
    if (!action || !run.subject) return [control];
    const placed = await database
      .selectFrom('deployment')
      .select(['id', 'account'])
      .where('id', '=', run.subject)
      .executeTakeFirst();
    return [control, ...(placed ? needsFor(action, placed) : [])];
  }

  /** Goes back to a revision that was reached; what leads there is worked out when what was cancelled has ended. */
  async function undoing(transaction: Transaction, row: DeploymentRow, to: number, by: By): Promise<RunId> {
    const { id: deployment, name: title } = row;
    const { plan: planned } = await transaction
      .selectFrom('revision')
      .select('plan')
      .where('deployment', '=', deployment)
      .where('number', '=', to)
      .executeTakeFirstOrThrow();
    const plan = await transaction.selectFrom('plan').selectAll().where('id', '=', planned).executeTakeFirstOrThrow();
    const wanted = (row.wanted ?? 0) + 1;
    const before = plan.content.takes ?? {};
    await take(transaction, { ...row, deployment }, known(before), title);
    const run = await engine.start(
      runs.rollback,
      { deployment, revision: wanted },
      { title, subject: deployment, ...behalfOf(by, needsToUndo(row)), share: row.organization, in: transaction },
    );
    await insertRevision(transaction, deployment, wanted, { ...plan, action: 'rollback' }, run, by, '');
    const { template, version, variant, inputs } = plan;
    await transaction
      .updateTable('deployment')
      .set({
        state: 'changing',
        run,
        wanted,
        takes: JSON.stringify(moreOf(row.takes, before)),
        plan: plan.id,
        template,
        version,
        variant,
        inputs: JSON.stringify(inputs),
        watch_seconds: pauseBetween(plan),
        changed: now,
      })
      .where('id', '=', deployment)
      .execute();
    return run;
  }
}

/** Of each measure the larger one: what is being cancelled may still make something before it is put back. */
function moreOf(one: Takes, other: Takes): Takes {
  const more = measures.map((measure) => [measure, Math.max(one[measure] ?? 0, other[measure] ?? 0)]);
  return { ...other, ...Object.fromEntries(more) };
}

/** What was granted before is granted again as far as it is known: going on and going back need no guess. */
function known({ unknown: _, ...takes }: Takes): Takes {
  return takes;
}

type Placed = Pick<DeploymentRow, 'id' | 'account'>;

function needsFor(action: ChangeAction, { id, account }: Placed): Need[] {
  const own: Need = { may: actionOfChange[action], of: 'deployment', id };
  return action === 'delete' ? [own] : [own, { may: 'account.use', of: 'account', id: account }];
}

/** Putting back what a run has changed belongs to controlling it. */
function needsToUndo({ id }: Placed): Need[] {
  return [{ may: 'deployment.control', of: 'deployment', id }];
}

/** Seconds between two looks at what is watched; null where nothing is. */
function pauseBetween({ content: { watches } }: Pick<PlanRow, 'content'>): number | null {
  return watches.length === 0 ? null : Math.max(1, Math.min(...watches.map(({ interval }) => interval)));
}

/** What is called leaves a deployment in the state it was in, however it ends: what came of it is the run's to say. */
const isCalled = (action: PlanRow['action']): boolean => action === 'workflow' || action === 'operation';

function nameOf({ name, node }: Called): CalledName {
  return { name, ...(node !== undefined && { node }) };
}

function stateBefore({ name, state }: DeploymentRow) {
  if (state === 'running' || state === 'stopped' || state === 'failed' || state === 'cancelled') return state;
  throw new Failure('conflict', { what: name, reason: because('at-work') });
}

async function insertRevision(
  transaction: Transaction,
  deployment: string,
  number: number,
  plan: PlanRow,
  run: RunId,
  by: By,
  note: string,
): Promise<void> {
  const { action, template, version, variant, inputs, counts } = plan;
  await transaction
    .insertInto('revision')
    .values({
      deployment,
      number,
      action,
      template,
      version,
      variant,
      inputs: JSON.stringify(inputs),
      counts: JSON.stringify(counts),
      plan: plan.id,
      run,
      note,
      created_by: by.name,
    })
    .execute();
}

async function claim(transaction: Transaction, id: string, hash: string, clock: Clock): Promise<void> {
  const plan = await transaction
    .selectFrom('plan')
    .select(['hash', 'expires_at', 'used_at'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  const reason =
    plan?.hash !== hash
      ? because('plan-not-seen')
      : plan.used_at
        ? because('plan-used')
        : plan.expires_at.getTime() < clock.now()
          ? because('plan-old')
          : undefined;
  if (reason) throw new Failure('plan-expired', { reason });
  await transaction
    .updateTable('plan')
    .set({ used_at: new Date(clock.now()) })
    .where('id', '=', id)
    .execute();
}

async function insert(transaction: Transaction, id: string, plan: PlanRow, by: By): Promise<void> {
  const { organization, project, environment, name, template, version, variant, account, inputs } = plan;
  await transaction
    .insertInto('deployment')
    .values({
      id,
      organization,
      project,
      environment,
      name,
      state: 'deploying',
      template,
      version,
      variant,
      account,
      plan: plan.id,
      inputs: JSON.stringify(inputs),
      takes: JSON.stringify(plan.content.takes ?? {}),
      tags: JSON.stringify(plan.tags),
      watch_seconds: pauseBetween(plan),
      created_by: by.name,
    })
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
