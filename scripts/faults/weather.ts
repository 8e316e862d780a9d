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
  F8: 'a database that is away, full, slow, in collision, or not heard of',
  F9: 'the clocks of workers an hour off, and set while they work',
  F10: 'tokens that expire and are withdrawn, a password that is exchanged',
  F11: 'a region down for hours',
  F12: 'answers that all come at once',
  F13: 'several deployments on one account with a budget of calls, all due after a restart',
  F14: 'resources removed by hand meanwhile',
  F15: 'deletion asked for in the middle of a deployment, cancelling, pausing and resuming',
  F16: 'connections to hosts cut, hosts rebooted or set up anew, scripts that hang',
  F22: 'workers of another version of the code take over',
  F23: 'the database put back to an earlier moment, while the cloud has gone on',
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

/**
 * Each fault comes in half of the seeds, so that every two of them meet; several deployments and a restored database, which
 * take as many times as long to play, in fewer; and one of them in all seeds where `always` says so. The kinds take turns.
 */
export function weatherOf(seed: number, roll: Roll, always?: Fault): Weather {
  const once = kinds[seed % kinds.length] ?? 'token';
  const rates: Partial<Record<Fault, number>> = { F13: 0.1, F23: 0.2, ...(always && { [always]: 1 }) };
  const rate = (fault: Fault) => rates[fault] ?? 0.5;
  const met = new Set((Object.keys(faults) as Fault[]).filter((fault) => roll('fault', fault) < rate(fault)));
  const some = (fault: Fault, most: number) => (met.has(fault) ? most * roll('how much', fault, most) : 0);
  const account = SimulatedAccount.parse({
    seed,
    once,
    keep: false,
    latencyMilliseconds: 1_000 * roll('latency'),
    bootSeconds: 1 + 60 * roll('boot'),
    listLagSeconds: some('F3', 120),
    callsPerSecond: met.has('F4') ? 1 + 5 * roll('budget') : met.has('F13') ? 4 + 20 * roll('budget') : 1_000,
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
