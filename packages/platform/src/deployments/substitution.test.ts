import { afterEach, expect, test } from 'vitest';
import { everyRow } from '../testing/every-row.ts';
import { aPlatform, settled } from '../testing/a-platform.ts';
import { onScriptedCloud, outputsOf, refusal } from '../testing/on-scripted-cloud.ts';
import { scriptedCloud } from '../testing/scripted-cloud.ts';

const { provider, scripts } = scriptedCloud();
const { client, bugs, database } = await aPlatform([provider]);
afterEach(() => {
  expect(bugs.splice(0)).toEqual([]);
  scripts.jobs.length = 0;
});
const { deployed, changed, planned, planOf } = onScriptedCloud(client);

const types = `
tosca_definitions_version: tosca_2_0
profile: tests.types
imports: [{ profile: org.oasis-open.simple:2.0 }]
interface_types:
  Maintenance: { operations: { back_up: {} } }
node_types:
  Store:
    derived_from: tosca.nodes.Root
    properties: { title: { type: string } }
    attributes: { url: { type: string } }
    capabilities: { api: { type: tosca.capabilities.Endpoint } }
    interfaces: { Maintenance: { type: Maintenance } }
  Engine:
    derived_from: tosca.nodes.SoftwareComponent
    properties: { title: { type: string } }
    attributes: { url: { type: string } }
    capabilities: { api: { type: tosca.capabilities.Endpoint } }
    interfaces:
      Standard:
        operations:
          start: { implementation: start.sh, inputs: { TITLE: { type: string, value: { $get_property: [SELF, title] } } }, outputs: { url: [SELF, url] } }
          stop: plain.sh
      Maintenance: { type: Maintenance, operations: { back_up: plain.sh } }
  Client:
    derived_from: tosca.nodes.SoftwareComponent
    properties: { url: { type: string } }
    requirements:
      - uses: { capability: tosca.capabilities.Endpoint, relationship: tosca.relationships.ConnectsTo }
    interfaces:
      Standard:
        operations: { start: { implementation: plain.sh, inputs: { URL: { type: string, value: { $get_attribute: [database, url] } } } } }
`;

/** A database as a template of its own, for titles other than secret. */
const inner = `
tosca_definitions_version: tosca_2_0
imports: [{ profile: org.oasis-open.simple:2.0 }, { url: types.yaml }]
service_template:
  inputs: { name: { type: string } }
  substitution_mappings:
    node_type: Store
    substitution_filter: { $not: [{ $equal: [{ $get_property: [SELF, title] }, secret] }] }
    properties: { title: name }
    attributes: { url: address }
    capabilities: { api: [engine, api] }
    interfaces: { Maintenance: { back_up: save } }
  node_templates:
    net: { type: tosca.nodes.network.Network, properties: { cidr: 10.8.0.0/24 } }
    port: { type: tosca.nodes.network.Port, requirements: [{ link: net }, { binding: host }] }
    host: { type: tosca.nodes.Compute }
    engine: { type: Engine, properties: { title: { $get_input: name } }, requirements: [{ host: host }] }
  workflows:
    save: { steps: { save: { target: engine, activities: [{ call_operation: Maintenance.back_up }] } } }
  outputs: { address: { value: { $get_attribute: [engine, url] } } }
`;

const text = `
tosca_definitions_version: tosca_2_0
imports: [{ profile: org.oasis-open.simple:2.0 }, { url: parts/types.yaml }, { url: parts/inner.yaml }]
service_template:
  inputs: { title: { type: string, default: one } }
  node_templates:
    database: { type: Store, directives: [substitute], properties: { title: { $get_input: title } } }
    between: { type: tosca.nodes.network.Network, properties: { cidr: 10.7.0.0/24 } }
    leg: { type: tosca.nodes.network.Port, requirements: [{ link: between }, { binding: machine }] }
    machine: { type: tosca.nodes.Compute }
    client: { type: Client, properties: { url: '' }, requirements: [{ host: machine }, { uses: database }] }
  outputs: { url: { value: { $get_attribute: [database, url] } } }
`;
const files = {
  'template.yaml': text,
  'parts/inner.yaml': inner,
  'parts/types.yaml': types,
  'parts/start.sh': 'url=tcp://$TITLE',
  'parts/plain.sh': '',
};

