import { milliseconds, type Clock, type Ref } from '@pileus/model';
import { z } from 'zod';
import type { Service } from './client.ts';
import { collection } from './collection.ts';

const gathering = milliseconds(100);
const Listed = z.object({ id: z.string() });

/**
 * Tells which servers are still being built, for all who ask at the same moment by one call. Looking at a server costs
 * Nova two questions to Neutron, and many servers are waited for together; the list without details costs none.
 */
export function watchBuilding(compute: Service, clock: Clock): (ref: Ref) => Promise<boolean> {
  const brief = collection(compute, { kind: 'server', path: 'servers', one: 'server', many: 'servers' }, Listed);
  // It serves several callers, so none of them may abort it.
  const { signal } = new AbortController();
  let next: Promise<ReadonlySet<Ref>> | undefined;

  const ask = async (): Promise<ReadonlySet<Ref>> => {
    await clock.sleep(gathering);
    // Whoever asks from now on wants to know how it is later than this list.
    next = undefined;
    const found = await Array.fromAsync(brief.list({ status: 'BUILD' }, signal));
    return new Set(found.map(({ id }) => id));
  };
  return async (ref) => (await (next ??= ask())).has(ref);
}
