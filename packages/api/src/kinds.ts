/** Lists of words that a schema takes and that are shown to choose from, for programs that do without the schemas. */

export const secretKinds = ['text', 'ssh-key', 'login'] as const;

/** What webhooks can tell of, in the order in which it is offered. */
export const eventKindNames = ['run.ended', 'deployment.changed', 'finding.found', 'audit.written'] as const;
export type EventKind = (typeof eventKindNames)[number];

export const deliveryStates = ['waiting', 'delivered', 'failed'] as const;
