import { createHash } from 'node:crypto';
import type { Database } from '@pileus/database';
import type { Engine } from '@pileus/engine';
import type { Answer } from '@pileus/http';
import {
  because,
  concealed,
  days,
  Failure,
  hours,
  newId,
  sealedId,
  seconds,
  type Because,
  type ChangeAction,
  type Clock,
  type Id,
  type OrganizationId,
  type Problem,
  type ProjectId,
  type Tags,
} from '@pileus/model';
import {
  callableOperations,
  callableWorkflows,
  examine,
  findingsOf,
  makeOperationPlan,
  makePlan,
  makeSwitchPlan,
  makeWorkflowPlan,
  nothingThere,
  type Counts,
  type Desired,
  type Plan,
  type Secrets,
  type Survey,
  type World,
} from '@pileus/orchestrator';
import { isSecretInput, readInputs, type Data } from '@pileus/tosca';
import type { Expression, SqlBool } from 'kysely';
import type { By, Planner } from '../access/by.ts';
import type { Accounts } from '../clouds/accounts.ts';
import type { Prices } from '../cost/prices.ts';
import type { Position } from '../page.ts';
import { refuseOver, type Quotas } from '../quotas/quotas.ts';
import { flavorsIn, takesOf } from '../quotas/takes.ts';
import type { Secrets as VaultSecrets } from '../secrets/secrets.ts';
import type { PlanRow } from '../tables.ts';
import type { Library } from '../templates/library.ts';
import { baseOf } from './base.ts';
import { refuseUsed, stockOf } from './selections.ts';
import type { DeploymentRow, Deployments } from './deployments.ts';
import {
  idsIn,
  keepPlanSecrets,
  openNewest,
  planSecretViews,
  refuseUnfit,
  secretsOfPlan,
  type NamedSecrets,
  type PlanSecrets,
} from './plan-secrets.ts';
import { planView, type PlanView } from './plan-view.ts';
import { otherSecrets } from './views.ts';
import type { InputSecrets } from './input-secrets.ts';

export interface PlanRequest {
  readonly template: string;
  readonly version?: string | undefined;
  readonly variant?: string | undefined;
  readonly account: string;
  /** Where it belongs. */
  readonly project: ProjectId;
  readonly environment?: Id<'environment'> | undefined;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Inputs that are a secret's. */
  readonly secrets?: NamedSecrets | undefined;
  readonly counts?: Counts | undefined;
  readonly tags?: Tags | undefined;
}

/** What somebody wants of a deployment. */
export type ChangeRequest =
  /** Inputs and counts that are not given stay as they are; what is a secret's takes its newest value. */
  | {
      readonly action: 'update';
      readonly version?: string | undefined;
      readonly inputs?: Readonly<Record<string, unknown>> | undefined;
      readonly secrets?: NamedSecrets | undefined;
      readonly counts?: Counts | undefined;
    }
  | { readonly action: 'scale'; readonly counts: Counts }
  /** Replaces what is broken, and puts back what somebody has changed at the cloud; `nodes` are mended in any case. */
  | { readonly action: 'heal'; readonly nodes?: readonly string[] | undefined }
  /** Without a number: what was last reached before the last change. */
  | { readonly action: 'rollback'; readonly revision?: number | undefined }
  | { readonly action: 'stop' | 'start' | 'delete' }
  | {
      readonly action: 'workflow';
      readonly workflow: string;
      readonly inputs: Readonly<Record<string, unknown>>;
    }
  | {
      readonly action: 'operation';
      readonly node: string;
      readonly relationship?: string | undefined;
      readonly interface: string;
      readonly operation: string;
      readonly inputs: Readonly<Record<string, unknown>>;
    };

export interface Plans {
  /** Works out a new deployment and keeps what was worked out. */
  create(request: PlanRequest, by: Planner, signal: AbortSignal): Promise<PlanView>;
  /** What of the template can be run on a deployment as it is. */
  workflows(deployment: string, signal: AbortSignal): Promise<Answer<'get /deployments/{deployment}/workflows'>>;
  /** What can be called on one of its instances. */
  operations(
    deployment: string,
    node: string,
    signal: AbortSignal,
  ): Promise<Answer<'get /deployments/{deployment}/operations'>>;
  /** Works out a change of a deployment. */
  change(deployment: string, request: ChangeRequest, by: Planner, signal: AbortSignal): Promise<PlanView>;
  /** The secrets whose use a change has a say in: those it names, and those it may send elsewhere. */
  secretsOf(deployment: string, request: ChangeRequest): Promise<readonly string[]>;
  find(id: string): Promise<PlanRow>;
  /** At most `limit` plans that do exactly the same, newest first, after a position in that order. */
  withHash(hash: string, limit: number, after: Position | undefined, where: Expression<SqlBool>): Promise<PlanRow[]>;
  view(row: PlanRow): Promise<PlanView>;
  /** The same with what it asks of quotas, until it is carried out. */
  viewWithQuotas(row: PlanRow): Promise<PlanView>;
}

