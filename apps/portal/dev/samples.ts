import type {
  AuditRow,
  Delivery,
  Webhook,
  Account,
  Instance,
  PlannedStep,
  Provider,
  Resource,
  Secret,
  TemplateDetail,
  Variant,
} from '../src/api/types.ts';

/** What the fake API starts with. Typed as the real API's answers, so that it cannot drift from them. */

export const start = Date.parse('2026-11-22T08:00:00Z');
export const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

const text = (en: string, zh: string) => ({ en, 'zh-CN': zh });

export const providers: Provider[] = [
  {
    id: 'local',
    title: text('This machine', '本机'),
    category: 'hosts',
    simulated: false,
    account: { type: 'object', properties: {} },
    verbs: { server: ['list', 'create', 'delete', 'start', 'stop', 'reboot'], volume: ['list', 'create', 'delete'] },
  },
  {
    id: 'openstack',
    title: text('OpenStack', 'OpenStack'),
    category: 'private',
    simulated: false,
    account: {
      type: 'object',
      required: ['url', 'credential'],
      properties: {
        url: {
          type: 'string',
          minLength: 1,
          title: text('Keystone URL', '认证服务 URL'),
          help: text(
            'OS_AUTH_URL of the openrc file; the version at its end does not matter',
            'openrc 文件中的 OS_AUTH_URL，末尾的版本号可有可无',
          ),
          placeholder: 'http://192.168.1.1:5000/v3',
          group: 'where',
        },
        credential: {
          type: 'string',
          enum: ['password', 'application-credential', 'token'],
          default: 'password',
          title: text('Sign in with', '认证方式'),
          help: text(
            'An application credential is best: it is limited to one project and can be withdrawn alone',
            '推荐使用应用凭证：仅限一个项目，可单独吊销',
          ),
          group: 'who',
        },
        user: { type: 'string', title: text('User', '用户名'), group: 'who', when: { credential: ['password'] } },
        password: {
          type: 'string',
          title: text('Password', '密码'),
          secret: true,
          group: 'who',
          when: { credential: ['password'] },
        },
        userDomain: {
          type: 'string',
          default: 'Default',
          title: text('User’s domain', '用户所属域'),
          help: text('Name or id', '名称或 ID'),
          group: 'who',
          when: { credential: ['password'] },
        },
        project: {
          type: 'string',
          title: text('Project', '租户名称'),
          help: text('Name or id of the project (tenant)', '项目（租户）的名称或 ID'),
          group: 'who',
          when: { credential: ['password', 'token'] },
        },
        applicationCredential: {
          type: 'string',
          title: text('Application credential ID', '应用凭证 ID'),
          group: 'who',
          when: { credential: ['application-credential'] },
        },
        applicationCredentialSecret: {
          type: 'string',
          title: text('Application credential secret', '应用凭证密钥'),
          secret: true,
          group: 'who',
          when: { credential: ['application-credential'] },
        },
        token: {
          type: 'string',
          title: text('Token', '令牌'),
          secret: true,
          group: 'who',
          when: { credential: ['token'] },
        },
        region: {
          type: 'string',
          title: text('Region', '区域'),
          help: text('Needed only where the cloud has several', '仅当云有多个区域时需要填写'),
          placeholder: 'RegionOne',
          group: 'where',
        },
        interface: {
          type: 'string',
          enum: ['public', 'internal', 'admin'],
          default: 'public',
          title: text('Endpoints', '端点类型'),
          group: 'more',
        },
        verify: {
          type: 'boolean',
          default: true,
          title: text('Verify TLS certificates', '校验 TLS 证书'),
          group: 'more',
        },
        clientOptions: {
          type: 'object',
          format: 'json',
          default: {},
          title: text('Custom configuration (JSON)', '自定义配置（JSON）'),
          help: text(
            'Settings of each service’s client, e.g. an address to use instead of the catalogue’s',
            '各 OpenStack 服务客户端的参数，例如替代服务目录的访问地址',
          ),
          placeholder: '{ "nova_client": { "bypass_url": "http://192.168.1.1:8774/v2.1" } }',
          group: 'more',
          properties: Object.fromEntries(
            ['nova_client', 'neutron_client', 'cinder_client', 'glance_client', 'keystone_client'].map((name) => [
              name,
              {
                type: 'object',
                properties: {
                  bypass_url: { type: 'string' },
                  endpoint_override: { type: 'string' },
                  interface: { enum: ['public', 'internal', 'admin'] },
                  timeout: { type: 'number' },
                },
              },
            ]),
          ),
        },
      },
    },
  },
  {
    id: 'simulated',
    title: text('Simulated cloud', '模拟云'),
    category: 'public',
    simulated: true,
    account: {
      type: 'object',
      properties: {
        seed: {
          type: 'integer',
          minimum: 0,
          default: 7,
          title: text('Seed', '种子'),
          help: text('The same seed makes the same failures', '相同的种子产生相同的故障'),
        },
        latency: { type: 'integer', minimum: 0, default: 200, title: text('Latency in ms', '延迟（毫秒）') },
      },
    },
  },
];

