import type { Database } from '@pileus/database';
import type { Answer, Context } from '@pileus/http';
import { Failure, type UserId } from '@pileus/model';
import type { Given } from './given.ts';
import { countAttempt, forgetAttempts } from './attempts.ts';
import { me } from './me.ts';
import { home } from './organizations.ts';
import { takeLink } from './one-time-link.ts';
import { isPassword } from './password.ts';
import { authenticateSession, beginSession } from './sessions.ts';
import { userByName } from './users.ts';

type SignIn = Context<'post /sessions'>;

/**
 * Begins a session: a browser gets a cookie, the command line a token. Whatever is wrong, the refusal is the same, and
 * takes as long.
 */
export async function signIn(given: Given, context: SignIn): Promise<Answer<'post /sessions'>> {
  const { body, request, respond, audit } = context;
  const { database, clock } = given;
  const user = 'link' in body ? await byLink(given, context, body.link) : await byPassword(given, context, body);
  if (!user) throw new Failure('sign-in-refused');
  const session = await beginSession(database, clock, {
    user,
    kind: body.kind,
    begunBy: 'link' in body ? 'link' : 'password',
    ip: request.ip,
    userAgent: request.userAgent,
  });
  const actor = await authenticateSession(given, session.token, request);
  if (!actor) throw new Failure('sign-in-refused');
  audit(session.id, actor.user.name, actor.organization);
  if (body.kind === 'browser') respond.startSession(session.token);
  return {
    user: await me(database, actor),
    expiresAt: session.expiresAt.toISOString(),
    ...(body.kind === 'cli' && { token: session.token }),
  };
}

async function byLink(
  { database, clock }: Given,
  { audit, request }: SignIn,
  link: string,
): Promise<UserId | undefined> {
  audit('one-time link', '-');
  await countAttempt(database, clock, request.ip, '');
  const user = await takeLink(database, clock, link);
  if (user) await forgetAttempts(database, request.ip, '');
  return user;
}

async function byPassword(
  { database, clock }: Given,
  { audit, request }: SignIn,
  {
    name,
    organization,
    password,
  }: { readonly name: string; readonly organization?: string | undefined; readonly password: string },
): Promise<UserId | undefined> {
  audit('password', name);
  await countAttempt(database, clock, request.ip, name);
  const place = organization === undefined ? home : await organizationCalled(database, organization);
  if (place !== undefined) audit('password', name, place);
  const user = place === undefined ? undefined : await userByName(database, name, place);
  if (!(await isPassword(password, user?.password ?? undefined))) return undefined;
  await forgetAttempts(database, request.ip, name);
  return user?.id;
}

async function organizationCalled(database: Database, name: string) {
  const found = await database
    .selectFrom('organization')
    .select('id')
    .where(({ eb, fn }) => eb(fn<string>('lower', ['name']), '=', name.toLowerCase()))
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  return found?.id;
}