interface PlansOptions {
  readonly database: Database;
  readonly accounts: Accounts;
  readonly prices: Pick<Prices, 'quote' | 'flavors'>;
  readonly quotas: Pick<Quotas, 'asked'>;
  readonly library: Library;
  readonly clock: Clock;
  readonly world: World;
  readonly engine: Pick<Engine, 'get'>;
  readonly deployments: Pick<Deployments, 'find'>;
  readonly secrets: InputSecrets;
  /** Those that inputs name. */
  readonly vaultSecrets: Pick<VaultSecrets, 'newestFor'>;
}

/** How long a plan that was not carried out stays good: the cloud's flavors and images change. */
const validity = hours(24);

export function createPlans(options: PlansOptions): Plans {
  const { database, accounts, prices, quotas, library, clock, world, engine, deployments, secrets: store } = options;
  const { vaultSecrets } = options;
  /** Keeps a plan with what it costs, given what there was when it was made. */
  const keep = async (
    planned: Hashed & { by: By },
    survey: Survey,
    secrets: Secrets,
    signal: AbortSignal,
  ): Promise<PlanView> => {
    const { account } = planned;
    const { steps } = planned.content;
    const quote = await prices.quote(account, steps, survey.resources, signal);
    const flavors = await prices.flavors(account, flavorsIn(steps, survey.resources), signal);
    const takes = takesOf(steps, survey.resources, flavors, quote);
    const asked = await quotas.asked(planned, takes);
    refuseOver(asked, takes, planned.name);
    const row = { ...planned, content: { ...planned.content, ...(quote && { quote }), takes } };
    const { by, content, inputs, counts, deployment, base, tags = {}, secrets: _, ...rest } = row;
    const id = newId('plan');
    const texts = { inputs: JSON.stringify(inputs), content: JSON.stringify(content) };
    await database.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('plan')
        .values({
          ...rest,
          ...texts,
          id,
          hash: hashOf(row),
          deployment: deployment ?? null,
          base: base ?? null,
          counts: JSON.stringify(counts),
          tags: JSON.stringify(tags),
          created_by: by.name,
          expires_at: new Date(clock.now() + validity),
        })
        .execute();
      await store.keepWith(transaction, id, secrets, texts.inputs + texts.content);
      await keepPlanSecrets(transaction, id, planned.secrets ?? {});
    });
    return { ...(await view(await find(id))), ...(asked.length > 0 && { quotas: asked }) };
  };
  const find = async (id: string): Promise<PlanRow> => {
    const row = await database.selectFrom('plan').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw new Failure('not-found', { kind: 'plan', id });
    return row;
  };
  const withHash = async (
    hash: string,
    limit: number,
    after: Position | undefined,
    where: Expression<SqlBool>,
  ): Promise<PlanRow[]> => {
    let rows = database.selectFrom('plan').selectAll().where('hash', '=', hash).where(where);
    if (after)
      rows = rows.where(({ eb, refTuple, tuple }) => eb(refTuple('created_at', 'id'), '<', tuple(after.at, after.id)));
    return rows.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
  };
  const view = async (row: PlanRow): Promise<PlanView> => {
    const now = row.deployment === null ? undefined : await deployments.find(row.deployment);
    const shown = planView(row, await library.name(row.template), await accounts.find(row.account), accounts);
    return { ...shown, ...otherSecrets(now?.inputs, row.inputs), ...(await planSecretViews(database, row.id)) };
  };

  const viewWithQuotas = async (row: PlanRow): Promise<PlanView> => {
    const { takes } = row.content;
    const shown = await view(row);
    if (!takes || row.used_at) return shown;
    const asked = await quotas.asked({ ...row, deployment: row.deployment ?? undefined }, takes);
    return asked.length === 0 ? shown : { ...shown, quotas: asked };
  };

  /** Which template, inputs and counts a change leads to. */
  const aim = async (row: DeploymentRow, held: Plan, request: ChangeRequest, sealing: Secrets): Promise<Aim> => {
    const { template, version, variant, inputs } = row;
    const now = { template, version, variant, inputs, secrets: await secretsOfPlan(database, row.plan) };
    const wanted = await revisionRow(row, row.wanted ?? 1);
    switch (request.action) {
      case 'update': {
        const newest = await openNewest(namedAfter(now, request), vaultSecrets, sealing);
        return {
          ...now,
          version: request.version ?? version,
          inputs: { ...inputs, ...withoutShown(request.inputs, inputs), ...newest.inputs },
          secrets: newest.secrets,
          counts: recounted(held, wanted.counts, request.counts),
        };
      }
      case 'scale':
        return { ...now, counts: recounted(held, wanted.counts, request.counts) };
      case 'rollback': {
        const number = request.revision ?? (await before(row));
        if (number === undefined) {
          const reason = because('no-earlier-state');
          throw new Failure('conflict', { what: row.name, reason });
        }
        return revisionRow(row, number);
      }
      default:
        return { ...now, counts: wanted.counts };
    }
  };
  /** What it was before the last change: what was last reached, or, when that is what it is, the last one reached before it that was different. */
  const before = async (row: DeploymentRow): Promise<number | undefined> => {
    if (row.revision !== row.wanted) return row.revision ?? undefined;
    const rows = await database
      .selectFrom('revision')
      .leftJoin('run', 'run.id', 'revision.run')
      .select(['number', 'template', 'version', 'variant', 'inputs', 'counts', 'run.state'])
      .where('deployment', '=', row.id)
      .orderBy('number', 'desc')
      .execute();
    const contents = rows.map(({ number, state, ...content }) => ({
      number,
      isReached: state === 'succeeded',
      content: JSON.stringify(content),
    }));
    return contents.find(({ content, isReached }) => isReached && content !== contents[0]?.content)?.number;
  };
  const revisionRow = async (row: DeploymentRow, number: number): Promise<Aim> => {
    const found = await database
      .selectFrom('revision')
      .select(['template', 'version', 'variant', 'inputs', 'counts', 'plan'])
      .where('deployment', '=', row.id)
      .where('number', '=', number)
      .executeTakeFirst();
    if (!found) throw new Failure('not-found', { kind: 'revision', id: `${row.name} ${number}` });
    const { plan, ...rest } = found;
    return { ...rest, secrets: await secretsOfPlan(database, plan) };
  };

  /**
   * The template and the inputs as the language reads them, or `invalid` with what is wrong with the inputs. Secrets are
   * sealed here, and what was one stays one.
   */
  const read = async (
    { template, version, variant, inputs }: Omit<Aim, 'counts' | 'secrets'>,
    provider: string | undefined,
    secrets: Secrets,
    {
      secrets: named = {},
      inputs: given = {},
    }: Pick<PlanRequest, 'secrets'> & { inputs?: PlanRequest['inputs'] | undefined } = {},
  ) => {
    const chosen = await library.variant(template, version, variant, provider);
    refuseUnfit(chosen.template, named, given);
    const declared = chosen.template.inputs;
    // What a deployment has of an older version falls away with the input; nobody has asked for it.
    const asked = Object.entries(inputs).filter(
      ([name]) => Object.hasOwn(declared, name) || Object.hasOwn(given, name),
    );
    const { inputs: values, problems } = readInputs(chosen.template, secrets.open(Object.fromEntries(asked)));
    const isSecret = (name: string): boolean => {
      const input = declared[name];
      return (input !== undefined && isSecretInput(input)) || secrets.isIn(inputs[name]);
    };
    if (values) return { chosen, inputs: closed(values, isSecret, secrets) };
    const at = problems.map((problem) => ({ ...problem, at: `/inputs${problem.at.replace(/^\/inputs/, '')}` }));
    throw new Failure(
      'invalid',
      { what: because('the-inputs'), reason: problems.map(({ message }) => message).join('; ') },
      { problems: at, because: { reason: reasonOf(problems) } },
    );
  };

  /** What there is of a deployment, and what a change of it is worked out with. */
  const asItIs = async (row: DeploymentRow, signal: AbortSignal) => {
    const { id, name, account } = row;
    const { connection, revisions, secrets } = await world.deployment(id);
    return {
      survey: await world.survey(id),
      revisions,
      name,
      secrets,
      connection,
      provider: accounts.provider((await accounts.find(account)).provider),
      signal: AbortSignal.any([signal, AbortSignal.timeout(seconds(120))]),
    };
  };

  return {
    find,
    withHash,
    view,
    viewWithQuotas,
    async create(request, by, signal) {
      const { template, version, variant, account, project, environment, name, inputs, counts = {}, tags } = request;
      await refuseTaken(database, project, name);
      const row = await accounts.find(account);
      const provider = accounts.provider(row.provider);
      const secrets = await store.forNew(by.organization);
      const newest = await openNewest(request.secrets ?? {}, vaultSecrets, secrets);
      const asked = { template, version, variant, inputs: { ...inputs, ...newest.inputs } };
      const { chosen, inputs: values } = await read(asked, row.provider, secrets, request);
      const content = await makePlan({
        desired: { template: chosen.template, files: chosen.files, inputs: values, counts, choices: {} },
        survey: nothingThere,
        revisions: new Map(),
        name,
        secrets,
        connection: await accounts.connect(account),
        provider,
        signal: AbortSignal.any([signal, AbortSignal.timeout(seconds(60))]),
        inventory: () => stockOf(database, world, account, undefined, by),
      });
      const place = { organization: by.organization, project, environment: environment ?? null };
      const of = { ...place, template, version: chosen.version, variant: chosen.name };
      const counted = countsOf(content);
      return keep(
        {
          action: 'create',
          name,
          ...of,
          account,
          inputs: values,
          counts: counted,
          tags,
          content,
          by,
          secrets: newest.secrets,
        },
        nothingThere,
        secrets,
        signal,
      );
    },
    async secretsOf(id, request) {
      const row = await deployments.find(id);
      if (request.action === 'rollback') {
        const number = request.revision ?? (await before(row));
        return number === undefined ? [] : idsIn((await revisionRow(row, number)).secrets);
      }
      if (request.action !== 'update') return [];
      const named = Object.values(request.secrets ?? {});
      const given = Object.keys(withoutShown(request.inputs, row.inputs));
      // Where nothing else is asked for, the newest values go where those before went.
      if (named.length === 0 && given.length === 0 && (request.version ?? row.version) === row.version) return [];
      const held = { inputs: row.inputs, secrets: await secretsOfPlan(database, row.plan) };
      return [...new Set(Object.values(namedAfter(held, request)))];
    },
    async workflows(id, signal) {
      const row = await deployments.find(id);
      const items = callableWorkflows({ ...(await asItIs(row, signal)), revision: revisionOf(row) });
      return { items: items.map(({ description, ...rest }) => ({ ...rest, ...(description && { description }) })) };
    },
    async operations(id, node, signal) {
      const row = await deployments.find(id);
      const items = callableOperations({ ...(await asItIs(row, signal)), revision: revisionOf(row) }, node);
      return { items };
    },
    async change(id, request, by, signal) {
      const row = await deployments.find(id);
      const base = await baseOf(row, engine, request.action);
      const given = await asItIs(row, signal);
      const { connection, survey, secrets } = given;
      const { content: held } = await find(row.plan);
      const target = await aim(row, held, request, secrets);
      if (request.action === 'stop' || request.action === 'start' || request.action === 'delete') {
        if (request.action === 'delete') await refuseUsed(database, row);
        const content = request.action === 'delete' ? await makePlan(given) : makeSwitchPlan(request.action, given);
        return keep(
          { ...sameAs(row), counts: target.counts, action: request.action, base, content, by },
          survey,
          secrets,
          signal,
        );
      }
      if (request.action === 'workflow' || request.action === 'operation') {
        const called = { ...given, revision: revisionOf(row) };
        // What came in as JSON is data.
        const inputs = request.inputs as Readonly<Record<string, Data>>;
        const content =
          request.action === 'workflow'
            ? makeWorkflowPlan(called, { ...request, inputs })
            : makeOperationPlan(called, { ...request, inputs });
        return keep(
          { ...sameAs(row), counts: target.counts, action: request.action, base, content, by },
          survey,
          secrets,
          signal,
        );
      }
      const { chosen, inputs } = await read(
        target,
        undefined,
        secrets,
        request.action === 'update' ? request : undefined,
      );
      const desired: Desired = {
        template: chosen.template,
        files: chosen.files,
        inputs,
        counts: target.counts,
        choices: held.choices,
      };
      const findings =
        request.action === 'heal'
          ? findingsOf(await examine(connection, survey, clock, signal, secrets), survey, request.nodes ?? [])
          : undefined;
      const isStrict =
        request.action === 'update' &&
        (request.inputs !== undefined ||
          request.secrets !== undefined ||
          otherSecrets(row.inputs, inputs).otherSecrets !== undefined);
      const inventory = () => stockOf(database, world, row.account, id, by);
      const content = await makePlan({ ...given, inventory, desired, findings, isStrict });
      return keep(
        {
          ...sameAs(row),
          action: request.action,
          template: target.template,
          version: chosen.version,
          variant: chosen.name,
          inputs,
          counts: countsOf(content),
          base,
          content,
          by,
          secrets: Object.fromEntries(Object.entries(target.secrets).filter(([name]) => Object.hasOwn(inputs, name))),
        },
        survey,
        secrets,
        signal,
      );
    },
  };
}

