import { actionOfChange } from '@pileus/api';
import type { Database, Feed } from '@pileus/database';
import type { Engine } from '@pileus/engine';
import { handle, type Bound } from '@pileus/http';
import { Failure, readTag, type RunId } from '@pileus/model';
import { examine, type Plan, type World } from '@pileus/orchestrator';
import { sql } from 'kysely';
import { by, planner } from '../access/by.ts';
import { checkNeeds } from '../access/initiator.ts';
import { environmentOf, projectOf } from '../access/organizations.ts';
import { tagged, tagKeys, theOne } from '../access/targets.ts';
import { visibleDeployments, visiblePlans, visibleRuns } from '../access/visible.ts';
import type { Accounts } from '../clouds/accounts.ts';
import type { Prices } from '../cost/prices.ts';
import { runningCosts } from '../cost/usage.ts';
import { containing, pageOf, positionOf } from '../page.ts';
import type { Deployments } from './deployments.ts';
import { eventsOf, topicsOf } from './events.ts';
import type { Plans } from './plans.ts';
import { accept } from './accept.ts';
import type { InputSecrets } from './input-secrets.ts';
import { newPlanSecrets, planSecretViews } from './plan-secrets.ts';
import { checkSecretUse } from '../secrets/check-use.ts';
import { newSources } from './selections.ts';
import { hasTag, retag } from './tags.ts';
import {
  deploymentViews,
  driftView,
  logView,
  nodeView,
  resourceView,
  revisionViews,
  runView,
  stepView,
  type DeploymentDetail,
} from './views.ts';

interface Parts {
  readonly database: Database;
  readonly engine: Engine;
  readonly feed: Feed;
  readonly accounts: Accounts;
  readonly prices: Prices;
  readonly world: World;
  readonly plans: Plans;
  readonly deployments: Deployments;
  readonly secrets: Pick<InputSecrets, 'of'>;
}