const checksOk: Account['health']['checks'] = [
  {
    service: 'identity',
    ok: true,
    endpoint: 'http://10.20.0.10:5000/v3',
    detail: text('Keystone 3.14, project shop', 'Keystone 3.14，项目 shop'),
    milliseconds: 84,
  },
  {
    service: 'compute',
    ok: true,
    endpoint: 'http://10.20.0.10:8774/v2.1',
    detail: text('Nova 2.93', 'Nova 2.93'),
    milliseconds: 131,
  },
  {
    service: 'network',
    ok: true,
    endpoint: 'http://10.20.0.10:9696',
    detail: text('Neutron 2.0, external network public', 'Neutron 2.0，外部网络 public'),
    milliseconds: 97,
  },
  {
    service: 'image',
    ok: true,
    endpoint: 'http://10.20.0.10:9292',
    detail: text('Glance 2.16, 12 images', 'Glance 2.16，12 个镜像'),
    milliseconds: 58,
  },
  {
    service: 'volume',
    ok: true,
    endpoint: 'http://10.20.0.10:8776/v3',
    detail: text('Cinder 3.70', 'Cinder 3.70'),
    milliseconds: 112,
  },
];

export const checksFailing: Account['health']['checks'] = checksOk.map((check) =>
  check.service === 'volume'
    ? {
        ...check,
        ok: false,
        milliseconds: 5003,
        detail: text(
          'No answer within 5 s. Check cinder_client.bypass_url, or that the port 8776 is open.',
          '5 秒内没有应答。请检查 cinder_client.bypass_url，或确认端口 8776 已开放。',
        ),
      }
    : check,
);

