import { afterEach, expect, test } from 'vitest';
import { aPlatform, settled } from '../testing/a-platform.ts';
import { onScriptedCloud, outputsOf, refusal, servers } from '../testing/on-scripted-cloud.ts';
import { scriptedCloud } from '../testing/scripted-cloud.ts';

const { provider, scripts } = scriptedCloud();
const { client, bugs } = await aPlatform([provider]);
afterEach(() => {
  expect(bugs.splice(0)).toEqual([]);
  scripts.jobs.length = 0;
});
const { deployed, changed, planned, apply, stepsOf, planOf } = onScriptedCloud(client);

/** Web servers and a database that can be backed up. */
const template = `
tosca_definitions_version: tosca_simple_yaml_1_3
imports: [pileus_types_1_0]
interface_types:
  Maintenance:
    derived_from: tosca.interfaces.Root
    operations:
      back_up: { inputs: { WHERE: { type: string, default: disk }, BREAK: { type: string, default: no } } }
      restore: {}
      report: { inputs: { FILE: { type: string, default: '' } } }
node_types:
  Service:
    derived_from: tosca.nodes.SoftwareComponent
    attributes: { file: { type: string } }
    interfaces:
      Standard: { operations: { configure: plain.sh, start: plain.sh, stop: plain.sh } }
      Maintenance:
        type: Maintenance
        operations:
          back_up: { implementation: back_up.sh, outputs: { file: [SELF, file] } }
          restore: plain.sh
          report: { implementation: plain.sh, inputs: { FILE: { get_operation_output: [SELF, Maintenance, back_up, file] } } }
  Web:
    derived_from: Service
    requirements: [{ uses: { capability: tosca.capabilities.Node, relationship: Uses } }]
relationship_types:
  Uses:
    derived_from: tosca.relationships.DependsOn
    interfaces: { Configure: { operations: { add_target: plain.sh, target_changed: plain.sh } } }
topology_template:
  inputs: { place: { type: string, default: shelf } }
  node_templates:
    ${servers('database_host')}
    database: { type: Service, requirements: [{ host: database_host }] }
    web_host: { type: pileus.nodes.Server, properties: { network_names: [] } }
    web_port: { type: pileus.nodes.Port, requirements: [{ link: between }, { binding: web_host }] }
    web: { type: Web, requirements: [{ host: web_host }, { uses: database }] }
  policies:
    - scaling: { type: pileus.policies.Scaling, targets: [web_host], properties: { max_instances: 3, default_instances: 2 } }
  groups:
    everything: { type: tosca.groups.Root, members: [web, database] }
  workflows:
    back_up:
      inputs:
        where: { type: string, default: tape }
        break: { type: string, default: 'no' }
      preconditions:
        - target: database
          condition: [{ assert: [{ state: [{ equal: started }] }] }]
      steps:
        halt: { target: web, activities: [{ delegate: stop }], on_success: save }
        save:
          target: database
          activities:
            - call_operation: { operation: Maintenance.back_up, inputs: { WHERE: { concat: [{ get_input: place }, ' ', { get_input: where }] }, BREAK: { get_input: break } } }
          on_success: [go_on]
          on_failure: [put_back]
        put_back: { target: database, activities: [{ call_operation: Maintenance.restore }, { inline: wake }] }
        go_on: { target: everything, filter: [{ state: [{ equal: stopped }] }], activities: [{ call_operation: Standard.start }], on_success: told }
        told: { target: web, activities: [{ inline: tell }] }
    wake:
      steps:
        wake: { target: web, activities: [{ set_state: starting }, { call_operation: Standard.start }, { set_state: started }], on_success: told }
        told: { target: web, activities: [{ inline: tell }] }
    tell:
      steps:
        tell: { target: web, target_relationship: uses, activities: [{ call_operation: Configure.target_changed }] }
    circle:
      steps:
        one: { target: web, activities: [], on_success: two }
        two: { target: web, activities: [{ delegate: undeploy }], on_success: one }
    strange:
      steps:
        one: { target: web, activities: [{ set_state: odd }, { delegate: undeploy }] }
  outputs: { file: { value: { get_attribute: [database, file] } } }
`;
const files = { 'template.yaml': template, 'plain.sh': '', 'back_up.sh': 'fail if BREAK\nfile=$WHERE' };
const workflow = (name: string, inputs = {}) => ({ action: 'workflow', workflow: name, inputs });

