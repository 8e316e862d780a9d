import type { Database } from '@pileus/database';
import { concealSealed } from '@pileus/model';
import type { Engine, LogRecord, RunRecord, StepRecord } from '@pileus/engine';
import type { Answer } from '@pileus/http';
import type { Selectable } from 'kysely';
import type { Tables } from '@pileus/database';
import type { Accounts } from '../clouds/accounts.ts';
import { failureView } from '../failure-view.ts';
import type { Health } from '../healing/health.ts';
import type { DeploymentRow } from './deployments.ts';
import type { ChangeInput, Drift } from '@pileus/orchestrator';

export type RunView = Answer<'post /runs/{run}/cancel'>;
export type StepView = Answer<'get /runs/{run}'>['steps'][number];
export type LogLineView = Answer<'get /deployments/{deployment}/logs'>['items'][number];
export type DeploymentView = Answer<'get /deployments'>['items'][number];
export type DeploymentDetail = Answer<'get /deployments/{deployment}'>;
type NodeInstanceView = DeploymentDetail['nodeInstances'][number];
type RevisionView = Answer<'get /deployments/{deployment}/revisions'>['items'][number];
type DriftView = Answer<'get /deployments/{deployment}/drift'>['items'][number];
type ResourceView = DeploymentDetail['resources'][number];

export function runView(run: RunRecord): RunView {
  return {
    id: run.id,
    kind: run.kind,
    title: run.title,
    state: run.state,
    done: run.done,
    total: run.total,
    // Hosts and findings are acted on by runs too.
    ...(run.subject?.startsWith('dep-') && { deployment: run.subject }),
    actor: typeof run.actor === 'string' ? run.actor : '',
    ...(run.held && { held: { ...run.held, facts: { ...run.held.facts } } }),
    ...wordsOf(run),
    createdAt: run.created.toISOString(),
    ...(run.started && { startedAt: run.started.toISOString() }),
    ...(run.ended && { endedAt: run.ended.toISOString() }),
    ...(run.failure && { failure: failureView(run.failure) }),
  };
}

/** What a change was told to do and why. */
function wordsOf({ kind, input }: RunRecord): Pick<RunView, 'note' | 'called'> {
  if (!kind.startsWith('deployment.')) return {};
  const { note, called } = input as ChangeInput; // parsed when the run was started
  return { ...(note !== undefined && { note }), ...(called && { called }) };
}

export function stepView(step: StepRecord): StepView {
  return {
    run: step.run,
    seq: step.seq,
    key: step.key,
    name: step.name,
    ...(step.node !== null && { node: step.node }),
    state: step.state,
    attempt: step.attempt,
    ...(step.started && { startedAt: step.started.toISOString() }),
    ...(step.ended && { endedAt: step.ended.toISOString() }),
    ...(step.failure && { failure: failureView(step.failure) }),
  };
}

export function logView({ run, step, node, seq, at, stream, text }: LogRecord): LogLineView {
  return { run, step, ...(node !== null && { node }), seq, at: at.toISOString(), stream, text };
}

export function nodeView(row: Selectable<Tables['node_instance']>): NodeInstanceView {
  return {
    id: row.id,
    node: row.node,
    template: row.template,
    index: row.index,
    type: row.type,
    state: row.state as NodeInstanceView['state'],
    attributes: row.attributes,
    requires: row.requires,
    ...(row.failure && {
      failure: {
        code: row.failure.code,
        facts: { ...row.failure.facts },
        ...(row.failure.because && { because: { ...row.failure.because } }),
      },
    }),
    ...(row.health && row.state !== 'deleted' && { health: healthView(row.health) }),
  };
}

function healthView({ is, failures, since, reason, because, heals }: Health): NodeInstanceView['health'] {
  return {
    is,
    failures,
    heals,
    ...(since !== undefined && { since }),
    ...(reason !== undefined && { reason }),
    ...(because && { because: { ...because } }),
  };
}

