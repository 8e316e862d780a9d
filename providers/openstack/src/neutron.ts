import type { Call, ManagedKind, Observed, Ref, ResourceState, Specs } from '@pileus/model';
import type { Once } from '@pileus/provider';
import type { Service } from './client.ts';
import { first, gone, type Collection } from './collection.ts';
import { lag, marked, unmarked } from './mark.ts';

/**
 * What Neutron says of networks, routers, ports and addresses. DOWN is no fault: a port is DOWN until a server uses it, an
 * address until it points somewhere.
 */
export function neutronState(status: string): ResourceState {
  return states[status] ?? 'unknown';
}

const states: Readonly<Record<string, ResourceState>> = {
  ACTIVE: 'ready',
  DOWN: 'ready',
  BUILD: 'creating',
  PENDING_CREATE: 'creating',
  PENDING_UPDATE: 'changing',
  PENDING_DELETE: 'deleting',
  ERROR: 'failed',
};

/** A list of this project's things only: administrators would get those of all projects. */
export const ofProject = (network: Service) => async (signal: AbortSignal) => ({
  project_id: await network.project(signal),
});

interface Marked {
  readonly id: string;
  readonly description: string;
  readonly created_at: Date | undefined;
}

/** What all of Neutron's kinds have in common. */
export function common<K extends ManagedKind>(
  kind: K,
  item: Marked & { name: string },
): Pick<Observed<K>, 'kind' | 'ref' | 'name' | 'token' | 'createdAt'> {
  return { kind, ref: item.id, name: item.name, token: unmarked(item.description).token, createdAt: item.created_at };
}

/**
 * Creation told apart by the description, which Neutron stores in the same transaction as the thing itself. Neutron
 * filters by the exact description, so the text that stands before the mark is needed too.
 */
export function onceByMark<T extends Marked, K extends ManagedKind>(
  all: Collection<T>,
  options: Pick<LookUp<K>, 'resume'> & { readonly text?: (spec: Specs[K]) => string } = {},
): LookUp<K> {
  const { text, resume } = options;
  return {
    by: 'look-up',
    lag,
    async find(token, spec, signal): Promise<Ref | undefined> {
      const description = marked(token, text?.(spec));
      const found = await first(all.list({ description }, signal), (item) => item.description === description);
      return found?.id;
    },
    ...(resume ? { resume } : {}),
  };
}

/** A description that says something else and keeps the mark it was made with. */
export async function remarked(
  all: Collection<Marked>,
  kind: ManagedKind,
  ref: Ref,
  text: string,
  { signal }: Call,
): Promise<{ readonly description: string }> {
  const there = await all.read(ref, signal);
  if (!there) throw gone(kind, ref);
  const { token } = unmarked(there.description);
  return { description: token === undefined ? text : marked(token, text) };
}

type LookUp<K extends ManagedKind> = Extract<Once<K>, { by: 'look-up' }>;
