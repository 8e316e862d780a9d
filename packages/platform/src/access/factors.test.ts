import { createClient, type BodyOf, type Client } from '@pileus/api';
import { createHttp } from '@pileus/http';
import { anAuthenticator, codeAt } from '@pileus/identity/testing';
import { minutes, systemClock, type Clock, type Duration } from '@pileus/model';
import { simulated } from '@pileus/provider';
import { sql } from 'kysely';
import { afterEach, expect, test } from 'vitest';
import { aPlatform } from '../testing/a-platform.ts';

let ahead = 0;
const clock: Clock = { now: () => Date.now() + ahead, sleep: systemClock.sleep };
const pass = (time: Duration) => void (ahead += time);

const { platform, client: admin, bugs, url, database } = await aPlatform([simulated], clock);
afterEach(() => expect(bugs.splice(0)).toEqual([]));

/** Where browsers know passkeys: the same server by the name of this machine. */
const origin = url.replace('127.0.0.1', 'localhost');
const nobody = createClient({ server: origin });
const password = 'correct horse battery';

const signIn = (body: BodyOf<'post /sessions'>) => nobody.call('post /sessions', { body: { kind: 'cli', ...body } });
const asToken = (token: string | undefined) => createClient({ server: origin, token });

async function aPerson(name: string): Promise<Client> {
  await platform.access.addUser({ name, password });
  return asToken((await signIn({ name, password })).token);
}

const codeOf = (secret: string) => codeAt(secret, clock.now());

/** Sets up an app, and answers what makes its codes; each code is of a time of its own. */
async function withApp(person: Client) {
  const { enrolment, secret } = await person.call('put /me/factors/totp/new', {});
  const set = await person.call('put /me/factors/totp', { body: { enrolment, code: codeOf(secret), name: 'phone' } });
  const next = () => {
    pass(minutes(1));
    return codeOf(secret);
  };
  return { id: set.factor.id, recoveryCodes: set.recoveryCodes ?? [], next };
}

/** The first administrator of an organization of its own. */
async function aBoss(name: string): Promise<Client> {
  const made = await admin.call('post /organizations', { body: { name, administrator: 'boss' } });
  return asToken((await signIn({ link: new URL(made.link, url).hash.slice('#link='.length) })).token);
}

const refused = (code: string) => ({ failure: { code } });

test('who has an app is asked for its code, and the challenge is no session', async () => {
  const app = await withApp(await aPerson('Ada'));
  const { wants, token, user } = await signIn({ name: 'Ada', password });
  expect([token, user]).toEqual([undefined, undefined]);
  expect(wants).toMatchObject({ by: ['code'] });
  const { challenge = '' } = wants ?? {};
  await expect(asToken(challenge).call('get /me', {})).rejects.toMatchObject(refused('not-signed-in'));
  await expect(signIn({ challenge, code: '000000' })).rejects.toMatchObject(refused('code-refused'));
  const code = app.next();
  const done = await signIn({ challenge, code });
  expect(done.user?.name).toBe('Ada');
  // Neither is of use again.
  await expect(signIn({ challenge, code })).rejects.toMatchObject(refused('sign-in-over'));
  const again = (await signIn({ name: 'Ada', password })).wants?.challenge ?? '';
  await expect(signIn({ challenge: again, code })).rejects.toMatchObject(refused('code-refused'));
  const [session] = (await asToken(done.token).call('get /me/sessions', {})).items;
  expect(session).toMatchObject({ begunBy: 'password', secondFactor: true });
});

