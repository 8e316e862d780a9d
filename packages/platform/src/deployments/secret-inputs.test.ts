import type { Specs } from '@pileus/model';
import { defineProvider } from '@pileus/provider';
import { sql } from 'kysely';
import { afterEach, expect, test } from 'vitest';
import { everyRow } from '../testing/every-row.ts';
import { aPlatform, settled } from '../testing/a-platform.ts';
import { onScriptedCloud, outputsOf, refusal, servers } from '../testing/on-scripted-cloud.ts';
import { scriptedCloud } from '../testing/scripted-cloud.ts';

const { provider: scripted, scripts } = scriptedCloud();
/** What servers were made of, in order. */
const made: Specs['server'][] = [];
const provider = defineProvider({
  ...scripted,
  connect(account, surroundings) {
    const connection = scripted.connect(account, surroundings);
    const { server } = connection.drivers;
    if (!server) throw new Error('the simulated cloud makes servers');
    const create: typeof server.create = (spec, call) => {
      made.push(spec);
      return server.create(spec, call);
    };
    return { ...connection, drivers: { ...connection.drivers, server: { ...server, create } } };
  },
});
const { client, bugs, database } = await aPlatform([provider]);
afterEach(() => {
  expect(bugs.splice(0)).toEqual([]);
  scripts.jobs.length = 0;
});
const { apply, planOf, deployed, planned, changed, stepsOf } = onScriptedCloud(client);

const secretsKept = () => database.selectFrom('input_secret').select('name').execute();

const text = `
tosca_definitions_version: tosca_simple_yaml_1_3
imports: [ pileus_types_1_0 ]
node_types:
  App:
    derived_from: tosca.nodes.SoftwareComponent
    properties: { greeting: { type: string }, password: { type: string }, pin: { type: integer } }
    attributes: { url: { type: string } }
    interfaces:
      Standard:
        configure:
          implementation: configure.sh
          inputs:
            PASSWORD: { get_property: [ SELF, password ] }
            DSN: { concat: [ 'db://app:', { get_input: password }, '@', { get_input: database } ] }
            PIN: { get_property: [ SELF, pin ] }
            HALF: { token: [ { get_input: password }, '-', 0 ] }
            GREETING: { get_property: [ SELF, greeting ] }
          outputs: { url: [ SELF, url ] }
        start: { implementation: start.sh, inputs: { URL: { get_attribute: [ SELF, url ] } } }
topology_template:
  inputs:
    password: { type: string, constraints: [ { min_length: 8 } ], metadata: { secret: 'true' } }
    pin: { type: integer, metadata: { secret: 'true' } }
    database: { type: string, default: main }
  node_templates:
    ${servers('web')}
    app:
      type: App
      properties: { greeting: hello, password: { get_input: password }, pin: { get_input: pin } }
      requirements: [ { host: web } ]
  outputs:
    url: { value: { get_attribute: [ app, url ] } }
    header: { value: { concat: [ 'Bearer ', { get_input: password } ] } }
    database: { value: { get_input: database } }
`;
const files = { 'template.yaml': text, 'configure.sh': 'url=http://$PASSWORD@app/', 'start.sh': '' };
const [first, second] = ['first-canary-5f1c', 'second-canary-9a7e'];
const pin = 481516;
const configure = (password: string) =>
  `Standard.configure of app PASSWORD=${password} DSN=db://app:${password}@main PIN=${pin} HALF=${password.split('-')[0]} GREETING=hello`;

test('a secret input reaches scripts, and what is kept and answered says only that it is there', async () => {
  const plan = await planOf(files, { inputs: { password: first, pin } });
  expect(plan.inputs).toEqual({ password: '***', pin: '***', database: 'main' });
  const spec = plan.steps.find(({ what }) => what === 'Standard.configure')?.spec;
  expect(spec).toEqual({ PASSWORD: '***', DSN: '***', PIN: '***', HALF: '***', GREETING: 'hello' });

  const deployment = await apply(plan);
  expect(deployment.state).toBe('running');
  expect(scripts.ran).toEqual([configure(first), `Standard.start of app URL=http://${first}@app/`]);
  expect(outputsOf(deployment)).toEqual({ url: '***', header: '***', database: 'main' });
  const answers = JSON.stringify([
    plan,
    deployment,
    await stepsOf(deployment),
    await client.call('get /deployments/{deployment}/revisions', { params: { deployment: deployment.id } }),
  ]);
  const all = await everyRow(database);
  expect(all).toContain('hello');
  for (const text of [answers, all]) {
    expect(text).not.toContain(first);
    expect(text).not.toContain(String(pin));
    expect(text).not.toContain(Buffer.from(first).toString('base64').slice(0, 20));
  }
});