export const accounts: Account[] = [
  {
    id: 'acc-0local0local',
    name: '本机',
    description: '安装时自动接入，用于试用与演示',
    provider: 'local',
    simulated: false,
    settings: {},
    hidden: [],
    secrets: {},
    health: {
      is: 'ok',
      checkedAt: ago(12),
      checks: [
        { service: 'hosts', ok: true, detail: text('2 cores, 61 GB free', '2 核，剩余 61 GB'), milliseconds: 3 },
      ],
    },
    createdAt: ago(4000),
    resources: 5,
  },
  {
    id: 'acc-shanghai0001',
    name: '上海 OpenStack',
    description: '生产环境，三个可用区',
    provider: 'openstack',
    simulated: false,
    settings: {
      url: 'http://10.20.0.10:5000/v3',
      credential: 'password',
      user: 'shop',
      userDomain: 'Default',
      project: 'shop',
      region: 'RegionOne',
      interface: 'public',
      verify: true,
      clientOptions: { nova_client: { bypass_url: 'http://10.20.0.10:8774/v2.1' } },
    },
    hidden: ['password'],
    secrets: { password: { id: 'sec-lab', name: '实验室密码' } },
    health: { is: 'ok', checkedAt: ago(3), checks: checksOk },
    createdAt: ago(2600),
    resources: 148,
  },
  {
    id: 'acc-beijing00002',
    name: '北京灾备 OpenStack',
    description: '',
    provider: 'openstack',
    simulated: false,
    settings: {
      url: 'http://10.30.0.10:5000/v3',
      credential: 'application-credential',
      applicationCredential: '8f2c1b',
      interface: 'internal',
      verify: true,
    },
    hidden: ['applicationCredentialSecret'],
    secrets: {},
    health: { is: 'failing', checkedAt: ago(1), checks: checksFailing },
    createdAt: ago(1900),
    resources: 23,
  },
  {
    id: 'acc-simulated003',
    name: '演练云',
    description: '用来演练故障：限流、配额、丢失应答',
    provider: 'simulated',
    simulated: true,
    settings: { seed: 7, latency: 200 },
    hidden: [],
    secrets: {},
    health: {
      is: 'ok',
      checkedAt: ago(40),
      checks: [{ service: 'simulation', ok: true, detail: text('Seed 7', '种子 7'), milliseconds: 1 }],
    },
    createdAt: ago(900),
    resources: 31,
  },
];

const hosted = (target: string) => ({ name: 'host', target, relationship: 'tosca.relationships.HostedOn' });
const linked = (name: string, target: string) => ({ name, target, relationship: 'tosca.relationships.ConnectsTo' });

const tiers: Variant['nodes'] = [
  {
    name: 'balancer',
    type: 'pileus.nodes.LoadBalancer',
    description: 'Spreads requests over the web servers',
    requires: [linked('backend', 'web_1'), linked('backend', 'web_2'), hosted('balancer_host')],
  },
  { name: 'web_1', type: 'pileus.nodes.WebServer', requires: [linked('database', 'data'), hosted('web_host_1')] },
  { name: 'web_2', type: 'pileus.nodes.WebServer', requires: [linked('database', 'data'), hosted('web_host_2')] },
  { name: 'data', type: 'pileus.nodes.Database', requires: [hosted('data_host')] },
  { name: 'balancer_host', type: 'tosca.nodes.Compute', requires: [] },
  { name: 'web_host_1', type: 'tosca.nodes.Compute', requires: [] },
  { name: 'web_host_2', type: 'tosca.nodes.Compute', requires: [] },
  {
    name: 'data_host',
    type: 'tosca.nodes.Compute',
    requires: [{ name: 'local_storage', target: 'data_volume', relationship: 'tosca.relationships.AttachesTo' }],
  },
  { name: 'data_volume', type: 'tosca.nodes.Storage.BlockStorage', requires: [] },
];

const networked: Variant['nodes'] = [
  ...tiers.map((node) =>
    node.type === 'tosca.nodes.Compute'
      ? {
          ...node,
          requires: [
            ...node.requires,
            { name: 'link', target: 'subnet', relationship: 'tosca.relationships.network.LinksTo' },
          ],
        }
      : node,
  ),
  {
    name: 'subnet',
    type: 'pileus.nodes.Subnet',
    requires: [{ name: 'network', target: 'network', relationship: 'tosca.relationships.DependsOn' }],
  },
  { name: 'network', type: 'pileus.nodes.Network', requires: [] },
  {
    name: 'router',
    type: 'pileus.nodes.Router',
    requires: [{ name: 'subnet', target: 'subnet', relationship: 'tosca.relationships.DependsOn' }],
  },
  {
    name: 'address',
    type: 'pileus.nodes.FloatingAddress',
    requires: [
      { name: 'target', target: 'balancer_host', relationship: 'tosca.relationships.AttachesTo' },
      { name: 'router', target: 'router', relationship: 'tosca.relationships.DependsOn' },
    ],
  },
];