export function deploymentHandlers(parts: Parts): Bound[] {
  const { database, engine, feed, accounts, prices, world, plans, deployments, secrets } = parts;
  const runOf = async (id: string) => {
    const run = await engine.get(id as RunId); // an id that names no run finds none
    if (!run) throw new Failure('not-found', { kind: 'run', id });
    return run;
  };

  return [
    handle('post /plans', async ({ body, actor, signal, audit, check }) => {
      const { project: named, environment: place, ...wanted } = body;
      const [account] = await Promise.all([
        theOne(database, actor, 'account', body.account),
        theOne(database, actor, 'template', body.template).then((template) => check('template.read', template)),
      ]);
      const project = await projectOf(database, actor.organization, named);
      const environment = place === undefined ? undefined : await environmentOf(database, project, place);
      const keys = {
        ...account.keys,
        project,
        environment: environment?.purpose,
        createdBy: actor.user.name,
        ...tagKeys(body.tags),
      };
      check('deployment.plan', { kind: 'deployment', name: body.name, keys });
      check('account.use', account);
      await checkSecretUse(database, actor, check, Object.values(body.secrets ?? {}));
      const plan = await plans.create({ ...wanted, project, environment: environment?.id }, planner(actor), signal);
      audit(plan.id);
      return plan;
    }),
    handle('get /plans', async ({ query: { hash, limit, cursor }, actor }) => {
      const visible = visiblePlans(actor, 'deployment.read');
      const found = await plans.withHash(hash, limit + 1, positionOf(cursor), visible);
      const { items, nextCursor } = pageOf(found, limit, (row) => row);
      const views = await Promise.all(items.map((row) => plans.view(row)));
      return { items: views, ...(nextCursor !== undefined && { nextCursor }) };
    }),
    handle('get /plans/{plan}', async ({ params }) => plans.viewWithQuotas(await plans.find(params.plan))),
    handle('get /deployments', async ({ query, actor }) => {
      const { limit, cursor, state, account, template, project, tag, q } = query;
      const position = positionOf(cursor);
      let rows = database.selectFrom('deployment').selectAll().where(visibleDeployments(actor, 'deployment.read'));
      if (project !== undefined)
        rows = rows.where('project', '=', await projectOf(database, actor.organization, project));
      rows = state === undefined ? rows.where('state', '<>', 'deleted') : rows.where('state', '=', state);
      if (account !== undefined) rows = rows.where('account', '=', account);
      if (template !== undefined) rows = rows.where('template', '=', template);
      const sought = tag === undefined ? undefined : readTag(tag);
      if (sought) rows = rows.where(hasTag(sought));
      if (q) rows = rows.where('name', 'ilike', containing(q));
      if (position)
        rows = rows.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('created_at', 'id'), '<', tuple(position.at, position.id)),
        );
      const found = await rows
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
      const views = new Map((await deploymentViews(database, engine, accounts, found)).map((view) => [view.id, view]));
      const costs = await runningCosts(database, prices, found);
      const { items, nextCursor } = pageOf(found, limit, ({ id }) => views.get(id));
      return {
        items: items.flatMap((item) => {
          const cost = item && costs.get(item.id);
          return item ? [{ ...item, ...(cost && { cost }) }] : [];
        }),
        ...(nextCursor !== undefined && { nextCursor }),
      };
    }),
    handle('post /deployments', async ({ body, actor, audit, approved, check }) => {
      const target = await theOne(database, actor, 'plan', body.plan);
      const plan = await plans.find(body.plan);
      approved(plan.hash);
      check(actionOfChange[plan.action], target);
      if (plan.action !== 'delete') check('account.use', await theOne(database, actor, 'account', plan.account));
      for (const source of await newSources(database, plan))
        check('deployment.use', await theOne(database, actor, 'deployment', source));
      await checkSecretUse(database, actor, check, await newPlanSecrets(database, plan));
      const made = await deployments.apply(body.plan, body.hash, by(actor), body.note);
      audit(made.deployment);
      return made;
    }),
    handle('get /deployments/{deployment}', async ({ params }) => detail(params.deployment)),
    handle('get /deployments/{deployment}/tags', async ({ params }) => ({
      tags: (await deployments.find(params.deployment)).tags,
    })),
    handle('patch /deployments/{deployment}/tags', async ({ params: { deployment }, body, actor, audit, check }) => {
      audit(deployment);
      const target = await theOne(database, actor, 'deployment', deployment);
      // What one may do hangs on tags: nobody moves a deployment where it may not tag, or out of there.
      const tags = await retag(database, deployment, body.tags, (tags) =>
        check('deployment.tag', tagged(target, tags)),
      );
      return { tags };
    }),
    handle(
      'get /deployments/{deployment}/logs',
      async ({ params: { deployment }, query: { limit, cursor, node, run } }) => {
        await deployments.find(deployment);
        const { items, next } = await engine.logs({
          subject: deployment,
          limit,
          cursor,
          node,
          run: run as RunId | undefined,
        });
        return { items: items.map(logView), ...(next !== undefined && { nextCursor: next }) };
      },
    ),
    handle('post /deployments/{deployment}/plans', async ({ params, body, actor, signal, audit, check }) => {
      audit(params.deployment);
      await checkSecretUse(database, actor, check, await plans.secretsOf(params.deployment, body));
      return plans.change(params.deployment, body, planner(actor), signal);
    }),
    handle('get /deployments/{deployment}/workflows', ({ params, signal }) =>
      plans.workflows(params.deployment, signal),
    ),
    handle('get /deployments/{deployment}/operations', ({ params, query, signal }) =>
      plans.operations(params.deployment, query.node, signal),
    ),
    handle('get /deployments/{deployment}/revisions', async ({ params: { deployment } }) => {
      await deployments.find(deployment);
      return { items: await revisionViews(database, engine, deployment) };
    }),
    handle('get /deployments/{deployment}/drift', async ({ params, signal }) => drift(params.deployment, signal)),
    handle('post /deployments/{deployment}/drift/accept', async ({ params, body, signal, audit }) => {
      audit(params.deployment);
      const { survey, found } = await look(params.deployment, signal);
      await accept(database, params.deployment, survey, found, body.resources);
      return drift(params.deployment, signal);
    }),
    handle('delete /deployments/{deployment}', async ({ params, actor, audit }) => {
      audit(params.deployment);
      return { run: await deployments.remove(params.deployment, by(actor)) };
    }),
    handle('get /runs', async ({ query: { limit, cursor, deployment, state, active }, actor }) => {
      const where = visibleRuns(actor, 'deployment.read');
      const { items, next } = await engine.runs({ limit, cursor, subject: deployment, state, active, where });
      return { items: items.map(runView), ...(next !== undefined && { nextCursor: next }) };
    }),
    handle('get /runs/{run}', async ({ params }) => {
      const run = await runOf(params.run);
      return { ...runView(run), steps: (await engine.steps(run.id)).map(stepView) };
    }),
    handle('post /runs/{run}/cancel', async ({ params, body, actor, audit }) => {
      const run = await runOf(params.run);
      audit(run.subject ?? run.id);
      return runView(await runOf(await deployments.cancel(run.id, by(actor), body.undo)));
    }),
    handle('post /runs/{run}/pause', async ({ params, audit }) => {
      const run = await runOf(params.run);
      audit(run.subject ?? run.id);
      await engine.pause(run.id);
      return runView(await runOf(run.id));
    }),
    handle('post /runs/{run}/resume', async ({ params, body, actor, audit }) => {
      const run = await runOf(params.run);
      audit(run.subject ?? run.id);
      // Whoever resumes it answers for it from now on, and so must be allowed what it does.
      await checkNeeds(database, actor, await deployments.needsOf(run));
      await deployments.resume(run.id, by(actor), body.only);
      return runView(await runOf(run.id));
    }),
    handle('get /events', async ({ query: { topics, after }, request, signal, actor, check, actorNow }) => {
      const asked = topicsOf(topics);
      for (const topic of asked)
        if ('id' in topic) check('deployment.read', await theOne(database, actor, topic.of, topic.id));
      const from = request.lastEventId ?? after;
      return eventsOf({ database, engine, accounts, feed, actorNow }, asked, from, signal);
    }),
  ];

  /** What the cloud shows of what there is. */
  async function look(id: string, signal: AbortSignal) {
    const connection = await accounts.connect((await deployments.find(id)).account);
    const survey = await world.survey(id);
    return { survey, found: await examine(connection, survey, world.clock, signal, await secrets.of(id)) };
  }

  async function drift(id: string, signal: AbortSignal) {
    const { found } = await look(id, signal);
    return { items: found.map(driftView), checkedAt: new Date(world.clock.now()).toISOString() };
  }

  async function detail(id: string): Promise<DeploymentDetail> {
    const row = await deployments.find(id);
    const [[view], costs, nodes, resources, plan, secretViews] = await Promise.all([
      deploymentViews(database, engine, accounts, [row]),
      runningCosts(database, prices, [row]),
      database
        .selectFrom('node_instance')
        .selectAll()
        .where('deployment', '=', id)
        .orderBy('template')
        .orderBy('index')
        .execute(),
      database
        .selectFrom('resource')
        .selectAll()
        .where('deployment', '=', id)
        .orderBy('asked_at')
        .orderBy('step')
        .execute(),
      sql<{ scaling: Plan['scaling'] }>`select content->'scaling' as scaling from plan where id = ${row.plan}`.execute(
        database,
      ),
      planSecretViews(database, row.plan),
    ]);
    if (!view) throw new Failure('not-found', { kind: 'deployment', id });
    const cost = costs.get(id);
    return {
      ...view,
      ...(cost && { cost }),
      inputs: row.inputs,
      ...secretViews,
      outputs: row.outputs.map((output) => ({ ...output })),
      nodeInstances: nodes.map(nodeView),
      resources: resources.map(resourceView),
      scaling: (plan.rows[0]?.scaling ?? []).map((group) => ({ ...group, members: [...group.members] })),
      ...(row.wanted !== null && { wanted: row.wanted }),
      ...(row.revision !== null && { revision: row.revision }),
    };
  }
}
