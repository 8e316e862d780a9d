import type { Database, Feed, Window } from '@pileus/database';
import type { Engine } from '@pileus/engine';
import type { Actor, Answer, StreamEvent } from '@pileus/http';
import { Failure, type RunId } from '@pileus/model';
import { sql, type Expression, type SqlBool } from 'kysely';
import { theOne } from '../access/targets.ts';
import { visibleDeployments, visibleRuns } from '../access/visible.ts';
import type { Accounts } from '../clouds/accounts.ts';
import { deploymentViews, logView, nodeView, runView, stepView } from './views.ts';

type Event = Answer<'get /events'>;

interface Sources {
  readonly database: Database;
  readonly engine: Engine;
  readonly accounts: Accounts;
  readonly feed: Feed;
  /** Who listens, with the rights of this moment; throws when that is nobody any more. */
  actorNow(): Promise<Actor>;
}

type Topic = { readonly of: 'runs' | 'deployments' } | { readonly of: 'run' | 'deployment'; readonly id: string };

/** What the query parameter asks for: `runs,deployment:dep-…`. */
export function topicsOf(text: string): Topic[] {
  return [...new Set(text.split(',').filter((word) => word !== ''))].map((word) => {
    const [of = '', id] = word.split(':');
    if ((of === 'runs' || of === 'deployments') && id === undefined) return { of };
    if ((of === 'run' || of === 'deployment') && id) return { of, id };
    throw new Failure('invalid', {
      what: '?topics',
      reason: `there is no topic ${word}; there are runs, deployments, run:ID and deployment:ID`,
    });
  });
}

/** What has changed, window by window; a window's id is where a caller that lost its connection goes on. */
export async function* eventsOf(
  sources: Sources,
  topics: readonly Topic[],
  after: string | undefined,
  signal: AbortSignal,
): AsyncIterable<StreamEvent<Event>> {
  for await (const window of sources.feed.subscribe(after, signal)) {
    const actor = await sources.actorNow();
    const found = await Promise.all(topics.map((topic) => changes(sources, topic, window, actor)));
    const events = found.flat();
    // Only the last event moves the reader on: one that is cut off in the middle of a window gets it whole again.
    for (const [index, data] of events.entries()) yield { data, ...(index === events.length - 1 && { id: window.to }) };
  }
}

async function changes(sources: Sources, topic: Topic, window: Window, actor: Actor): Promise<Event[]> {
  const { engine, database } = sources;
  if ('id' in topic) {
    const target = await theOne(database, actor, topic.of, topic.id);
    if (!actor.rights.decide('deployment.read', target).allowed)
      throw new Failure('not-allowed', { permission: 'deployment.read' });
  }
  switch (topic.of) {
    case 'runs':
      return (await engine.runsChanged(window, { where: visibleRuns(actor, 'deployment.read') })).map((run) => ({
        is: 'run',
        run: runView(run),
      }));
    case 'deployments':
      return deploymentsChanged(sources, window, visibleDeployments(actor, 'deployment.read'));
    case 'run': {
      const run = topic.id as RunId; // an id that names no run changes nothing
      return [
        ...(await runsChanged(engine, window, (one) => one.id === run)),
        ...(await stepsAndLines(engine, window, { run })),
      ];
    }
    case 'deployment': {
      const [deployment, nodes, runs, work] = await Promise.all([
        deploymentsChanged(sources, window, sql<boolean>`id = ${topic.id}`),
        nodesChanged(sources.database, window, topic.id),
        runsChanged(engine, window, () => true, topic.id),
        stepsAndLines(engine, window, { subject: topic.id }),
      ]);
      return [...deployment, ...nodes, ...work, ...runs];
    }
  }
}

async function runsChanged(
  engine: Engine,
  window: Window,
  isWanted: (run: { id: RunId }) => boolean,
  subject?: string,
): Promise<Event[]> {
  return (await engine.runsChanged(window, { subject }))
    .filter(isWanted)
    .map((run) => ({ is: 'run', run: runView(run) }));
}

async function stepsAndLines(engine: Engine, window: Window, of: { run?: RunId; subject?: string }): Promise<Event[]> {
  const [steps, lines] = await Promise.all([engine.stepsChanged(window, of), engine.logsChanged(window, of)]);
  return [
    ...steps.map((step): Event => ({ is: 'step', step: stepView(step) })),
    ...lines.map((line): Event => ({ is: 'log', line: logView(line) })),
  ];
}

async function deploymentsChanged(
  { database, engine, accounts }: Sources,
  { from, to }: Window,
  where: Expression<SqlBool>,
): Promise<Event[]> {
  const rows = database
    .selectFrom('deployment')
    .selectAll()
    .where(sql<boolean>`changed >= ${from}::xid8 and changed < ${to}::xid8`)
    .where(where);
  const views = await deploymentViews(database, engine, accounts, await rows.limit(500).execute());
  return views.map((deployment) => ({ is: 'deployment', deployment }));
}

async function nodesChanged(database: Database, { from, to }: Window, deployment: string): Promise<Event[]> {
  const rows = await database
    .selectFrom('node_instance')
    .selectAll()
    .where('deployment', '=', deployment)
    .where(sql<boolean>`changed >= ${from}::xid8 and changed < ${to}::xid8`)
    .execute();
  return rows.map((row) => ({ is: 'node', deployment, node: nodeView(row) }));
}