test('the same secret changes nothing, another one runs what depends on it, and one that is not given stays', async () => {
  const { id } = await deployed(files, { inputs: { password: first, pin } });
  const same = await planned(id, { action: 'update', inputs: { password: first } });
  expect(same.steps).toEqual([]);
  expect((await planned(id, { action: 'update', inputs: { password: first } })).hash).toBe(same.hash);
  expect((await planned(id, { action: 'update', inputs: { password: '***' } })).steps).toEqual([]);

  scripts.jobs.length = 0;
  await changed(id, { action: 'update', inputs: { database: 'other' } });
  expect(scripts.ran[0]).toContain(`DSN=db://app:${first}@other`);

  scripts.jobs.length = 0;
  const update = await planned(id, { action: 'update', inputs: { password: second, database: 'main' } });
  expect([same.otherSecrets, update.otherSecrets]).toEqual([undefined, ['password']]);
  const { changes = [] } = update.steps.find(({ what }) => what === 'Standard.configure') ?? {};
  expect(changes.toSorted((a, b) => a.field.localeCompare(b.field))).toEqual([
    { field: 'DSN', from: '***', to: '***' },
    { field: 'HALF', from: '***', to: '***' },
    { field: 'PASSWORD', from: '***', to: '***' },
  ]);
  await apply(update);
  expect(scripts.ran).toEqual([configure(second), `Standard.start of app URL=http://${second}@app/`]);

  scripts.jobs.length = 0;
  await changed(id, { action: 'rollback', revision: 1 });
  expect(scripts.ran[0]).toBe(configure(first));

  const { items: revisions } = await client.call('get /deployments/{deployment}/revisions', {
    params: { deployment: id },
  });
  expect(revisions.map(({ otherSecrets }) => otherSecrets)).toEqual([['password'], ['password'], undefined, undefined]);

  scripts.jobs.length = 0;
  const healed = await changed(id, { action: 'heal', nodes: ['web'] });
  expect([healed.state, scripts.ran[0]]).toEqual(['running', configure(first)]);
  const all = await everyRow(database);
  expect([all.includes(first), all.includes(second)]).toEqual([false, false]);
});

const failing = text
  .replace('start.sh', 'fail.sh')
  .replace('{ URL:', '{ FAIL: { get_input: fail }, URL:')
  .replace('inputs:\n    password', "inputs:\n    fail: { type: string, default: '' }\n    password");

test('a run that failed goes on with the secrets it has begun with', async () => {
  const given = { ...files, 'template.yaml': text.replace('start.sh', 'once.sh'), 'once.sh': 'fail once' };
  const failed = await deployed(given, { inputs: { password: first, pin } });
  expect(failed.state).toBe('failed');
  const { run } = failed;
  await client.call('post /runs/{run}/resume', { params: { run: run?.id ?? '' }, body: {} });
  const done = await settled(client, failed.id);
  expect([done.state, scripts.ran.at(-1)]).toEqual(['running', `Standard.start of app URL=http://${first}@app/`]);
});

test('an update that fails is undone with the secrets there were before', async () => {
  const given = { ...files, 'template.yaml': failing, 'fail.sh': 'fail if FAIL' };
  const { id } = await deployed(given, { inputs: { password: first, pin } });
  const broken = await changed(id, { action: 'update', inputs: { password: second, fail: 'yes' } });
  expect([broken.state, broken.inputs['password']]).toEqual(['failed', '***']);
  scripts.jobs.length = 0;
  await changed(id, { action: 'rollback' });
  expect(scripts.ran).toContain(configure(first));
  expect((await everyRow(database)).includes(second)).toBe(false);
});

test('what is wrong with a secret is said without it', async () => {
  const { said } = await refusal(planOf(files, { inputs: { password: 'short-7', pin: 'no-pin-at-all' } }));
  expect(said).toContain('password must fit min_length 8');
  expect(said).toContain('pin is a integer');
  expect(said).not.toContain('short-7');
  expect(said).not.toContain('no-pin-at-all');
});

test('once a deployment is gone, its secrets are', async () => {
  const before = await secretsKept();
  const { id } = await deployed(files, { inputs: { password: 'to-be-forgotten', pin } });
  expect((await secretsKept()).length).toBeGreaterThan(before.length);
  await client.call('delete /deployments/{deployment}', { params: { deployment: id } });
  expect((await settled(client, id)).state).toBe('deleted');
  expect(await secretsKept()).toHaveLength(before.length);
});

