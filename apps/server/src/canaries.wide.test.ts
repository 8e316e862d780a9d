import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiProblem, createClient, type AnswerOf, type Client, type Name, type Request as Asked } from '@pileus/api';
import { openDatabase, startPostgres } from '@pileus/database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { providers } from './providers.ts';
import { Canaries, dumpOf, filesIn, givenFields } from './testing/canaries.ts';
import { eventually, startServerProcess, type ServerProcess } from './testing/server-process.ts';

/** What each kind of account needs beside a secret, for accounts that hold one; nobody answers there. */
const settingsOf: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  openstack: { url: 'http://127.0.0.1:9/v3', user: 'u', project: 'p', applicationCredential: 'a' },
  hosts: { hosts: [{ address: '127.0.0.1', port: 9 }], password: 'p', hostKeys: 'learn', sudo: 'password' },
};

/** Fields with a name as of a secret that are none. */
const noSecrets = [
  'post /policies/check principal',
  'post /findings/{finding}/delete name',
  // Which secrets that are kept, by their ids.
  'post /accounts secrets',
  'post /accounts/check secrets',
  'patch /accounts/{account} secrets',
  'post /plans secrets',
  'post /deployments/{deployment}/plans secrets',
];
const suspicious = /pass|secret|token|credential|private|challenge|\bcode\b|\blink\b|\bkey\b/i;

const template = `
tosca_definitions_version: tosca_simple_yaml_1_3
imports: [ pileus_types_1_0 ]
metadata: { template_name: canaries, template_version: 1.0.0, template_author: tests }
node_types:
  App:
    derived_from: tosca.nodes.SoftwareComponent
    properties: { password: { type: string } }
    attributes: { url: { type: string } }
    interfaces:
      Standard:
        configure:
          implementation: tell.sh
          inputs:
            PASSWORD: { get_property: [ SELF, password ] }
            DSN: { concat: [ 'db://app:', { get_input: password }, '@main' ] }
            SETTINGS: { get_input: settings }
            FAIL: { get_input: fail }
          outputs: { url: [ SELF, url ] }
        start: { implementation: tell.sh, inputs: { PASSWORD: { get_attribute: [ SELF, url ] } } }
topology_template:
  inputs:
    password: { type: string, metadata: { secret: 'true' } }
    settings: { type: map, entry_schema: string, metadata: { secret: 'true' } }
    fail: { type: string, default: '' }
    note: { type: string, default: '' }
  node_templates:
    web: { type: tosca.nodes.Compute }
    app: { type: App, properties: { password: { get_input: password } }, requirements: [ { host: web } ] }
  outputs:
    url: { value: { get_attribute: [ app, url ] } }
    dsn: { value: { concat: [ 'db://', { get_input: password } ] } }
    note: { value: { get_input: note } }
  workflows:
    rotate:
      inputs: { token: { type: string, metadata: { secret: 'true' } } }
      steps:
        rotate:
          target: app
          activities: [ { call_operation: { operation: Standard.configure, inputs: { PASSWORD: { get_input: token } } } } ]
`;

/** Prints what it is given in every way that a script might. */
const script = `
echo "password: $PASSWORD"
printf %s "$PASSWORD" | base64
printf ' %s' "$PASSWORD" | base64 -w0; echo
printf 'ab%s' "$DSN" | base64
echo "$SETTINGS" >&2
env
i=0; while [ $i -lt 3 ]; do printf %s "$PASSWORD"; sleep 0.05; i=$((i+1)); done; echo
printf %s "$PASSWORD" | od -An -v -tx1 | tr -d ' \\n'; echo
echo "url=http://$PASSWORD@here/" >> "$PILEUS_OUTPUTS"
[ -z "$FAIL" ] || exit 3
`;

const canaries = new Canaries();
/** Everything that was answered, by call. */
const answers: [call: string, text: string][] = [];
const exercised = new Set<string>();
let home: string;
let postgres: Awaited<ReturnType<typeof startPostgres>>;
let server: ServerProcess;
let port: string;
/** What servers have printed that were killed. */
let printed = '';

const start = (): Promise<ServerProcess> =>
  startServerProcess({
    home,
    environment: { DATABASE_URL: postgres.url, PILEUS_PORT: port, PILEUS_OUTBOUND_ALLOW: '127.0.0.0/8' },
  });

