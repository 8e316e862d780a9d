import { expect, test } from 'vitest';
import { operationKey } from './structure.ts';
import { aDeployment, isBefore, nothing, sketch } from './testing/a-deployment.ts';
import { waitsFor } from './values.ts';

/** An application that is told when its database changes, and a report that reads what the application sets. */
const text = `
tosca_definitions_version: tosca_simple_yaml_1_3
imports: [pileus_types_1_0]
node_types:
  Database:
    derived_from: tosca.nodes.SoftwareComponent
    properties: { title: { type: string, default: plain } }
    attributes: { url: { type: string } }
    capabilities: { api: tosca.capabilities.Endpoint }
    interfaces:
      Standard:
        operations:
          configure: { implementation: a.sh, inputs: { TITLE: { get_property: [SELF, title] } } }
          start: { implementation: a.sh, outputs: { url: [SELF, url] } }
          stop: a.sh
  Application:
    derived_from: tosca.nodes.SoftwareComponent
    attributes: { summary: { type: string } }
    requirements: [{ uses: { capability: tosca.capabilities.Endpoint, relationship: Uses } }]
    interfaces: { Standard: { operations: { start: a.sh } } }
  Report:
    derived_from: tosca.nodes.SoftwareComponent
    requirements: [{ of: { capability: tosca.capabilities.Node, relationship: tosca.relationships.DependsOn } }]
    interfaces:
      Standard: { operations: { start: { implementation: a.sh, inputs: { SUMMARY: { get_attribute: [application, summary] } } } } }
relationship_types:
  Uses:
    derived_from: tosca.relationships.ConnectsTo
    interfaces:
      Configure:
        operations:
          add_target: { implementation: a.sh, inputs: { URL: { get_attribute: [TARGET, url] } }, outputs: { summary: [SOURCE, summary] } }
          target_changed: { implementation: a.sh, inputs: { URL: { get_attribute: [TARGET, url] } }, outputs: { summary: [SOURCE, summary] } }
          remove_target: a.sh
topology_template:
  inputs:
    title: { type: string, default: one }
    flavor: { type: string, default: small }
  node_templates:
    host: { type: pileus.nodes.Server, properties: { user_data: { get_input: flavor } } }
    other_host: { type: pileus.nodes.Server }
    database: { type: Database, properties: { title: { get_input: title } }, requirements: [{ host: host }] }
    application: { type: Application, requirements: [{ host: other_host }, { uses: database }] }
    report: { type: Report, requirements: [{ host: other_host }, { of: application }] }
`;

const { wantedFrom, carriedOut, planned } = aDeployment(text);
const told = operationKey('application', 'target_changed', { id: 'uses.database' });

test('who uses a node that is set up again is told of the change instead of parting with it', () => {
  const steps = planned(wantedFrom({ title: 'two' }), carriedOut(wantedFrom({})));
  expect(sketch(steps)).toEqual([
    '> database stop',
    '> database configure',
    '> database start',
    '> application target_changed database',
    '> report start',
  ]);
  expect(isBefore(steps, operationKey('database', 'start'), told)).toBe(true);
  const notice = steps.find(({ key }) => key === told);
  expect(notice).toMatchObject({
    why: 'changed',
    settles: [operationKey('application', 'add_target', { id: 'uses.database' })],
  });
  expect(notice).not.toHaveProperty('ifChanged');
});

test('what a notice may set reaches who reads it, if it turns out to be different', () => {
  const steps = planned(wantedFrom({ title: 'two' }), carriedOut(wantedFrom({})));
  const report = operationKey('report', 'start');
  const found = steps.find(({ key }) => key === report);
  expect(found).toMatchObject({ action: 'run', ifChanged: [report] });
  expect(found?.action === 'run' && waitsFor(found.spec)).toContain(told);
  expect(isBefore(steps, told, report)).toBe(true);
});

test('a relationship to what is made anew is a new one: nobody is told of a change', () => {
  const steps = planned(wantedFrom({ flavor: 'large' }), carriedOut(wantedFrom({})));
  const lines = sketch(steps);
  expect(lines).toContain('> application remove_target database');
  expect(lines).toContain('> application add_target database');
  expect(lines).not.toContain('> application target_changed database');
});

test('nobody is told when nothing has changed, nor when all is new', () => {
  expect(sketch(planned(wantedFrom({}), carriedOut(wantedFrom({}))))).toEqual([]);
  expect(sketch(planned(wantedFrom({}), nothing))).not.toContain('> application target_changed database');
});

test('what stays may be told only when it is known whether there is something to tell', () => {
  const present = carriedOut(wantedFrom({}));
  const survey = {
    ...present.survey,
    nodes: present.survey.nodes.map((one) => (one.node === 'database' ? { ...one, attributes: {} } : one)),
  };
  const steps = planned(wantedFrom({}), { ...present, survey });
  const [only] = steps;
  expect(sketch(steps)).toContain('> application target_changed database');
  expect(only).toMatchObject({
    key: told,
    ifChanged: [operationKey('application', 'add_target', { id: 'uses.database' })],
  });
});
