import type { Action } from '@pileus/api';
import type { Behalf, Claimant } from '@pileus/engine';
import { check, type Actor } from '@pileus/http';
import { because, type Because, type OrganizationId, type UserId, type Id } from '@pileus/model';
import type { Database } from '@pileus/database';
import { sql } from 'kysely';
import type { By, Proved } from './by.ts';
import type { Given } from './given.ts';
import { attachments, rightsOf } from './rights.ts';
import { findTarget } from './targets.ts';

/** Something that must be allowed: to what, a parameter of paths and its value say. */
export type Need = {
  readonly may: Action;
  readonly of: string;
  readonly id: string;
};

/** Who answers for a run, and what that one must be allowed as long as the run has something to do. Kept with the run. */
type Initiator = Proved & {
  readonly name: string;
  readonly organization: OrganizationId;
  readonly needs: readonly Need[];
};

/** For whom a run is started or resumed. The platform itself needs nobody's leave. */
export function behalfOf({ name, organization, proved }: By, needs: readonly Need[]): Behalf {
  const initiator: Initiator | undefined = proved && { ...proved, name, organization, needs };
  return { actor: name, initiator };
}

/** What a run's initiator must be allowed; undefined for one that the platform has started by itself. */
export function needsOf({ initiator }: { readonly initiator: unknown }): readonly Need[] | undefined {
  return initiator ? (initiator as Initiator).needs : undefined; // written by `behalfOf`
}

/** Throws `not-allowed` unless the caller may do all of it. What is gone meanwhile is for the run to find out. */
export async function checkNeeds(database: Database, actor: Actor, needs: readonly Need[]): Promise<void> {
  for (const { may, of, id } of needs) {
    const target = await findTarget(database, actor.organization, of, id);
    if (target) check(actor, may, target);
  }
}

/**
 * Why a run may not go on for its initiator, with today's rights and as it had proved itself: it is disabled or gone, the
 * access token it came with was revoked, or it may not do this any more. That a session has ended or a token has run out is
 * none of these: what was begun by them may take longer than they last.
 */
export async function holdsBack(given: Given, { initiator }: Claimant): Promise<Because | undefined> {
  const { database, clock, policies } = given;
  const { principal, name: called, organization, ip, mfa, token, needs } = initiator as unknown as Initiator; // see `needsOf`
  const words = needs.map(({ may }) => may).join(', ');
  const { name, attached } = (await today(database, principal, organization)) ?? {};
  if (name === undefined || attached === undefined) return because('initiator-gone', { who: called, needs: words });
  const key = token === undefined ? undefined : await keyOf(database, token, principal);
  if (token !== undefined && !key) return because('initiator-key-gone', { who: name, needs: words });
  const asking = { id: principal, name, ip, mfa, scopes: key?.scopes ?? undefined };
  const rights = rightsOf(await policies.of(attached), asking, clock);
  const lacks: Action[] = [];
  for (const { may, of, id } of needs) {
    const target = await findTarget(database, organization, of, id);
    if (target && !rights.decide(may, target).allowed) lacks.push(may);
  }
  return lacks.length === 0
    ? undefined
    : because('initiator-not-allowed', { who: name, lacks: lacks.join(', '), needs: words });
}

/** What a principal is called today and what applies to it; undefined for one that cannot act any more. */
async function today(database: Database, principal: Proved['principal'], organization: OrganizationId) {
  const found = await database
    .selectFrom('organization')
    .leftJoin('user_account', (join) =>
      join
        .onRef('user_account.organization', '=', 'organization.id')
        .on('user_account.id', '=', principal as UserId)
        .on('user_account.disabled_at', 'is', null),
    )
    .leftJoin('service_account', (join) =>
      join
        .onRef('service_account.organization', '=', 'organization.id')
        .on('service_account.id', '=', principal as Id<'service-account'>)
        .on('service_account.disabled_at', 'is', null),
    )
    .select(['user_account.name as user', 'service_account.name as service'])
    .select(attachments(sql`${principal}::text`).as('attached'))
    .where('organization.id', '=', organization)
    .where('organization.deleted_at', 'is', null)
    .executeTakeFirst();
  const name = found?.user ?? found?.service ?? undefined;
  return found && name !== undefined ? { name, attached: found.attached } : undefined;
}

/** A token that has not been revoked. */
async function keyOf(database: Database, id: Id<'token'>, owner: Proved['principal']) {
  return database
    .selectFrom('access_token')
    .select('scopes')
    .where('id', '=', id)
    .where('owner', '=', owner)
    .executeTakeFirst();
}
