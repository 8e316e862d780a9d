import type { Database } from '@pileus/database';
import type { Actor, Answer, Origin } from '@pileus/http';
import { because, Failure, type Id, minutes, newId, type OrganizationId, type PrincipalId } from '@pileus/model';
import { type Selectable, sql } from 'kysely';
import type { Tables } from '@pileus/database';
import type { Given } from './given.ts';
import { attachments, rightsOf } from './rights.ts';
import { digest, newToken } from './token.ts';

type TokenView = Answer<'get /me/tokens'>['items'][number];

/** What access tokens begin with. */
export const accessPrefix = 'plt_';
/** Each use is written down, but at most this often. */
const grain = minutes(1);

export interface NewAccessToken {
  readonly owner: PrincipalId;
  readonly organization: OrganizationId;
  readonly name: string;
  readonly scopes?: readonly string[] | undefined;
  readonly expiresAt?: string | undefined;
  readonly by: string;
}

/** Makes a token; what it is is known to the caller alone, we keep its digest. */
export async function addToken(
  { database, clock }: Given,
  { owner, organization, name, scopes, expiresAt, by }: NewAccessToken,
): Promise<TokenView & { token: string }> {
  const expires = expiresAt === undefined ? null : new Date(expiresAt);
  if (expires && expires.getTime() <= clock.now()) {
    throw new Failure('invalid', { what: '/expiresAt', reason: because('in-the-past') });
  }
  const token = newToken('plt');
  const row = await database
    .insertInto('access_token')
    .values({
      id: newId('token'),
      organization,
      owner,
      name,
      prefix: token.slice(0, 12),
      digest: digest(token),
      scopes: scopes ? JSON.stringify(scopes) : null,
      created_by: by,
      created_at: new Date(clock.now()),
      expires_at: expires,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return { ...tokenView(row), token };
}

export async function tokensOf(database: Database, owner: PrincipalId): Promise<TokenView[]> {
  const rows = await database
    .selectFrom('access_token')
    .selectAll()
    .where('owner', '=', owner)
    .orderBy('created_at', 'desc')
    .limit(500)
    .execute();
  return rows.map(tokenView);
}

export async function revokeToken(database: Database, owner: PrincipalId, id: string): Promise<void> {
  const { numDeletedRows } = await database
    .deleteFrom('access_token')
    .where('owner', '=', owner)
    .where('id', '=', id as Id<'token'>)
    .executeTakeFirst();
  if (numDeletedRows === 0n) throw new Failure('not-found', { kind: 'token', id });
}

/** Who an access token belongs to, with the rights of this moment. */
export async function authenticateToken(given: Given, token: string, origin: Origin): Promise<Actor | undefined> {
  const { database, clock } = given;
  const found = await living(given).where('access_token.digest', '=', digest(token)).executeTakeFirst();
  if (!found) return undefined;
  const now = clock.now();
  if (!found.used_at || now - found.used_at.getTime() > grain || found.used_ip !== origin.ip) {
    await database
      .updateTable('access_token')
      .set({ used_at: new Date(now), used_ip: origin.ip })
      .where('id', '=', found.id)
      .execute();
  }
  return actor(given, found, origin);
}

export async function recheckToken(given: Given, id: Id<'token'>, origin: Origin): Promise<Actor | undefined> {
  const found = await living(given).where('access_token.id', '=', id).executeTakeFirst();
  return found && actor(given, found, origin);
}

function living({ database, clock }: Given) {
  return database
    .selectFrom('access_token')
    .innerJoin('organization', 'organization.id', 'access_token.organization')
    .leftJoin('user_account', 'user_account.id', 'access_token.owner')
    .leftJoin('service_account', 'service_account.id', 'access_token.owner')
    .select([
      'access_token.id',
      'access_token.organization',
      'access_token.owner',
      'access_token.scopes',
      'access_token.used_at',
      'access_token.used_ip',
      'user_account.name as user_name',
      'service_account.name as service_name',
    ])
    .select(attachments(sql.ref('access_token.owner')).as('attachments'))
    .where('organization.deleted_at', 'is', null)
    .where('user_account.disabled_at', 'is', null)
    .where('service_account.disabled_at', 'is', null)
    .where(({ eb, or }) =>
      or([eb('access_token.expires_at', 'is', null), eb('access_token.expires_at', '>', new Date(clock.now()))]),
    );
}

type Living = Awaited<ReturnType<ReturnType<typeof living>['executeTakeFirstOrThrow']>>;

async function actor({ policies, clock }: Given, found: Living, { ip }: Origin): Promise<Actor | undefined> {
  const name = found.user_name ?? found.service_name;
  if (name === null) return undefined;
  const { owner: id, organization, scopes } = found;
  const asking = { id, name, ip, mfa: false, scopes: scopes ?? undefined };
  const rights = rightsOf(await policies.of(found.attachments), asking, clock);
  return { user: { id, name }, organization, rights, origin: { ip }, by: { is: 'token', id: found.id } };
}

function tokenView(row: Selectable<Tables['access_token']>): TokenView {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    ...(row.scopes && { scopes: [...row.scopes] }),
    createdAt: row.created_at.toISOString(),
    ...(row.expires_at && { expiresAt: row.expires_at.toISOString() }),
    ...(row.used_at && { usedAt: row.used_at.toISOString() }),
    ...(row.used_ip !== null && { usedIp: row.used_ip }),
  };
}
