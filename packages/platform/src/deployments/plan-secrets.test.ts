import { createClient, type AnswerOf, type Client } from '@pileus/api';
import { newId } from '@pileus/model';
import { afterEach, expect, test } from 'vitest';
import { aPerson } from '../testing/a-person.ts';
import { everyRow } from '../testing/every-row.ts';
import { aPlatform, settled, type Deployment } from '../testing/a-platform.ts';
import { onScriptedCloud, servers } from '../testing/on-scripted-cloud.ts';
import { scriptedCloud } from '../testing/scripted-cloud.ts';

const { provider, scripts } = scriptedCloud();
const there = await aPlatform([provider]);
const { client, bugs, database, url } = there;
afterEach(() => {
  expect(bugs.splice(0)).toEqual([]);
  scripts.jobs.length = 0;
});
const { anAccount, templateOf, apply, planned, changed } = onScriptedCloud(client);

const text = `
tosca_definitions_version: tosca_simple_yaml_1_3
imports: [ pileus_types_1_0 ]
node_types:
  App:
    derived_from: tosca.nodes.SoftwareComponent
    interfaces:
      Standard:
        configure:
          implementation: configure.sh
          inputs: { PASSWORD: { get_input: password }, DATABASE: { get_input: database } }
topology_template:
  inputs:
    password: { type: string, constraints: [ { min_length: 6 } ], metadata: { secret: 'true' } }
    database: { type: string, default: main }
  node_templates:
    ${servers('web')}
    app: { type: App, requirements: [ { host: web } ] }
`;
const files = { 'template.yaml': text, 'configure.sh': '' };

type Plan = AnswerOf<'get /plans/{plan}'>;
const aSecret = async (value: string) =>
  (await client.call('post /secrets', { body: { name: newId('secret'), value: { kind: 'text', text: value } } })).id;
const rotate = (secret: string, value: string) =>
  client.call('post /secrets/{secret}/versions', {
    params: { secret },
    body: { value: { kind: 'text', text: value } },
  });
const usersOf = async (secret: string) =>
  (await client.call('get /secrets/{secret}', { params: { secret } })).usedBy.map((use) => use.name);
const refused = (code: string) => ({ failure: { code } });

async function planWith(
  given: { secrets?: Record<string, string>; inputs?: Record<string, unknown> },
  who: Client = client,
): Promise<Plan> {
  const [template, account] = [await templateOf(files), await anAccount()];
  return who.call('post /plans', { body: { template, account, name: newId('deployment'), ...given } });
}
const passwords = () => scripts.ran.map((ran) => /PASSWORD=(.*) DATABASE=/.exec(ran)?.[1]);
const remove = (secret: string) => client.call('delete /secrets/{secret}', { params: { secret } });
const gone = async ({ id }: Deployment) => {
  await client.call('delete /deployments/{deployment}', { params: { deployment: id } });
  await settled(client, id);
};

test('an input that is a secret of the vault reaches scripts, and is nowhere else', async () => {
  const secret = await aSecret('canary-of-the-vault');
  const plan = await planWith({ secrets: { password: secret } });
  expect([plan.inputs, plan.secrets]).toMatchObject([
    { password: '***', database: 'main' },
    { password: { id: secret, version: 1, newest: 1 } },
  ]);
  expect(await usersOf(secret), 'a plan is no use').toEqual([]);
  const deployment = await apply(plan);
  expect([deployment.state, passwords()]).toEqual(['running', ['canary-of-the-vault']]);
  expect(deployment.secrets).toMatchObject({ password: { id: secret, version: 1, newest: 1 } });
  expect(await usersOf(secret)).toEqual([deployment.name]);
  const reader = await aPerson(there, { Action: 'secret.*', Resource: '*' });
  const params = { secret };
  expect((await reader.call('get /secrets/{secret}', { params })).usedBy, 'who may not read it').toEqual([]);
  await expect(reader.call('delete /secrets/{secret}', { params })).rejects.toMatchObject(refused('conflict'));
  expect(await everyRow(database)).not.toContain('canary-of');
  const { items } = await client.call('get /audit', { query: { limit: 100 } });
  expect(items.find(({ action }) => action === 'DEPLOYMENT_CREATE')?.after).toMatchObject({
    secrets: { password: `${secret} 1` },
  });
  await gone(deployment);
  expect(await usersOf(secret)).toEqual([]);
  await remove(secret);
});

