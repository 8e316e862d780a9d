import type { Data } from '@pileus/tosca';
import { expect, test } from 'vitest';
import { hold } from './conditions.ts';
import { nothingKnown } from './plan.ts';
import { structureOf } from './structure.ts';
import { aDeployment } from './testing/a-deployment.ts';

const { wantedFrom } = aDeployment(`
tosca_definitions_version: tosca_simple_yaml_1_3
node_types:
  Thing: { derived_from: tosca.nodes.Root, properties: { size: { type: integer, default: 5 } }, attributes: { word: { type: string } } }
topology_template: { node_templates: { thing: { type: Thing } } }
`);
const { graph, setting: given } = wantedFrom({});
const known = nothingKnown();
known.attributes.set('thing', new Map<string, Data>([['state', 'started']]));
const setting = { ...given, topology: graph, structure: structureOf(graph), known };

test.each<[string, Data, boolean]>([
  ['an attribute', { state: [{ equal: 'started' }] }, true],
  ['an attribute that is different', { state: [{ equal: 'stopped' }] }, false],
  ['a property with several constraints', { size: [{ greater_than: 4 }, { less_than: 6 }] }, true],
  ['an assertion', { assert: [{ state: [{ equal: 'started' }] }, { size: [{ equal: 6 }] }] }, false],
  ['one of several', { or: [{ size: [{ equal: 6 }] }, { state: [{ valid_values: ['started', 'stopped'] }] }] }, true],
  ['the opposite', { not: [{ state: [{ equal: 'stopped' }] }] }, true],
  ['what nobody has set', { word: [{ equal: '' }] }, false],
  [
    'an expression of 2.0',
    {
      $and: [
        { $equal: [{ $get_attribute: ['SELF', 'state'] }, 'started'] },
        { $greater_than: [{ $get_property: ['SELF', 'size'] }, 4] },
      ],
    },
    true,
  ],
  ['an expression of 2.0 that does not hold', { $equal: [{ $get_attribute: ['SELF', 'state'] }, 'stopped'] }, false],
])('conditions of workflows: %s', (_what, condition, holds) => {
  expect(hold(setting, [condition], graph.nodes['thing'])).toBe(holds);
});
