import { compile, filterFor, type PolicyDocument, type Request, type Vocabulary } from '@pileus/policy';

/** On how much somebody may do something. */
export type Extent = 'all' | 'some';

/**
 * What policies allow together: each action that is allowed on something at least, and on how much. It is worked out as the
 * server decides, for a request from nowhere in particular by somebody who has proved all that can be asked for.
 */
export function extentsOf(
  documents: readonly PolicyDocument[],
  vocabulary: Vocabulary,
  who: { readonly id: string; readonly name: string },
  now: Date,
): ReadonlyMap<string, Extent> {
  const attached = documents.map((document, index) => ({ policy: String(index), name: String(index), document }));
  const set = compile(attached, vocabulary);
  const request: Request = { currentTime: now, mfa: true, 'principal.id': who.id, 'principal.name': who.name };
  const found = new Map<string, Extent>();
  for (const [action, { kind }] of Object.entries(vocabulary.actions)) {
    const { is } = filterFor(set, { action, kind, request });
    if (is !== 'none') found.set(action, is === 'all' ? 'all' : 'some');
  }
  return found;
}