test('a plan is carried out with the value it was made with, and the next update takes the newest', async () => {
  const secret = await aSecret('first value');
  const plan = await planWith({ secrets: { password: secret } });
  await rotate(secret, 'second value');
  const { id } = await apply(plan);
  expect(passwords()).toEqual(['first value']);
  const read = async () => (await client.call('get /deployments/{deployment}', { params: { deployment: id } })).secrets;
  expect(await read()).toMatchObject({ password: { version: 1, newest: 2 } });

  for (const kept of [{ action: 'heal' }, { action: 'update', inputs: { password: 'first value' } }])
    expect((await planned(id, kept)).steps, kept.action).toEqual([]);
  const update = await planned(id, { action: 'update' });
  expect([update.otherSecrets, update.secrets]).toMatchObject([['password'], { password: { version: 2 } }]);
  expect(update.steps.find(({ what }) => what === 'Standard.configure')?.changes).toEqual([
    { field: 'PASSWORD', from: '***', to: '***' },
  ]);
  scripts.jobs.length = 0;
  await apply(update);
  expect([passwords(), await read()]).toMatchObject([['second value'], { password: { version: 2, newest: 2 } }]);
  expect((await planned(id, { action: 'update' })).steps).toEqual([]);

  scripts.jobs.length = 0;
  await changed(id, { action: 'rollback', revision: 1 });
  expect([passwords(), await read()]).toMatchObject([['first value'], { password: { version: 1, newest: 2 } }]);
});

test('an update exchanges a value for a secret and back, and what is not used any more can be deleted', async () => {
  const [one, other] = [await aSecret('the same value'), await aSecret('another value')];
  const { id, name } = await apply(await planWith({ inputs: { password: 'the same value' } }));
  const same = await planned(id, { action: 'update', secrets: { password: one } });
  expect([same.steps, same.otherSecrets]).toEqual([[], undefined]);
  await apply(same);
  expect(await usersOf(one)).toEqual([name]);
  await changed(id, { action: 'update', inputs: { password: '***', database: 'other' } });
  expect(await usersOf(one), 'what was only shown changes nothing').toEqual([name]);

  scripts.jobs.length = 0;
  await changed(id, { action: 'update', secrets: { password: other } });
  expect(passwords()).toEqual(['another value']);
  await remove(one);
  await expect(remove(other)).rejects.toMatchObject(refused('conflict'));

  await changed(id, { action: 'update', inputs: { password: 'a value of its own' } });
  expect(await usersOf(other)).toEqual([]);
  await remove(other);
  // What it was once stays with the deployment, without the secret it came of.
  scripts.jobs.length = 0;
  const back = await changed(id, { action: 'rollback', revision: 4 });
  expect([back.state, passwords(), back.secrets]).toEqual(['running', ['another value'], undefined]);
});

test('an input that a newer version of the template has no more falls away with the update to it, and its secret with it', async () => {
  const secret = await aSecret('of version one');
  const plan = await planWith({ secrets: { password: secret } });
  const { id } = await apply(plan);
  const content = text
    .replace(/^ +password: .*\n/m, '')
    .replace('PASSWORD: { get_input: password }, ', '')
    .replace(
      'imports:',
      `metadata: { template_name: ${plan.template.name}, template_version: 2.0.0, template_author: tests }\nimports:`,
    );
  await client.call('post /templates', {
    body: {
      files: [
        { path: 'template.yaml', content },
        { path: 'configure.sh', content: '' },
      ],
    },
  });
  await expect(
    planned(id, { action: 'update', version: '2.0.0', inputs: { password: 'not asked for' } }),
  ).rejects.toMatchObject({ failure: { problems: [{ at: '/inputs/password', rule: 'unknown-input' }] } });
  const update = await planned(id, { action: 'update', version: '2.0.0' });
  expect([update.inputs, update.secrets]).toEqual([{ database: 'main' }, undefined]);
  expect((await apply(update)).state).toBe('running');
  expect(await usersOf(secret)).toEqual([]);
  await remove(secret);
  const back = await changed(id, { action: 'rollback', revision: 1 });
  expect([back.state, back.inputs]).toEqual(['running', { database: 'main', password: '***' }]);
});