/** Which inputs are which secrets after an update: one that is given a value is none any more. */
function namedAfter(
  now: { readonly inputs: Readonly<Record<string, unknown>>; readonly secrets: PlanSecrets },
  { inputs, secrets = {} }: Extract<ChangeRequest, { action: 'update' }>,
): NamedSecrets {
  const given = withoutShown(inputs, now.inputs);
  const held = Object.entries(now.secrets).filter(([input]) => !Object.hasOwn(given, input));
  return { ...Object.fromEntries(held.map(([input, { secret }]) => [input, secret])), ...secrets };
}

/** What was only shown in place of a secret and comes back changes nothing. */
function withoutShown(
  given: Readonly<Record<string, unknown>> = {},
  held: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const isShown = ([name, value]: [string, unknown]) => value === concealed && sealedId(held[name]) !== undefined;
  return Object.fromEntries(Object.entries(given).filter((one) => !isShown(one)));
}

function closed(
  inputs: Readonly<Record<string, Data>>,
  isSecret: (name: string) => boolean,
  secrets: Secrets,
): Record<string, Data> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [name, isSecret(name) ? secrets.close(value) : value]),
  );
}

/** The one thing that is wrong, or how many are. */
function reasonOf([first, ...others]: readonly Problem[]): Because {
  if (first?.because && others.length === 0) return first.because;
  return because('several-problems', { count: others.length + 1 });
}

