import type { Database } from '@pileus/database';
import { Failure, type Clock } from '@pileus/model';
import {
  madeUnder,
  type Deployment,
  type KnownNode,
  type KnownOperation,
  type KnownResource,
  type Revision,
  type Survey,
  type World,
} from '@pileus/orchestrator';
import type { Data } from '@pileus/tosca';
import type { Json } from '@pileus/engine';
import type { Accounts } from '../clouds/accounts.ts';
import type { Library } from '../templates/library.ts';
import type { InputSecrets } from './input-secrets.ts';

interface WorldOptions {
  readonly database: Database;
  readonly accounts: Accounts;
  readonly library: Library;
  readonly clock: Clock;
  readonly secrets: Pick<InputSecrets, 'of'>;
}

/** What the platform tells the runs about deployments. */
export function createWorld({ database, accounts, library, clock, secrets }: WorldOptions): World {
  return {
    clock,
    deployment: async (id): Promise<Deployment> => {
      const row = await database
        .selectFrom('deployment')
        .select(['name', 'account'])
        .where('id', '=', id)
        .executeTakeFirst();
      if (!row) throw new Failure('not-found', { kind: 'deployment', id });
      const { name, account } = row;
      return {
        id,
        name,
        account,
        connection: await accounts.connect(account),
        revisions: await revisionsOf(database, library, id),
        secrets: await secrets.of(id),
      };
    },
    survey: async (id): Promise<Survey> => {
      const [resources, nodes, operations, made] = await Promise.all([
        database
          .selectFrom('resource')
          .select(['step', 'node', 'kind', 'name', 'token', 'ref', 'state', 'spec', 'accepted'])
          .where('deployment', '=', id)
          .where('deleted_at', 'is', null)
          .orderBy('asked_at')
          .execute(),
        database
          .selectFrom('node_instance')
          .select(['node', 'template', 'index', 'revision', 'state', 'attributes'])
          .where('deployment', '=', id)
          .where('state', '<>', 'deleted')
          .execute(),
        database.selectFrom('operation').selectAll().where('deployment', '=', id).execute(),
        database.selectFrom('resource').select('step').where('deployment', '=', id).execute(),
      ]);
      return {
        at: new Date(clock.now()).toISOString(),
        resources: resources.map(({ ref, spec, state, accepted, ...rest }): KnownResource => ({
          ...rest,
          state: state === 'deleted' ? 'unknown' : state,
          ...(ref !== null && { ref }),
          spec: spec as Record<string, Json>,
          ...(Object.keys(accepted).length > 0 && { accepted: accepted as Record<string, Json> }),
        })),
        nodes: nodes.map(({ attributes, ...rest }): KnownNode => ({
          ...rest,
          attributes: attributes as Record<string, Data>,
        })),
        operations: operations.map(({ step, node, target, digest, inputs, outputs }): KnownOperation => ({
          step,
          node,
          ...(target !== null && { target }),
          ...(digest !== null && { digest }),
          ...(inputs !== null && { inputs: inputs as Record<string, Json> }),
          ...(outputs !== null && { outputs }),
        })),
        made: madeUnder(made.map(({ step }) => step)),
      };
    },
    plan: async (id) => {
      const plan = await database.selectFrom('plan').select('content').where('id', '=', id).executeTakeFirst();
      if (!plan) throw new Failure('not-found', { kind: 'plan', id });
      const revision = await database.selectFrom('revision').select('number').where('plan', '=', id).executeTakeFirst();
      const number = revision?.number ?? plan.content.revision;
      return { plan: plan.content, ...(number !== undefined && { revision: number }) };
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

/** The revisions that instances stem from, the one that is wanted and the one that was reached. */
export async function revisionsOf(
  database: Database,
  library: Library,
  deployment: string,
): Promise<ReadonlyMap<number, Revision>> {
  const rows = await database
    .selectFrom('revision')
    .innerJoin('deployment', 'deployment.id', 'revision.deployment')
    .innerJoin('plan', 'plan.id', 'revision.plan')
    .select([
      'revision.number',
      'revision.template',
      'revision.version',
      'revision.variant',
      'revision.inputs',
      'revision.counts',
      'plan.content',
    ])
    .where('revision.deployment', '=', deployment)
    .where(({ or, eb, ref, exists, selectFrom }) =>
      or([
        eb('revision.number', '=', ref('deployment.wanted')),
        eb('revision.number', '=', ref('deployment.revision')),
        exists(
          selectFrom('node_instance')
            .select('id')
            .whereRef('node_instance.deployment', '=', 'revision.deployment')
            .whereRef('node_instance.revision', '=', 'revision.number')
            .where('node_instance.state', '<>', 'deleted'),
        ),
      ]),
    )
    .execute();
  const revisions = await Promise.all(
    rows.map(async ({ number, template, version, variant, inputs, counts, content }): Promise<Revision> => {
      const chosen = await library.variant(template, version, variant, undefined);
      return {
        number,
        template: chosen.template,
        files: chosen.files,
        inputs: inputs as Record<string, Data>,
        counts,
        choices: content.choices,
      };
    }),
  );
  return new Map(revisions.map((revision) => [revision.number, revision]));
}
