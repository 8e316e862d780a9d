import type { Rights } from '@pileus/http';
import { Failure } from '@pileus/model';
import type { Attached, PolicyDocument } from '@pileus/policy';

/**
 * Nobody gives others more than it may do itself: neither by a policy nor by a group, a token, or a link that signs in as
 * them. `taken` is what others lose by it: to take away what denies something is to give that. Throws `beyond-own-rights`.
 */
export function refuseGiving(rights: Rights, given: readonly Attached[], taken: readonly Attached[] = []): void {
  const found = rights.beyond([...given, ...taken.map(lifted)]);
  if (found) throw new Failure('beyond-own-rights', { action: found.action, policy: found.grounds.name });
}

/** The same where another version of a policy is to hold: what both of them say gives and takes nothing. */
export function refuseChanging(
  rights: Rights,
  { document: before, ...policy }: Attached,
  { document: after }: Pick<Attached, 'document'>,
): void {
  const [old, young] = [textsOf(before), textsOf(after)];
  const given = after.Statement.filter((one) => one.Effect === 'Deny' || !old.has(JSON.stringify(one)));
  const taken = before.Statement.filter((one) => !young.has(JSON.stringify(one)));
  refuseGiving(
    rights,
    [{ ...policy, document: { ...after, Statement: given } }],
    [{ ...policy, document: { ...before, Statement: taken } }],
  );
}

const textsOf = (document: PolicyDocument) => new Set(document.Statement.map((one) => JSON.stringify(one)));

function lifted({ document, ...rest }: Attached): Attached {
  const denies = document.Statement.filter(({ Effect }) => Effect === 'Deny');
  return {
    ...rest,
    document: { ...document, Statement: denies.map((one) => ({ ...one, Effect: 'Allow' as const })) },
  };
}
