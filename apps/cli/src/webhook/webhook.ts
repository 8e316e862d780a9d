import { randomUUID } from 'node:crypto';
import type { AnswerOf, BodyOf } from '@pileus/api';
import type { Context } from '../context.ts';
import { usage } from '../exit.ts';
import { findWebhook } from '../find.ts';
import { facts } from '../output/table.ts';
import { moment } from '../output/values.ts';
import { collect } from '../pages.ts';
import { reason } from '../run/progress.ts';
import { confirm } from '../values/ask.ts';

type Webhook = AnswerOf<'get /webhooks'>['items'][number];
type Kinds = BodyOf<'post /webhooks'>['kinds'];

export interface AddOptions {
  readonly name: string;
  readonly event: readonly string[];
  readonly project?: string;
  readonly format?: 'standard' | 'cloudevents';
  readonly inOrder?: true;
}

export interface UpdateOptions {
  readonly newName?: string;
  readonly url?: string;
  readonly event?: readonly string[];
  readonly enable?: true;
  readonly disable?: true;
}

export interface ListOptions {
  readonly state?: 'waiting' | 'delivered' | 'failed';
  readonly limit: number;
}

export async function listWebhooks({ client, out, say, signal }: Context): Promise<void> {
  const { items } = await client.call('get /webhooks', { signal });
  await out.list(
    items,
    [
      { title: say('word.name'), value: ({ name }) => name },
      { title: say('word.url'), value: ({ url }) => url },
      { title: say('word.events'), value: ({ kinds }) => kinds.join(' ') },
      {
        title: say('word.state'),
        value: (one) => say(stateOf(one)),
        style: ({ isEnabled, failingSince }) => (isEnabled ? (failingSince ? 'yellow' : 'green') : 'gray'),
      },
      { title: say('word.waiting'), value: ({ waiting }) => String(waiting) },
      { title: say('word.id'), value: ({ id }) => id },
    ],
    ({ name }) => name,
  );
}

function stateOf({ isEnabled, disabledBecause, failingSince }: Webhook) {
  if (isEnabled) return failingSince ? 'webhook.isFailing' : 'people.enabled';
  return disabledBecause ? (`webhook.${disabledBecause}` as const) : 'people.disabled';
}

/** Prints the secret: it is never shown again. */
export async function addWebhook(context: Context, url: string, options: AddOptions): Promise<void> {
  const { client, out, say, signal } = context;
  const { name, event, project, format, inOrder } = options;
  // The server says which kinds there are.
  const body = { name, url, kinds: event as Kinds, project, format, inOrder };
  const made = await client.call('post /webhooks', { body, key: randomUUID(), signal });
  out.message(say('webhook.secretOnce'));
  await out.one(
    made,
    ({ id }) => id,
    ({ id, secret }) => `${id}\n${secret}`,
  );
}

export async function updateWebhook(context: Context, given: string, options: UpdateOptions): Promise<void> {
  const { client, out, say, signal } = context;
  const { newName, url, event, enable, disable } = options;
  if (enable && disable) throw usage(say('webhook.onOrOff'));
  const body = {
    ...(newName !== undefined && { name: newName }),
    ...(url !== undefined && { url }),
    ...(event && { kinds: event as Kinds }),
    ...((enable || disable) && { isEnabled: enable === true }),
  };
  if (Object.keys(body).length === 0)
    throw usage(say('usage.nothingToChange', { options: '--new-name, --url, --event, --enable, --disable' }));
  const { id } = await findWebhook(context, given);
  const changed = await client.call('patch /webhooks/{webhook}', { params: { webhook: id }, body, signal });
  await out.one(
    changed,
    (one) => one.id,
    (one) => `${one.name} ${say(stateOf(one))}`,
  );
}

export async function deleteWebhook(context: Context, given: string, { yes }: { yes?: true }): Promise<void> {
  const { client, out, say, signal } = context;
  const { id, name } = await findWebhook(context, given);
  if (!yes && !(await confirm(context, say('webhook.askDelete', { name })))) return out.message(say('plan.left'));
  await client.call('delete /webhooks/{webhook}', { params: { webhook: id }, signal });
  out.message(say('message.deleted', { kind: say('kind.webhook'), name }));
}

export async function rotateSecret(context: Context, given: string): Promise<void> {
  const { client, out, say, signal } = context;
  const { id } = await findWebhook(context, given);
  const made = await client.call('post /webhooks/{webhook}/secret', { params: { webhook: id }, signal });
  out.message(say('webhook.rotated', { at: moment(made.oldUntil) }));
  await out.one(
    made,
    ({ secret }) => secret,
    ({ secret }) => secret,
  );
}

export async function testWebhook(context: Context, given: string): Promise<void> {
  const { client, out, signal } = context;
  const { id } = await findWebhook(context, given);
  const sent = await client.call('post /webhooks/{webhook}/test', { params: { webhook: id }, signal });
  await out.one(
    sent,
    (one) => one.id,
    (one) => one.id,
  );
}

export async function listDeliveries(context: Context, given: string, options: ListOptions): Promise<void> {
  const { client, out, say, signal } = context;
  const { id } = await findWebhook(context, given);
  const { items, more } = await collect(
    (cursor, limit) =>
      client.call('get /webhooks/{webhook}/deliveries', {
        params: { webhook: id },
        query: { state: options.state, cursor, limit },
        signal,
      }),
    options.limit,
  );
  await out.list(
    items,
    [
      { title: say('word.id'), value: (one) => one.id },
      { title: say('word.events'), value: ({ kind }) => kind },
      { title: say('word.time'), value: ({ at }) => moment(at) },
      {
        title: say('word.state'),
        value: ({ state }) => say(`webhook.is.${state}`),
        style: ({ state }) => (state === 'delivered' ? 'green' : state === 'failed' ? 'red' : 'gray'),
      },
      { title: say('word.attempts'), value: ({ attempts }) => String(attempts) },
      { title: say('word.status'), value: ({ status }) => String(status ?? '') },
      { title: say('word.due'), value: ({ dueAt }) => moment(dueAt) },
    ],
    (one) => one.id,
  );
  if (more) out.message(say('list.more'));
}

export async function getDelivery(context: Context, given: string, delivery: string): Promise<void> {
  const { client, language, out, say, signal } = context;
  const { id } = await findWebhook(context, given);
  const params = { webhook: id, delivery };
  const found = await client.call('get /webhooks/{webhook}/deliveries/{delivery}', { params, signal });
  await out.one(
    found,
    (one) => one.id,
    ({ kind, at, state, body, tries }) =>
      facts(
        [
          [say('word.id'), delivery],
          [say('word.events'), kind],
          [say('word.time'), moment(at)],
          [say('word.state'), say(`webhook.is.${state}`)],
          [say('word.body'), body],
          ...tries.map(
            ({ number, at: tried, milliseconds, status, answer, failure }) =>
              [
                `${say('word.attempt')} ${number}`,
                [moment(tried), `${milliseconds} ms`, status, answer, failure && reason(failure, language)]
                  .filter((part) => part !== undefined && part !== '')
                  .join('  '),
              ] as const,
          ),
        ],
        out.colours,
      ),
  );
}

export async function resend(context: Context, given: string, delivery: string): Promise<void> {
  const { client, out, say, signal } = context;
  const { id } = await findWebhook(context, given);
  const params = { webhook: id, delivery };
  const sent = await client.call('post /webhooks/{webhook}/deliveries/{delivery}/resend', { params, signal });
  await out.one(
    sent,
    (one) => one.id,
    ({ state }) => `${delivery} ${say(`webhook.is.${state}`)}`,
  );
}