test('secrets given to a workflow or an operation are sealed in its plan', async () => {
  const rotated = `${text}
  workflows:
    rotate:
      inputs: { token: { type: string, metadata: { secret: 'true' } }, note: { type: string, default: '' } }
      steps:
        rotate:
          target: app
          activities: [ { call_operation: { operation: Standard.configure, inputs: { GREETING: { get_input: token } } } } ]
`;
  const { id } = await deployed({ ...files, 'template.yaml': rotated }, { inputs: { password: first, pin } });
  const token = 'workflow-canary-77';
  const plan = await planned(id, { action: 'workflow', workflow: 'rotate', inputs: { token, note: 'why' } });
  expect(plan.called?.inputs).toEqual({ token: '***', note: 'why' });
  await apply(plan);
  expect(scripts.inputsOf('Standard.configure of app')?.['GREETING']).toBe(token);

  const operation = { action: 'operation', node: 'app', interface: 'Standard', operation: 'configure' };
  const asked = await client.call('get /deployments/{deployment}/operations', {
    params: { deployment: id },
    query: { node: 'app' },
  });
  const { inputs } = asked.items.find((one) => one.operation === 'configure') ?? {};
  expect(inputs?.['properties']).toMatchObject({
    PASSWORD: { format: 'password', writeOnly: true },
    GREETING: { default: 'hello' },
  });
  expect(JSON.stringify(inputs)).not.toContain('***');
  await changed(id, { ...operation, inputs: { PASSWORD: second } });
  expect(scripts.inputsOf('Standard.configure of app')?.['PASSWORD']).toBe(second);
  const all = await everyRow(database);
  expect([all.includes(token), all.includes(second)]).toEqual([false, false]);
});

test('user data of a server reaches the cloud, and the inventory does not know it', async () => {
  const server = text.replace(
    /web: \{ type: pileus.nodes.Server \}/,
    "web: { type: pileus.nodes.Server, properties: { user_data: { concat: [ 'token=', { get_input: password } ] } } }",
  );
  const { id, state } = await deployed({ ...files, 'template.yaml': server }, { inputs: { password: first, pin } });
  expect([state, made.at(-1)?.userData]).toEqual(['running', `token=${first}`]);
  expect((await planned(id, { action: 'update' })).steps).toEqual([]);
  const replaced = await planned(id, { action: 'update', inputs: { password: second } });
  expect(replaced.steps.find(({ action }) => action === 'replace')?.changes).toEqual([
    { field: 'userData', from: '***', to: '***' },
  ]);
  const after = await apply(replaced);
  expect(made.at(-1)?.userData).toBe(`token=${second}`);

  // As when an older database was restored: what the cloud shows of it is taken in.
  await database.deleteFrom('resource').where('deployment', '=', id).where('kind', '=', 'server').execute();
  const params = { account: after.account.id };
  const swept = await client.call('post /accounts/{account}/sweep', { params });
  expect(swept.adopted).toBe(1);
  const specs = await database.selectFrom('resource').select('spec').where('deployment', '=', id).execute();
  expect(JSON.stringify(specs)).toContain('"userData":"⟦secret:');
  expect((await everyRow(database)).includes(second)).toBe(false);
});

test('a policy that would keep a secret as it is is refused', async () => {
  const watched = `${text}
  policies:
    - healing: { type: pileus.policies.Healing, targets: [ app ], properties: { check_type: http, port: 80, path: { get_input: password } } }
`;
  const policies = [
    watched,
    watched.replace('path: { get_input: password }', "path: { concat: [ '/', { get_input: password } ] }"),
    watched.replace('port: 80', 'port: { get_input: pin }').replace('path: { get_input: password }', 'path: /'),
    watched
      .replace('port: 80', 'port: 80, interval: { get_input: pin }')
      .replace('path: { get_input: password }', 'path: /'),
  ];
  for (const template of policies) {
    const { said } = await refusal(
      planOf({ ...files, 'template.yaml': template }, { inputs: { password: first, pin } }),
    );
    expect(said).toContain('reads a secret');
  }
});

test('a deployment whose secrets cannot be opened any more changes nothing by itself, and can be deleted', async () => {
  const tidied = text.replace(
    'start: {',
    'delete: { implementation: start.sh, inputs: { DSN: { concat: [ a, { get_input: password } ] } } }\n        start: {',
  );
  const { id } = await deployed({ ...files, 'template.yaml': tidied }, { inputs: { password: first, pin } });
  // Sealed with a key that is gone.
  await sql`update input_secret set sealed = 'v1.bm90.aGluZw'`.execute(database);
  const { code } = await refusal(planned(id, { action: 'update', inputs: { database: 'other' } }));
  expect(code).toBe('secret-key-missing');
  expect((await planned(id, { action: 'update', inputs: { password: second, pin } })).steps.length).toBeGreaterThan(0);
  scripts.jobs.length = 0;
  await client.call('delete /deployments/{deployment}', { params: { deployment: id } });
  expect((await settled(client, id)).state).toBe('deleted');
  expect(scripts.ran).toContain('Standard.delete of app DSN=');
});
