import { Failure } from '@pileus/model';
import type { AnswerOf } from '@pileus/api';
import type { Group, Organization, Project, ServiceAccount, Session, Token, User } from '../src/api/types.ts';
import { ago } from './samples.ts';

const named = (id: string, name: string) => ({ id, name });
const administrator = named('AdministratorAccess', 'AdministratorAccess');
const operatorsPolicy = named('pol-operators01', 'operators');
const operators = named('grp-operators', '运维组');
const auditors = named('grp-auditors1', 'Auditors');

export const users: User[] = [
  {
    id: 'u-admin',
    name: 'admin',
    isDisabled: false,
    hasPassword: true,
    hasSecondFactor: true,
    groups: [],
    policies: [administrator],
    lastSeen: ago(0),
    createdAt: ago(90_000),
  },
  {
    id: 'u-zhang',
    name: '张伟',
    isDisabled: false,
    hasPassword: true,
    hasSecondFactor: false,
    groups: [operators, auditors],
    policies: [],
    lastSeen: ago(47),
    createdAt: ago(30_000),
  },
  {
    id: 'u-li',
    name: 'li.na',
    isDisabled: false,
    hasPassword: false,
    hasSecondFactor: false,
    groups: [],
    policies: [],
    createdAt: ago(20),
  },
  {
    id: 'u-wang',
    name: 'wang',
    isDisabled: true,
    hasPassword: true,
    hasSecondFactor: false,
    groups: [operators],
    policies: [],
    lastSeen: ago(40_000),
    createdAt: ago(80_000),
  },
];

export const services: readonly ServiceAccount[] = [
  {
    id: 'svc-nightly',
    name: 'nightly',
    description: '每晚重启测试环境的主机',
    isDisabled: false,
    groups: [operators],
    policies: [operatorsPolicy],
    tokens: 2,
    createdAt: ago(9_000),
  },
];

export const groups: readonly Group[] = [
  {
    ...operators,
    description: '值班运维人员',
    members: [
      { id: 'svc-nightly', name: 'nightly', kind: 'service-account' },
      { id: 'u-wang', name: 'wang', kind: 'user' },
      { id: 'u-zhang', name: '张伟', kind: 'user' },
    ],
    policies: [operatorsPolicy],
    createdAt: ago(60_000),
  },
  {
    ...auditors,
    description: '',
    members: [{ id: 'u-zhang', name: '张伟', kind: 'user' }],
    policies: [],
    createdAt: ago(50_000),
  },
];

export const sessions: readonly Session[] = [
  {
    id: 's-browser',
    kind: 'browser',
    begunBy: 'password',
    secondFactor: false,
    ip: '10.1.2.3',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0',
    createdAt: ago(300),
    usedAt: ago(47),
    expiresAt: ago(-600),
    isCurrent: false,
  },
];

export const tokens: readonly Token[] = [
  {
    id: 'tok-nightly1',
    name: '每日备份',
    prefix: 'plt_k3m9q2x4',
    scopes: ['deployment.read', 'server.*'],
    createdAt: ago(9_000),
    expiresAt: ago(-60_000),
    usedAt: ago(380),
    usedIp: '10.1.2.9',
  },
  { id: 'tok-laptop01', name: 'laptop', prefix: 'plt_7vz0abcd', createdAt: ago(90_000), expiresAt: ago(4_000) },
];

export const projects: readonly Project[] = [
  {
    id: 'prj-default0001',
    name: 'default',
    description: '',
    isDefault: true,
    environments: [],
    deployments: 3,
    createdBy: 'system',
    createdAt: ago(90_000),
  },
  {
    id: 'prj-shop0000001',
    name: '网上商城',
    description: '面向消费者的商城',
    isDefault: false,
    environments: [
      { id: 'env-dev00000001', name: 'dev', purpose: 'development' },
      { id: 'env-prod0000001', name: 'prod-sh', purpose: 'production' },
    ],
    deployments: 0,
    createdBy: 'admin',
    createdAt: ago(30_000),
  },
];

export const organizations: Organization[] = [
  { id: 'org-home', name: 'default', isHome: true, users: users.length, createdAt: ago(90_000) },
  { id: 'org-acme00000001', name: 'acme', isHome: false, users: 1, createdAt: ago(900) },
];

export const signIn: AnswerOf<'get /organization/sign-in'> = { requiresSecondFactor: false };

export const methods: AnswerOf<'get /sign-in-methods'>['items'] = [
  {
    id: 'sim-staff000001',
    kind: 'oidc',
    title: '员工账号',
    isEnabled: true,
    makesUsers: true,
    countsAsTwo: true,
    settings: { issuer: 'https://id.example.org/realms/staff', clientId: 'pileus' },
    hasSecret: true,
    groups: { operators: ['grp-operators'] },
    redirectUri: 'https://pileus.example.org/api/v1/sign-in/oidc',
    users: 2,
  },
  {
    id: 'sim-branch00002',
    kind: 'ldap',
    title: 'Branch office',
    isEnabled: false,
    makesUsers: true,
    countsAsTwo: false,
    settings: {
      url: 'ldaps://dc1.example.org',
      bindDn: 'cn=reader,dc=example,dc=org',
      people: { base: 'ou=people,dc=example,dc=org', filter: '(&(objectClass=person)(uid={name}))' },
    },
    hasSecret: true,
    groups: {},
    users: 31,
    lastSync: { at: ago(50), people: 31, made: 2, disabled: 1, kept: 0 },
  },
];

/** The one of these that is called so. Throws `not-found`. */
export function theOne<T extends { readonly id: string }>(of: readonly T[], kind: string, id: string): T {
  const found = of.find((one) => one.id === id);
  if (!found) throw new Failure('not-found', { kind, id });
  return found;
}
