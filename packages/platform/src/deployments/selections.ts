import type { Database, Transaction } from '@pileus/database';
import { because, Failure } from '@pileus/model';
import { existingOf, type Choices, type Existing, type Plan, type Stock, type World } from '@pileus/orchestrator';
import type { Planner } from '../access/by.ts';
import type { Queries } from '../access/given.ts';

/**
 * What deployments of an account have that a plan may select, as it is now: nodes of those that run and that the planner may
 * use, and of those that the deployment uses already.
 */
export async function stockOf(
  database: Database,
  world: World,
  account: string,
  deployment: string | undefined,
  { mayUse }: Pick<Planner, 'mayUse'>,
): Promise<Stock> {
  const used = database
    .selectFrom('selection')
    .select('source')
    .where('deployment', '=', deployment ?? '');
  const rows = await database
    .selectFrom('deployment')
    .select(['id', 'revision'])
    .where('account', '=', account)
    .where('deleted_at', 'is', null)
    .where(({ and, eb, or }) =>
      or([and([eb('state', '=', 'running'), mayUse]), and([eb('id', 'in', used), eb('state', '<>', 'deleting')])]),
    )
    .orderBy('name')
    .execute();
  const nodes: Existing[] = [];
  for (const { id, revision } of rows) {
    if (id === deployment || revision === null) continue;
    nodes.push(...existingOf(await world.deployment(id), revision, await world.survey(id)));
  }
  const managed = await database
    .selectFrom('resource')
    .select('ref')
    .where('account', '=', account)
    .where('ref', 'is not', null)
    .where('deleted_at', 'is', null)
    .execute();
  return { nodes, managed: new Set(managed.flatMap(({ ref }) => ref ?? [])) };
}

/** Deployments that a plan uses and its deployment has not used before: whoever has it carried out must be allowed to. */
export async function newSources(
  database: Queries,
  { deployment, content }: { readonly deployment: string | null; readonly content: Plan },
): Promise<string[]> {
  const sources = new Set(usesOf(content.choices).map(({ source }) => source));
  if (sources.size === 0) return [];
  const held = await database
    .selectFrom('selection')
    .select('source')
    .where('deployment', '=', deployment ?? '')
    .execute();
  return [...sources.difference(new Set(held.map(({ source }) => source)))];
}

/** Notes what a deployment uses of others from now on; what it used before counts until it is without it. */
export async function keepSelections(transaction: Transaction, deployment: string, { choices }: Plan): Promise<void> {
  const used = usesOf(choices);
  if (used.length === 0) return;
  const sources = await transaction
    .selectFrom('deployment')
    .select(['id', 'name', 'state'])
    .where('id', 'in', [...new Set(used.map(({ source }) => source))])
    .orderBy('id')
    .forShare()
    .execute();
  const lost = sources.find(({ state }) => state === 'deleting' || state === 'deleted');
  if (lost) throw new Failure('plan-expired', { reason: because('selected-going', { name: lost.name }) });
  await transaction
    .insertInto('selection')
    .values(used.map((one) => ({ deployment, ...one })))
    .onConflict((conflict) =>
      conflict.columns(['deployment', 'node']).doUpdateSet(({ ref }) => ({
        source: ref('excluded.source'),
        source_node: ref('excluded.source_node'),
      })),
    )
    .execute();
}

/** Throws `conflict` when others use a deployment, or these nodes of it. */
export async function refuseUsed(
  database: Pick<Database, 'selectFrom'>,
  { id, name }: { readonly id: string; readonly name: string },
  nodes?: readonly string[],
): Promise<void> {
  if (nodes?.length === 0) return;
  let query = database
    .selectFrom('selection')
    .innerJoin('deployment', 'deployment.id', 'selection.deployment')
    .select(['deployment.name', 'selection.source_node'])
    .where('selection.source', '=', id)
    .where('deployment.deleted_at', 'is', null);
  if (nodes) query = query.where('selection.source_node', 'in', [...nodes]);
  const users = await query.orderBy('deployment.name').limit(10).execute();
  if (users.length === 0) return;
  const by = users.map((one) => `${one.name} (${one.source_node})`).join(', ');
  throw new Failure('conflict', { what: name, reason: because('used-by-others', { users: by }) });
}

function usesOf(choices: Choices): { node: string; source: string; source_node: string }[] {
  return Object.entries(choices).flatMap(([node, { selected }]) =>
    selected?.from ? [{ node, source: selected.from.deployment, source_node: selected.from.node }] : [],
  );
}