function freePort(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const holder = createServer().listen(0, '127.0.0.1', () => {
    const address = holder.address();
    holder.close(() => resolve(String(typeof address === 'object' ? address?.port : '')));
  });
  return promise;
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'pileus-canaries-'));
  await chmod(home, 0o711); // PostgreSQL runs as another user when we are root.
  postgres = await startPostgres({ directory: join(home, 'postgresql'), log: () => {} });
  port = await freePort();
  server = await start();
});
afterAll(async () => {
  await server.stop();
  await postgres.stop();
  await rm(home, { recursive: true, force: true });
});

const listening: typeof fetch = async (input, init) => {
  const answer = await fetch(input, init);
  const call = `${init?.method ?? 'get'} ${input instanceof Request ? input.url : input.toString()}`;
  if (answer.headers.get('content-type') === 'text/event-stream')
    record(`events of ${call}`, answer.clone()).catch(() => {});
  else answers.push([call, await answer.clone().text()]);
  answers.push([`headers of ${call}`, JSON.stringify([...answer.headers])]);
  return answer;
};

async function record(call: string, answer: Response): Promise<void> {
  const decoder = new TextDecoder();
  const at = answers.push([call, '']) - 1;
  for await (const piece of answer.body ?? []) {
    const held = answers[at];
    if (held) held[1] += decoder.decode(piece, { stream: true });
  }
}

/** Calls, and notes which fields went out with a canary; what is refused is answered too. */
async function call<N extends Name>(client: Client, name: N, request: Asked<N>): Promise<AnswerOf<N> | undefined> {
  const { body } = request as { readonly body?: unknown };
  for (const field of fieldsWithCanaries(body)) exercised.add(`${name} ${field}`);
  try {
    return await client.call(name, request);
  } catch (error) {
    if (error instanceof ApiProblem) return undefined;
    throw error;
  }
}

/** `password`, `value`, `value.text`. */
function fieldsWithCanaries(sent: unknown): string[] {
  if (typeof sent !== 'object' || sent === null) return [];
  return Object.entries(sent).flatMap(([field, value]) =>
    canaries.isIn(value) ? [field, ...fieldsWithCanaries(value).map((inner) => `${field}.${inner}`)] : [],
  );
}

/** The same for a call that answers with events, until there are no more. */
async function heard<N extends Name>(client: Client, name: N, request: Asked<N>): Promise<void> {
  try {
    for await (const _ of client.stream(name, request)) void _;
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
  }
}

async function done<N extends Name>(client: Client, name: N, request: Asked<N>): Promise<AnswerOf<N>> {
  const answer = await call(client, name, request);
  if (!answer) throw new Error(`${name} was refused: ${answers.at(-2)?.[1] ?? ''}`);
  return answer;
}

test('what is given in confidence is in no answer, event, log, row or file', async () => {
  const token = new URLSearchParams(new URL(server.link).hash.slice(1)).get('link') ?? '';
  const anonymous = createClient({ server: server.url, fetch: listening });
  const session = await createClient({ server: server.url }).call('post /sessions', {
    body: { link: token, kind: 'cli' },
  });
  const own = session.token ?? '';
  const client = createClient({ server: server.url, token: own, fetch: listening });

  const people = await tryPeople(client, anonymous, own);
  const known = await tryAccounts(client);
  await trySecrets(client);
  await tryDeployment(client);

  const open = 'Open/canary+in-a-note';
  const checker = new Canaries();
  checker.note('a note', open);
  const [account = ''] = known;
  await done(client, 'patch /accounts/{account}', { params: { account }, body: { description: open } });

  const marked = givenFields().filter(({ isMarked }) => isMarked);
  expect(marked.length).toBeGreaterThan(15);
  expect(marked.map(({ name }) => name).filter((name) => !exercised.has(name))).toEqual([]);
  const forgotten = givenFields().filter(
    ({ name, isMarked }) => !isMarked && suspicious.test(name.split(' ').at(-1) ?? ''),
  );
  expect(forgotten.map(({ name }) => name).filter((name) => !noSecrets.includes(name))).toEqual([]);

  const database = openDatabase(postgres.url);
  const kept = new Map([
    ...(await dumpOf(database)),
    ...(await filesIn(home, ['secret.key'])),
    ['output of the servers', printed + server.output()],
  ]);
  await database.destroy();
  const found = (of: Canaries, places: Iterable<readonly [string, string]>) =>
    [...places].flatMap(([place, text]) => of.findings(text, place));
  expect(found(canaries, [...answers, ...kept])).toEqual([]);

  // What was answered once, for its owner to keep, is nowhere but in that answer.
  const tokens = new Canaries();
  for (const [where, value] of [['the session', own], ...people] as const) {
    expect(value.length, where).toBeGreaterThan(15);
    tokens.note(where, value);
  }
  expect(found(tokens, kept)).toEqual([]);

  // A canary that is no secret is found: in answers, in the database, and in what the database has written to the disk.
  const places = found(checker, [...answers, ...kept]).join('\n');
  expect(places).toMatch(/is in PATCH http/);
  expect(places).toContain('is in table account');
  expect(places).toMatch(/is in file postgresql/);
  expect(answers.some(([name, text]) => name.startsWith('events of') && text.includes('"is":"log"'))).toBe(true);
});