test('a plan with a secret that is deleted before it is carried out is refused', async () => {
  const secret = await aSecret('soon gone');
  const plan = await planWith({ secrets: { password: secret } });
  await remove(secret);
  await expect(apply(plan)).rejects.toMatchObject(refused('plan-expired'));
});

test('a secret stands for secret inputs alone, which fit it, and for what is not given beside it', async () => {
  const [secret, short] = [await aSecret('long enough'), await aSecret('no')];
  await expect(planWith({ secrets: { database: secret }, inputs: { password: 'long enough' } })).rejects.toMatchObject({
    failure: { code: 'invalid', problems: [{ at: '/secrets/database', because: { reason: 'no-secret-input' } }] },
  });
  await expect(planWith({ secrets: { password: secret }, inputs: { password: 'given' } })).rejects.toMatchObject({
    failure: { code: 'invalid', problems: [{ at: '/secrets/password', because: { reason: 'input-twice' } }] },
  });
  await expect(planWith({ secrets: { password: short } })).rejects.toMatchObject({
    failure: { code: 'invalid', problems: [{ at: '/inputs/password' }] },
  });
  await expect(planWith({ secrets: { password: 'sec-nowhere' } })).rejects.toMatchObject(refused('not-found'));
});

test('whoever plans with a secret, carries that out, or may send it elsewhere has to be allowed to use it', async () => {
  const secret = await aSecret('not for everybody');
  const all = ['deployment.*', 'account.*', 'template.*'].map((Action) => ({ Action, Resource: '*' }));
  const person = await aPerson(there, ...all);
  const user = await aPerson(there, ...all, { Action: 'secret.use', Resource: `secret/${secret}` });
  await expect(planWith({ secrets: { password: secret } }, person)).rejects.toMatchObject(refused('not-allowed'));
  const plan = await planWith({ secrets: { password: secret } }, user);
  const carryOut = (who: Client) => who.call('post /deployments', { body: { plan: plan.id, hash: plan.hash } });
  await expect(carryOut(person)).rejects.toMatchObject(refused('not-allowed'));
  const { deployment, run } = await carryOut(user);
  const { initiator } = await database
    .selectFrom('run')
    .select('initiator')
    .where('id', '=', run)
    .executeTakeFirstOrThrow();
  expect(initiator, 'it goes on only as long as that is so').toMatchObject({
    needs: expect.arrayContaining([{ may: 'secret.use', of: 'secret', id: secret }]),
  });
  expect((await settled(client, deployment)).state).toBe('running');

  const change = (who: Client, body: Parameters<typeof planned>[1]) =>
    who.call('post /deployments/{deployment}/plans', { params: { deployment }, body: body as never });
  for (const body of [
    { action: 'update', inputs: { database: 'elsewhere' } },
    { action: 'update', secrets: { password: secret } },
    { action: 'rollback', revision: 1 },
  ])
    await expect(change(person, body), JSON.stringify(body)).rejects.toMatchObject(refused('not-allowed'));
  await change(user, { action: 'update', inputs: { database: 'elsewhere' } });
  // Whoever gives a value of its own uses no secret; nor does what sends nothing elsewhere.
  await change(person, { action: 'update', inputs: { database: 'elsewhere', password: 'of their own' } });
  await change(person, { action: 'update', version: '1.0.0', inputs: { password: '***' } });
  await change(person, { action: 'heal' });

  const made = await client.call('post /organizations', {
    body: { name: newId('organization'), administrator: 'boss' },
  });
  const link = new URL(made.link, url).hash.slice('#link='.length);
  const { token = '' } = await createClient({ server: url }).call('post /sessions', { body: { link, kind: 'cli' } });
  const boss = createClient({ server: url, token });
  const { id: template } = await boss.call('post /templates', {
    body: { files: Object.entries(files).map(([path, content]) => ({ path, content })) },
  });
  const { id: account } = await boss.call('post /accounts', {
    body: { provider: 'simulated', name: 'theirs', settings: {} },
  });
  const body = { template, account, name: 'theirs', secrets: { password: secret } };
  await expect(boss.call('post /plans', { body }), 'another organization').rejects.toMatchObject(refused('not-found'));
});
