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

export interface DestinationGroup {
  readonly title?: 'applications' | 'resources' | 'access' | 'governance';
  readonly items: readonly Destination[];
  /** Used by few people, and seldom: folded first where there is not enough room. */
  readonly isSeldom?: true;
}

/** The menu; who lacks a permission does not see the entry. */
export const destinations: readonly DestinationGroup[] = [
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
    isSeldom: true,
    items: [
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
    ],
  },
  {
    title: 'governance',
    isSeldom: true,
    items: [
      { to: '/projects', title: 'projects', icon: 'folder', permission: 'project.read' },
      { to: '/organizations', title: 'organizations', icon: 'globe', permission: 'organization.read' },
      { to: '/sign-in-methods', title: 'signInMethods', icon: 'lock', permission: 'sign-in.read' },
      { to: '/operation-log', title: 'operationLog', icon: 'log', permission: 'audit.read' },
      { to: '/webhooks', title: 'webhooks', icon: 'send', permission: 'webhook.read' },
    ],
  },
];

/** What of the menu somebody may use; groups of which that is nothing are left out. */
export function allowed(may: (permission: Permission) => boolean): DestinationGroup[] {
  return destinations
    .map((group) => ({
      ...group,
      items: group.items.filter(({ permission }) => permission === undefined || may(permission)),
    }))
    .filter(({ items }) => items.length > 0);
}