/** Everything that proves who somebody is; answers what was answered of it, to be kept by whoever it is for. */
async function tryPeople(client: Client, anonymous: Client, admin: string): Promise<[string, string][]> {
  const password = canaries.plant('password of a user');
  const { id } = await done(client, 'post /users', { body: { name: 'canary', password } });
  const signIn = (body: Asked<'post /sessions'>['body']) => call(anonymous, 'post /sessions', { body });
  const kind = 'cli';
  const { token = '' } = (await signIn({ name: 'canary', password, kind })) ?? {};
  await signIn({ name: 'canary', password: canaries.plant('wrong password'), kind });
  await signIn({ method: 'nobody', name: 'canary', password: canaries.plant('password at a directory'), kind });
  await signIn({ link: canaries.plant('link'), kind });
  await signIn({ device: canaries.plant('device'), kind });
  await signIn({ challenge: canaries.plant('challenge'), code: canaries.plant('code'), kind });
  await signIn({ attempt: canaries.plant('attempt'), query: `code=${canaries.plant('query')}`, kind });
  const passkey = { id: canaries.plant('passkey'), rawId: canaries.plant('raw passkey') };
  await signIn({ ceremony: canaries.plant('ceremony'), passkey, kind });
  await call(anonymous, 'post /sessions/passkey', { body: { challenge: canaries.plant('challenge for a passkey') } });

  const theirs = createClient({ server: server.url, token, fetch: listening });
  const next = canaries.plant('next password');
  await done(theirs, 'put /me/password', { body: { current: password, next } });
  await call(theirs, 'put /me/password', { body: { current: canaries.plant('wrong current password'), next } });
  await done(theirs, 'put /me/proof', { body: { password: next } });
  await call(theirs, 'put /me/proof', { body: { code: canaries.plant('code as a proof') } });
  await call(theirs, 'put /me/proof', { body: { ceremony: canaries.plant('ceremony of a proof'), passkey } });
  // What is shown once is an answer; it is not listened to, and looked for where it must not be.
  const quiet = createClient({ server: server.url, token });
  const app = await quiet.call('put /me/factors/totp/new', {});
  await call(theirs, 'put /me/factors/totp', {
    body: { enrolment: canaries.plant('enrolment'), code: canaries.plant('first code'), name: 'app' },
  });
  await call(theirs, 'put /me/factors/passkey', {
    body: { ceremony: canaries.plant('ceremony of a passkey'), passkey, name: 'key' },
  });
  const own = await quiet.call('post /me/tokens', { body: { name: 'canary' }, key: 'a-token' });
  const quietAdmin = createClient({ server: server.url, token: admin });
  const invited = await quietAdmin.call('post /users', { body: { name: 'invited' }, key: 'a-link' });

  const webhook = await quietAdmin.call('post /webhooks', {
    body: { name: 'canary', url: 'https://127.0.0.1:9/', kinds: ['run.ended', 'deployment.changed', 'audit.written'] },
    key: 'a-webhook',
  });

  const settings = { issuer: 'https://127.0.0.1:9', clientId: 'pileus' };
  const oidc = await done(client, 'post /sign-in-methods', {
    body: { kind: 'oidc', title: 'provider', settings, secret: canaries.plant('secret of a provider') },
  });
  const ldap = await done(client, 'post /sign-in-methods', {
    body: {
      kind: 'ldap',
      title: 'directory',
      settings: { url: 'ldaps://127.0.0.1:9', bindDn: 'cn=pileus', people: { base: 'dc=x', filter: '(uid={name})' } },
      secret: canaries.plant('secret of a directory'),
    },
  });
  for (const { id: method } of [oidc, ldap]) {
    await done(client, 'patch /sign-in-methods/{method}', {
      params: { method },
      body: { secret: canaries.plant('next secret of a sign-in method') },
    });
    await call(client, 'post /sign-in-methods/{method}/check', { params: { method } });
    await call(client, 'get /sign-in-methods/{method}', { params: { method } });
  }
  await call(anonymous, 'post /sessions/oidc', { body: { method: oidc.id } });
  await signIn({ method: ldap.id, name: 'somebody', password: canaries.plant('password for a directory'), kind });
  await call(client, 'get /users/{user}', { params: { user: id } });
  await call(client, 'get /sign-in-methods', {});
  await call(client, 'get /audit', { query: { limit: 500 } });
  return [
    ['a session', token],
    ['the key of an app', app.secret],
    ['an access token', own.token],
    ['the secret of a webhook', webhook.secret],
    ['the link of a new user', invited.link?.split('#link=')[1] ?? ''],
  ];
}

