import { ApiProblem, type Client } from '@pileus/api';
import { managedKinds as kinds, newId } from '@pileus/model';
import { settled, type Deployment } from './a-platform.ts';

/** A network with two servers on it, one of them with a volume and a public address. */
export const twoServers = `
tosca_definitions_version: tosca_simple_yaml_1_3
metadata: { template_name: Two servers, template_version: 1.0.0, template_author: Tests }
imports: [pileus_types_1_0]
topology_template:
  inputs:
    flavor: { type: string, default: 2核4G }
    volume_size: { type: scalar-unit.size, default: 10 GB }
  node_templates:
    network: { type: pileus.nodes.Network, properties: { cidr: 10.1.0.0/24 } }
    router: { type: pileus.nodes.Router, properties: { external_network: '' }, requirements: [{ network: network }] }
    open: { type: pileus.nodes.SecurityGroup, properties: { rules: [{ protocol: tcp, ports: [80, 80] }] } }
    front_port: { type: pileus.nodes.Port, requirements: [{ link: network }, { binding: front }, { security_group: open }] }
    back_port: { type: pileus.nodes.Port, requirements: [{ link: network }, { binding: back }] }
    front:
      type: pileus.nodes.Server
      properties:
        flavor: { get_input: flavor }
        user_data: { concat: ['back=', { get_attribute: [back_port, address] }] }
    back:
      type: pileus.nodes.Server
      properties: { flavor: { get_input: flavor } }
      requirements: [{ local_storage: { node: volume, relationship: { type: tosca.relationships.AttachesTo, properties: { location: /dev/vdb } } } }]
    volume: { type: pileus.nodes.Volume, properties: { size: { get_input: volume_size } } }
    address: { type: pileus.nodes.Address, requirements: [{ port: front_port }] }
  outputs:
    url: { value: { concat: ['http://', { get_attribute: [address, address] }, '/'] } }
    back: { value: { get_attribute: [back, private_address] } }
`;

/** Quick, and without faults. */
export const calm = { latencyMilliseconds: 1, bootSeconds: 0.05, listLagSeconds: 0.05, callsPerSecond: 10_000 };

/** What the tests of deployments do all the time, on simulated clouds. */
export function onSimulatedClouds(client: Client) {
  const aTemplate = async (): Promise<string> =>
    (await client.call('post /templates', { body: { files: [{ path: 'template.yaml', content: twoServers }] } })).id;

  const aPlan = async (account: string, inputs: Record<string, unknown> = {}) => {
    const body = { template: await aTemplate(), account, name: newId('deployment'), inputs };
    return persistently(() => client.call('post /plans', { body }));
  };

  return {
    aPlan,
    async anAccount(settings: Record<string, unknown> = {}): Promise<string> {
      const body = { provider: 'simulated', name: newId('account'), settings: { ...calm, ...settings } };
      return (await client.call('post /accounts', { body })).id;
    },
    async aDeployment(account: string): Promise<string> {
      const { id: plan, hash } = await aPlan(account);
      return (await client.call('post /deployments', { body: { plan, hash } })).deployment;
    },
    /** The names of everything the cloud itself lists. */
    async listing(account: string): Promise<Record<string, string[]>> {
      const lists: Record<string, string[]> = {};
      for (const kind of kinds) {
        const ask = () => client.call('get /accounts/{account}/resources', { params: { account }, query: { kind } });
        lists[kind] = (await persistently(ask)).items.map(({ name }) => name).toSorted();
      }
      return lists;
    },
    async remove(deployment: string): Promise<Deployment> {
      await client.call('delete /deployments/{deployment}', { params: { deployment } });
      return settled(client, deployment);
    },
    resume: (deployment: Deployment) =>
      client.call('post /runs/{run}/resume', { params: { run: deployment.run?.id ?? '' } }),
  };
}

/** Asks again where the simulated cloud has lost the question or the answer. */
async function persistently<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ApiProblem && error.failure.code === 'provider-unreachable')) throw error;
    }
  }
}
