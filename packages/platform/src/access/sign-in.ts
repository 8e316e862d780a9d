import type { Database } from '@pileus/database';
import type { Answer, Context } from '@pileus/http';
import { because, Failure, Secret, type Id, type OrganizationId, type UserId } from '@pileus/model';
import { z } from 'zod';
import { countAttempt, forgetAttempts, guesses, rememberAddress } from './attempts.ts';
import { openChallenge, takeChallenge, tryChallenge, type Challenge } from './challenges.ts';
import { takeDevice } from './device-login.ts';
import { askForPasskey, factorsOf, takeCode, takePasskey, waysOf } from './factors.ts';
import type { Given } from './given.ts';
import { userNamed, userOf } from './identities.ts';
import { me } from './me.ts';
import { directoryOf, enabledMethod, withProvider } from './methods.ts';
import { home } from './organizations.ts';
import { takeLink } from './one-time-link.ts';
import { isPassword } from './password.ts';
import { relyingParty } from './relying-party.ts';
import { authenticateSession, beginSession, type BegunBy } from './sessions.ts';
import { identityOf } from './sync.ts';
import { userByName } from './users.ts';

type SignIn = Context<'post /sessions'>;

/** Somebody who has proved who it is. */
interface Arrival {
  readonly user: UserId;
  readonly by: BegunBy;
  readonly method?: Id<'sign-in-method'> | undefined;
  /** Whether by two factors. */
  readonly mfa: boolean;
}

/** What is known of somebody who still has to give a second factor. */
const Pending = z.object({ by: z.enum(['password', 'link', 'oidc', 'ldap', 'device']), method: z.string().optional() });

/** What was kept when somebody left for an identity provider. */
const Away = z.object({
  method: z.string(),
  attempt: z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), redirectUri: z.string() }),
});

/**
 * Begins a session: a browser gets a cookie, the command line a token. Whatever is wrong with a name, a password or a link, the
 * refusal is the same, and takes as long. Who has a second factor gets a challenge first, which is no session.
 */
export async function signIn(given: Given, context: SignIn): Promise<Answer<'post /sessions'>> {
  const { body, request, respond, audit } = context;
  const { database, clock } = given;
  const arrival = await arrive(given, context);
  const { user, by, method, mfa } = arrival;
  const wants = mfa ? [] : waysOf(await factorsOf(database, user));
  if (wants.length > 0) return challenge(given, context, arrival, wants);
  const session = await beginSession(database, clock, {
    user,
    kind: body.kind,
    begunBy: by,
    method,
    mfa,
    ip: request.ip,
    userAgent: request.userAgent,
  });
  const actor = await authenticateSession(given, session.token, request);
  if (!actor) throw new Failure('sign-in-refused');
  audit(session.id, actor.user.name, actor.organization);
  await rememberAddress(given, request.ip, user);
  if (body.kind === 'browser') respond.startSession(session.token);
  return {
    user: await me(database, actor),
    expiresAt: session.expiresAt.toISOString(),
    ...(body.kind === 'cli' && { token: session.token }),
  };
}

/** Begins a passkey's part: alone, or as the second factor of somebody. */
export async function beginPasskey(
  given: Given,
  { body, request }: Context<'post /sessions/passkey'>,
): Promise<Answer<'post /sessions/passkey'>> {
  const party = relyingParty(given, request.origin);
  if (body.challenge === undefined) {
    await countAttempt(given, request.ip, 'passkey', undefined, guesses.passkey);
    return askForPasskey(given, party);
  }
  const { user } = await tryChallenge(given, { what: 'second-factor', token: body.challenge, content: Pending });
  return askForPasskey(given, party, { user: owner(user) });
}

async function arrive(given: Given, context: SignIn): Promise<Arrival> {
  const { body, request } = context;
  if ('device' in body) {
    context.audit('device', '-');
    return { ...(await takeDevice(given, body.device)), by: 'device' };
  }
  if ('attempt' in body) return byProvider(given, context, body);
  if ('method' in body) return byDirectory(given, context, body);
  if ('password' in body) return byPassword(given, context, body);
  if ('link' in body) return byLink(given, context, body.link);
  if ('code' in body) {
    const asked = { what: 'second-factor', token: body.challenge, content: Pending } as const;
    const pending = await tryChallenge(given, asked);
    await named(given, context, pending);
    await takeCode(given, request.ip, owner(pending.user), body.code);
    await takeChallenge(given, asked);
    return afterFirst(pending);
  }
  const { ceremony, passkey, challenge: token } = body;
  const party = relyingParty(given, request.origin);
  if (token === undefined) {
    context.audit('passkey', '-');
    return { user: await takePasskey(given, party, { ceremony, passkey }), by: 'passkey', mfa: true };
  }
  const asked = { what: 'second-factor', token, content: Pending } as const;
  const pending = await tryChallenge(given, asked);
  await named(given, context, pending);
  const user = await takePasskey(given, party, { ceremony, passkey });
  if (user !== pending.user) throw new Failure('passkey-refused', { reason: because('passkey-of-other') });
  await takeChallenge(given, asked);
  return afterFirst(pending);
}

