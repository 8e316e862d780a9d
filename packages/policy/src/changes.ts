import type { Principal } from './attached.ts';
import { decide, type PolicySet } from './decide.ts';
import type { Request, Resource, Vocabulary } from './vocabulary.ts';

/** Somebody whose rights may become others: what is attached to them now, and what would be. */
export interface Affected {
  readonly principal: Principal;
  readonly before: PolicySet;
  readonly after: PolicySet;
  /** How they would ask: their own id and name, and whatever address, time and sign-in the preview is made for. */
  readonly request: Request;
}

/** What becomes of somebody's rights on a resource: only where something does. */
export interface RightsChange {
  readonly principal: Principal;
  readonly resource: Resource;
  readonly gains: readonly string[];
  readonly loses: readonly string[];
}

/** Who gains and who loses what on these resources, for a preview before a policy, a membership or an attachment is saved. */
export function changes(
  affected: Iterable<Affected>,
  resources: readonly Resource[],
  vocabulary: Vocabulary,
): RightsChange[] {
  const found: RightsChange[] = [];
  const byKind = Map.groupBy(Object.entries(vocabulary.actions), ([, { kind }]) => kind);
  for (const { principal, before, after, request } of affected) {
    for (const resource of resources) {
      const gains: string[] = [];
      const loses: string[] = [];
      for (const [action] of byKind.get(resource.kind) ?? []) {
        const question = { action, resource, request };
        const [was, is] = [decide(before, question).allowed, decide(after, question).allowed];
        if (was !== is) (is ? gains : loses).push(action);
      }
      if (gains.length > 0 || loses.length > 0) found.push({ principal, resource, gains, loses });
    }
  }
  return found;
}
