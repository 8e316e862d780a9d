import { createClient } from '@pileus/api';
import { newId } from '@pileus/model';
import { afterEach, expect, test } from 'vitest';
import { aPlatform, settled } from '../testing/a-platform.ts';
import { onScriptedCloud, outputsOf, refusal, servers } from '../testing/on-scripted-cloud.ts';
import { scriptedCloud } from '../testing/scripted-cloud.ts';

const { provider, scripts } = scriptedCloud();
const { client, bugs, url } = await aPlatform([provider]);
afterEach(() => {
  expect(bugs.splice(0)).toEqual([]);
  scripts.jobs.length = 0;
});
const { anAccount, templateOf, deployed, changed, planned, planOf, apply } = onScriptedCloud(client);

const database = `
  Database:
    derived_from: tosca.nodes.SoftwareComponent
    properties: { size: { type: string } }
    attributes: { url: { type: string } }
    capabilities: { api: tosca.capabilities.Endpoint }
    interfaces: { Standard: { operations: { start: { implementation: start.sh, outputs: { url: [SELF, url] } } } } }`;

/** Databases that others may use. */
const offering = `
tosca_definitions_version: tosca_simple_yaml_1_3
imports: [pileus_types_1_0]
node_types:${database}
topology_template:
  node_templates:
    ${servers('host')}
    large: { type: Database, properties: { size: large }, requirements: [{ host: host }] }
    small: { type: Database, properties: { size: small }, requirements: [{ host: host }] }
  policies:
    - scaling: { type: pileus.policies.Scaling, targets: [large], properties: { min_instances: 0, max_instances: 2, default_instances: 1 } }
`;

/** An application that selects a database and a network, and leaves one more requirement open. */
const using = (size: string) => `
tosca_definitions_version: tosca_simple_yaml_1_3
imports: [pileus_types_1_0]
node_types:${database}
  Application:
    derived_from: tosca.nodes.SoftwareComponent
    requirements:
      - uses: { capability: tosca.capabilities.Endpoint, relationship: Uses }
      - backup: { capability: tosca.capabilities.Endpoint, node: Database, relationship: Uses }
relationship_types:
  Uses:
    derived_from: tosca.relationships.ConnectsTo
    interfaces:
      Configure:
        operations: { add_target: { implementation: plain.sh, inputs: { URL: { get_attribute: [TARGET, url] } } }, remove_target: plain.sh }
topology_template:
  node_templates:
    net: { type: pileus.nodes.Network, directives: [select], properties: { name: between, cidr: 10.9.0.0/16 } }
    host: { type: pileus.nodes.Server }
    port: { type: pileus.nodes.Port, requirements: [{ link: net }, { binding: host }] }
    db: { type: Database, directives: [select], properties: { size: any }, node_filter: { properties: [size: [{ equal: ${size} }]] } }
    app: { type: Application, requirements: [{ host: host }, { uses: db }, { backup: { node_filter: { properties: [size: [{ equal: small }]] } } }] }
  outputs: { url: { value: { get_attribute: [db, url] } } }
`;
const offered = { 'template.yaml': offering, 'start.sh': 'url=tcp://one' };
const used = (size = 'large') => ({ 'template.yaml': using(size), 'start.sh': '', 'plain.sh': '' });