const inputs = {
  type: 'object',
  required: ['title'],
  properties: {
    title: {
      type: 'string',
      title: '网站标题',
      description: '显示在首页顶部',
      minLength: 1,
      maxLength: 60,
      default: '我的店铺',
    },
    port: {
      type: 'integer',
      title: '对外端口',
      description: '负载均衡监听的端口',
      minimum: 1024,
      maximum: 65535,
      default: 8080,
    },
    workers: { type: 'integer', title: '工作进程数', minimum: 1, maximum: 16, default: 2 },
    greeting: { type: 'string', title: '欢迎词', enum: ['你好', 'Hello', 'Bonjour'], default: '你好' },
    password: { type: 'string', title: '数据库密码', description: '至少 8 个字符', minLength: 8, secret: true },
  },
};
const outputs = [
  { name: 'url', description: '网站地址' },
  { name: 'web_servers', description: '各 Web 服务器的地址' },
];

const yaml = `tosca_definitions_version: tosca_simple_yaml_1_3

metadata:
  template_name: three-tier-web
  template_author: Pileus
  template_version: "1.2.0"

description: >-
  A load balancer, two web servers and a data tier with a volume.

imports:
  - file: types/web.yaml

topology_template:
  inputs:
    title:
      type: string
      default: 我的店铺
    port:
      type: integer
      default: 8080
      constraints:
        - in_range: [1024, 65535]

  node_templates:
    balancer:
      type: pileus.nodes.LoadBalancer
      properties:
        port: { get_input: port }
      requirements:
        - backend: web_1
        - backend: web_2
        - host: balancer_host

    # Both web servers speak to the same data tier.
    web_1:
      type: pileus.nodes.WebServer
      requirements:
        - database: data
        - host: web_host_1
`;

export const templates: TemplateDetail[] = [
  {
    id: 'tpl-3tier0web0lb',
    name: 'three-tier-web',
    title: text('3-Tier Web Server w/ LB', '三层 Web 服务（含负载均衡）'),
    description: text(
      'A load balancer, two web servers and a data tier whose values survive restarts. One template for this machine and for OpenStack.',
      '负载均衡、两台 Web 服务器，以及重启后数据仍在的数据层。同一模板可部署到本机与 OpenStack。',
    ),
    preset: true,
    version: '1.2.0',
    versions: ['1.2.0', '1.1.0'],
    providers: ['local', 'openstack', 'simulated'],
    createdAt: ago(4000),
    deployments: 3,
    variants: [
      { name: 'local', entry: 'local.yaml', providers: ['local'], inputs, nodes: tiers, outputs },
      { name: 'iaas', entry: 'iaas.yaml', providers: ['openstack', 'simulated'], inputs, nodes: networked, outputs },
    ],
    files: [
      { path: 'local.yaml', bytes: yaml.length },
      { path: 'iaas.yaml', bytes: 6120 },
      { path: 'types/web.yaml', bytes: 3481 },
      { path: 'scripts/balancer/start.sh', bytes: 612 },
      { path: 'scripts/web/create.sh', bytes: 903 },
      { path: 'scripts/data/configure.py', bytes: 1204 },
    ],
  },
  {
    id: 'tpl-wordpress001',
    name: 'wordpress',
    title: text('WordPress, multilingual', 'WordPress多语言版'),
    description: text('WordPress with MariaDB and language packs.', 'WordPress 与 MariaDB，内置多种语言包。'),
    preset: true,
    version: '6.8.1',
    versions: ['6.8.1'],
    providers: ['openstack'],
    createdAt: ago(3000),
    deployments: 0,
    variants: [
      {
        name: 'iaas',
        entry: 'service.yaml',
        providers: ['openstack'],
        inputs: { type: 'object', properties: {} },
        nodes: networked.slice(0, 6),
        outputs: [],
      },
    ],
    files: [{ path: 'service.yaml', bytes: 2210 }],
  },
  {
    id: 'tpl-pos000000001',
    name: 'branch-pos',
    title: text('Branch POS package', '门店 POS 套件'),
    description: text(
      'What every branch orders: till service, stock database, nightly export.',
      '每家门店订购的内容：收银服务、库存数据库、夜间导出。',
    ),
    preset: false,
    version: '0.3.0',
    versions: ['0.3.0', '0.2.1', '0.2.0'],
    providers: ['local', 'simulated'],
    createdAt: ago(800),
    deployments: 1,
    variants: [{ name: 'default', entry: 'pos.yaml', providers: [], inputs, nodes: tiers.slice(3), outputs }],
    files: [{ path: 'pos.yaml', bytes: 1804 }],
  },
];

