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
  // What counts is when the look begins: its answer may be of then, however long it was on its way. How long to wait is
  // worked out here once, since a clock may be set at any time.
  const wait = unclearSince.getTime() + once.lag - clock.now();
  const found = await once.find(call.token, spec, call.signal);
  if (found !== undefined || wait <= 0) return found;
  call.log(`An earlier attempt may have got through: looking again in ${Math.ceil(wait / 1000)} s`, 'note');
  await clock.sleep(milliseconds(wait), call.signal);
  return once.find(call.token, spec, call.signal);
}