test('nodes of other deployments are selected: used, read, shown with why, and left alone', async () => {
  const account = await anAccount();
  const source = await deployed(offered, { account });
  const plan = await planOf(used(), { account });
  expect(plan.steps.map(({ node }) => node).toSorted()).toEqual(['app', 'app', 'host', 'port']);
  const chosen = Object.fromEntries((plan.selections ?? []).map(({ node, ...rest }) => [node, rest]));
  const from = { id: source.id, name: source.name };
  expect(chosen['db']).toMatchObject({ name: 'large-1', deployment: from });
  expect(chosen['app.backup']).toMatchObject({ name: 'small', deployment: from });
  const other = chosen['db']?.others.find(({ name }) => name === `small of ${source.name}`);
  expect(other?.reason).toMatch(/size/);

  const user = await apply(plan);
  expect(user.state).toBe('running');
  expect(outputsOf(user)).toEqual({ url: 'tcp://one' });
  expect(scripts.ran.filter((one) => one.includes('of app'))).toEqual(
    Array(2).fill('Configure.add_target of app URL=tcp://one'),
  );
  const port = user.resources.find(({ kind }) => kind === 'port');
  const network = source.resources.find(({ kind }) => kind === 'network');
  expect(port?.details['network']).toBe(network?.ref);
  expect((await planned(user.id, { action: 'update' })).steps).toEqual([]);

  const refused = await refusal(client.call('delete /deployments/{deployment}', { params: { deployment: source.id } }));
  expect(refused.code).toBe('conflict');
  expect(refused.said).toContain(`${user.name} (large-1)`);
  expect((await refusal(planned(source.id, { action: 'delete' }))).code).toBe('conflict');

  await client.call('delete /deployments/{deployment}', { params: { deployment: user.id } });
  expect((await settled(client, user.id)).state).toBe('deleted');
  const after = await client.call('get /deployments/{deployment}', { params: { deployment: source.id } });
  expect(after.resources.map(({ state }) => state)).not.toContain('deleted');
  await client.call('delete /deployments/{deployment}', { params: { deployment: source.id } });
  expect((await settled(client, source.id)).state).toBe('deleted');
});

test('a node that others use is not scaled away', async () => {
  const account = await anAccount();
  const source = await deployed(offered, { account });
  await deployed(used(), { account });
  const more = await changed(source.id, { action: 'scale', counts: { large: 2 } });
  expect(more.state).toBe('running');
  const refused = await refusal(changed(source.id, { action: 'scale', counts: { large: 0 } }));
  expect(refused).toMatchObject({ code: 'conflict', said: expect.stringMatching(/it is used by .* \(large-1\)/) });
  const fewer = await changed(source.id, { action: 'scale', counts: { large: 1 } });
  expect(fewer.nodeInstances.find(({ node }) => node === 'large-2')?.state).toBe('deleted');
});

test('what only the cloud knows is selected by its name', async () => {
  const text = `
tosca_definitions_version: tosca_simple_yaml_1_3
imports: [pileus_types_1_0]
topology_template:
  node_templates:
    outside: { type: pileus.nodes.Network, directives: [select], properties: { name: public, cidr: 0.0.0.0/0 } }
  outputs: { network: { value: { get_attribute: [outside, network_id] } } }
`;
  const plan = await planOf({ 'template.yaml': text });
  expect(plan.steps).toEqual([]);
  expect(plan.selections).toMatchObject([{ node: 'outside', name: 'public' }]);
  expect(plan.selections?.[0]).not.toHaveProperty('deployment');
  const deployment = await apply(plan);
  expect([deployment.state, typeof outputsOf(deployment)['network']]).toEqual(['running', 'string']);
});

test('what cannot be found is said with what there is', async () => {
  const account = await anAccount();
  const source = await deployed(offered, { account });
  const { said } = await refusal(planOf(used('huge'), { account }));
  expect(said).toContain(`There is no Database that db could be. large-1 of ${source.name}: `);
  const empty = await refusal(planOf(used()));
  expect(empty.said).toContain('nothing of the kind is running in this account');
});