interface Aim {
  readonly template: string;
  readonly version?: string | undefined;
  readonly variant?: string | undefined;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly secrets: PlanSecrets;
  readonly counts: Counts;
}

/** The revision that workflows and operations are run in. */
function revisionOf({ revision, wanted }: DeploymentRow): number {
  return revision ?? wanted ?? 1;
}

function sameAs(row: DeploymentRow) {
  const { id, organization, project, environment, name, template, version, variant, account, inputs } = row;
  return {
    deployment: id,
    organization,
    project,
    environment,
    name,
    template,
    version,
    variant,
    account,
    inputs,
  };
}

function countsOf({ scaling }: Plan): Counts {
  return Object.fromEntries(scaling.map(({ node, count }) => [node, count]));
}

/** Counts as they are, with those that somebody wants now; a group may be named by any of its nodes. */
function recounted({ scaling }: Plan, held: Counts, given: Counts = {}): Counts {
  const named = new Set(Object.keys(given));
  const changed = new Set(
    scaling.filter(({ members }) => members.some((one) => named.has(one))).map(({ node }) => node),
  );
  return { ...Object.fromEntries(Object.entries(held).filter(([node]) => !changed.has(node))), ...given };
}

export async function refuseTaken(
  database: Pick<Database, 'selectFrom'>,
  project: ProjectId,
  name: string,
): Promise<void> {
  const taken = await database
    .selectFrom('deployment')
    .select('id')
    .where('project', '=', project)
    .where(({ fn, eb }) => eb(fn<string>('lower', ['name']), '=', name.toLowerCase()))
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (taken) throw new Failure('name-taken', { name });
}

