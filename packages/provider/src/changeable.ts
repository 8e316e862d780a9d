import { Failure, type ManagedKind } from '@pileus/model';
import type { Driver } from './provider.ts';

/** Refuses to change what a driver cannot change in place, before anything happens. */
export function refuseOthers(
  provider: string,
  kind: ManagedKind,
  changeable: Driver['changeable'],
  changed: readonly string[],
): void {
  const others = changed.filter((field) => !changeable?.includes(field));
  if (others.length === 0) return;
  const what = `change ${others.join(', ')} of the kind ${kind} in place; a new one is needed`;
  throw new Failure('not-supported', { provider, what });
}
