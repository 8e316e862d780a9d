import { Failure } from '@pileus/model';
import { simulated } from '@pileus/provider';
import { surroundings } from '@pileus/provider/testing';
import { readInputs, readTemplate } from '@pileus/tosca';
import { expect, test } from 'vitest';
import { makePlan, nothingThere } from './make-plan.ts';
import { noSecrets } from './secrets.ts';

const account = simulated.account.parse({ latencyMilliseconds: 0, keep: false });

async function planOf(text: string) {
  const { template, problems } = readTemplate(new Map([['t.yaml', text]]), 't.yaml');
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  if (!template) throw new Error('the template was not read');
  const connection = simulated.connect(account, surroundings());
  const signal = new AbortController().signal;
  const inputs = readInputs(template, {}).inputs ?? {};
  const desired = { template, files: new Map(), inputs, counts: {}, choices: {} };
  const nothing = { survey: nothingThere, revisions: new Map(), secrets: noSecrets() };
  return makePlan({ desired, ...nothing, name: 'test', connection, provider: simulated, signal });
}

async function problemsOf(text: string): Promise<readonly string[]> {
  const failure: unknown = await planOf(text).then(
    () => undefined,
    (error: unknown) => error,
  );
  return failure instanceof Failure ? (failure.problems ?? []).map(({ at, message }) => `${at}: ${message}`) : [];
}

test('what the language can say and deployments do not carry out yet is refused, not passed over', async () => {
  const problems = await problemsOf(`
tosca_definitions_version: tosca_2_0
imports: [{ profile: org.oasis-open.simple:2.0 }]
service_template:
  node_templates:
    found: { type: Compute, directives: [select] }
    plain: { type: Compute }
`);
  expect(problems).toEqual([expect.stringMatching(/^\/nodes\/found: .*select/)]);
});

test('the same application is planned alike from 1.3 and from 2.0', async () => {
  const nodes = `
    disk: { type: Storage.BlockStorage, properties: { name: disk, size: 10 GB } }
    other: { type: Storage.BlockStorage, properties: { name: other, size: 20 GB }, requirements: [{ dependency: disk }] }`;
  const one = await planOf(`
tosca_definitions_version: tosca_simple_yaml_1_3
topology_template:
  node_templates:${nodes.replaceAll('Storage.', 'tosca.nodes.Storage.')}
`);
  const two = await planOf(`
tosca_definitions_version: tosca_2_0
imports: [{ profile: org.oasis-open.simple:2.0 }]
service_template:
  node_templates:${nodes}
`);
  expect(two).toEqual(one);
  const made = one.steps.filter((step) => step.action === 'create');
  expect(made.map(({ key, needs, spec }) => ({ key, needs, size: spec['gigabytes'] }))).toEqual([
    { key: 'disk.volume', needs: [], size: 10 },
    { key: 'other.volume', needs: ['disk.volume'], size: 20 },
  ]);
});

test("nobody's script runs in the orchestrator, and one that has nowhere to run says so", async () => {
  const problems = await problemsOf(`
tosca_definitions_version: tosca_simple_yaml_1_3
topology_template:
  node_templates:
    app:
      type: tosca.nodes.Root
      interfaces: { Standard: { operations: { create: { implementation: { primary: a.sh, operation_host: ORCHESTRATOR } }, start: a.sh } } }
`);
  expect(problems.filter((one) => one.startsWith('/nodes/app'))).toEqual([
    expect.stringContaining('/nodes/app: The script for create wants to run in the orchestrator, which runs nobody'),
    expect.stringContaining(
      '/nodes/app: The script for start has nowhere to run: host the node on a tosca.nodes.Compute',
    ),
  ]);
});
