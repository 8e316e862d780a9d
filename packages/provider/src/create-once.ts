import { milliseconds, type Call, type Clock, type ManagedKind, type Ref, type Specs } from '@pileus/model';
import type { Driver } from './provider.ts';

/**
 * Creates a resource so that one token makes one resource, whatever happened to earlier attempts.
 *
 * Where the cloud has no token of its own and an earlier attempt may have got through, the resource is looked for,
 * and looked for again once the cloud's lists cannot lag any more; only then is the request sent again.
 */
export async function createOnce<K extends ManagedKind>(
  driver: Driver<K>,
  spec: Specs[K],
  call: Call,
  clock: Clock,
): Promise<Ref> {
  const { once } = driver;
  if (once.by === 'look-up' && call.unclearSince) {
    const found = await once.find(call.token, spec, call.signal);
    if (found) return found;
    const wait = call.unclearSince.getTime() + once.lag - clock.now();
    if (wait > 0) {
      call.log(`An earlier attempt may have got through: looking again in ${Math.ceil(wait / 1000)} s`, 'note');
      await clock.sleep(milliseconds(wait), call.signal);
      const late = await once.find(call.token, spec, call.signal);
      if (late) return late;
    }
  }
  return driver.create(spec, call);
}
