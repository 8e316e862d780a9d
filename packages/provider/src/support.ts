import { kinds, milliseconds, type Duration, type Kind, type ManagedKind } from '@pileus/model';
import { verbs, type Connection, type Verb } from './provider.ts';

/** What a provider can do with one kind, read off what it has. */
export interface Support {
  readonly kind: Kind;
  readonly operations: readonly Operation[];
  /** Fields of the spec that are changed in place. */
  readonly changeable: readonly string[];
  /** How creating twice with one token makes one; absent where nothing is created. */
  readonly once?: 'token' | 'claim' | 'look-up' | undefined;
  /** How long its lists may not show what was made. */
  readonly lag?: Duration | undefined;
}

export type Operation = 'list' | 'read' | 'create' | 'delete' | Verb | 'run scripts';

/** One row for each kind that the provider has, in the order of the model. */
export function supportMatrix(connection: Connection): Support[] {
  return kinds.flatMap((kind): Support[] => {
    const driver = isManaged(kind, connection) ? connection.drivers[kind] : undefined;
    if (!driver && !connection.catalogues[kind]) return [];
    if (!driver) return [{ kind, operations: ['list', 'read'], changeable: [] }];
    const operations: Operation[] = ['list', 'read', 'create', 'delete', ...verbs.filter((verb) => driver[verb])];
    if (kind === 'server' && connection.shell) operations.push('run scripts');
    const { once, changeable = [] } = driver;
    const lag = once.by === 'look-up' ? once.lag : milliseconds(0);
    return [{ kind, operations, changeable, once: once.by, lag }];
  });
}

function isManaged(kind: Kind, { drivers }: Connection): kind is ManagedKind {
  return kind in drivers;
}