test('a workflow acts on every instance, with its inputs, and what it sets reaches the outputs', async () => {
  const { id } = await deployed(files);
  scripts.jobs.length = 0;
  const after = await changed(id, workflow('back_up', { where: 'box' }));
  expect(after.state).toBe('running');
  expect(outputsOf(after)).toEqual({ file: 'shelf box' });
  const ran = scripts.ran;
  const both = (what: string) => [what.replace('#', '1'), what.replace('#', '2')];
  expect(ran.slice(0, 2).toSorted()).toEqual(both('Standard.stop of web-#'));
  expect(ran[2]).toBe('Maintenance.back_up of database WHERE=shelf box BREAK=no');
  expect(ran.slice(3, 5).toSorted(), 'the database was not stopped').toEqual(both('Standard.start of web-#'));
  expect(ran.slice(5).toSorted()).toEqual(
    Array(2)
      .fill('Configure.target_changed of web')
      .map((one, index) => `${one}-${index + 1}`),
  );
  expect((await planned(id, { action: 'update' })).steps, 'all is as it was').toEqual([]);
  await changed(id, { action: 'operation', node: 'database', interface: 'Maintenance', operation: 'report' });
  expect(scripts.inputsOf('Maintenance.report of database'), 'outputs are known from run to run').toEqual({
    FILE: 'shelf box',
  });
});

test('what can be run is told with what it asks for, and what an operation would be given now', async () => {
  const { id } = await deployed(files);
  const params = { deployment: id };
  const { items: workflows } = await client.call('get /deployments/{deployment}/workflows', { params });
  expect(workflows.map(({ name }) => name)).toEqual(['back_up', 'wake', 'tell', 'circle', 'strange']);
  expect(workflows[0]?.inputs).toMatchObject({
    properties: { where: { type: 'string', default: 'tape' }, break: { type: 'string', default: 'no' } },
    required: [],
  });
  const of = async (node: string) =>
    (await client.call('get /deployments/{deployment}/operations', { params, query: { node } })).items;
  expect(
    (await of('web-1')).map(({ relationship, ...one }) => [relationship, `${one.interface}.${one.operation}`]),
  ).toEqual(
    expect.arrayContaining([
      [undefined, 'Standard.stop'],
      [undefined, 'Maintenance.back_up'],
      ['uses.database', 'Configure.target_changed'],
    ]),
  );
  const backUp = (await of('database')).find(({ operation }) => operation === 'back_up');
  expect(backUp?.inputs['properties']).toMatchObject({ WHERE: { type: 'string', default: 'disk' } });
  expect(await refusal(of('nobody'))).toEqual({ code: 'not-found', said: 'node; nobody' });
});

test('what a failure leads to is done in its place, and the run is well', async () => {
  const { id } = await deployed(files);
  scripts.jobs.length = 0;
  const after = await changed(id, workflow('back_up', { break: 'yes' }));
  expect([after.state, after.run?.state]).toEqual(['running', 'succeeded']);
  expect(scripts.ran).toContain('Maintenance.restore of database');
  expect(outputsOf(after)).toEqual({ file: null });
  const steps = await stepsOf(after);
  const skipped = steps.filter(({ state }) => state === 'skipped').map(({ name }) => name);
  expect(skipped).toContain('See whether database is ready for it');
  expect(after.nodeInstances.filter(({ node }) => node.startsWith('web-')).map(({ state }) => state)).toEqual([
    'started',
    'started',
  ]);
});

