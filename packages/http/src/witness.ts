import { kindOfId } from '@pileus/model';
import type { Resource } from '@pileus/policy';
import type { AuditEntry, AuditLog, Looked } from './audit.ts';
import type { Log } from './call.ts';
import { differenceOf, type Difference } from './difference.ts';
import type { AnyContext } from './handle.ts';
import type { Route } from './routes.ts';

/** What the operation log can say about a call beyond who called and how it went; filled while the call is answered. */
export interface Details {
  /** As the handler names it. */
  subject?: string;
  /** What the call is about by its declaration, and what its handler last asked about. */
  named?: Resource;
  asked?: Resource;
  /** What the call has made, or what it changes as that was before. */
  looked?: Looked | undefined;
  difference?: Difference | undefined;
  reason?: string | undefined;
  approval?: string;
}

/**
 * Answers a call, looking before and after at what it changes: at the thing that its path names, or at oneself; where it
 * makes one, at that which its handler names as the subject.
 */
export async function witnessed(
  { endpoint, run }: Route,
  { audit, log }: { readonly audit: AuditLog; readonly log: Log },
  details: Details,
  context: AnyContext,
): Promise<unknown> {
  const { actor, request, params } = context;
  if (!endpoint.action || !audit.look || !actor) return run(context);
  const look = async (id: string): Promise<Looked | undefined> =>
    audit.look?.(actor.organization, id).catch((error: unknown) => {
      log(`What ${id} was like could not be noted (request ${request.id})`, error);
      return undefined;
    });
  const [first] = Object.values((params ?? {}) as Readonly<Record<string, string>>); // parsed of the path's own
  const oneself = endpoint.permission === 'self' ? actor.user.id : undefined;
  let before: Looked | undefined;
  // A way of signing in is the organization's by its rights, and is itself what is changed.
  for (const id of new Set([first, details.named?.id, oneself]))
    before ??= id === undefined ? undefined : await look(id);
  const answer = await run(context);
  const isMade = endpoint.method === 'post' && (!before || before.kind === 'organization');
  const made = isMade && details.subject !== undefined ? await look(details.subject) : undefined;
  const after = made ?? (before && (await look(before.id)));
  details.looked = made ?? before;
  details.difference = differenceOf(made ? undefined : before?.state, after?.state);
  return answer;
}

/** As the log's row has them. */
export function detailsOf(
  details: Details,
): Pick<AuditEntry, 'project' | 'target' | 'reason' | 'difference' | 'approval'> {
  const { subject, named, asked, looked, difference, reason, approval } = details;
  const of = named?.id !== undefined && named.kind !== 'organization' ? named : undefined;
  const target = of ?? looked ?? asked ?? named;
  const project = looked?.project ?? projectOf(of) ?? projectOf(asked) ?? projectOf(named);
  return {
    ...(target && { target: { kind: target.kind, id: target.id ?? idIn(subject), name: target.name ?? looked?.name } }),
    ...(project !== undefined && { project }),
    ...(difference && { difference }),
    ...(reason !== undefined && { reason }),
    ...(approval !== undefined && { approval }),
  };
}

const idIn = (subject: string | undefined): string | undefined =>
  subject !== undefined && kindOfId(subject) ? subject : undefined;

function projectOf(resource: Resource | undefined): string | undefined {
  const project = resource?.keys['project'];
  return typeof project === 'string' ? project : undefined;
}

/**
 * Why somebody does something: the header `X-Reason` (percent-encoded beyond ASCII), else the `reason` or `note` of what is
 * sent.
 */
export function givenReason(headers: Headers, body: unknown): string | undefined {
  const header = headers.get('x-reason');
  if (header !== null && header.trim() !== '') return decoded(header.trim());
  if (typeof body !== 'object' || body === null) return undefined;
  const given = 'reason' in body ? body.reason : 'note' in body ? body.note : undefined;
  return typeof given === 'string' && given.trim() !== '' ? given.trim() : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
