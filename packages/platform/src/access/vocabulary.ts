import { actions, actionNames, type TargetKind } from '@pileus/api';
import type { KindWord, Vocabulary } from '@pileus/policy';

const resourceKeys = {
  project: { type: 'string', title: { en: 'Project (id)', 'zh-CN': '项目（ID）' } },
  environment: {
    type: 'string',
    title: {
      en: 'What its environment is for: development, test, staging, production',
      'zh-CN': '环境用途：development、test、staging、production',
    },
  },
  account: { type: 'string', title: { en: 'Cloud account (id)', 'zh-CN': '云账户（ID）' } },
  provider: { type: 'string', title: { en: 'Cloud provider', 'zh-CN': '云服务商' } },
  region: { type: 'string', title: { en: 'Region of its cloud account', 'zh-CN': '云账户的区域' } },
  'tag/*': { type: 'string', title: { en: 'Its tags', 'zh-CN': '标签' } },
  createdBy: { type: 'string', title: { en: 'Who made it', 'zh-CN': '创建用户' } },
} as const satisfies Vocabulary['resourceKeys'];
type ResourceKey = keyof typeof resourceKeys;

const placed = ['project', 'environment', 'account', 'provider', 'region', 'tag/*', 'createdBy'] as const;
const ofOrganization = ['createdBy'] as const;

const kind = (en: string, zh: string, keys: readonly ResourceKey[]): KindWord<ResourceKey> => ({
  title: { en, 'zh-CN': zh },
  keys,
});

/** Everything that a policy may name. Actions are those of the API; this adds the kinds and the condition keys. */
export const vocabulary = {
  actions: Object.fromEntries(
    actionNames.map((name) => {
      const { on, title, ...rest } = actions[name];
      return [name, { kind: on, title, reads: 'reads' in rest }];
    }),
  ),
  kinds: {
    organization: kind('Organization', '租户', []),
    project: kind('Project', '项目', ['project', ...ofOrganization]),
    user: kind('User', '用户', ofOrganization),
    group: kind('Group', '群组', ofOrganization),
    'service-account': kind('Service account', '服务账号', ofOrganization),
    policy: kind('Policy', '授权策略', ofOrganization),
    secret: kind('Secret', '机密', ofOrganization),
    account: kind('Cloud account', '云账户', ['account', 'provider', 'region', 'createdBy']),
    template: kind('Template', '应用模板', ofOrganization),
    deployment: kind('Deployment', '应用实例', placed),
    server: kind('Server', '主机', placed),
    volume: kind('Volume', '云硬盘', placed),
    network: kind('Network', '网络', placed),
    subnet: kind('Subnet', '子网', placed),
    router: kind('Router', '路由器', placed),
    port: kind('Port', '端口', placed),
    'security-group': kind('Security group', '安全组', placed),
    address: kind('Public address', '公网地址', placed),
    attachment: kind('Volume attachment', '云硬盘挂载', placed),
    'key-pair': kind('Key pair', '密钥对', placed),
    flavor: kind('Flavor', '主机类型', ['account', 'provider']),
    image: kind('Image', '镜像', ['account', 'provider']),
  },
  resourceKeys,
  requestKeys: {
    sourceIp: { type: 'ip', title: { en: 'Address of the caller', 'zh-CN': '来源 IP' } },
    currentTime: { type: 'date', title: { en: 'Time', 'zh-CN': '时间' } },
    mfa: { type: 'boolean', title: { en: 'Signed in with a second factor', 'zh-CN': '已通过多因素认证' } },
    'principal.id': { type: 'string', title: { en: 'Who asks (id)', 'zh-CN': '请求者（ID）' } },
    'principal.name': { type: 'string', title: { en: 'Who asks (name)', 'zh-CN': '请求者（名称）' } },
  },
} satisfies Vocabulary<TargetKind, ResourceKey>;
