import { expect, test } from 'vitest';
import { stepKey } from './plan.ts';
import { operationKey } from './structure.ts';
import { aDeployment, isBefore, sketch } from './testing/a-deployment.ts';

/** A balancer in front of web servers that there can be several of, with a port and a volume each. */
const text = `
tosca_definitions_version: tosca_simple_yaml_1_3
imports: [pileus_types_1_0]
node_types:
  Scripted:
    derived_from: tosca.nodes.SoftwareComponent
    properties: { title: { type: string, default: plain } }
    attributes: { url: { type: string } }
    capabilities: { web: tosca.capabilities.Endpoint }
    interfaces:
      Standard:
        operations:
          create: a.sh
          configure: { implementation: a.sh, inputs: { TITLE: { get_property: [SELF, title] } } }
          start: { implementation: a.sh, outputs: { url: [SELF, url] } }
          stop: a.sh
          delete: a.sh
  Balancer:
    derived_from: Scripted
    requirements:
      - member: { capability: tosca.capabilities.Endpoint, relationship: Balances, occurrences: [0, UNBOUNDED] }
relationship_types:
  Balances:
    derived_from: tosca.relationships.ConnectsTo
    interfaces:
      Configure:
        operations:
          add_target: { implementation: a.sh, inputs: { URL: { get_attribute: [TARGET, url] } } }
          remove_target: a.sh
topology_template:
  inputs:
    title: { type: string, default: one }
    flavor: { type: string, default: small }
    size: { type: scalar-unit.size, default: 1 GB }
  node_templates:
    lb_host: { type: pileus.nodes.Server }
    lb: { type: Balancer, requirements: [{ host: lb_host }, { member: web }] }
    net: { type: pileus.nodes.Network, properties: { cidr: 10.0.0.0/24 } }
    port: { type: pileus.nodes.Port, requirements: [{ link: net }, { binding: web_host }] }
    disk: { type: pileus.nodes.Volume, properties: { size: { get_input: size } } }
    web_host:
      type: pileus.nodes.Server
      properties: { user_data: { get_input: flavor } }
      capabilities: { scalable: { properties: { min_instances: 1, max_instances: 5, default_instances: 2 } } }
      requirements:
        - local_storage: { node: disk, relationship: { type: tosca.relationships.AttachesTo, properties: { location: /dev/vdb } } }
    web: { type: Scripted, properties: { title: { get_input: title } }, requirements: [{ host: web_host }] }
  outputs:
    urls: { value: { get_attribute: [web, url] } }
`;

const { wantedFrom, carriedOut, planned } = aDeployment(text);

const add = (target: string) => operationKey('lb', 'add_target', { id: `member.${target}` });
const remove = (target: string) => operationKey('lb', 'remove_target', { id: `member.${target}` });

test('what belongs to a counted node comes with each of it, and who leads to it from outside leads to all', () => {
  const { graph } = wantedFrom({});
  expect(Object.keys(graph.nodes).toSorted()).toEqual(
    [
      'lb_host',
      'lb',
      'net',
      'port-1',
      'port-2',
      'disk-1',
      'disk-2',
      'web_host-1',
      'web_host-2',
      'web-1',
      'web-2',
    ].toSorted(),
  );
  expect(graph.nodes['lb']?.requirements.map(({ id }) => id)).toEqual(['host.lb_host', 'member.web-1', 'member.web-2']);
  expect(graph.nodes['port-2']?.requirements.map(({ target }) => target)).toEqual(['net', 'web_host-2']);
  expect(graph.nodes['web_host-2']?.requirements.map(({ target }) => target)).toEqual(['disk-2']);
});

test('when nothing has changed there is nothing to do', () => {
  const wanted = wantedFrom({});
  expect(sketch(planned(wanted, carriedOut(wanted)))).toEqual([]);
});

test('scaling out makes the new ones and tells those that lead to them; nothing else is touched', () => {
  const steps = planned(wantedFrom({}, { web: 3 }), carriedOut(wantedFrom({})));
  expect(sketch(steps).toSorted()).toEqual(
    [
      'create disk-3 volume',
      'create port-3 port',
      'create web_host-3 server',
      'create web_host-3 attachment',
      '> web-3 create',
      '> web-3 configure',
      '> web-3 start',
      '> lb add_target web-3',
    ].toSorted(),
  );
  expect(isBefore(steps, operationKey('web-3', 'start'), add('web-3'))).toBe(true);
});

test('scaling in lets those that lead to it part with it before it is stopped and removed', () => {
  const steps = planned(wantedFrom({}, { web_host: 1 }), carriedOut(wantedFrom({})));
  expect(sketch(steps).toSorted()).toEqual(
    [
      '> lb remove_target web-2',
      '> web-2 stop',
      '> web-2 delete',
      'delete web_host-2 attachment',
      'delete web_host-2 server',
      'delete port-2 port',
      'delete disk-2 volume',
    ].toSorted(),
  );
  expect(isBefore(steps, remove('web-2'), operationKey('web-2', 'stop'))).toBe(true);
  expect(isBefore(steps, operationKey('web-2', 'delete'), `${stepKey('web_host-2', 'server')}:delete`)).toBe(true);
  expect(
    isBefore(steps, `${stepKey('web_host-2', 'attach.disk-2')}:delete`, `${stepKey('disk-2', 'volume')}:delete`),
  ).toBe(true);
});