export function resourceView(row: Selectable<Tables['resource']>): ResourceView {
  return {
    id: row.id,
    kind: row.kind,
    ...(row.ref !== null && { ref: row.ref }),
    name: row.name,
    state: row.state,
    native: row.native,
    account: row.account,
    ...(row.zone !== null && { zone: row.zone }),
    deployment: row.deployment,
    node: row.node,
    ...(row.created_at && { createdAt: row.created_at.toISOString() }),
    ...(row.seen_at && { seenAt: row.seen_at.toISOString() }),
    details: row.details,
  };
}

/** Deployments with their names filled in and their last run: a few queries however many there are. */
export async function deploymentViews(
  database: Database,
  engine: Engine,
  accounts: Accounts,
  rows: readonly DeploymentRow[],
): Promise<DeploymentView[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const [templates, clouds, counts, runs] = await Promise.all([
    database
      .selectFrom('template')
      .select(['id', 'name'])
      .where(
        'id',
        'in',
        rows.map(({ template }) => template),
      )
      .execute(),
    database
      .selectFrom('account')
      .select(['id', 'name', 'provider'])
      .where(
        'id',
        'in',
        rows.map(({ account }) => account),
      )
      .execute(),
    database
      .selectFrom('node_instance')
      .select(({ fn }) => ['deployment', fn.countAll<number>().as('count')])
      .where('deployment', 'in', ids)
      .where('state', '<>', 'deleted')
      .groupBy('deployment')
      .execute(),
    engine.lastRuns(ids),
  ]);
  const templateNames = new Map(templates.map(({ id, name }) => [id, name]));
  const accountsById = new Map(clouds.map((cloud) => [cloud.id, cloud]));
  const nodes = new Map(counts.map(({ deployment, count }) => [deployment, count]));
  return rows.map((row) => {
    const account = accountsById.get(row.account);
    const run = runs.get(row.id);
    const provider = account?.provider ?? '';
    return {
      id: row.id,
      name: row.name,
      state: row.state,
      template: {
        id: row.template,
        name: templateNames.get(row.template) ?? '',
        version: row.version,
        variant: row.variant,
      },
      account: {
        id: row.account,
        name: account?.name ?? '',
        provider,
        simulated: accounts.providers.find(({ id }) => id === provider)?.simulated ?? false,
      },
      createdBy: row.created_by,
      createdAt: row.created_at.toISOString(),
      ...(row.deleted_at && { deletedAt: row.deleted_at.toISOString() }),
      ...(run && { run: runView(run) }),
      nodes: nodes.get(row.id) ?? 0,
      tags: row.tags,
    };
  });
}

export function driftView({ changes, ...drift }: Drift): DriftView {
  return { ...drift, changes: changes.map((change) => ({ ...change })) };
}

/** Inputs that are other secrets than before: all that may be told of how they differ. */
export function otherSecrets(
  before: Readonly<Record<string, unknown>> | undefined,
  after: Readonly<Record<string, unknown>>,
): { otherSecrets?: string[] } {
  if (!before) return {};
  const isOther = (name: string): boolean => {
    const [was, is] = [JSON.stringify(before[name] ?? null), JSON.stringify(after[name])];
    return was !== is && concealSealed(was) === concealSealed(is);
  };
  const names = Object.keys(after).filter(isOther);
  return names.length > 0 ? { otherSecrets: names } : {};
}

/** What a deployment was to be, newest first. */
export async function revisionViews(database: Database, engine: Engine, deployment: string): Promise<RevisionView[]> {
  const rows = await database
    .selectFrom('revision')
    .innerJoin('template', 'template.id', 'revision.template')
    .selectAll('revision')
    .select('template.name')
    .where('deployment', '=', deployment)
    .orderBy('number', 'desc')
    .execute();
  const { items: runs } = await engine.runs({ subject: deployment, limit: 500 });
  const byId = new Map<string, RunRecord>(runs.map((run) => [run.id, run]));
  return rows.map(({ number, action, template, name, version, variant, inputs, counts, note, run: id, ...row }, at) => {
    const run = id === null ? undefined : byId.get(id);
    return {
      number,
      action,
      template: { id: template, name, version, variant },
      inputs,
      ...otherSecrets(rows[at + 1]?.inputs, inputs),
      counts: { ...counts },
      note,
      createdBy: row.created_by,
      createdAt: row.created_at.toISOString(),
      ...(run && { run: runView(run) }),
    };
  });
}
