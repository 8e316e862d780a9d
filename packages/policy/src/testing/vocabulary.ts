import type { Request, Vocabulary } from '../vocabulary.ts';

const text = (en: string, chinese: string) => ({ en, 'zh-CN': chinese });
const ofCloud = ['project', 'environment', 'account', 'provider', 'region', 'createdBy', 'tag/*'] as const;

/** A small vocabulary of the shape that the platform declares; with a number and a truth value besides texts. */
export const vocabulary = {
  actions: {
    'deployment.read': { kind: 'deployment', title: text('See a deployment', '查看应用实例'), reads: true },
    'deployment.create': { kind: 'deployment', title: text('Deploy', '部署') },
    'deployment.delete': { kind: 'deployment', title: text('Delete a deployment', '删除应用实例') },
    'server.read': { kind: 'server', title: text('See a server', '查看主机'), reads: true },
    'server.start': { kind: 'server', title: text('Start a server', '启动主机') },
    'server.stop': { kind: 'server', title: text('Stop a server', '停止主机') },
    'volume.read': { kind: 'volume', title: text('See a volume', '查看卷'), reads: true },
    'volume.delete': { kind: 'volume', title: text('Delete a volume', '删除卷') },
    'user.read': { kind: 'user', title: text('See a user', '查看用户'), reads: true },
    'user.write': { kind: 'user', title: text('Change a user', '修改用户') },
  },
  kinds: {
    deployment: { title: text('Deployment', '应用实例'), keys: ['project', 'environment', 'createdBy', 'tag/*'] },
    server: { title: text('Server', '主机'), keys: [...ofCloud, 'cores', 'protected'] },
    volume: { title: text('Volume', '卷'), keys: [...ofCloud, 'gigabytes', 'protected'] },
    user: { title: text('User', '用户'), keys: [] },
  },
  resourceKeys: {
    project: { type: 'string', title: text('Project', '项目') },
    environment: { type: 'string', title: text('Environment', '环境') },
    account: { type: 'string', title: text('Account', '云账户') },
    provider: { type: 'string', title: text('Provider', '云服务商') },
    region: { type: 'string', title: text('Region', '区域') },
    createdBy: { type: 'string', title: text('Who made it', '创建者') },
    'tag/*': { type: 'string', title: text('Tag', '标签') },
    cores: { type: 'number', title: text('Cores', '核数') },
    gigabytes: { type: 'number', title: text('Gigabytes', '容量') },
    protected: { type: 'boolean', title: text('Protected', '受保护') },
  },
  requestKeys: {
    sourceIp: { type: 'ip', title: text('Address of the caller', '来源 IP') },
    currentTime: { type: 'date', title: text('Time', '当前时间') },
    mfa: { type: 'boolean', title: text('Signed in with a second factor', '已通过多因素认证') },
    'principal.id': { type: 'string', title: text('Who asks', '请求者ID') },
    'principal.name': { type: 'string', title: text('Name of who asks', '请求者名称') },
  },
} as const satisfies Vocabulary<
  'deployment' | 'server' | 'volume' | 'user',
  (typeof ofCloud)[number] | 'cores' | 'gigabytes' | 'protected'
>;

/** Zhang asks, on a working day, from the office, with a second factor. */
export const request: Request = {
  'principal.id': 'u-1',
  'principal.name': 'zhang',
  sourceIp: '10.1.2.3',
  currentTime: new Date('2026-11-27T09:30:00+08:00'),
  mfa: true,
};
