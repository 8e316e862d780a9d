import type { Database, Transaction } from '@pileus/database';
import { because, Failure } from '@pileus/model';
import { existingOf, type Choices, type Existing, type Plan, type World } from '@pileus/orchestrator';

/** What deployments of an account have that others may select, as it is now: nodes of those that run. */
export async function inventoryOf(
  database: Database,
  world: World,
  account: string,
  except: string | undefined,
): Promise<Existing[]> {
  const rows = await database
    .selectFrom('deployment')
    .select(['id', 'revision'])
    .where('account', '=', account)
    .where('state', '=', 'running')
    .where('deleted_at', 'is', null)
    .orderBy('name')
    .execute();
  const all: Existing[] = [];
  for (const { id, revision } of rows) {
    if (id === except || revision === null) continue;
    all.push(...existingOf(await world.deployment(id), revision, await world.survey(id)));
  }
  return all;
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