/** Both halves are there: the session is begun by the first one. */
function afterFirst({ user, content: { by, method } }: Challenge<z.infer<typeof Pending>>): Arrival {
  // It is the id that was kept with the first half.
  return { user: owner(user), by, method: method as Id<'sign-in-method'> | undefined, mfa: true };
}

async function challenge(
  given: Given,
  { audit }: SignIn,
  { user, by, method }: Arrival,
  ways: ('code' | 'passkey')[],
): Promise<Answer<'post /sessions'>> {
  const person = await given.database
    .selectFrom('user_account')
    .select(['name', 'organization', 'disabled_at'])
    .where('id', '=', user)
    .executeTakeFirstOrThrow();
  if (person.disabled_at) throw new Failure('sign-in-refused');
  const { token, expiresAt } = await openChallenge(given, { what: 'second-factor', user, content: { by, method } });
  audit(`${by}; a second factor is asked for`, person.name, person.organization);
  return { wants: { challenge: token, by: ways }, expiresAt: expiresAt.toISOString() };
}

/** Names in the operation log who is giving its second factor, also if that is refused. */
async function named({ database }: Given, { audit }: SignIn, { user }: Challenge<unknown>): Promise<void> {
  const person = await database
    .selectFrom('user_account')
    .select(['name', 'organization'])
    .where('id', '=', owner(user))
    .executeTakeFirstOrThrow();
  audit('second factor', person.name, person.organization);
}

function owner(user: UserId | undefined): UserId {
  if (user === undefined) throw new Failure('sign-in-over');
  return user;
}

async function byProvider(
  given: Given,
  { audit }: SignIn,
  { attempt: token, query }: { readonly attempt: string; readonly query: string },
): Promise<Arrival> {
  audit('identity provider', '-');
  const { content } = await takeChallenge(given, { what: 'oidc', token, content: Away });
  const method = await enabledMethod(given, content.method, 'oidc');
  audit(method.title, '-', method.organization);
  const who = await withProvider(given, method, (provider) =>
    provider.finish(new URLSearchParams(query), content.attempt),
  );
  audit(method.title, who.name ?? who.subject, method.organization);
  const user = await userOf(given, method, { ...who, name: who.name ?? who.mail ?? who.subject });
  return { user, by: 'oidc', method: method.id, mfa: method.counts_as_two };
}

async function byDirectory(
  given: Given,
  { audit, request }: SignIn,
  { method: id, name, password }: { readonly method: string; readonly name: string; readonly password: string },
): Promise<Arrival> {
  audit('directory', name);
  const method = await enabledMethod(given, id, 'ldap');
  const counted = `${id}/${name}`;
  await countAttempt(given, request.ip, counted, await userNamed(given.database, method, name));
  audit(method.title, name, method.organization);
  const person = await (await directoryOf(given, method)).signIn(name, new Secret(password));
  await forgetAttempts(given, request.ip, counted);
  const user = await userOf(given, method, identityOf(method, person));
  return { user, by: 'ldap', method: method.id, mfa: method.counts_as_two };
}

async function byLink(given: Given, { audit, request }: SignIn, link: string): Promise<Arrival> {
  audit('one-time link', '-');
  await countAttempt(given, request.ip, 'one-time link', undefined, guesses.link);
  const user = await takeLink(given.database, given.clock, link);
  if (!user) throw new Failure('sign-in-refused');
  await forgetAttempts(given, request.ip, 'one-time link');
  return { user, by: 'link', mfa: false };
}

async function byPassword(
  given: Given,
  { audit, request }: SignIn,
  {
    name,
    organization,
    password,
  }: { readonly name: string; readonly organization?: string | undefined; readonly password: string },
): Promise<Arrival> {
  const { database } = given;
  audit('password', name);
  const place = organization === undefined ? home : await organizationCalled(database, organization);
  if (place !== undefined) audit('password', name, place);
  const user = place === undefined ? undefined : await userByName(database, name, place);
  const counted = `${organization?.toLowerCase() ?? ''}/${name}`;
  await countAttempt(given, request.ip, counted, user?.id);
  if (!(await isPassword(password, user?.password ?? undefined)) || !user) throw new Failure('sign-in-refused');
  await forgetAttempts(given, request.ip, counted);
  return { user: user.id, by: 'password', mfa: false };
}

async function organizationCalled(database: Database, name: string): Promise<OrganizationId | undefined> {
  const found = await database
    .selectFrom('organization')
    .select('id')
    .where(({ eb, fn }) => eb(fn<string>('lower', ['name']), '=', name.toLowerCase()))
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  return found?.id;
}
