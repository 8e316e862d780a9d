import { systemClock } from '@pileus/model';
import { createOutbound } from '@pileus/outbound';
import type { Surroundings } from '../provider.ts';

const outbound = createOutbound({ allow: ['127.0.0.0/8', '::1'] });

/** What the platform lends to a provider, for tests: clouds are reached on this machine. */
export function surroundings(given: Partial<Surroundings> = {}): Surroundings {
  return { clock: systemClock, directory: '/nonexistent', outbound, ...given };
}
