import { ApiProblem, type AnswerOf, type Client } from '@pileus/api';
import { newId } from '@pileus/model';
import { settled, type Deployment } from './a-platform.ts';
import { calm } from './on-simulated-clouds.ts';

type Plan = AnswerOf<'get /plans/{plan}'>;
type Change = Parameters<typeof change>[2];

function change(client: Client, deployment: string, body: { readonly action: string } & Record<string, unknown>) {
  // What each action needs is checked by the server, which is what these tests are about.
  const given = { params: { deployment }, body: body as never };
  return client.call('post /deployments/{deployment}/plans', given);
}

/** What tests of the lifecycle do, on the simulated cloud. */
export function onScriptedCloud(client: Client) {
  const apply = async ({ id: plan, hash }: Pick<Plan, 'id' | 'hash'>): Promise<Deployment> => {
    const { deployment } = await client.call('post /deployments', { body: { plan, hash } });
    return settled(client, deployment);
  };
  const anAccount = async (): Promise<string> => {
    const body = { provider: 'simulated', name: newId('account'), settings: calm };
    return (await client.call('post /accounts', { body })).id;
  };
  const templateOf = async (files: Readonly<Record<string, string>>): Promise<string> => {
    // Each one is a template of its own.
    const named = (content: string) =>
      content.replace(
        /^\s*(tosca_definitions_version: .*)\n/,
        (line) =>
          `${line}metadata: { template_name: ${newId('template')}, template_version: 1.0.0, template_author: tests }\n`,
      );
    const list = Object.entries(files).map(([path, content]) => ({
      path,
      content: path === 'template.yaml' ? named(content) : content,
    }));
    const upload = client.call('post /templates', { body: { files: list } });
    const { id } = await upload.catch((error: unknown) => {
      const problems = error instanceof ApiProblem ? error.failure.problems : [];
      throw new Error(JSON.stringify(problems), { cause: error });
    });
    return id;
  };
  const planOf = async (
    files: Readonly<Record<string, string>>,
    given: { account?: string; inputs?: Record<string, unknown>; counts?: Record<string, number> } = {},
  ): Promise<Plan> => {
    const template = await templateOf(files);
    const { account = await anAccount(), inputs = {}, counts = {} } = given;
    return client.call('post /plans', { body: { template, account, name: newId('deployment'), inputs, counts } });
  };
  return {
    anAccount,
    templateOf,
    planOf,
    apply,
    deployed: async (...given: Parameters<typeof planOf>): Promise<Deployment> => apply(await planOf(...given)),
    planned: (deployment: string, body: Change): Promise<Plan> => change(client, deployment, body),
    changed: async (deployment: string, body: Change): Promise<Deployment> =>
      apply(await change(client, deployment, body)),
    stepsOf: async ({ run }: Deployment) =>
      (await client.call('get /runs/{run}', { params: { run: run?.id ?? '' } })).steps,
  };
}

/** What was refused, with its problems in words. */
export async function refusal(call: Promise<unknown>): Promise<{ code: string; said: string }> {
  const problem: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(problem instanceof ApiProblem)) throw new Error('it was not refused', { cause: problem });
  const { code, facts, problems = [] } = problem.failure;
  return { code, said: [...Object.values(facts ?? {}), ...problems.map(({ message }) => message)].join('; ') };
}

export const outputsOf = ({ outputs }: Deployment): Record<string, unknown> =>
  Object.fromEntries(outputs.map(({ name, value }) => [name, value]));

/** Servers of these names with a network between them, as node templates. */
export function servers(...names: readonly string[]): string {
  const of = (name: string) => `
    ${name}: { type: pileus.nodes.Server }
    ${name}_port: { type: pileus.nodes.Port, requirements: [{ link: between }, { binding: ${name} }] }`;
  return `between: { type: pileus.nodes.Network, properties: { cidr: 10.9.0.0/16 } }${names.map(of).join('')}`;
}
