import type { Database } from '@pileus/database';
import type { Engine } from '@pileus/engine';
import { Failure, type Clock } from '@pileus/model';
import type { Deployment, Survey, World } from '@pileus/orchestrator';
import type { Data } from '@pileus/tosca';
import type { Json } from '@pileus/engine';
import type { Accounts } from '../clouds/accounts.ts';
import type { Library } from '../templates/library.ts';

interface WorldOptions {
  readonly database: Database;
  readonly accounts: Accounts;
  readonly library: Library;
  readonly clock: Clock;
  /** The engine is made from the runs, which are made from the world. */
  readonly engine: () => Pick<Engine, 'runs' | 'steps'>;
}

/** What the platform tells the runs about deployments. */
export function createWorld({ database, accounts, library, clock, engine }: WorldOptions): World {
  return {
    clock,
    deployment: async (id): Promise<Deployment> => {
      const row = await database
        .selectFrom('deployment')
        .innerJoin('plan', 'plan.id', 'deployment.plan')
        .select([
          'deployment.name',
          'deployment.account',
          'deployment.template',
          'deployment.version',
          'deployment.variant',
          'deployment.inputs',
          'plan.content',
        ])
        .where('deployment.id', '=', id)
        .executeTakeFirst();
      if (!row) throw new Failure('not-found', { kind: 'deployment', id });
      const { template, files } = await library.variant(row.template, row.version, row.variant, undefined);
      return {
        id,
        name: row.name,
        account: row.account,
        template,
        files,
        inputs: row.inputs as Record<string, Data>,
        plan: row.content,
        connection: await accounts.connect(row.account),
      };
    },
    survey: async (id): Promise<Survey> => {
      const [resources, nodes, begun] = await Promise.all([
        database
          .selectFrom('resource')
          .select(['step', 'node', 'kind', 'name', 'token', 'ref', 'spec'])
          .where('deployment', '=', id)
          .where('deleted_at', 'is', null)
          .execute(),
        database.selectFrom('node_instance').select(['node', 'attributes']).where('deployment', '=', id).execute(),
        begunSteps(engine(), id),
      ]);
      return {
        at: new Date(clock.now()).toISOString(),
        resources: resources.map(({ ref, spec, ...rest }) => ({
          ...rest,
          ...(ref !== null && { ref }),
          spec: spec as Record<string, Json>,
        })),
        attributes: Object.fromEntries(nodes.map(({ node, attributes }) => [node, attributes as Record<string, Data>])),
        begun,
      };
    },
    resource: async (id) => {
      const row = await database
        .selectFrom('resource')
        .selectAll()
        .where('id', '=', id)
        .where('deleted_at', 'is', null)
        .executeTakeFirst();
      if (!row || row.ref === null) throw new Failure('not-found', { kind: 'instance', id });
      const { kind, ref, name, deployment, step, account } = row;
      return { kind, ref, name, deployment, step, connection: await accounts.connect(account) };
    },
  };
}

/** Steps of the run that deployed it which have begun, whether or not they were finished. */
async function begunSteps(engine: Pick<Engine, 'runs' | 'steps'>, deployment: string): Promise<string[]> {
  const { items } = await engine.runs({ subject: deployment, limit: 500 });
  const begun = new Set<string>();
  for (const run of items) {
    if (run.kind !== 'deployment.create') continue;
    for (const { key, attempt } of await engine.steps(run.id)) if (attempt > 0) begun.add(key);
  }
  return [...begun];
}