test('a node is realised by another template: deployed, read, changed, called and removed with all inside', async () => {
  const deployment = await deployed(files);
  expect(deployment.state).toBe('running');
  expect(outputsOf(deployment)).toEqual({ url: 'tcp://one' });
  expect(scripts.ran).toEqual([
    'Standard.start of database.engine TITLE=one',
    'Standard.start of client URL=tcp://one',
  ]);
  const { id } = deployment;
  expect((await planned(id, { action: 'update' })).steps).toEqual([]);

  scripts.jobs.length = 0;
  expect(outputsOf(await changed(id, { action: 'update', inputs: { title: 'two' } }))).toEqual({ url: 'tcp://two' });
  expect(scripts.ran).toEqual([
    'Standard.stop of database.engine',
    'Standard.start of database.engine TITLE=two',
    'Standard.start of client URL=tcp://two',
  ]);

  scripts.jobs.length = 0;
  await changed(id, { action: 'operation', node: 'database', interface: 'Maintenance', operation: 'back_up' });
  expect(scripts.ran).toEqual(['Maintenance.back_up of database.engine']);

  expect((await changed(id, { action: 'stop' })).state).toBe('stopped');
  expect((await changed(id, { action: 'start' })).state).toBe('running');
  await client.call('delete /deployments/{deployment}', { params: { deployment: id } });
  const gone = await settled(client, id);
  expect([gone.state, gone.resources.every(({ state }) => state === 'deleted')]).toEqual(['deleted', true]);
});

test('a node that no template stands in for is refused, and why', async () => {
  const { said } = await refusal(planOf(files, { inputs: { title: 'secret' } }));
  expect(said).toContain('No template of the package stands in for database (Store). ');
  expect(said).toMatch(/inner\.yaml: It does not fulfil the condition in parts\/inner\.yaml line \d+/);
});

test('an input that the template inside marks secret is one, whatever gives it', async () => {
  const marked = inner.replace(
    'inputs: { name: { type: string } }',
    "inputs: { name: { type: string, metadata: { secret: 'true' } } }",
  );
  const read = text
    .replace('title: { $get_input: title }', "title: { $concat: [{ $get_input: title }, '-inside'] }")
    .replace('outputs: {', 'outputs: { title: { value: { $get_property: [database, title] } },');
  const given = { ...files, 'template.yaml': read, 'parts/inner.yaml': marked };
  const plan = await planOf(given, { inputs: { title: 'canary' } });
  expect(plan.steps.find(({ node, what }) => node === 'database.engine' && what === 'Standard.start')?.spec).toEqual({
    TITLE: '***',
  });
  const { deployment: id } = await client.call('post /deployments', { body: { plan: plan.id, hash: plan.hash } });
  const deployment = await settled(client, id);
  expect([deployment.state, scripts.ran[0]]).toEqual([
    'running',
    'Standard.start of database.engine TITLE=canary-inside',
  ]);
  expect(outputsOf(deployment), 'what comes of it is one, too').toEqual({ url: '***', title: '***' });
  expect(await everyRow(database)).not.toContain('canary-inside');

  // What the template outside does not mark is shown there.
  expect(deployment.inputs).toEqual({ title: 'canary' });
  expect((await planned(id, { action: 'update' })).steps).toEqual([]);
  scripts.jobs.length = 0;
  await changed(id, { action: 'update', inputs: { title: 'another' } });
  expect(scripts.ran).toContain('Standard.start of database.engine TITLE=another-inside');
});