export const fileText = (path: string) =>
  path.endsWith('.yaml')
    ? yaml
    : `#!/usr/bin/env bash\n# ${path}\nset -euo pipefail\necho "ready" >> "$PILEUS_OUTPUTS"\n`;

/** The steps of a plan for the nodes of a variant, in an order in which each needs only earlier ones. */
export function stepsFor(variant: Variant): PlannedStep[] {
  const kinds: Record<string, string> = {
    'tosca.nodes.Compute': 'server',
    'tosca.nodes.Storage.BlockStorage': 'volume',
    'pileus.nodes.Subnet': 'subnet',
    'pileus.nodes.Network': 'network',
    'pileus.nodes.Router': 'router',
    'pileus.nodes.FloatingAddress': 'address',
  };
  const titles: Record<string, string> = {
    server: '创建主机',
    volume: '创建云硬盘',
    subnet: '创建子网',
    network: '创建网络',
    router: '创建路由器',
    address: '分配公网 IP',
  };
  const made = new Set<string>();
  const steps: PlannedStep[] = [];
  const add = (node: Variant['nodes'][number]) => {
    if (made.has(node.name)) return;
    made.add(node.name);
    for (const { target } of node.requires) {
      const other = variant.nodes.find((one) => one.name === target);
      if (other) add(other);
    }
    const last = (name: string) => steps.findLast((step) => step.node === name)?.key;
    const needs = node.requires.flatMap(({ target }) => last(target) ?? []);
    const kind = kinds[node.type];
    if (kind) {
      const spec =
        kind === 'server'
          ? { name: node.name, flavor: '1核2G', image: 'debian-12', ports: [{ 'known after': needs.slice(0, 1) }] }
          : kind === 'volume'
            ? { name: node.name, gigabytes: 10 }
            : kind === 'subnet'
              ? { name: node.name, cidr: '192.168.40.0/24', network: { 'known after': needs } }
              : { name: node.name };
      if (kind === 'server' && needs.length === 0) spec.ports = [];
      steps.push({
        key: `${node.name}.make`,
        action: 'create',
        node: node.name,
        what: kind,
        title: `${titles[kind] ?? kind} ${node.name}`,
        spec,
        needs,
        why: 'new',
      });
      return;
    }
    for (const [operation, title] of [
      ['create', '安装'],
      ['configure', '配置'],
      ['start', '启动'],
    ] as const) {
      const before =
        operation === 'create' ? needs : [`${node.name}.${operation === 'configure' ? 'create' : 'configure'}`];
      steps.push({
        key: `${node.name}.${operation}`,
        action: 'run',
        node: node.name,
        what: `Standard.${operation}`,
        title: `${title} ${node.name}`,
        spec:
          operation === 'configure'
            ? { title: '我的店铺', workers: 2, database: { 'known after': ['data.start'] } }
            : {},
        needs: before,
        why: 'new',
      });
    }
  };
  variant.nodes.forEach(add);
  return steps;
}

