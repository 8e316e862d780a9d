import type { ManagedKind, Ref, ResourceState, Specs } from '@pileus/model';

/** A resource of the simulated cloud, with its whole life: what it is like at any moment follows from the times. */
export interface Thing<K extends ManagedKind = ManagedKind> {
  readonly kind: K;
  readonly ref: Ref;
  readonly token: string;
  readonly spec: Specs[K];
  /** Addresses it was given. */
  readonly addresses: readonly string[];
  /** All times in ms since 1970. */
  readonly createdAt: number;
  readonly readyAt: number;
  /** Why it fails to get ready. */
  readonly fault?: string | undefined;
  /** A server's being switched on and off. */
  readonly switched: { readonly at: number; readonly until: number; readonly to: 'running' | 'stopped' }[];
  /** What it was changed to, one after the other. */
  readonly changed: Change<K>[];
  deletedAt?: number | undefined;
  goneAt?: number | undefined;
}

export interface Change<K extends ManagedKind = ManagedKind> {
  readonly at: number;
  readonly until: number;
  readonly spec: Specs[K];
  readonly addresses: readonly string[];
}

/** The thing as it was after all changes up to `time`. */
export function asOf<K extends ManagedKind>(thing: Thing<K>, time: number): Thing<K> {
  const last = thing.changed.findLast(({ at }) => at <= time);
  return last ? { ...thing, spec: last.spec, addresses: last.addresses } : thing;
}

/** Things at one moment, as rules and observers see them. */
export interface Moment {
  readonly time: number;
  all<K extends ManagedKind>(kind: K): Thing<K>[];
  find<K extends ManagedKind>(kind: K, ref: Ref): Thing<K> | undefined;
}

export function exists(thing: Thing, time: number): boolean {
  return time >= thing.createdAt && (thing.goneAt === undefined || time < thing.goneAt);
}

export function stateOf(thing: Thing, time: number): ResourceState {
  if (thing.deletedAt !== undefined && time >= thing.deletedAt) return 'deleting';
  if (time < thing.readyAt) return 'creating';
  if (thing.fault) return 'failed';
  if (thing.changed.some(({ at, until }) => at <= time && time < until)) return 'changing';
  if (thing.kind !== 'server') return 'ready';
  const last = thing.switched.findLast(({ at }) => at <= time);
  if (!last) return 'running';
  return time < last.until ? 'changing' : last.to;
}

/** The words of an OpenStack cloud for the states of servers and of the rest. */
export function nativeState(thing: Thing, time: number): string {
  const state = stateOf(thing, time);
  const words = { creating: 'BUILD', ready: 'ACTIVE', running: 'ACTIVE', stopped: 'SHUTOFF', changing: 'UPDATING' };
  return { ...words, deleting: 'DELETING', failed: 'ERROR', unknown: 'UNKNOWN' }[state];
}
