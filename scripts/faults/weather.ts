import { SimulatedAccount } from '@pileus/provider';

/** The faults of `docs/quality` that a history can meet, and how they are told. */
export const faults = {
  F1: 'a crash at any boundary',
  F2: 'lost replies, lost requests, requests delivered twice',
  F3: 'lists and reads that lag and go backwards',
  F4: 'throttling',
  F5: 'quotas used up midway, servers that fail to boot',
  F6: 'deletions refused',
  F7: 'a worker paused beyond its lease that comes back',
  F11: 'a region down for hours',
  F14: 'resources removed by hand meanwhile',
  F15: 'deletion asked for in the middle of a deployment, cancelling, pausing and resuming',
} as const;
export type Fault = keyof typeof faults;

export const kinds = ['token', 'claim', 'look-up'] as const;
export type Once = (typeof kinds)[number];

/** What one seed meets. */
export interface Weather {
  readonly once: Once;
  readonly faults: ReadonlySet<Fault>;
  readonly account: SimulatedAccount;
}

export type Roll = (...about: readonly (string | number)[]) => number;

/** Each fault comes in half of the seeds, so that every two of them meet. The kinds take turns. */
export function weatherOf(seed: number, roll: Roll): Weather {
  const once = kinds[seed % kinds.length] ?? 'token';
  const met = new Set((Object.keys(faults) as Fault[]).filter((fault) => roll('fault', fault) < 0.5));
  const some = (fault: Fault, most: number) => (met.has(fault) ? most * roll('how much', fault, most) : 0);
  const account = SimulatedAccount.parse({
    seed,
    once,
    keep: false,
    latencyMilliseconds: 1_000 * roll('latency'),
    bootSeconds: 1 + 60 * roll('boot'),
    listLagSeconds: some('F3', 120),
    callsPerSecond: met.has('F4') ? 1 + 5 * roll('budget') : 1_000,
    lostRequests: some('F2', 0.1),
    lostReplies: some('F2', 0.15),
    // A cloud that can only be looked through makes two when the network delivers twice: nobody can tell before it has.
    repeatedRequests: once === 'look-up' ? 0 : some('F2', 0.12),
    failedServers: some('F5', 0.15),
    refusedDeletes: some('F6', 0.5),
    quotas: met.has('F5') ? { servers: 1 + Math.floor(6 * roll('servers')) } : {},
  });
  return { once, faults: met, account };
}