export const resources: Resource[] = [
  {
    id: 'res-1',
    kind: 'server',
    ref: '9f0f5a2e-1c1d-4a63-8f3e-2d6f0a7b9c11',
    name: 'shop-web-1',
    state: 'running',
    native: 'ACTIVE',
    account: 'acc-shanghai0001',
    zone: 'az-1',
    deployment: 'dep-shop0000prod',
    node: 'web_host_1',
    createdAt: ago(300),
    seenAt: ago(0.1),
    details: { flavor: 'm1.small', addresses: [{ address: '192.168.40.11', reach: 'private' }] },
  },
  {
    kind: 'server',
    ref: 'd0c6c7a1-8a0e-4f2c-9f3b-6b1c9d3f0e22',
    name: 'legacy-erp',
    state: 'stopped',
    native: 'SHUTOFF',
    account: 'acc-shanghai0001',
    zone: 'az-2',
    createdAt: ago(90_000),
    seenAt: ago(0.1),
    details: {
      flavor: 'm1.xlarge',
      addresses: [
        { address: '10.0.8.4', reach: 'private' },
        { address: '203.0.113.9', reach: 'public' },
      ],
    },
  },
  {
    kind: 'server',
    ref: '1be17a55-72c2-4d6e-8a11-5e5de0ab7733',
    name: 'build-7',
    state: 'failed',
    native: 'ERROR',
    account: 'acc-shanghai0001',
    zone: 'az-1',
    createdAt: ago(40),
    seenAt: ago(0.1),
    details: { flavor: 'm1.large', addresses: [], fault: 'No valid host was found' },
  },
  ...(
    [
      ['m1.small', 2, 4096],
      ['m1.medium', 4, 8192],
      ['m1.large', 8, 16_384],
    ] as const
  ).map(([name, cores, megabytes]): Resource => ({
    kind: 'flavor',
    ref: name,
    name,
    state: 'ready',
    native: 'ACTIVE',
    account: 'acc-shanghai0001',
    details: { cores, megabytes },
  })),
];

export const instances: Instance[] = [
  ['web_host_1', '192.168.40.11', undefined, 'running', ['stop', 'reboot']],
  ['web_host_2', '192.168.40.12', undefined, 'running', ['stop', 'reboot']],
  ['balancer_host', '192.168.40.10', '203.0.113.24', 'running', ['stop', 'reboot']],
  ['data_host', '192.168.40.13', undefined, 'stopped', ['start']],
].map(([node, ip, publicIp, state, verbs], index) => ({
  id: `res-h${index}`,
  type: 'server',
  node: node as string,
  nodeInstance: `${node as string}.1`,
  privateAddress: ip as string,
  ...(publicIp !== undefined && { publicAddress: publicIp as string }),
  provider: 'openstack',
  providerTitle: text('OpenStack', 'OpenStack'),
  simulated: false,
  account: { id: 'acc-shanghai0001', name: '上海 OpenStack' },
  region: 'RegionOne',
  ref: `9f0f5a2e-1c1d-4a63-8f3e-2d6f0a7b9c${index}0`,
  state: state as 'running' | 'stopped',
  deployment: { id: 'dep-shop0000prod', name: 'shop-production' },
  verbs: verbs as Instance['verbs'],
  seenAt: ago(0.2),
}));
instances.push(
  {
    id: 'res-l1',
    type: 'process host',
    node: 'web_host_1',
    nodeInstance: 'web_host_1.1',
    privateAddress: '127.0.0.1',
    provider: 'local',
    providerTitle: text('This machine', '本机'),
    simulated: false,
    account: { id: 'acc-0local0local', name: '本机' },
    ref: 'host-web-1',
    state: 'running',
    deployment: { id: 'dep-sample000001', name: 'sample' },
    verbs: ['stop', 'reboot'],
    seenAt: ago(0.1),
  },
  {
    id: 'res-s1',
    type: 'server',
    node: 'data_host',
    nodeInstance: 'data_host.1',
    privateAddress: '10.7.0.9',
    provider: 'simulated',
    providerTitle: text('Simulated cloud', '模拟云'),
    simulated: true,
    account: { id: 'acc-simulated003', name: '演练云' },
    region: 'sim-1',
    ref: 'sim-00042',
    state: 'creating',
    deployment: { id: 'dep-drill0000001', name: 'drill-7' },
    verbs: [],
    seenAt: ago(0.1),
  },
);