/** An account for each secret setting of each kind of cloud; answers their ids. */
async function tryAccounts(client: Client): Promise<string[]> {
  const { items } = await done(client, 'get /providers', {});
  expect(items.map(({ id }) => id).toSorted()).toEqual(providers.map(({ id }) => id).toSorted());
  const accounts: string[] = [];
  for (const { id: provider, account } of items) {
    type Property = { readonly secret?: boolean; readonly when?: Readonly<Record<string, readonly unknown[]>> };
    const { properties = {} } = account as { readonly properties?: Readonly<Record<string, Property>> };
    const secrets = Object.entries(properties).filter(([, { secret }]) => secret);
    for (const [field, { when = {} }] of secrets) {
      const base = settingsOf[provider];
      if (!base) throw new Error(`the test needs settings with which accounts of ${provider} can be added`);
      const where = `${field} of ${provider}`;
      const fitting = Object.fromEntries(Object.entries(when).map(([name, [first]]) => [name, first]));
      const value = () => secretFor(field, where);
      const settings = { ...base, ...fitting, [field]: value() };
      const made = await done(client, 'post /accounts', { body: { provider, name: where, settings } });
      expect(made.hidden, where).toContain(field);
      accounts.push(made.id);
      const params = { account: made.id };
      await heard(client, 'post /accounts/check', { body: { provider, settings: { ...settings, [field]: value() } } });
      await done(client, 'patch /accounts/{account}', {
        params,
        body: { settings: { ...settings, [field]: value() } },
      });
      await heard(client, 'post /accounts/{account}/check', { params });
      await call(client, 'get /accounts/{account}/resources', { params, query: { kind: 'server' } });
      await call(client, 'get /accounts/{account}', { params });
    }
  }
  await done(client, 'get /accounts', { query: { limit: 500 } });
  expect(accounts.length).toBeGreaterThan(6);
  return accounts;
}

/** Secrets of each kind, kept, used by an account, given a new value. */
async function trySecrets(client: Client): Promise<void> {
  const values = (where: string) =>
    [
      { kind: 'text', text: canaries.plant(`text of ${where}`) },
      { kind: 'ssh-key', privateKey: String(secretFor('privateKey', `key of ${where}`)) },
      { kind: 'login', user: 'u', password: canaries.plant(`password of ${where}`) },
    ] as const;
  const others = values('a next secret');
  const kept: string[] = [];
  for (const [at, value] of values('a secret').entries()) {
    const { id: secret } = await done(client, 'post /secrets', { body: { name: `kept ${value.kind}`, value } });
    const next = others[at];
    if (next) await done(client, 'post /secrets/{secret}/versions', { params: { secret }, body: { value: next } });
    kept.push(secret);
    await done(client, 'put /secrets/{secret}', { params: { secret }, body: { version: 1 } });
    await done(client, 'get /secrets/{secret}', { params: { secret } });
    await done(client, 'get /secrets/{secret}/versions', { params: { secret } });
  }
  const settings = { url: 'http://127.0.0.1:9/v3', user: 'u', project: 'p' };
  const { id: account } = await done(client, 'post /accounts', {
    body: { provider: 'openstack', name: 'by a secret', settings, secrets: { password: kept[0] ?? '' } },
  });
  await heard(client, 'post /accounts/{account}/check', { params: { account } });
  await done(client, 'get /accounts/{account}', { params: { account } });
  await done(client, 'get /secrets', {});
}

/** A value that fits the field: keys are read when they are given, and credentials of hosts are by name. */
function secretFor(field: string, where: string): unknown {
  if (field === 'credentials') return { other: { user: 'u', password: canaries.plant(where) } };
  if (field !== 'privateKey') return canaries.plant(where);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  for (const line of pem.split('\n').slice(1, -2)) canaries.note(where, line);
  return pem;
}

