import type { Text } from '@pileus/model';
import { z } from 'zod';
import type { Action, TargetKind } from './actions.ts';
import { deliveryStates, type EventKind, eventKindNames } from './kinds.ts';
import { endpoint, FailureView, id, page, paging, time } from './endpoint.ts';

/** What can be told of: each kind of event, and what somebody must be allowed who has it told. */
export const eventKinds = {
  'run.ended': { needs: 'deployment.read', on: 'deployment', title: { en: 'A run has ended', 'zh-CN': '执行结束' } },
  'deployment.changed': {
    needs: 'deployment.read',
    on: 'deployment',
    title: { en: 'A deployment is in another state', 'zh-CN': '应用实例状态变化' },
  },
  'finding.found': {
    needs: 'account.read',
    on: 'account',
    title: { en: 'A sweep has found something', 'zh-CN': '巡检发现问题' },
  },
  'audit.written': {
    needs: 'audit.read',
    on: 'organization',
    title: { en: 'A row of the operation log', 'zh-CN': '新增操作日志' },
  },
} as const satisfies Record<EventKind, { needs: Action; on: TargetKind; title: Text }>;

export const webhookFormats = ['standard', 'cloudevents'] as const;

export const WebhookView = z.object({
  id,
  name: z.string(),
  url: z.string(),
  kinds: z.array(z.enum(eventKindNames)),
  /** The project's id; absent where it is the whole organization. */
  project: z.string().optional(),
  format: z.enum(webhookFormats),
  inOrder: z.boolean(),
  isEnabled: z.boolean(),
  /** Why it is not enabled where nobody has wanted that. */
  disabledBecause: z.enum(['failing', 'gone']).optional(),
  /** Since when nothing has arrived any more. */
  failingSince: time.optional(),
  /** How many deliveries wait. */
  waiting: z.number(),
  createdBy: z.string(),
  createdAt: time,
});

export const AttemptView = z.object({
  number: z.number(),
  at: time,
  milliseconds: z.number(),
  /** What was answered, and the beginning of it. */
  status: z.number().optional(),
  answer: z.string().optional(),
  /** Why nothing was. */
  failure: FailureView.optional(),
});

export const DeliveryView = z.object({
  /** What is sent as `webhook-id`; the same in every attempt. */
  id,
  kind: z.string(),
  at: time,
  state: z.enum(deliveryStates),
  attempts: z.number(),
  /** Of one that waits. */
  dueAt: time.optional(),
  /** The last attempt's. */
  status: z.number().optional(),
});

const name = z.string().trim().min(1).max(100);
const url = z
  .url({ protocol: /^https?$/ })
  .max(2_000)
  .describe('Where the events are sent; private addresses only where PILEUS_OUTBOUND_ALLOW opens them');
const kinds = z.array(z.enum(eventKindNames)).min(1).max(eventKindNames.length);
const webhook = z.object({ webhook: id });
const delivery = z.object({ webhook: id, delivery: id });
const refusals = [
  'name-taken',
  'address-invalid',
  'address-refused',
  'address-forbidden',
  'not-allowed',
  'beyond-own-rights',
] as const;

export const webhooks = [
  endpoint({
    method: 'get',
    path: '/webhooks',
    summary: 'The webhooks of the organization: who is told when something has happened',
    permission: 'webhook.read',
    on: 'organization',
    answer: z.object({ items: z.array(WebhookView) }),
    fails: [],
  }),
  endpoint({
    method: 'post',
    path: '/webhooks',
    summary: 'Add a webhook; the secret it is signed with is shown this once',
    permission: 'webhook.create',
    on: 'organization',
    action: 'WEBHOOK_CREATE',
    body: z.object({
      name,
      url,
      kinds,
      /** By id or name: only what happens in it. */
      project: z.string().optional(),
      /** `standard`: Standard Webhooks; `cloudevents`: the same, the body a CloudEvents 1.0 event. */
      format: z.enum(webhookFormats).default('standard'),
      /** One after the other, each only when the one before it has arrived. */
      inOrder: z.boolean().default(false),
    }),
    answer: WebhookView.extend({ secret: z.string() }),
    status: 201,
    fails: [...refusals, 'not-found'],
  }),
  endpoint({
    method: 'get',
    path: '/webhooks/{webhook}',
    summary: 'One webhook',
    permission: 'webhook.read',
    params: webhook,
    answer: WebhookView,
    versioned: { besides: ['disabledBecause', 'failingSince', 'waiting'] },
    fails: ['not-found'],
  }),
  endpoint({
    method: 'patch',
    path: '/webhooks/{webhook}',
    summary: 'Change a webhook; one that is enabled again goes on with what waits',
    permission: 'webhook.update',
    action: 'WEBHOOK_UPDATE',
    params: webhook,
    body: z.object({
      name: name.optional(),
      url: url.optional(),
      kinds: kinds.optional(),
      inOrder: z.boolean().optional(),
      isEnabled: z.boolean().optional(),
    }),
    answer: WebhookView,
    dryRun: true,
    fails: [...refusals, 'not-found'],
  }),
  endpoint({
    method: 'delete',
    path: '/webhooks/{webhook}',
    summary: 'Remove a webhook, with what it was told and what waits',
    permission: 'webhook.delete',
    action: 'WEBHOOK_DELETE',
    params: webhook,
    answer: z.object({}),
    dryRun: true,
    fails: ['not-found'],
  }),
  endpoint({
    method: 'post',
    path: '/webhooks/{webhook}/secret',
    summary: 'Sign with a new secret, shown this once; the old one signs as well for 24 hours',
    permission: 'webhook.update',
    action: 'WEBHOOK_ROTATE',
    params: webhook,
    answer: z.object({ secret: z.string(), oldUntil: time }),
    fails: ['not-found'],
  }),
  endpoint({
    method: 'post',
    path: '/webhooks/{webhook}/test',
    summary: 'Send an event of the kind webhook.test',
    permission: 'webhook.update',
    action: 'WEBHOOK_TEST',
    params: webhook,
    answer: DeliveryView,
    status: 201,
    fails: ['not-found', 'conflict'],
  }),
  endpoint({
    method: 'get',
    path: '/webhooks/{webhook}/deliveries',
    summary: 'What a webhook was told, newest first; kept for 30 days',
    permission: 'webhook.read',
    params: webhook,
    query: z.object({ ...paging, state: z.enum(deliveryStates).optional() }),
    answer: page(DeliveryView),
    fails: ['not-found', 'invalid'],
  }),
  endpoint({
    method: 'get',
    path: '/webhooks/{webhook}/deliveries/{delivery}',
    summary: 'What was sent, each attempt, and what was answered',
    permission: 'webhook.read',
    params: delivery,
    answer: DeliveryView.extend({ body: z.string(), tries: z.array(AttemptView) }),
    fails: ['not-found'],
  }),
  endpoint({
    method: 'post',
    path: '/webhooks/{webhook}/deliveries/{delivery}/resend',
    summary: 'Send it again now, under the same id',
    permission: 'webhook.update',
    action: 'WEBHOOK_RESEND',
    params: delivery,
    answer: DeliveryView,
    fails: ['not-found', 'conflict', 'not-allowed', 'beyond-own-rights'],
  }),
] as const;
