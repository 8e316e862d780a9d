import { expect, test } from 'vitest';
import { expand } from './expand-template.ts';
import { stepKey } from './plan.ts';
import { operationKey } from './structure.ts';
import { aDeployment, isBefore, nothing, sketch } from './testing/a-deployment.ts';

const types = `
tosca_definitions_version: tosca_simple_yaml_1_3
node_types:
  Database:
    derived_from: tosca.nodes.Root
    properties:
      title: { type: string }
      replicas: { type: integer, default: 1 }
    attributes: { url: { type: string } }
    capabilities: { api: tosca.capabilities.Endpoint }
    requirements: [{ net: { capability: tosca.capabilities.network.Linkable, relationship: tosca.relationships.network.LinksTo, occurrences: [0, 1] } }]
  Scripted:
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
`;

/** A database made of servers that there can be several of. */
const database = (kind: string) => `
tosca_definitions_version: tosca_simple_yaml_1_3
imports: [types.yaml, pileus_types_1_0]
topology_template:
  inputs:
    name: { type: string }
    count: { type: integer, default: 1 }
  substitution_mappings:
    node_type: Database
    substitution_filter: { properties: [title: [{ equal: ${kind} }]] }
    properties: { title: [name], replicas: [count] }
    attributes: { url: [address] }
    capabilities: { api: [engine, api] }
    requirements: { net: [leg, link] }
  node_templates:
    host:
      type: pileus.nodes.Server
      properties: { user_data: { get_input: name } }
    leg: { type: pileus.nodes.Port, requirements: [{ binding: host }] }
    engine: { type: Scripted, properties: { title: { get_input: name } }, requirements: [{ host: host }] }
  policies:
    - scaling: { type: pileus.policies.Scaling, targets: [engine], properties: { max_instances: 3, default_instances: { get_input: count } } }
  outputs: { address: { value: { get_attribute: [engine, url] } } }
`;

const text = `
tosca_definitions_version: tosca_simple_yaml_1_3
imports: [types.yaml, pileus_types_1_0, large.yaml, plain.yaml]
node_types:
  Application:
    derived_from: Scripted
    requirements: [{ uses: { capability: tosca.capabilities.Endpoint, relationship: Uses } }]
relationship_types:
  Uses:
    derived_from: tosca.relationships.ConnectsTo
    interfaces:
      Configure: { operations: { add_target: { implementation: a.sh, inputs: { URL: { get_attribute: [TARGET, url] } } }, remove_target: a.sh } }
topology_template:
  inputs:
    title: { type: string, default: plain }
    replicas: { type: integer, default: 1 }
  node_templates:
    net: { type: pileus.nodes.Network, properties: { cidr: 10.0.0.0/24 } }
    db:
      type: Database
      directives: [substitute]
      properties: { title: { get_input: title }, replicas: { get_input: replicas } }
      requirements: [{ net: net }]
    app_host: { type: pileus.nodes.Server }
    app:
      type: Application
      properties: { title: { get_attribute: [db, url] } }
      requirements:
        - host: app_host
        - uses: { node: db, relationship: Uses }
  outputs: { url: { value: { get_attribute: [db, url] } } }
`;

const { template, wantedFrom, carriedOut, planned } = aDeployment(text, {
  'types.yaml': types,
  'large.yaml': database('large'),
  'plain.yaml': database('plain'),
});

test('a node is realised by the template whose filter it fulfils, its instances among the others', () => {
  const { graph } = wantedFrom({});
  expect(Object.keys(graph.nodes).toSorted()).toEqual([
    'app',
    'app_host',
    'db',
    'db.engine-1',
    'db.host',
    'db.leg',
    'net',
  ]);
  const { nodes } = graph;
  expect(nodes['app']?.requirements.map(({ target }) => target)).toEqual(['app_host', 'db.engine-1', 'db']);
  expect(nodes['db.leg']?.requirements.map(({ name, target }) => `${name} ${target}`)).toEqual([
    'binding db.host',
    'link net',
  ]);
  expect(nodes['db']).toMatchObject({ elsewhere: 'substituted', directives: [] });
});

test('properties become inputs, attributes are outputs, and who uses the node waits for all of it', () => {
  const steps = planned(wantedFrom({}), nothing);
  expect(sketch(steps).toSorted()).toEqual(
    [
      'create net network',
      'create net subnet',
      'create db.leg port',
      'create db.host server',
      '> db.engine-1 configure',
      '> db.engine-1 start',
      'create app_host server',
      '> app configure',
      '> app start',
      '> app add_target db.engine-1',
    ].toSorted(),
  );
  const configure = steps.find(({ key }) => key === operationKey('db.engine-1', 'configure'));
  expect(configure).toMatchObject({ spec: { TITLE: 'plain' } });
  expect(steps.find(({ key }) => key === stepKey('db.host', 'server'))).toMatchObject({ spec: { userData: 'plain' } });
  expect(isBefore(steps, operationKey('db.engine-1', 'start'), operationKey('app', 'configure'))).toBe(true);
});

test('what is counted inside is scaled by its own name, and a property may say how many there are', () => {
  const { graph, scaling } = wantedFrom({ replicas: '2' });
  expect(scaling).toEqual([{ node: 'db.engine', count: 2, min: 1, max: 3, members: ['db.engine'] }]);
  expect(graph.nodes['app']?.requirements.map(({ target }) => target)).toEqual([
    'app_host',
    'db.engine-1',
    'db.engine-2',
    'db',
  ]);
  const steps = planned(wantedFrom({}, { 'db.engine': 2 }), carriedOut(wantedFrom({})));
  expect(sketch(steps)).toContain('> db.engine-2 start');
  expect(() => wantedFrom({}, { 'db.engine': 9 })).toThrow(/at most 3 of engine, not 9/);
});

test('an update reaches inside, and removing takes all of it away', () => {
  const present = carriedOut(wantedFrom({}));
  expect(sketch(planned(wantedFrom({}), present))).toEqual([]);
  const other = planned(wantedFrom({ title: 'large' }), present);
  expect(sketch(other)).toContain('> db.engine-1 configure');
  const removed = planned(undefined, present);
  expect(sketch(removed)).toContain('delete db.host server');
  expect(isBefore(removed, operationKey('app', 'stop'), operationKey('db.engine-1', 'stop'))).toBe(true);
});

test('when no template stands in for a node it stays as it is', () => {
  const { nodes } = expand(template, { title: 'unknown', replicas: 1 }).graph;
  expect(nodes['db']).toMatchObject({ directives: ['substitute'] });
  expect(nodes['db']).not.toHaveProperty('elsewhere');
});