test('a workflow whose precondition does not hold does nothing, and leaves the deployment as it is', async () => {
  const { id } = await deployed(files);
  await changed(id, { action: 'operation', node: 'database', operation: 'stop' });
  scripts.jobs.length = 0;
  const after = await changed(id, workflow('back_up'));
  expect([after.state, after.run?.state, after.run?.failure?.code]).toEqual(['running', 'failed', 'conflict']);
  expect(after.run?.failure?.facts['reason']).toContain('its precondition for database does not hold');
  expect(scripts.ran).toEqual([]);
  const mended = await planned(id, { action: 'update' });
  expect(mended.steps.map(({ title }) => title)).toContain('Run Standard.start of database');
});

test('what in a workflow cannot be done is said before anything is', async () => {
  const { id } = await deployed(files);
  expect((await refusal(planned(id, workflow('nothing')))).said).toContain(
    'There is no workflow nothing; there are back_up, wake, tell, circle, strange',
  );
  expect((await refusal(planned(id, workflow('circle')))).said).toContain('wait for each other: one, two');
  const strange = await refusal(planned(id, workflow('strange')));
  expect(strange.said).toContain('odd is no state that a node can be in');
  expect(strange.said).toContain('undeploy of web-1 cannot be left to Pileus here');
  expect((await refusal(planned(id, workflow('back_up', { colour: 'red' })))).said).toContain('has no input colour');
  const operation = { action: 'operation', node: 'web-1', operation: 'dance' };
  expect((await refusal(planned(id, operation))).said).toContain(
    'nothing implements Standard.dance; there is Standard.configure',
  );
  expect((await refusal(planned(id, { ...operation, node: 'web' }))).code).toBe('not-found');
});

test('an operation is run by hand on one instance, with inputs over those of the template', async () => {
  const { id } = await deployed(files);
  scripts.jobs.length = 0;
  const after = await changed(id, {
    action: 'operation',
    node: 'web-2',
    interface: 'Maintenance',
    operation: 'back_up',
    inputs: { WHERE: 'here' },
  });
  expect(scripts.ran).toEqual(['Maintenance.back_up of web-2 WHERE=here BREAK=no']);
  const found = after.nodeInstances.find(({ node }) => node === 'web-2');
  expect([found?.state, found?.attributes['file']]).toEqual(['started', 'here']);
});

/** The same database, put up and taken down in a way of its own. */
const own =
  template.slice(0, template.indexOf('  workflows:')) +
  `
  workflows:
    deploy:
      steps:
        ground: { target: between, activities: [{ delegate: deploy }], on_success: ports }
        ports: { target: database_host_port, activities: [{ delegate: deploy }], on_success: host }
        host: { target: database_host, activities: [{ call_operation: Standard.create }], on_success: software }
        software:
          target: database
          activities: [{ set_state: creating }, { call_operation: Standard.configure }, { call_operation: Standard.start }, { set_state: started }]
    undeploy:
      steps:
        save: { target: database, activities: [{ call_operation: { operation: Maintenance.back_up, inputs: { WHERE: last } } }, { call_operation: Standard.stop }] }
`;

test('a template that says itself how it is deployed and removed is deployed and removed so', async () => {
  const plan = await planOf({ ...files, 'template.yaml': own });
  const titles = plan.steps.map(({ title }) => title);
  expect(titles.at(0)).toMatch(/^Create network/);
  expect(titles.some((title) => title.includes('web'))).toBe(false);
  const deployment = await apply(plan);
  expect(deployment.state).toBe('running');
  expect(scripts.ran).toEqual(['Standard.configure of database', 'Standard.start of database']);
  const rest = await planned(deployment.id, { action: 'update' });
  expect(
    rest.steps.some(({ node }) => node === 'database'),
    'what the workflow has done is done',
  ).toBe(false);
  scripts.jobs.length = 0;
  await client.call('delete /deployments/{deployment}', { params: { deployment: deployment.id } });
  const gone = await settled(client, deployment.id);
  expect(gone.state).toBe('deleted');
  expect(scripts.ran).toEqual(['Maintenance.back_up of database WHERE=last BREAK=no', 'Standard.stop of database']);
  expect(gone.resources.every(({ state }) => state === 'deleted')).toBe(true);
});