test('two requests with one code begin one session', async () => {
  const app = await withApp(await aPerson('Twin'));
  const challenges = await Promise.all([1, 2].map(async () => (await signIn({ name: 'Twin', password })).wants));
  const code = app.next();
  const tries = await Promise.allSettled(
    challenges.map((wants) => signIn({ challenge: wants?.challenge ?? '', code })),
  );
  expect(tries.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('a challenge ends after five wrong codes and after five minutes', async () => {
  const app = await withApp(await aPerson('Guess'));
  const challengeOf = async () => (await signIn({ name: 'Guess', password })).wants?.challenge ?? '';
  const guessed = await challengeOf();
  for (let tries = 0; tries < 5; tries++)
    await expect(signIn({ challenge: guessed, code: '000000' })).rejects.toMatchObject(refused('code-refused'));
  await expect(signIn({ challenge: guessed, code: app.next() })).rejects.toMatchObject(refused('sign-in-over'));
  const late = await challengeOf();
  pass(minutes(5));
  await expect(signIn({ challenge: late, code: app.next() })).rejects.toMatchObject(refused('sign-in-over'));
});

test('a recovery code is good once, in place of an app that is lost', async () => {
  const { recoveryCodes } = await withApp(await aPerson('Lost'));
  expect(recoveryCodes).toHaveLength(10);
  const [code = ''] = recoveryCodes;
  const by = async () => signIn({ challenge: (await signIn({ name: 'Lost', password })).wants?.challenge ?? '', code });
  const person = asToken((await by()).token);
  await expect(by()).rejects.toMatchObject(refused('code-refused'));
  expect(await person.call('get /me/factors', {})).toMatchObject({ recoveryCodes: 9, items: [{ kind: 'totp' }] });
});

test('a passkey signs in alone, as two factors, and only who has it', async () => {
  const person = await aPerson('Key');
  const device = anAuthenticator(origin, 'localhost');
  const me = await person.call('get /me', {});
  const begun = await person.call('put /me/factors/passkey/new', {});
  await person.call('put /me/factors/passkey', {
    body: { ceremony: begun.ceremony, passkey: device.create(challengeIn(begun)), name: 'laptop' },
  });
  const asked = await nobody.call('post /sessions/passkey', { body: {} });
  const answer = device.get(challengeIn(asked), me.id);
  const { token } = await signIn({ ceremony: asked.ceremony, passkey: answer });
  const [session] = (await asToken(token).call('get /me/sessions', {})).items;
  expect(session).toMatchObject({ begunBy: 'passkey', secondFactor: true });
  await expect(signIn({ ceremony: asked.ceremony, passkey: answer })).rejects.toMatchObject(refused('sign-in-over'));
  // As a second factor it must be one of the person's own.
  const { wants } = await signIn({ name: 'Key', password });
  expect(wants?.by).toEqual(['passkey', 'code']);
  const stranger = anAuthenticator(origin, 'localhost');
  const second = async (of: typeof device) => {
    const { ceremony, options } = await nobody.call('post /sessions/passkey', {
      body: { challenge: wants?.challenge ?? '' },
    });
    const passkey = of.get(challengeIn({ options }), me.id);
    return signIn({ challenge: wants?.challenge ?? '', ceremony, passkey });
  };
  await expect(second(stranger)).rejects.toMatchObject(refused('passkey-refused'));
  expect((await second(device)).user?.name).toBe('Key');
});

test('factors change only while it is fresh who sits there', async () => {
  const person = await aPerson('Fresh');
  const app = await withApp(person);
  pass(minutes(10));
  const params = { factor: app.id };
  await expect(person.call('delete /me/factors/{factor}', { params })).rejects.toMatchObject(refused('proof-needed'));
  await expect(person.call('put /me/recovery-codes', {})).rejects.toMatchObject(refused('proof-needed'));
  // The password alone is what a thief may know.
  const byPassword = person.call('put /me/proof', { body: { password } });
  await expect(byPassword).rejects.toMatchObject(refused('sign-in-refused'));
  await person.call('put /me/proof', { body: { code: app.next() } });
  await person.call('delete /me/factors/{factor}', { params });
  expect(await person.call('get /me/factors', {})).toMatchObject({
    items: [],
    recoveryCodes: 0,
    provesBy: ['password'],
  });
  expect((await signIn({ name: 'Fresh', password })).wants).toBeUndefined();
});

test('a key proves nobody present', async () => {
  const person = await aPerson('Robot');
  const { token } = await person.call('post /me/tokens', { body: { name: 'key' } });
  const byKey = asToken(token).call('put /me/factors/totp/new', {});
  await expect(byKey).rejects.toMatchObject(refused('not-allowed'));
});

test('the first factor signs everybody else out', async () => {
  const [one, other] = [await aPerson('First'), asToken((await signIn({ name: 'First', password })).token)];
  await withApp(one);
  await one.call('get /me', {});
  await expect(other.call('get /me', {})).rejects.toMatchObject(refused('not-signed-in'));
});

test('an administrator takes away the factors of who has lost them, and ends single sessions', async () => {
  const person = await aPerson('Reset');
  await withApp(person);
  const { id: user } = await person.call('get /me', {});
  const { items } = await admin.call('get /users/{user}/sessions', { params: { user } });
  expect(items).toMatchObject([{ begunBy: 'password', secondFactor: true }]);
  await admin.call('delete /users/{user}/factors', { params: { user } });
  await expect(person.call('get /me', {})).rejects.toMatchObject(refused('not-signed-in'));
  const { token } = await signIn({ name: 'Reset', password });
  const [session] = (await asToken(token).call('get /me/sessions', {})).items;
  await admin.call('delete /users/{user}/sessions/{session}', { params: { user, session: session?.id ?? '' } });
  await expect(asToken(token).call('get /me', {})).rejects.toMatchObject(refused('not-signed-in'));
});

test('where the organization requires a second factor, nothing else is answered before there is one', async () => {
  const boss = await aBoss('strict');
  const rule = { body: { requiresSecondFactor: true } };
  await expect(boss.call('put /organization/sign-in', rule)).rejects.toMatchObject(refused('conflict'));
  const app = await withApp(boss);
  await boss.call('put /organization/sign-in', rule);
  await boss.call('post /users', { body: { name: 'worker', password } });
  const worker = asToken((await signIn({ name: 'worker', organization: 'strict', password })).token);
  expect(await worker.call('get /me', {})).toMatchObject({ owes: 'second-factor' });
  for (const name of ['get /me/sessions', 'get /deployments', 'get /policies/vocabulary'] as const)
    await expect(worker.call(name, {})).rejects.toMatchObject(refused('second-factor-required'));
  const theirs = await withApp(worker);
  expect((await worker.call('get /me', {})).owes).toBeUndefined();
  await worker.call('get /me/sessions', {});
  const last = worker.call('delete /me/factors/{factor}', { params: { factor: theirs.id } });
  await expect(last).rejects.toMatchObject(refused('conflict'));
  expect(app.recoveryCodes).toHaveLength(10);
});

test('a policy that asks for a second factor lets in who has given one', async () => {
  const document = {
    Version: '2026-11-01',
    Statement: [{ Effect: 'Allow', Action: 'group.read', Resource: '*', Condition: { Bool: { mfa: 'true' } } }],
  };
  const policy = await admin.call('post /policies', { body: { name: 'With two', document } });
  const person = await aPerson('Careful');
  const { id } = await person.call('get /me', {});
  await admin.call('put /policies/{policy}/attachments/{principal}', { params: { policy: policy.id, principal: id } });
  await expect(person.call('get /groups', {})).rejects.toMatchObject(refused('not-allowed'));
  await withApp(person);
  await person.call('get /groups', {});
});

test('guesses from everywhere keep out strangers, but not the owner', async () => {
  const person = await aPerson('Target');
  await person.call('get /me', {});
  const { access } = platform;
  const behindProxy = await createHttp({
    handlers: platform.handlers,
    access,
    audit: access.audit,
    idempotency: access.idempotency,
    transactions: platform.transactions,
    version: '0.0.0',
    log: (line, error) => void bugs.push(error ?? line),
    trustedProxies: ['127.0.0.1'],
  }).listen({ port: 0, host: '127.0.0.1' });
  const from = async (ip: string, tried: string) => {
    const answer = await fetch(`${behindProxy.url}/api/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': ip },
      body: JSON.stringify({ name: 'Target', password: tried, kind: 'cli' }),
    });
    return answer.status;
  };
  expect(await from('10.1.1.1', 'wrong')).toBe(401);
  // A hundred more of them would take as long as they are to: each is a scrypt.
  await sql`update sign_in_attempt set tries = 100 where who like '* %target'`.execute(database);
  expect(await from('10.2.2.2', password)).toBe(429);
  await behindProxy.close();
  expect((await signIn({ name: 'Target', password })).user?.name).toBe('Target');
});

test('no secret of a factor is kept as it is', async () => {
  const person = await aPerson('Sealed');
  const { enrolment, secret } = await person.call('put /me/factors/totp/new', {});
  const [waiting] = await database.selectFrom('challenge').selectAll().where('what', '=', 'totp').execute();
  await person.call('put /me/factors/totp', { body: { enrolment, code: codeOf(secret), name: 'phone' } });
  const rows = await database.selectFrom('factor').selectAll().execute();
  expect(JSON.stringify([waiting, rows])).not.toContain(secret);
});

function challengeIn({ options }: { readonly options: Readonly<Record<string, unknown>> }) {
  return { challenge: String(options['challenge']) };
}
