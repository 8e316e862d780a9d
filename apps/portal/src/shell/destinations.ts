import type { Permission } from '@pileus/api';
import type { IconName } from '../parts/Icon.tsx';

export interface Destination {
  readonly to: string;
  readonly title:
    | 'home'
    | 'deployments'
    | 'templates'
    | 'runs'
    | 'clouds'
    | 'instances'
    | 'projects'
    | 'users'
    | 'groups'
    | 'serviceAccounts'
    | 'policies'
    | 'organizations'
    | 'accessTokens'
    | 'simulator'
    | 'operationLog'
    | 'webhooks'
    | 'signInMethods'
    | 'secrets'
    | 'profile';
  readonly icon: IconName;
  readonly permission?: Permission;
}

/** The menu; who lacks a permission does not see the entry. */
export const destinations: readonly {
  readonly title?: 'applications' | 'resources' | 'access' | 'governance';
  readonly items: readonly Destination[];
}[] = [
  { items: [{ to: '/', title: 'home', icon: 'home' }] },
  {
    title: 'applications',
    items: [
      { to: '/deployments', title: 'deployments', icon: 'layers', permission: 'deployment.read' },
      { to: '/templates', title: 'templates', icon: 'template', permission: 'template.read' },
      { to: '/runs', title: 'runs', icon: 'play', permission: 'deployment.read' },
    ],
  },
  {
    title: 'resources',
    items: [
      { to: '/clouds', title: 'clouds', icon: 'cloud', permission: 'account.read' },
      { to: '/instances', title: 'instances', icon: 'server', permission: 'server.read' },
      { to: '/secrets', title: 'secrets', icon: 'key', permission: 'secret.read' },
    ],
  },
  {
    title: 'access',
    items: [
      { to: '/projects', title: 'projects', icon: 'folder', permission: 'project.read' },
      { to: '/users', title: 'users', icon: 'user', permission: 'user.read' },
      { to: '/groups', title: 'groups', icon: 'group', permission: 'group.read' },
      {
        to: '/service-accounts',
        title: 'serviceAccounts',
        icon: 'robot',
        permission: 'service-account.read',
      },
      { to: '/policies', title: 'policies', icon: 'shield', permission: 'policy.read' },
      { to: '/policy-simulator', title: 'simulator', icon: 'balance', permission: 'policy.read' },
      { to: '/sign-in-methods', title: 'signInMethods', icon: 'key', permission: 'sign-in.read' },
      { to: '/organizations', title: 'organizations', icon: 'globe', permission: 'organization.read' },
    ],
  },
  {
    title: 'governance',
    items: [
      { to: '/operation-log', title: 'operationLog', icon: 'log', permission: 'audit.read' },
      { to: '/webhooks', title: 'webhooks', icon: 'send', permission: 'webhook.read' },
    ],
  },
];
