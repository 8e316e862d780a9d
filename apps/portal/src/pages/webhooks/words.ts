import type { Delivery, Webhook } from '../../api/types.ts';

/** What can be told of, in the order in which it is offered. */
export const eventKinds = [
  'run.ended',
  'deployment.changed',
  'finding.found',
  'audit.written',
] as const satisfies readonly Webhook['kinds'][number][];

export const deliveryStates = ['waiting', 'delivered', 'failed'] as const satisfies readonly Delivery['state'][];

/** The word of a kind is under a key without a dot. */
export function kindKey<K extends Webhook['kinds'][number]>(kind: K) {
  const keys = {
    'run.ended': 'webhooks.kind.run',
    'deployment.changed': 'webhooks.kind.deployment',
    'finding.found': 'webhooks.kind.finding',
    'audit.written': 'webhooks.kind.audit',
  } as const;
  return keys[kind];
}
