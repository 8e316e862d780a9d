import type { Text } from '@pileus/model';
import type { PolicyDocument } from '@pileus/policy';

/** A policy that comes with the product: the same in every organization, and nobody's to change. */
export interface BuiltIn {
  readonly description: Text;
  readonly document: PolicyDocument;
}

const allow = (...actions: string[]) =>
  ({
    Version: '2026-11-01',
    Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
  }) as const satisfies PolicyDocument;

const reading = ['*.read'];
const deployments = [
  'deployment.*',
  'template.read',
  'account.read',
  'account.use',
  'project.read',
  'server.*',
  'flavor.read',
  'image.read',
];

export const builtIn = {
  AdministratorAccess: {
    description: { en: 'Everything in the organization', 'zh-CN': '租户内的全部权限' },
    document: allow('*'),
  },
  ReadOnlyAccess: {
    description: { en: 'Sees everything, changes nothing', 'zh-CN': '可查看全部内容，不能更改' },
    document: allow(...reading),
  },
  DeploymentFullAccess: {
    description: {
      en: 'Plans, deploys, changes and deletes deployments, and uses their servers',
      'zh-CN': '规划、部署、变更和删除应用实例，操作其主机',
    },
    document: allow(...deployments),
  },
  DeploymentReadOnlyAccess: {
    description: { en: 'Sees deployments and what they are made of', 'zh-CN': '查看应用实例及其组成' },
    document: allow('deployment.read', 'template.read', 'account.read', 'project.read', 'server.read'),
  },
  OperatorAccess: {
    description: {
      en: 'Keeps deployments running: starts, stops, scales, heals and rolls back, but neither creates nor deletes',
      'zh-CN': '维护运行中的应用实例：启停、伸缩、修复和回滚，但不能创建或删除',
    },
    document: allow(
      ...reading,
      'deployment.plan',
      'deployment.scale',
      'deployment.heal',
      'deployment.rollback',
      'deployment.start',
      'deployment.stop',
      'deployment.run',
      'deployment.control',
      'server.start',
      'server.stop',
      'server.reboot',
      'account.use',
      'account.check',
    ),
  },
  BillingReadOnlyAccess: {
    description: {
      en: 'Sees what deployments cost, what their clouds charge, and how much projects may have',
      'zh-CN': '查看应用实例费用、云账户价目表和项目配额',
    },
    document: allow('deployment.read', 'template.read', 'account.read', 'project.read'),
  },
  SecurityAuditorAccess: {
    description: { en: 'Sees who may do what, and what was done', 'zh-CN': '查看权限和操作日志' },
    document: allow('audit.read', 'user.read', 'group.read', 'service-account.read', 'policy.read', 'project.read'),
  },
} as const satisfies Record<string, BuiltIn>;

export type BuiltInName = keyof typeof builtIn;

export function isBuiltIn(policy: string): policy is BuiltInName {
  return Object.hasOwn(builtIn, policy);
}
