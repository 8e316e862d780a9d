import type { ChangeAction, Text } from '@pileus/model';

/** One thing that somebody may be allowed to do. */
export interface ActionFacts {
  /** The kind of thing it is done to. */
  readonly on: TargetKind;
  /** Changes nothing. */
  readonly reads?: true;
  readonly title: Text;
}

/** What actions are done to. Cloud resources (`server`, `volume` …) are kinds of their own, down to a single one. */
export const targetKinds = [
  'organization',
  'project',
  'user',
  'group',
  'service-account',
  'policy',
  'secret',
  'account',
  'template',
  'deployment',
  'server',
  'volume',
  'network',
  'subnet',
  'router',
  'port',
  'security-group',
  'address',
  'attachment',
  'key-pair',
  'flavor',
  'image',
] as const;
export type TargetKind = (typeof targetKinds)[number];

const read = <const K extends TargetKind>(on: K, en: string, zh: string) =>
  ({ on, reads: true, title: { en, 'zh-CN': zh } }) as const;
const act = <const K extends TargetKind>(on: K, en: string, zh: string) =>
  ({ on, title: { en, 'zh-CN': zh } }) as const;

/** Every action that a policy may name, each declared once. */
export const actions = {
  'organization.read': read('organization', 'See organizations', '查看租户'),
  'organization.create': act('organization', 'Create organizations', '创建租户'),
  'organization.update': act('organization', 'Change organizations', '修改租户'),
  'organization.quota': act('organization', 'Set how much organizations may have', '设置租户配额'),
  'audit.read': read('organization', 'See the operation log', '查看操作日志'),
  'webhook.read': read('organization', 'See webhooks and what they were told', '查看 Webhook 及其投递记录'),
  'webhook.create': act('organization', 'Add webhooks', '添加 Webhook'),
  'webhook.update': act('organization', 'Change, try and resend webhooks', '修改、测试和重新投递 Webhook'),
  'webhook.delete': act('organization', 'Remove webhooks', '移除 Webhook'),
  'sign-in.read': read('organization', 'See how people sign in', '查看登录设置'),
  'sign-in.update': act('organization', 'Set how people sign in', '修改登录设置'),
  'vault.read': read(
    'organization',
    'See which keys the secrets of the platform are sealed with',
    '查看平台机密所用的密钥',
  ),
  'vault.rewrap': act(
    'organization',
    'Wrap the secrets of the platform under its newest key',
    '用最新密钥重新封装平台机密',
  ),

  'project.read': read('project', 'See projects and environments', '查看项目和环境'),
  'project.create': act('project', 'Create projects', '创建项目'),
  'project.update': act('project', 'Change projects and their environments', '修改项目及其环境'),
  'project.quota': act('project', 'Set how much projects may have', '设置项目配额'),
  'project.delete': act('project', 'Delete projects', '删除项目'),

  'user.read': read('user', 'See users', '查看用户'),
  'user.create': act('user', 'Create users', '创建用户'),
  'user.update': act('user', 'Change users, and end their sessions', '修改用户，终止其会话'),
  'user.delete': act('user', 'Delete users', '删除用户'),
  'group.read': read('group', 'See groups', '查看群组'),
  'group.create': act('group', 'Create groups', '创建群组'),
  'group.update': act('group', 'Change groups and their members', '修改群组及其成员'),
  'group.delete': act('group', 'Delete groups', '删除群组'),
  'service-account.read': read('service-account', 'See service accounts', '查看服务账号'),
  'service-account.create': act('service-account', 'Create service accounts', '创建服务账号'),
  'service-account.update': act('service-account', 'Change service accounts and their keys', '修改服务账号及其密钥'),
  'service-account.delete': act('service-account', 'Delete service accounts', '删除服务账号'),
  'policy.read': read('policy', 'See policies, and ask who may do what', '查看授权策略，查询谁可以做什么'),
  'policy.create': act('policy', 'Create policies', '创建授权策略'),
  'policy.update': act('policy', 'Change policies', '修改授权策略'),
  'policy.delete': act('policy', 'Delete policies', '删除授权策略'),
  'policy.attach': act('policy', 'Attach policies and detach them', '附加和分离授权策略'),

  'secret.read': read('secret', 'See secrets, without their values', '查看机密（不含内容）'),
  'secret.create': act('secret', 'Keep secrets', '创建机密'),
  'secret.update': act('secret', 'Change secrets, and give them new values', '修改机密并更换其内容'),
  'secret.delete': act('secret', 'Delete secrets', '删除机密'),
  'secret.use': act('secret', 'Have secrets used, such as by cloud accounts', '使用机密，例如用于云账户'),

  'account.read': read('account', 'See cloud accounts', '查看云账户'),
  'account.create': act('account', 'Add cloud accounts', '添加云账户'),
  'account.update': act('account', 'Change cloud accounts', '修改云账户'),
  'account.delete': act('account', 'Remove cloud accounts', '移除云账户'),
  'account.check': act('account', 'Try cloud accounts', '测试云账户'),
  'account.price': act('account', 'Set what cloud accounts cost', '设置云账户的价目表'),
  'account.use': act('account', 'Deploy on cloud accounts', '在云账户上部署'),

  'template.read': read('template', 'See templates', '查看应用模板'),
  'template.create': act('template', 'Import templates and new versions', '导入应用模板和新版本'),
  'template.delete': act('template', 'Delete templates', '删除应用模板'),

  'deployment.read': read('deployment', 'See deployments, their runs and logs', '查看应用实例及其执行和日志'),
  'deployment.plan': act('deployment', 'Plan deployments and changes', '为应用实例制定计划'),
  'deployment.create': act('deployment', 'Create deployments', '创建应用实例'),
  'deployment.update': act('deployment', 'Update deployments, accept drift', '更新应用实例，接受漂移'),
  'deployment.scale': act('deployment', 'Scale deployments', '伸缩应用实例'),
  'deployment.heal': act('deployment', 'Heal deployments', '修复应用实例'),
  'deployment.rollback': act('deployment', 'Roll deployments back', '回滚应用实例'),
  'deployment.start': act('deployment', 'Start deployments', '启动应用实例'),
  'deployment.stop': act('deployment', 'Stop deployments', '停止应用实例'),
  'deployment.run': act('deployment', 'Run workflows and operations', '运行工作流和操作'),
  'deployment.tag': act('deployment', 'Tag deployments', '为应用实例设置标签'),
  'deployment.use': act('deployment', 'Use nodes of deployments in other deployments', '在其他应用实例中使用其节点'),
  'deployment.control': act('deployment', 'Cancel, pause and resume runs', '取消、暂停和恢复执行'),
  'deployment.delete': act('deployment', 'Delete deployments', '删除应用实例'),

  'server.read': read('server', 'See servers', '查看主机'),
  'server.start': act('server', 'Start servers', '启动主机'),
  'server.stop': act('server', 'Stop servers', '停止主机'),
  'server.reboot': act('server', 'Reboot servers', '重启主机'),
  'volume.read': read('volume', 'See volumes', '查看云硬盘'),
  'network.read': read('network', 'See networks', '查看网络'),
  'subnet.read': read('subnet', 'See subnets', '查看子网'),
  'router.read': read('router', 'See routers', '查看路由器'),
  'port.read': read('port', 'See ports', '查看端口'),
  'security-group.read': read('security-group', 'See security groups', '查看安全组'),
  'address.read': read('address', 'See public addresses', '查看公网地址'),
  'attachment.read': read('attachment', 'See volume attachments', '查看云硬盘挂载'),
  'key-pair.read': read('key-pair', 'See key pairs', '查看密钥对'),
  'flavor.read': read('flavor', 'See flavors', '查看主机类型'),
  'image.read': read('image', 'See images', '查看镜像'),
} as const satisfies Record<string, ActionFacts>;

export type Action = keyof typeof actions;
export const actionNames = Object.keys(actions) as readonly Action[];

/** What somebody may be allowed who asks for a call; `public` needs no sign-in, `self` needs only that. */
export type Permission = Action | 'public' | 'self';

/** What somebody must be allowed who has a plan carried out. */
export const actionOfChange = {
  create: 'deployment.create',
  update: 'deployment.update',
  scale: 'deployment.scale',
  heal: 'deployment.heal',
  rollback: 'deployment.rollback',
  start: 'deployment.start',
  stop: 'deployment.stop',
  workflow: 'deployment.run',
  operation: 'deployment.run',
  delete: 'deployment.delete',
} as const satisfies Record<ChangeAction, Action>;
