import { inFlight, untilActive, untilGone, type Bed } from './bed.ts';

/**
 * Makes a network, a security group and `count` servers in them, each with a port, and takes all of it away again.
 */
export interface Contender {
  readonly name: string;
  /** What it needs of its own, before time is taken. */
  open?(): Promise<void>;
  close?(): Promise<void>;
  /** Resolves when all servers are ACTIVE. */
  create(count: number): Promise<void>;
  /** Resolves when nothing of it is listed any more. */
  remove(): Promise<void>;
}

/** As a script with a pool would do it: a port, its server, the next; then one list a second. */
export function parallelClient(bed: Bed, width: number): Contender {
  const name = `b2-${width}`;
  let surroundings = nothing;
  let ports: readonly string[] = [];
  let servers: readonly string[] = [];
  return {
    name: `REST client with ${width} in flight`,
    async create(count) {
      surroundings = await makeSurroundings(bed, name);
      const { network, group } = surroundings;
      const numbers = Array.from({ length: count }, (_, n) => n);
      const made = await inFlight(width, numbers, async (n) => {
        const port = { name: `${name}-${n}`, network_id: network, security_groups: [group] };
        const { port: its } = await bed.send('network', 'POST', '/ports', { port });
        const body = { name: `${name}-${n}`, imageRef: bed.image, flavorRef: bed.flavor, networks: [{ port: its.id }] };
        const { server } = await bed.send('compute', 'POST', '/servers', { server: body });
        return { port: its.id, server: server.id };
      });
      ports = made.map(({ port }) => port);
      servers = made.map(({ server }) => server);
      await untilActive(bed, name, count);
    },
    async remove() {
      await inFlight(width, servers, (id) => bed.send('compute', 'DELETE', `/servers/${id}`));
      await untilGone(bed, name);
      await inFlight(width, ports, (id) => bed.send('network', 'DELETE', `/ports/${id}`));
      await removeSurroundings(bed, surroundings);
    },
  };
}

/** One POST for all servers; Nova makes the ports. */
export function oneRequest(bed: Bed): Contender {
  const name = 'b2-one';
  let surroundings = nothing;
  return {
    name: 'one POST of all servers',
    async create(count) {
      surroundings = await makeSurroundings(bed, name);
      const server = {
        name,
        imageRef: bed.image,
        flavorRef: bed.flavor,
        networks: [{ uuid: surroundings.network }],
        security_groups: [{ name: surroundings.group }],
        min_count: count,
        max_count: count,
      };
      await bed.send('compute', 'POST', '/servers', { server });
      await untilActive(bed, name, count);
    },
    async remove() {
      const { servers } = await bed.send('compute', 'GET', `/servers?limit=1000&name=^${name}`);
      await inFlight(10, servers, ({ id }) => bed.send('compute', 'DELETE', `/servers/${id}`));
      await untilGone(bed, name);
      await removeSurroundings(bed, surroundings);
    },
  };
}

/** A flat Heat stack. */
export function heat(bed: Bed): Contender {
  const name = 'b2-heat';
  let stack = '';
  const until = async (status: string): Promise<void> => {
    for (;;) {
      const { stack: seen } = await bed.send('orchestration', 'GET', `/stacks/${name}/${stack}`);
      if (seen.stack_status === status) return;
      if (!seen.stack_status.endsWith('_IN_PROGRESS'))
        throw new Error(`Heat: ${seen.stack_status} ${seen.stack_status_reason}`);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  };
  return {
    name: 'Heat',
    async create(count) {
      const resources = Object.fromEntries([
        ['network', { type: 'OS::Neutron::Net', properties: { name } }],
        ['subnet', { type: 'OS::Neutron::Subnet', properties: { network: { get_resource: 'network' }, cidr } }],
        ['group', { type: 'OS::Neutron::SecurityGroup', properties: { rules: rulesOf('remote_ip_prefix') } }],
        ...Array.from({ length: count }, (_, n) => [
          [`port${n}`, port],
          [`server${n}`, serverOf(bed, `${name}-${n}`, n)],
        ]).flat(),
      ]);
      const template = { heat_template_version: '2018-08-31', resources };
      const body = { stack_name: name, template, timeout_mins: 30 };
      stack = (await bed.send('orchestration', 'POST', '/stacks', body)).stack.id;
      await until('CREATE_COMPLETE');
    },
    async remove() {
      await bed.send('orchestration', 'DELETE', `/stacks/${name}/${stack}`);
      await until('DELETE_COMPLETE');
    },
  };
}

/** Heat does not see by itself that a port needs a subnet. */
const port = {
  type: 'OS::Neutron::Port',
  depends_on: 'subnet',
  properties: { network: { get_resource: 'network' }, security_groups: [{ get_resource: 'group' }] },
};

const serverOf = (bed: Bed, name: string, n: number) => ({
  type: 'OS::Nova::Server',
  properties: { name, image: bed.image, flavor: bed.flavor, networks: [{ port: { get_resource: `port${n}` } }] },
});

const cidr = '10.78.0.0/16';

interface Surroundings {
  readonly network: string;
  readonly group: string;
}
const nothing: Surroundings = { network: '', group: '' };

async function makeSurroundings(bed: Bed, name: string): Promise<Surroundings> {
  const { network } = await bed.send('network', 'POST', '/networks', { network: { name } });
  const subnet = { name, network_id: network.id, cidr, ip_version: 4 };
  await bed.send('network', 'POST', '/subnets', { subnet });
  const { security_group: group } = await bed.send('network', 'POST', '/security-groups', { security_group: { name } });
  const rules = rulesOf('remote_ip_prefix').map((rule) => ({
    ...rule,
    ethertype: 'IPv4',
    security_group_id: group.id,
  }));
  await bed.send('network', 'POST', '/security-group-rules', { security_group_rules: rules });
  return { network: network.id, group: group.id };
}

async function removeSurroundings(bed: Bed, { network, group }: Surroundings): Promise<void> {
  await bed.send('network', 'DELETE', `/networks/${network}`);
  await bed.send('network', 'DELETE', `/security-groups/${group}`);
}

const rulesOf = (other: string) => [
  { direction: 'ingress', protocol: 'tcp', port_range_min: 80, port_range_max: 80, [other]: '0.0.0.0/0' },
];
