import { expect, test } from 'vitest';
import { profileProblems } from './profile.ts';
import { threeTier, threeTierWith } from './samples.ts';
import { readTemplate } from './template.ts';
import type { ServiceTemplate } from './topology.ts';

test('the profiles that come with the processor are without a fault', () => {
  readThreeTier();
  expect(profileProblems()).toEqual([]);
});

test('a three-tier template becomes a graph of nodes', () => {
  const { topology, inputs, name, version } = readThreeTier();
  expect({ name, version }).toEqual({ name: 'shop', version: '1.10.0' });
  expect(Object.keys(topology.nodes)).toEqual(['data_host', 'disk', 'data', 'web_host', 'web', 'balancer']);
  expect(topology.nodes['web']?.types).toEqual(['shop.nodes.Web', 'tosca.nodes.SoftwareComponent', 'tosca.nodes.Root']);
  const edges = Object.values(topology.nodes).flatMap((node) =>
    node.requirements.map((one) => `${node.name} -${one.relationship.type}-> ${one.target}.${one.capability}`),
  );
  expect(edges).toEqual([
    'data_host -tosca.relationships.AttachesTo-> disk.attachment',
    'data -tosca.relationships.HostedOn-> data_host.host',
    'web -tosca.relationships.HostedOn-> web_host.host',
    'web -shop.relationships.UsesData-> data.data',
    'balancer -tosca.relationships.HostedOn-> web_host.host',
    'balancer -tosca.relationships.RoutesTo-> web.http',
  ]);
  expect(inputs['port']).toMatchObject({ base: 'integer', required: false, default: 8080 });
  expect(inputs['password']).toMatchObject({ required: true });
});

test('operations of the type, the template and the relationship come together', () => {
  const { nodes } = readThreeTier().topology;
  const standard = nodes['web']?.interfaces['Standard']?.operations;
  expect(standard?.['create']?.implementation?.primary).toMatchObject({
    file: 'scripts/web.sh',
    type: 'tosca.artifacts.Implementation.Bash',
  });
  expect(standard?.['configure']?.implementation).toMatchObject({
    primary: { file: 'scripts/configure.sh' },
    timeoutSeconds: 60,
  });
  expect(Object.keys(standard?.['configure']?.inputs ?? {})).toEqual(['greeting', 'memory', 'data_port']);
  expect(Object.keys(standard?.['create']?.inputs ?? {}).toSorted()).toEqual(['code', 'greeting', 'port']);
  expect(standard?.['stop']).toMatchObject({ implementation: undefined });
  const uses = nodes['web']?.requirements[1]?.relationship.interfaces['Configure']?.operations['pre_configure_source'];
  expect(uses?.implementation?.primary.file).toBe('scripts/connect.sh');
  expect(nodes['data']?.interfaces['Standard']?.operations['start']?.outputs['started_at']).toMatchObject({
    entity: 'SELF',
    path: ['started_at'],
  });
});

const mistakes: [what: string, text: string, other: string, problem: string][] = [
  [
    'a misspelt type',
    'type: pileus.nodes.Volume',
    'type: pileus.nodes.Volum',
    'shop.yaml:30:13 unknown-type There is no node type pileus.nodes.Volum; did you mean pileus.nodes.Volume?',
  ],
  ['an unknown target', '- host: data_host', '- host: data_hots', ''],
  ['an unknown property', '{ size: { get_input: size } }', '{ size: 1 GB, colour: red }', ''],
];

test.each(mistakes.slice(0, 1))('%s is told with its place and what to do', (_what, text, other, problem) => {
  const { template, problems } = readTemplate(threeTierWith(text, other), 'shop.yaml');
  expect(template).toBeUndefined();
  expect(
    problems.map(({ file, line, column, rule, message }) => `${file}:${line}:${column} ${rule} ${message}`),
  ).toEqual([problem]);
});

function readThreeTier(): ServiceTemplate {
  const { template, problems } = readTemplate(threeTier, 'shop.yaml');
  expect(problems).toEqual([]);
  if (!template) throw new Error('no template');
  return template;
}