const actions = [
  'Login',
  'DEPLOYMENT_CREATE',
  'PLAN_CREATE',
  'ACCOUNT_CHECK',
  'ACCOUNT_CREATE',
  'TEMPLATE_IMPORT',
  'RUN_RESUME',
  'INSTANCE_OPERATE',
  'DEPLOYMENT_DELETE',
  'PASSWORD_CHANGE',
];
const users = ['admin', '李敏', '王强', 'zhang.wei'];

export const webhooks: Webhook[] = [
  {
    id: 'whk-chat00000001',
    name: '值班群',
    url: 'https://hooks.example.org/pileus',
    kinds: ['run.ended', 'finding.found'],
    format: 'standard',
    inOrder: false,
    isEnabled: true,
    failingSince: ago(50),
    waiting: 1,
    createdBy: 'admin',
    createdAt: ago(9_000),
  },
  {
    id: 'whk-siem00000002',
    name: 'SIEM',
    url: 'https://siem.example.org/events',
    kinds: ['audit.written'],
    format: 'cloudevents',
    inOrder: true,
    isEnabled: false,
    disabledBecause: 'failing',
    waiting: 812,
    createdBy: 'admin',
    createdAt: ago(30_000),
  },
];

export const deliveries: Delivery[] = [
  { id: 'whd-1', kind: 'run.ended', at: ago(2), state: 'waiting', attempts: 2, dueAt: ago(-4), status: 503 },
  { id: 'whd-2', kind: 'finding.found', at: ago(60), state: 'delivered', attempts: 1, status: 200 },
  { id: 'whd-3', kind: 'run.ended', at: ago(5_000), state: 'failed', attempts: 11 },
];

export const audit: AuditRow[] = Array.from({ length: 180 }, (_, index) => {
  const result = index % 17 === 3 ? 'refused' : index % 23 === 5 ? 'failed' : 'ok';
  return {
    id: `log-${index}`,
    user: users[(index * 7) % users.length] ?? 'admin',
    action: actions[(index * 3) % actions.length] ?? 'Login',
    ip: ['10.8.3.14', '203.0.113.77', '127.0.0.1', '2001:db8::41'][index % 4] ?? '127.0.0.1',
    at: ago(index * 11 + 1),
    result,
    status: result === 'ok' ? 200 : result === 'refused' ? 403 : 409,
    requestId: `req-${(index * 7919).toString(36).padStart(10, '0')}`,
    ...(index % 3 !== 0 && {
      subject: 'dep-shop0000prod',
      target: { kind: 'deployment', id: 'dep-shop0000prod', name: 'shop' },
      project: 'prj-home',
    }),
    ...(index % 6 === 1 && { reason: '流量高峰', before: { version: '1.2' }, after: { version: '1.3' } }),
    ...(result === 'refused' && { code: 'not-allowed' }),
    ...(result === 'failed' && { code: 'provider-unreachable' }),
  };
});

export const secrets: Secret[] = [
  {
    id: 'sec-lab',
    name: '实验室密码',
    description: 'OpenStack 账户 pileus 的密码，每季度更换',
    kind: 'text',
    version: { number: 3, isKept: true, broughtBackFrom: 1, createdBy: 'zhang', createdAt: ago(90) },
    usedBy: [{ kind: 'account', id: 'acc-shanghai0001', name: '上海 OpenStack', setting: 'password' }],
    createdBy: 'admin',
    createdAt: ago(90_000),
  },
  {
    id: 'sec-ops',
    name: 'ops-key',
    description: '',
    kind: 'ssh-key',
    version: {
      number: 1,
      isKept: true,
      fingerprint: 'SHA256:I9JCQ6KNJ6EyScrv3aKy3LtwiCyuMJwpfMX5ap6+5b0',
      createdBy: 'admin',
      createdAt: ago(9_000),
    },
    usedBy: [],
    createdBy: 'admin',
    createdAt: ago(9_000),
  },
];
