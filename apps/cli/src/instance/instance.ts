import { randomUUID } from 'node:crypto';
import type { Context } from '../context.ts';
import { findAccount, findDeployment, findInstance } from '../find.ts';
import { stateStyle, stateWord } from '../output/values.ts';
import { collect } from '../pages.ts';
import type { WaitOptions } from '../run/watch.ts';
import { watchRun } from '../run/watch.ts';

export interface ListOptions {
  readonly deployment?: string;
  readonly account?: string;
  readonly search?: string;
  readonly tag?: string;
  readonly limit?: number;
}

export async function listInstances(context: Context, options: ListOptions): Promise<void> {
  const { client, out, say, signal } = context;
  const deployment =
    options.deployment === undefined ? undefined : (await findDeployment(context, options.deployment)).id;
  const account = options.account === undefined ? undefined : (await findAccount(context, options.account)).id;
  const { items, more } = await collect(
    (cursor, limit) =>
      client.call('get /instances', {
        query: { deployment, account, tag: options.tag, q: options.search, cursor, limit },
        signal,
      }),
    options.limit,
  );
  await out.list(
    items,
    [
      { title: say('word.type'), value: ({ type }) => type },
      { title: say('word.nodeId'), value: ({ node }) => node },
      { title: say('word.nodeInstance'), value: ({ nodeInstance }) => nodeInstance },
      {
        title: say('word.state'),
        value: ({ state }) => stateWord(say, state),
        style: ({ state }) => stateStyle(state),
      },
      { title: say('word.ip'), value: ({ privateAddress }) => privateAddress ?? '' },
      { title: say('word.publicIp'), value: ({ publicAddress }) => publicAddress ?? '' },
      {
        title: say('word.provider'),
        value: ({ provider, simulated }) => provider + (simulated ? ` (${say('word.simulated')})` : ''),
      },
      { title: say('word.region'), value: ({ region }) => region ?? '' },
      { title: say('word.deployment'), value: (instance) => instance.deployment.name },
      { title: say('word.ref'), value: ({ ref }) => ref ?? '' },
    ],
    ({ nodeInstance }) => nodeInstance,
  );
  if (more) out.message(say('list.more'));
}

export async function operateInstance(
  context: Context,
  verb: 'start' | 'stop' | 'reboot',
  given: string,
  options: WaitOptions,
): Promise<void> {
  const { client, out, say, signal } = context;
  const { id } = await findInstance(context, given);
  const { run } = await client.call('post /instances/{instance}/{verb}', {
    params: { instance: id, verb },
    key: randomUUID(),
    signal,
  });
  if (options.wait) await watchRun(context, run, options.timeout);
  else out.message(say('instance.started', { run }));
  await out.one(
    { instance: id, run },
    () => run,
    () => run,
  );
}