interface Hashed {
  readonly organization: OrganizationId;
  readonly project: ProjectId;
  readonly environment: Id<'environment'> | null;
  readonly action: ChangeAction;
  readonly name: string;
  readonly template: string;
  readonly version: string;
  readonly variant: string;
  readonly account: string;
  readonly deployment?: string;
  readonly base?: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly counts: Counts;
  readonly secrets?: PlanSecrets;
  /** Of a new one. */
  readonly tags?: Tags | undefined;
  readonly content: Plan;
}

/** Changes when anything that will be carried out changes. */
function hashOf(row: Hashed): string {
  const { action, name, template, version, variant, account, deployment, base, inputs, counts, content } = row;
  const text = JSON.stringify([
    row.project,
    row.environment,
    action,
    name,
    template,
    version,
    variant,
    account,
    deployment ?? null,
    base ?? null,
    inputs,
    counts,
    content,
    row.tags ?? {},
    // In place of the versions their values are among the inputs.
    Object.entries(row.secrets ?? {}).map(([input, { secret }]) => [input, secret]),
  ]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Plans that were never carried out and have long expired. */
export async function tidyPlans(database: Database, clock: Clock): Promise<void> {
  await database
    .deleteFrom('plan')
    .where('used_at', 'is', null)
    .where('expires_at', '<', new Date(clock.now() - days(7)))
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('revision').select('number').whereRef('revision.plan', '=', 'plan.id'))),
    )
    .execute();
}
