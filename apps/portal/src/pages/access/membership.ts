import { onTop } from '@pileus/api/on-top';
import { client } from '../../api/client.ts';
import { useAct } from '../../api/query.ts';
import { rightsReads } from '../policies/rights-reads.ts';

export interface Move {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
}

/** Who would be in a group after some come and some go. */
export function membersAfter(members: readonly { readonly id: string }[], { add = [], remove = [] }: Move): string[] {
  const ids = new Set(members.map(({ id }) => id));
  for (const id of add) ids.add(id);
  for (const id of remove) ids.delete(id);
  return [...ids];
}

/**
 * Puts people and programs into a group and takes them out. What is sent is all that the group then has, so it is bound to
 * what was read right before: who comes in meanwhile by somebody else's hand stays.
 */
export function useMove(): (group: string, move: Move) => Promise<unknown> {
  const change = useAct('patch /groups/{group}', rightsReads);
  return (group, move) =>
    onTop(
      () => client.call('get /groups/{group}', { params: { group } }),
      ({ members }, ifMatch) =>
        change.mutateAsync({ params: { group }, body: { members: membersAfter(members, move) }, ifMatch }),
    );
}
