import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { migrate, openDatabase, openFeed, startPostgres } from '@pileus/database';
import { engineMigrations } from '@pileus/engine';
import { systemClock } from '@pileus/model';
import { openstack } from '@pileus/openstack';
import { createOutbound } from '@pileus/outbound';
import { createPlatform, homeProject, openVault, platformMigrations, system } from '@pileus/platform';
import { account } from './bed.ts';
import type { Contender } from './clients.ts';

const template = `
tosca_definitions_version: tosca_simple_yaml_1_3
metadata: { template_name: Fleet, template_version: 1.0.0, template_author: B2 }
imports: [pileus_types_1_0]
topology_template:
  inputs:
    servers: { type: integer }
  node_templates:
    network: { type: pileus.nodes.Network, properties: { cidr: 10.78.0.0/16 } }
    open:
      type: pileus.nodes.SecurityGroup
      properties: { rules: [{ protocol: tcp, port: 80 }] }
    port: { type: pileus.nodes.Port, requirements: [{ link: network }, { binding: host }, { security_group: open }] }
    host:
      type: pileus.nodes.Server
      properties: { flavor: m1.tiny, image: tiny }
      capabilities:
        scalable: { properties: { min_instances: 1, max_instances: 1000, default_instances: { get_input: servers } } }
`;

/**
 * The whole product: a template is planned and deployed, each step of the run in the journal on PostgreSQL; then the
 * deployment is deleted. `B2_WIDTH` in the environment is the account's `calls_at_once`.
 */
export function ourProduct(): Contender {
  let product: Product | undefined;
  let deployment = '';
  const open = (): Product => {
    if (!product) throw new Error('it is not open');
    return product;
  };
  return {
    name: 'ours',
    async open() {
      product = await startProduct();
    },
    async create(count) {
      const { platform, library, its } = open();
      const wanted = {
        template: library,
        account: its,
        project: homeProject,
        name: `b2-${count}`,
        inputs: { servers: count },
      };
      const plan = await platform.plans.create(wanted, system, new AbortController().signal);
      ({ deployment } = await platform.deployments.apply(plan.id, plan.hash, system));
      await until(open(), deployment, 'running');
    },
    async remove() {
      await open().platform.deployments.remove(deployment, system);
      await until(open(), deployment, 'deleted');
    },
    close: async () => product?.close(),
  };
}

type Product = Awaited<ReturnType<typeof startProduct>>;

async function startProduct() {
  const directory = await mkdtemp(join(tmpdir(), 'pileus-bench-'));
  const postgres = await startPostgres({ directory });
  await migrate(postgres.url, [engineMigrations, platformMigrations]);
  const database = openDatabase(postgres.url);
  const feed = await openFeed(database);
  const platform = createPlatform({
    database,
    feed,
    providers: [openstack],
    // The test bed is on this machine.
    outbound: createOutbound({ allow: ['127.0.0.0/8'] }),
    outboundForSignIn: createOutbound(),
    vault: await openVault({ home: directory }),
    home: directory,
    clock: systemClock,
    version: '0',
    onBug: (error) => console.error(error),
    log: () => {},
  });
  await platform.engine.work();
  const files = new Map([['fleet.yaml', new TextEncoder().encode(template)]]);
  const { id: library } = await platform.library.keep(files, { by: system });
  const width = process.env['B2_WIDTH'];
  const settings = { ...account, ...(width ? { clientOptions: { calls_at_once: Number(width) } } : {}) };
  const { id: its } = await platform.accounts.add(
    { provider: 'openstack', name: 'bed', description: '', settings },
    system,
  );
  return {
    platform,
    library,
    its,
    async close() {
      await platform.engine.stop();
      await platform.close();
      await feed.close();
      await database.end();
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function until({ platform }: Product, deployment: string, state: string): Promise<void> {
  for (;;) {
    const { state: is } = await platform.deployments.find(deployment);
    if (is === state) return;
    if (is === 'failed') throw new Error(`the deployment failed instead of becoming ${state}`);
    await pause(200);
  }
}
