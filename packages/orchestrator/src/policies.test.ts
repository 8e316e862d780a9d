import { expect, test } from 'vitest';
import { isIdempotent, retryOf } from './operation.ts';
import { operationKey } from './structure.ts';
import { aDeployment, isBefore, nothing } from './testing/a-deployment.ts';

const text = `
tosca_definitions_version: tosca_simple_yaml_1_3
imports: [pileus_types_1_0]
topology_template:
  inputs:
    at_once: { type: integer, default: 2 }
    title: { type: string, default: one }
  node_templates:
    host: { type: pileus.nodes.Server }
    web:
      type: tosca.nodes.SoftwareComponent
      metadata: { idempotent: 'true' }
      requirements: [{ host: host }]
      interfaces: { Standard: { operations: { start: { implementation: a.sh, inputs: { TITLE: { get_input: title } } } } } }
    fixed: { type: pileus.nodes.Server, properties: { zone: own } }
    disk: { type: pileus.nodes.Volume, properties: { size: 1 GB } }
  groups:
    servers: { type: tosca.groups.Root, members: [host] }
  policies:
    - scaling: { type: pileus.policies.Scaling, targets: [host], properties: { max_instances: 9, default_instances: 5 } }
    - update: { type: pileus.policies.Update, targets: [servers], properties: { max_unavailable: { get_input: at_once } } }
    - spread: { type: pileus.policies.Placement, targets: [servers, fixed], properties: { zones: [north, south] } }
    - pack: { type: pileus.policies.Placement, targets: [disk], properties: { zone: west, zones: [east], strategy: pack } }
    - again: { type: pileus.policies.Retry, targets: [web], properties: { attempts: 4, operations: [start] } }
    - health: { type: pileus.policies.Healing, targets: [web], properties: { check_type: tcp, port: 80 } }
`;
const { wantedFrom, carriedOut, planned } = aDeployment(text);

test('a placement policy spreads instances over its zones, or packs them; a zone of their own counts more', () => {
  const zones = planned(wantedFrom({}), nothing).flatMap((step) =>
    step.action === 'create' ? [`${step.node} ${String(step.spec['zone'])}`] : [],
  );
  expect(zones.toSorted()).toEqual(
    [
      'disk west',
      'fixed own',
      'host-1 north',
      'host-2 south',
      'host-3 north',
      'host-4 south',
      'host-5 north',
    ].toSorted(),
  );
});

test('as many instances are changed at a time as an update policy allows, which may depend on an input', () => {
  const start = (number: number) => operationKey(`web-${number}`, 'start');
  const two = planned(wantedFrom({ title: 'two' }), carriedOut(wantedFrom({})));
  expect([isBefore(two, start(1), start(2)), isBefore(two, start(1), start(3))]).toEqual([false, true]);
  const one = planned(wantedFrom({ title: 'two', at_once: '1' }), carriedOut(wantedFrom({})));
  expect(isBefore(one, start(1), start(2))).toBe(true);
});

test('a retry policy says how often the operations that it names run', () => {
  const { graph, setting } = wantedFrom({});
  const retry = (operation: string) =>
    retryOf({ topology: graph, inputs: setting.inputs }, { node: 'web-1', operation });
  expect([retry('start'), retry('stop')]).toEqual([{ attempts: 4, first: 5000, longest: 5000 }, undefined]);
});

test('scripts may be run twice where their node says so', () => {
  const { graph } = wantedFrom({});
  const web = graph.nodes['web-1'];
  const start = web?.interfaces['Standard']?.operations['start'];
  if (!web || !start) throw new Error('there is no web-1');
  expect([isIdempotent(web, start), isIdempotent({ metadata: {} }, start)]).toEqual([true, false]);
});
