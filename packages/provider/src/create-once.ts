import { milliseconds, type Call, type Clock, type ManagedKind, type Ref, type Specs } from '@pileus/model';
import type { Driver, Once } from './provider.ts';

/**
 * Creates a resource so that one token makes one resource, whatever happened to earlier attempts.
 *
 * Where the cloud has no token of its own and an earlier attempt may have got through, the resource is looked for,
 * and looked for again once the cloud's lists cannot lag any more; only then is the request sent again. What is found half made is completed.
 */
export async function createOnce<K extends ManagedKind>(
  driver: Driver<K>,
  spec: Specs[K],
  call: Call,
  clock: Clock,
): Promise<Ref> {
  const { once } = driver;
  if (once.by !== 'look-up' || !call.unclearSince) return driver.create(spec, call);
  const found = await findEarlier(once, spec, call, call.unclearSince, clock);
  if (found === undefined) return driver.create(spec, call);
  await once.resume?.(found, spec, call);
  return found;
}

async function findEarlier<K extends ManagedKind>(
  once: Extract<Once<K>, { by: 'look-up' }>,
  spec: Specs[K],
  call: Call,
  unclearSince: Date,
  clock: Clock,
): Promise<Ref | undefined> {
  const bound = unclearSince.getTime() + once.lag;
  // What counts is when the look began: its answer may be of then, however long it was on its way.
  const began = clock.now();
  const found = await once.find(call.token, spec, call.signal);
  if (found !== undefined || began >= bound) return found;
  const wait = Math.max(0, bound - clock.now());
  call.log(`An earlier attempt may have got through: looking again in ${Math.ceil(wait / 1000)} s`, 'note');
  await clock.sleep(milliseconds(wait), call.signal);
  return once.find(call.token, spec, call.signal);
}