test('a node that others select keeps its secrets to itself', async () => {
  const account = await anAccount();
  const sealed = offering
    .replace('start.sh, outputs', 'start.sh, inputs: { PASSWORD: { get_input: password } }, outputs')
    .replace(
      '  node_templates:',
      "  inputs: { password: { type: string, metadata: { secret: 'true' } } }\n  node_templates:",
    );
  const files = { 'template.yaml': sealed, 'start.sh': 'url=tcp://$PASSWORD@one' };
  const source = await deployed(files, { account, inputs: { password: 'not-for-others' } });
  expect(scripts.inputsOf('Standard.start of small')).toEqual({ PASSWORD: 'not-for-others' });
  const { said } = await refusal(planOf(used(), { account }));
  expect(said).toContain('depends on something that no step will ever set');
  expect(scripts.ran.filter((one) => one.includes('of app'))).toEqual([]);
  await client.call('delete /deployments/{deployment}', { params: { deployment: source.id } });
});

/** Somebody who may do this, with everything that planning needs beside it. */
async function somebody(name: string, ...statements: object[]) {
  const password = 'correct horse battery';
  const everything = { Effect: 'Allow', Action: ['template.*', 'account.*', 'project.read'], Resource: '*' };
  const { id: policy } = await client.call('post /policies', {
    body: { name: `Rights of ${name}`, document: { Version: '2026-11-01', Statement: [everything, ...statements] } },
  });
  const { id: principal } = await client.call('post /users', { body: { name, password } });
  await client.call('put /policies/{policy}/attachments/{principal}', { params: { policy, principal } });
  const { token = '' } = await createClient({ server: url }).call('post /sessions', {
    body: { name, password, kind: 'cli' },
  });
  return { client: createClient({ server: url, token }), principal, policy };
}

test('only what the planner may read and use is selected, and nothing of the rest is told', async () => {
  const account = await anAccount();
  const source = await deployed(offered, { account });
  const { id: shop } = await client.call('post /projects', { body: { name: 'shop' } });
  const inShop = { StringEquals: { project: shop } };
  const own = { Effect: 'Allow', Action: 'deployment.*', Resource: '*', Condition: inShop };
  const reading = { Effect: 'Allow', Action: 'deployment.read', Resource: '*' };
  const template = await templateOf(used());
  const plan = (who: typeof client) =>
    who.call('post /plans', { body: { template, account, project: shop, name: newId('deployment') } });
  for (const statements of [[own], [own, reading]]) {
    const stranger = await somebody(`Stranger ${statements.length}`, ...statements);
    const { code, said } = await refusal(plan(stranger.client));
    expect(code).toBe('invalid');
    // Not as something that only the cloud knows either: its network is on the cloud's own list.
    expect(said).toContain('nothing of the kind is running in this account');
    for (const hidden of [source.name, source.id, 'large-1', 'small']) expect(said).not.toContain(hidden);
  }

  const using = { Effect: 'Allow', Action: ['deployment.read', 'deployment.use'], Resource: `deployment/${source.id}` };
  const friend = await somebody('Friend', own, using);
  const made = await plan(friend.client);
  expect(made.selections?.map(({ name }) => name).toSorted()).toEqual(['between', 'large-1', 'small']);

  // Somebody else who may create in the project but not use it cannot carry the plan out.
  const other = await somebody('Other', own);
  const body = { plan: made.id, hash: made.hash };
  expect(await refusal(other.client.call('post /deployments', { body }))).toMatchObject({
    code: 'not-allowed',
    said: expect.stringContaining('deployment.use'),
  });
  const { deployment } = await friend.client.call('post /deployments', { body });
  expect((await settled(client, deployment)).state).toBe('running');

  // What is in use stays so for those who change the deployment, also when they could not select it anew.
  const update = { params: { deployment }, body: { action: 'update' as const } };
  expect((await other.client.call('post /deployments/{deployment}/plans', update)).steps).toEqual([]);
});

test('what is stopped, or somebody else’s, is no network that only the cloud knows', async () => {
  const account = await anAccount();
  const source = await deployed(offered, { account });
  await changed(source.id, { action: 'stop' });
  const { said } = await refusal(planOf(used(), { account }));
  expect(said).toContain('There is no pileus.nodes.Network that net could be');
  // As it would be found on the cloud's own list.
  expect(said).not.toContain(source.name);
});
