import { afterEach, expect, test } from 'vitest';
import { aPlatform } from '../testing/a-platform.ts';
import { onScriptedCloud, outputsOf, servers } from '../testing/on-scripted-cloud.ts';
import { scriptedCloud } from '../testing/scripted-cloud.ts';

const { provider, scripts } = scriptedCloud();
const { client, bugs } = await aPlatform([provider]);
afterEach(() => {
  expect(bugs.splice(0)).toEqual([]);
  scripts.jobs.length = 0;
});
const { deployed, changed, planned } = onScriptedCloud(client);

/** A database, and an application that learns of it over a relationship; scripts that set what others read. */
const template = `
tosca_definitions_version: tosca_simple_yaml_1_3
imports: [pileus_types_1_0]
data_types:
  Access: { derived_from: tosca.datatypes.Root, properties: { user: { type: string }, port: { type: integer } } }
capability_types:
  Api:
    derived_from: tosca.capabilities.Endpoint
    attributes: { address: { type: string } }
node_types:
  Database:
    derived_from: tosca.nodes.SoftwareComponent
    properties: { title: { type: string } }
    attributes: { port: { type: integer }, access: { type: Access } }
    capabilities: { api: Api }
    interfaces:
      Standard:
        operations:
          create: { implementation: create.sh, outputs: { port: [SELF, port], user: [SELF, access, user], where: [SELF, api, address] } }
          configure: { implementation: configure.sh, inputs: { TITLE: { get_property: [SELF, title] }, PORT: { get_operation_output: [SELF, Standard, create, port] } }, outputs: { port: [SELF, access, port] } }
          start: { implementation: { primary: start.sh, timeout: 90 } }
  Application:
    derived_from: tosca.nodes.SoftwareComponent
    requirements: [{ uses: { capability: Api, relationship: Uses } }]
    interfaces:
      Standard:
        operations:
          configure:
            implementation: plain.sh
            inputs: { TOKEN: { get_attribute: [SELF, RELATIONSHIP, uses, token] }, USER: { get_attribute: [database, access, user] } }
relationship_types:
  Uses:
    derived_from: tosca.relationships.ConnectsTo
    attributes: { token: { type: string } }
    interfaces:
      Configure:
        operations:
          pre_configure_source: { implementation: token.sh, inputs: { WHERE: { get_attribute: [TARGET, api, address] } }, outputs: { token: [SELF, token] } }
          add_target: { implementation: plain.sh, inputs: { TOKEN: { get_operation_output: [SELF, Configure, pre_configure_source, token] } } }
          target_changed: { implementation: plain.sh, inputs: { PORT: { get_attribute: [TARGET, access, port] } } }
topology_template:
  inputs: { title: { type: string, default: one } }
  node_templates:
    ${servers('database_host', 'application_host')}
    database: { type: Database, metadata: { idempotent: 'true' }, properties: { title: { get_input: title } }, requirements: [{ host: database_host }] }
    application: { type: Application, requirements: [{ host: application_host }, { uses: { node: database, relationship: link } }] }
  relationship_templates:
    link: { type: Uses }
  policies:
    - again: { type: pileus.policies.Retry, targets: [database], properties: { attempts: 2, pause: 0, operations: [start] } }
  outputs:
    port: { value: { get_attribute: [database, port] } }
    access: { value: { get_attribute: [database, access] } }
    address: { value: { get_attribute: [database, api, address] } }
    token: { value: { get_attribute: [link, token] } }
`;
const files = {
  'template.yaml': template,
  'create.sh': 'port=5432\nuser=app\nwhere=db.example',
  'configure.sh': 'port=1$PORT',
  'start.sh': 'fail once',
  'token.sh': 'token=for $WHERE',
  'plain.sh': '',
};

test('what operations set reaches later operations and outputs: whole, nested, of capabilities and of relationships', async () => {
  const deployment = await deployed(files);
  expect(deployment.state).toBe('running');
  expect(outputsOf(deployment)).toEqual({
    port: 5432,
    access: { user: 'app', port: 15432 },
    address: 'db.example',
    token: 'for db.example',
  });
  expect(scripts.inputsOf('Standard.configure of database')).toEqual({ TITLE: 'one', PORT: '5432' });
  expect(scripts.inputsOf('Standard.configure of application')).toEqual({ TOKEN: 'for db.example', USER: 'app' });
  expect(scripts.inputsOf('Configure.add_target of application')).toEqual({ TOKEN: 'for db.example' });
});

test('a script that fails runs again where a policy says so, with its own time limit', async () => {
  await deployed(files);
  const starts = scripts.jobs.filter(({ name }) => name === 'Run Standard.start of database');
  const once = { within: 90_000, idempotent: true };
  expect(starts).toMatchObject([once, once]);
  expect(scripts.jobs.find(({ name }) => name.includes('of application'))).not.toHaveProperty('idempotent');
});

test('attributes are kept from run to run, and who uses what has changed is told', async () => {
  const { id } = await deployed(files);
  expect((await planned(id, { action: 'update' })).steps).toEqual([]);
  scripts.jobs.length = 0;
  const after = await changed(id, { action: 'update', inputs: { title: 'two' } });
  expect(after.state).toBe('running');
  expect(outputsOf(after)).toMatchObject({ access: { user: 'app', port: 15432 }, token: 'for db.example' });
  expect(scripts.ran).toEqual([
    'Standard.configure of database TITLE=two PORT=5432',
    'Standard.start of database',
    'Standard.start of database',
    'Configure.target_changed of application PORT=15432',
  ]);
  expect((await planned(id, { action: 'update' })).steps).toEqual([]);
});
