import { useQueries } from '@tanstack/react-query';
import { reading } from '../../api/query.ts';
import type { PolicyDetail } from '../../api/types.ts';
import { usePermission } from '../../shell/permission.ts';
import type { Named } from './named.ts';

/** A policy that applies to somebody, and the group it comes through unless it is attached directly. */
export interface Held {
  readonly policy: Named;
  readonly via?: Named;
}

export interface AllHeld {
  readonly items: readonly Held[];
  /** Some groups are still being read. */
  readonly isPending: boolean;
  /** Not every group may be seen, so that there may be more. */
  readonly isPart: boolean;
}

/** What applies to a user or a service account: what is attached to itself, and to its groups. */
export function useHeld({ policies, groups }: { policies: readonly Named[]; groups: readonly Named[] }): AllHeld {
  const may = usePermission();
  const isSeen = may('group.read');
  const read = useQueries({
    queries: groups.map(({ id }) => ({
      ...reading('get /groups/{group}', { params: { group: id } }),
      enabled: isSeen,
    })),
  });
  return {
    items: [
      ...policies.map((policy) => ({ policy })),
      ...read.flatMap(({ data }) => data?.policies.map((policy) => ({ policy, via: data })) ?? []),
    ],
    isPending: isSeen && read.some(({ isPending }) => isPending),
    isPart: (!isSeen && groups.length > 0) || read.some(({ isError }) => isError),
  };
}

/** The policies themselves, with their documents; those that are not read yet, or may not be seen, are left out. */
export function usePolicyDetails(ids: readonly string[]): {
  readonly byId: ReadonlyMap<string, PolicyDetail>;
  readonly isPending: boolean;
  readonly error: Error | null;
} {
  const read = useQueries({
    queries: [...new Set(ids)].map((policy) => reading('get /policies/{policy}', { params: { policy } })),
  });
  return {
    byId: new Map(read.flatMap(({ data }) => (data ? [[data.id, data]] : []))),
    isPending: read.some(({ isPending }) => isPending),
    error: read.find(({ error }) => error !== null)?.error ?? null,
  };
}
