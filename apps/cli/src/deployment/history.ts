import type { Context } from '../context.ts';
import { findDeployment } from '../find.ts';
import { moment, stateStyle, stateWord } from '../output/values.ts';

/** What a deployment was to be over time, newest first: who wanted it, and why. */
export async function showHistory(context: Context, given: string): Promise<void> {
  const { client, out, say, signal } = context;
  const { id } = await findDeployment(context, given);
  const params = { deployment: id };
  const [{ items }, { revision: reached }] = await Promise.all([
    client.call('get /deployments/{deployment}/revisions', { params, signal }),
    client.call('get /deployments/{deployment}', { params, signal }),
  ]);
  await out.list(
    items,
    [
      { title: say('word.revision'), value: ({ number }) => `${number}${number === reached ? ' *' : ''}` },
      { title: say('word.action'), value: ({ action }) => say(`did.${action}`) },
      {
        title: say('word.state'),
        value: ({ run }) => (run ? stateWord(say, run.state) : ''),
        style: ({ run }) => run && stateStyle(run.state),
      },
      { title: say('word.time'), value: ({ createdAt }) => moment(createdAt) },
      { title: say('word.actor'), value: ({ createdBy }) => createdBy },
      { title: say('word.version'), value: ({ template }) => template.version },
      {
        title: say('word.counts'),
        value: ({ counts }) =>
          Object.entries(counts)
            .map(([node, count]) => `${node}=${count}`)
            .join(' '),
      },
      { title: say('word.note'), value: ({ note }) => note },
    ],
    ({ number }) => String(number),
  );
  if (out.format === 'table' && items.length > 0) out.message(say('history.reached'));
}