/** A deployment on this machine that is made, fails, is planned again, updated, called, rolled back and deleted. */
async function tryDeployment(client: Client): Promise<void> {
  const listening = new AbortController();
  const params = (deployment: string) => ({ params: { deployment } });
  const account = (await done(client, 'post /accounts', { body: { provider: 'local', name: 'here', settings: {} } }))
    .id;
  const files = [
    { path: 'template.yaml', content: template },
    { path: 'tell.sh', content: script },
  ];
  const made = await done(client, 'post /templates', { body: { files } });
  const secrets = () => ({
    password: canaries.plant('a secret input'),
    settings: { key: canaries.plant('a secret input in a map') },
  });
  const ask = { template: made.id, account, name: 'told' };
  await call(client, 'post /plans', { body: { ...ask, inputs: { ...secrets(), settings: canaries.plant('a map') } } });
  const first = secrets();
  const plan = await done(client, 'post /plans', { body: { ...ask, inputs: { ...first, fail: 'yes' } } });
  const { deployment } = await done(client, 'post /deployments', { body: { plan: plan.id, hash: plan.hash } });
  const topics = `deployment:${deployment},runs,deployments`;
  const listen = async () => {
    for await (const _ of client.stream('get /events', { query: { topics }, signal: listening.signal })) void _;
  };
  let reading = listen().catch(() => {});

  const settled = () =>
    eventually('the end of a run', async () => {
      const found = await done(client, 'get /deployments/{deployment}', params(deployment));
      return ['deploying', 'changing', 'deleting'].includes(found.state) ? undefined : found;
    });
  const change = async (body: Asked<'post /deployments/{deployment}/plans'>['body']) => {
    const { id, hash } = await done(client, 'post /deployments/{deployment}/plans', { ...params(deployment), body });
    await done(client, 'get /plans/{plan}', { params: { plan: id } });
    await done(client, 'post /deployments', { body: { plan: id, hash, note: 'again' } });
    return settled();
  };
  expect((await settled()).state).toBe('failed');
  expect((await change({ action: 'update', inputs: { fail: '' } })).state).toBe('running');
  const lines = await done(client, 'get /deployments/{deployment}/logs', {
    ...params(deployment),
    query: { limit: 500 },
  });
  expect(lines.items.some(({ text }) => text === 'password: ***')).toBe(true);
  expect((await change({ action: 'update', inputs: secrets() })).state).toBe('running');
  expect((await change({ action: 'update', inputs: { ...secrets(), fail: 'yes' } })).state).toBe('failed');
  expect((await change({ action: 'rollback' })).state).toBe('running');

  // In the place of an input: the value that it has when that is planned, and then another one.
  const text = () => ({ kind: 'text' as const, text: canaries.plant('a secret for an input') });
  const { id: secret } = await done(client, 'post /secrets', { body: { name: 'for an input', value: text() } });
  expect((await change({ action: 'update', secrets: { password: secret } })).state).toBe('running');
  await done(client, 'post /secrets/{secret}/versions', { params: { secret }, body: { value: text() } });
  expect((await change({ action: 'update' })).state).toBe('running');
  await done(client, 'get /secrets/{secret}', { params: { secret } });

  const body = { action: 'update', inputs: secrets() } as const;
  const cut = await done(client, 'post /deployments/{deployment}/plans', { ...params(deployment), body });
  await done(client, 'post /deployments', { body: { plan: cut.id, hash: cut.hash } });
  await eventually('a script', async () => {
    const { items } = await done(client, 'get /deployments/{deployment}/logs', {
      ...params(deployment),
      query: { limit: 500, run: (await done(client, 'get /deployments/{deployment}', params(deployment))).run?.id },
    });
    return items.length > 0 ? true : undefined;
  });
  await server.kill();
  await reading;
  printed += server.output();
  server = await start();
  reading = listen().catch(() => {});
  expect((await settled()).state).toBe('running');

  const token = canaries.plant('a secret input of a workflow');
  expect((await change({ action: 'workflow', workflow: 'rotate', inputs: { token } })).state).toBe('running');
  const password = canaries.plant('a secret input of an operation');
  const operation = {
    node: 'app',
    interface: 'Standard',
    operation: 'configure',
    inputs: { PASSWORD: password },
  } as const;
  expect((await change({ action: 'operation', ...operation })).state).toBe('running');
  await done(client, 'get /deployments/{deployment}/operations', { ...params(deployment), query: { node: 'app' } });
  await done(client, 'get /deployments/{deployment}/revisions', params(deployment));
  await done(client, 'get /deployments/{deployment}/drift', params(deployment));
  const { items: runs } = await done(client, 'get /runs', { query: { deployment } });
  for (const { id: run } of runs) await done(client, 'get /runs/{run}', { params: { run } });
  await done(client, 'delete /deployments/{deployment}', params(deployment));
  expect((await settled()).state).toBe('deleted');
  listening.abort();
  await reading;
}
