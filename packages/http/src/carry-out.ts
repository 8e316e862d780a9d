import { because, Failure } from '@pileus/model';
import type { Access } from './actor.ts';
import type { Log } from './call.ts';
import { checked } from './checked.ts';
import { entityTag, mayChange, tagsIn } from './entity-tag.ts';
import type { AnyContext } from './handle.ts';
import { parseSent } from './parse.ts';
import { permit } from './permit.ts';
import type { Route } from './routes.ts';
import type { Transactions } from './transactions.ts';

/** How a caller wants a call to be carried out. */
export interface Terms {
  /** Only to be told what would come of it. */
  readonly isTried: boolean;
  /** The header. */
  readonly ifMatch: string | undefined;
}

/** Reads the terms of a call. Throws where it cannot keep them: who binds a change must not get one that is not bound. */
export function termsOf({ endpoint, reads }: Route, headers: Headers, search: URLSearchParams): Terms {
  if (endpoint.method === 'get') return { isTried: false, ifMatch: undefined };
  const ifMatch = headers.get('if-match') ?? undefined;
  if (ifMatch !== undefined && !reads)
    throw new Failure('invalid', { what: 'If-Match', reason: because('no-versions') });
  return { isTried: isDryRun(endpoint.dryRun === true, search.getAll('dryRun')), ifMatch };
}

function isDryRun(isPossible: boolean, given: readonly string[]): boolean {
  const [wish = 'false', ...more] = given;
  if (more.length > 0 || (wish !== 'true' && wish !== 'false')) {
    const message = 'it is true or false';
    throw new Failure('invalid', { what: '?dryRun', reason: message }, { problems: [{ at: '?dryRun', message }] });
  }
  if (wish === 'true' && !isPossible)
    throw new Failure('not-supported', { provider: 'Pileus', what: because('try-call') });
  return wish === 'true';
}

interface Serving {
  readonly access: Access;
  readonly transactions: Transactions;
  readonly strict: boolean;
  readonly log: Log;
}

/**
 * Runs a call's handler. Where the call changes something that has versions, what it does happens whole and after whatever
 * else changes the same thing, so that of two who have read the same version the second is refused.
 */
export async function carryOut(
  route: Route,
  { isTried, ifMatch }: Terms,
  server: Serving,
  context: AnyContext,
): Promise<unknown> {
  const { reads } = route;
  const params = context.params as Readonly<Record<string, string>> | undefined; // parsed of the path's own
  const thing = reads && nameOfThing(reads, params ?? {}, context);
  const work = async () => {
    if (reads && ifMatch !== undefined) await refuseStale(reads, ifMatch, server, context, params ?? {});
    return route.run(context);
  };
  if (isTried) return server.transactions.tried(work, thing);
  return thing === undefined ? work() : server.transactions.whole(work, thing);
}

/** What a path names by ids has one name, whoever asks; what it does not name is the caller's organization's. */
function nameOfThing(
  { endpoint }: Route,
  params: Readonly<Record<string, string>>,
  { actor }: Pick<AnyContext, 'actor'>,
): string {
  const named = Object.values(params);
  return JSON.stringify([endpoint.path, ...(named.length > 0 ? named : [actor?.organization])]);
}

/** Whoever binds a change to what was read must be allowed to read it: else tags would tell what it is, by guessing. */
async function refuseStale(
  reads: Route,
  ifMatch: string,
  server: Serving,
  context: AnyContext,
  params: Readonly<Record<string, string>>,
): Promise<void> {
  const { endpoint } = reads;
  await permit(server.access, endpoint, context.actor, params);
  const tags = tagsIn(ifMatch, 'If-Match');
  if (tags === '*') return;
  const { query } = parseSent(endpoint, { params, query: {}, body: undefined }, context.request.language);
  const now = checked(reads, server, await reads.run({ ...context, query, body: undefined }));
  if (mayChange(tags, entityTag(now, endpoint.versioned ?? { besides: [] }))) return;
  const [kind, id] = Object.entries(params).at(-1) ?? ['', endpoint.path];
  throw new Failure('stale', { what: `${kind} ${id}`.trim() });
}
