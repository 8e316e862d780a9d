import type { EventKind } from '@pileus/api/kinds';

/** The word of a kind is under a key without a dot. */
export function kindKey<K extends EventKind>(kind: K) {
  const keys = {
    'run.ended': 'webhooks.kind.run',
    'deployment.changed': 'webhooks.kind.deployment',
    'finding.found': 'webhooks.kind.finding',
    'audit.written': 'webhooks.kind.audit',
  } as const satisfies Record<EventKind, string>;
  return keys[kind];
}