test('a changed input runs what uses it again and what follows, out of service meanwhile, one instance after the other', () => {
  const steps = planned(wantedFrom({ title: 'two' }), carriedOut(wantedFrom({})));
  expect(sketch(steps).toSorted()).toEqual(
    [
      '> lb remove_target web-1',
      '> web-1 stop',
      '> web-1 configure',
      '> web-1 start',
      '> lb add_target web-1',
      '> lb remove_target web-2',
      '> web-2 stop',
      '> web-2 configure',
      '> web-2 start',
      '> lb add_target web-2',
    ].toSorted(),
  );
  const configure = steps.find(({ key }) => key === operationKey('web-1', 'configure'));
  expect(configure?.changes).toEqual([{ field: 'TITLE', from: 'one', to: 'two' }]);
  expect(isBefore(steps, operationKey('web-1', 'stop'), operationKey('web-1', 'configure'))).toBe(true);
  const parted = isBefore(steps, remove('web-1'), operationKey('web-1', 'stop'));
  expect(parted, 'nobody is sent to it any more').toBe(true);
  expect(isBefore(steps, add('web-1'), remove('web-2')), 'one at a time').toBe(true);
});

test('a field that can be changed in place is; one that cannot makes a new resource, and all that lives on it is set up again', () => {
  const present = carriedOut(wantedFrom({}));
  expect(sketch(planned(wantedFrom({ size: '2 GB' }), present)).toSorted()).toEqual([
    'update disk-1 volume',
    'update disk-2 volume',
  ]);

  const steps = planned(wantedFrom({ flavor: 'large' }), present);
  const one = sketch(steps).filter((line) => line.includes('-1'));
  expect(one.toSorted()).toEqual(
    [
      '> lb remove_target web-1',
      '> web-1 stop',
      '> web-1 delete',
      'delete web_host-1 attachment',
      'delete web_host-1 server',
      'create web_host-1 server',
      'create web_host-1 attachment',
      '> web-1 create',
      '> web-1 configure',
      '> web-1 start',
      '> lb add_target web-1',
    ].toSorted(),
  );
  const server = stepKey('web_host-1', 'server');
  expect(isBefore(steps, `${server}:delete`, server), 'the port it is bound to is free first').toBe(true);
  expect(isBefore(steps, add('web-1'), remove('web-2')), 'one at a time').toBe(true);
});

test('a changed script runs again', () => {
  const steps = planned(
    wantedFrom({}, {}, new Map([['a.sh', new Uint8Array([2])]])),
    carriedOut(wantedFrom({}, { web: 1 })),
  );
  expect(sketch(steps)).toContain('> web-1 create');
  expect(sketch(steps)).toContain('> lb start');
});

test('what is gone is made again with what lived on it, and nobody runs scripts where nothing is', () => {
  const server = stepKey('web_host-2', 'server');
  const broken = new Map([[server, { why: 'broken' as const, isReachable: false }]]);
  const wanted = wantedFrom({});
  const steps = planned(wanted, carriedOut(wanted), { broken });
  expect(sketch(steps).toSorted()).toEqual(
    [
      '> lb remove_target web-2',
      'delete web_host-2 attachment',
      'delete web_host-2 server',
      'create web_host-2 server',
      'create web_host-2 attachment',
      '> web-2 create',
      '> web-2 configure',
      '> web-2 start',
      '> lb add_target web-2',
    ].toSorted(),
  );
});

test('what was begun and never finished is removed and made anew', () => {
  const wanted = wantedFrom({}, { web: 1 });
  const whole = carriedOut(wanted);
  const [first, ...others] = whole.survey.resources;
  if (!first) throw new Error('nothing was made');
  const { ref: _, ...unclear } = first;
  const operations = whole.survey.operations.map((one) =>
    one.step === operationKey('web-1', 'start') ? { step: one.step, node: one.node } : one,
  );
  const steps = planned(wanted, { ...whole, survey: { ...whole.survey, resources: [unclear, ...others], operations } });
  const made = steps.find(({ key }) => key === first.step);
  expect(made).toMatchObject({ action: 'create', why: 'unfinished', replaces: [`${first.step}:delete`], earlier: 1 });
  expect(isBefore(steps, `${first.step}:delete`, first.step)).toBe(true);
  expect(steps.find(({ key }) => key === operationKey('web-1', 'start'))).toMatchObject({ why: 'unfinished' });
});

test('when nothing is wanted any more everything goes, in the order in which it can', () => {
  const present = carriedOut(wantedFrom({}));
  const steps = planned(undefined, present);
  expect(steps.filter(({ action }) => action === 'delete')).toHaveLength(present.survey.resources.length);
  expect(isBefore(steps, operationKey('lb', 'stop'), operationKey('web-1', 'stop'))).toBe(true);
  expect(isBefore(steps, `${stepKey('web_host-1', 'server')}:delete`, `${stepKey('port-1', 'port')}:delete`)).toBe(
    true,
  );
});

test('counts that cannot be are refused', () => {
  expect(() => wantedFrom({}, { web: 6 })).toThrow(/at least 1 and at most 5 of web_host, not 6/);
  expect(() => wantedFrom({}, { lb: 2 })).toThrow(/lb is not made to be counted; it can be scaled at web_host/);
});
