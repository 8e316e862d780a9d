import { createHash } from 'node:crypto';
import type { Database } from '@pileus/database';
import type { Answer } from '@pileus/http';
import { days, Failure, hours, newId, seconds, type Clock, stepName } from '@pileus/model';
import {
  madeBy,
  makePlan,
  removalOf,
  worthwhile,
  type PlanStep,
  type Removal,
  type Survey,
} from '@pileus/orchestrator';
import { readInputs } from '@pileus/tosca';
import type { Accounts } from '../clouds/accounts.ts';
import type { PlanContent, PlannedRemoval, PlanRow } from '../tables.ts';
import type { Library } from '../templates/library.ts';
import type { Deployments } from './deployments.ts';

type PlanView = Answer<'get /plans/{plan}'>;

export interface PlanRequest {
  readonly template: string;
  readonly version?: string | undefined;
  readonly variant?: string | undefined;
  readonly account: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

export interface Plans {
  /** Works out a new deployment and keeps what was worked out. */
  create(request: PlanRequest, by: string, signal: AbortSignal): Promise<PlanView>;
  /** Works out what deleting a deployment will undo and remove. */
  remove(deployment: string, by: string): Promise<PlanView>;
  find(id: string): Promise<PlanRow>;
  view(row: PlanRow): Promise<PlanView>;
}

interface PlansOptions {
  readonly database: Database;
  readonly accounts: Accounts;
  readonly library: Library;
  readonly clock: Clock;
  readonly survey: (deployment: string) => Promise<Survey>;
  readonly deployments: Pick<Deployments, 'find'>;
}

/** How long a plan that was not carried out stays good: the cloud's flavors and images change. */
const validity = hours(24);

export function createPlans({ database, accounts, library, clock, survey, deployments }: PlansOptions): Plans {
  const keep = async (row: Hashed & { by: string }): Promise<PlanView> => {
    const { by, content, inputs, deployment, ...rest } = row;
    const id = newId('plan');
    await database
      .insertInto('plan')
      .values({
        ...rest,
        id,
        hash: hashOf(row),
        deployment: deployment ?? null,
        inputs: JSON.stringify(inputs),
        content: JSON.stringify(content),
        created_by: by,
        expires_at: new Date(clock.now() + validity),
      })
      .execute();
    return view(await find(id));
  };
  const find = async (id: string): Promise<PlanRow> => {
    const row = await database.selectFrom('plan').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw new Failure('not-found', { kind: 'plan', id });
    return row;
  };
  const view = async (row: PlanRow): Promise<PlanView> =>
    planView(row, await library.name(row.template), await accounts.find(row.account), accounts);

  return {
    find,
    view,
    async create({ template, version, variant, account, name, inputs }, by, signal) {
      await refuseTaken(database, name);
      const row = await accounts.find(account);
      const provider = accounts.provider(row.provider);
      const chosen = await library.variant(template, version, variant, row.provider);
      const { inputs: read, problems } = readInputs(chosen.template, inputs);
      if (!read) {
        const at = problems.map((problem) => ({ ...problem, at: `/inputs${problem.at.replace(/^\/inputs/, '')}` }));
        throw new Failure(
          'invalid',
          { what: 'The inputs', reason: problems.map(({ message }) => message).join('; ') },
          { problems: at },
        );
      }
      const connection = await accounts.connect(account);
      const limit = AbortSignal.any([signal, AbortSignal.timeout(seconds(60))]);
      const plan = await makePlan({
        template: chosen.template,
        inputs: read,
        name,
        connection,
        provider,
        signal: limit,
      });
      return keep({
        action: 'create',
        name,
        template,
        version: chosen.version,
        variant: chosen.name,
        account,
        inputs: read,
        content: plan,
        by,
      });
    },
    async remove(id, by) {
      const { name, template, version, variant, account, inputs, plan: planned } = await deployments.find(id);
      const { content } = await find(planned);
      const { template: parsed } = await library.variant(template, version, variant, undefined);
      const found = await survey(id);
      const removals = worthwhile(removalOf(parsed.topology), found).flatMap((removal) =>
        plannedRemovals(removal, found),
      );
      return keep({
        action: 'delete',
        name,
        deployment: id,
        template,
        version,
        variant,
        account,
        inputs,
        content: { ...content, removals },
        by,
      });
    },
  };
}

export async function refuseTaken(database: Pick<Database, 'selectFrom'>, name: string): Promise<void> {
  const taken = await database
    .selectFrom('deployment')
    .select('id')
    .where(({ fn, eb }) => eb(fn<string>('lower', ['name']), '=', name.toLowerCase()))
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (taken) throw new Failure('name-taken', { name });
}

function plannedRemovals(removal: Removal, survey: Survey): PlannedRemoval[] {
  const { key, needs, node } = removal;
  if (removal.action === 'run') {
    const what = `${removal.interface}.${removal.operation}`;
    return [
      {
        key,
        needs,
        action: 'run',
        node: node.name,
        what,
        title: stepName('run', { node: node.name, operation: what }),
        spec: {},
      },
    ];
  }
  return madeBy(removal, survey).map(({ step, kind, name, ref }) => ({
    key: step,
    needs,
    action: 'delete',
    node: node.name,
    what: kind,
    title: stepName('delete', { kind, name }),
    spec: ref ? { ref } : {},
  }));
}

interface Hashed {
  readonly action: 'create' | 'delete';
  readonly name: string;
  readonly template: string;
  readonly version: string;
  readonly variant: string;
  readonly account: string;
  readonly deployment?: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly content: PlanContent;
}

/** Changes when anything that will be carried out changes. */
function hashOf({ action, name, template, version, variant, account, deployment, inputs, content }: Hashed): string {
  const text = JSON.stringify([action, name, template, version, variant, account, deployment ?? null, inputs, content]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

function planView(
  row: PlanRow,
  template: string,
  account: { id: string; name: string; provider: string },
  accounts: Accounts,
): PlanView {
  const steps =
    row.action === 'create'
      ? row.content.steps.map(stepView)
      : (row.content.removals ?? []).map((step) => ({ ...step, needs: [...step.needs], spec: { ...step.spec } }));
  return {
    id: row.id,
    action: row.action,
    name: row.name,
    hash: row.hash,
    ...(row.deployment !== null && { deployment: row.deployment }),
    template: { id: row.template, name: template, version: row.version, variant: row.variant },
    account: {
      id: account.id,
      name: account.name,
      provider: account.provider,
      simulated: accounts.provider(account.provider).simulated,
    },
    inputs: row.inputs,
    counts: countsOf(steps),
    steps,
    expiresAt: row.expires_at.toISOString(),
    createdAt: row.created_at.toISOString(),
  };
}

type StepView = PlanView['steps'][number];

function stepView(step: PlanStep): StepView {
  const { key, node, needs, spec } = step;
  const what = step.action === 'create' ? step.kind : `${step.interface}.${step.operation}`;
  const title =
    step.action === 'create'
      ? stepName('create', { kind: step.kind, name: step.name })
      : stepName('run', { node, operation: what });
  return { key, action: step.action, node, what, title, spec: { ...spec }, needs: [...needs] };
}

/** Resources by kind, then scripts. */
function countsOf(steps: readonly StepView[]): { what: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { action, what } of steps) {
    const counted = action === 'run' ? 'script' : what;
    counts.set(counted, (counts.get(counted) ?? 0) + 1);
  }
  return [...counts].map(([what, count]) => ({ what, count }));
}

/** Plans that were never carried out and have long expired. */
export async function tidyPlans(database: Database, clock: Clock): Promise<void> {
  await database
    .deleteFrom('plan')
    .where('used_at', 'is', null)
    .where('expires_at', '<', new Date(clock.now() - days(7)))
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('deployment').select('id').whereRef('deployment.plan', '=', 'plan.id'))),
    )
    .execute();
}
