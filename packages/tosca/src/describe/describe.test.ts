import { expect, test } from 'vitest';
import { threeTier } from '../testing/three-tier.ts';
import { completionsAt, hoverText } from './complete.ts';
import { openTypes } from './types.ts';

const open = (texts: ReadonlyMap<string, string>) => {
  const [path = ''] = texts.keys();
  const library = openTypes({ has: (one) => texts.has(one), text: (one) => texts.get(one) }, path);
  if (!library) throw new Error('The template cannot be read');
  return library;
};
const shop = open(threeTier);
const labels = (...path: (string | number)[]) =>
  completionsAt(shop, ['topology_template', ...path]).map(({ label }) => label);

test('a type is described with all it inherits', () => {
  const web = shop.describe('node', 'WebServer');
  expect(web).toMatchObject({
    name: 'tosca.nodes.WebServer',
    derivedFrom: ['tosca.nodes.SoftwareComponent', 'tosca.nodes.Root'],
  });
  expect(Object.keys(web?.properties ?? {})).toContain('component_version');
  expect(web?.requirements).toContainEqual(
    expect.objectContaining({ name: 'host', node: 'tosca.nodes.Compute', least: 1, most: 1 }),
  );
  expect(web?.interfaces).toContainEqual(
    expect.objectContaining({ name: 'Standard', operations: expect.arrayContaining(['create']) }),
  );
  expect(web && hoverText(web)).toContain('Capabilities: ');
  expect(shop.describe('node', 'shop.nodes.Nothing')).toBeUndefined();
});

test('what may be written at a place is offered', () => {
  expect(labels('node_templates', 'web', 'type')).toEqual(
    expect.arrayContaining(['shop.nodes.Web', 'tosca.nodes.Compute']),
  );
  expect(labels('node_templates', 'web', 'properties')).toContain('port');
  expect(labels('node_templates', 'web', 'requirements', 0)).toEqual(expect.arrayContaining(['host', 'data']));
  expect(labels('node_templates', 'web', 'requirements', 1, 'data', 'node')[0]).toBe('data');
  expect(labels('node_templates', 'data_host', 'capabilities', 'host', 'properties')).toContain('num_cpus');
  expect(labels('node_templates', 'web', 'interfaces', 'Standard', 'operations')).toContain('configure');
  expect(labels('groups', 'front', 'members')).toContain('balancer');
  expect(labels('inputs', 'port', 'type')).toContain('integer');
  expect(labels('node_templates', 'web')).toContain('requirements');
  expect(labels('node_templates', 'nobody', 'properties')).toEqual([]);
});

test('a template that is wrong elsewhere is described all the same', () => {
  const broken = open(
    new Map([
      [
        'a.yaml',
        'tosca_definitions_version: tosca_simple_yaml_1_3\nimports: [ gone.yaml ]\nnode_types:\n  A:\n    derived_from: tosca.nodes.Root\n' +
          '    properties: { colour: { type: string, description: Which one, constraints: [ valid_values: [ red, blue ] ] } }\n' +
          'topology_template:\n  node_templates:\n    a: { type: A, propertys: 1 }\n',
      ],
    ]),
  );
  const path = ['topology_template', 'node_templates', 'a', 'properties'];
  expect(completionsAt(broken, path)).toEqual([
    { label: 'colour', is: 'property', detail: 'string, needed', documentation: 'Which one' },
  ]);
  expect(completionsAt(broken, [...path, 'colour']).map(({ label }) => label)).toEqual(['red', 'blue']);
});
