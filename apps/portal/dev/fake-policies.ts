import { type Action, actionNames, actions, type AnswerOf } from '@pileus/api';
import { Failure } from '@pileus/model';
import type { Policy, PolicyDetail } from '../src/api/types.ts';
import { ago } from './samples.ts';

const both = (en: string, chinese: string) => ({ en, 'zh-CN': chinese });
const statement = (Action: readonly string[]) => ({
  Sid: 'ProductionServers',
  Effect: 'Allow',
  Action,
  Resource: ['server/*'],
  Condition: { StringEquals: { environment: 'production' }, Bool: { mfa: true } },
});
const document = (...Statement: object[]) => ({ Version: '2026-11-01', Statement });
const strict = document(statement(['server.read', 'server.start']), {
  Effect: 'Deny',
  Action: 'server.reboot',
  Resource: '*',
});
const everything = document({ Effect: 'Allow', Action: '*', Resource: '*' });

const details: readonly PolicyDetail[] = [
  {
    id: 'AdministratorAccess',
    name: 'AdministratorAccess',
    description: both('Everything in the organization', '租户内的一切'),
    isBuiltIn: true,
    version: 1,
    document: everything,
    attachments: 1,
    versions: [],
    attachedTo: [{ id: 'u-admin', name: 'admin', kind: 'user' }],
  },
  {
    id: 'pol-operators01',
    name: 'operators',
    description: both('Servers in production', '生产环境的主机'),
    isBuiltIn: false,
    version: 2,
    document: strict,
    attachments: 2,
    createdAt: ago(9_000),
    versions: [
      { number: 2, note: '暂不允许停机', createdBy: 'admin', createdAt: ago(300), document: strict },
      {
        number: 1,
        note: '',
        createdBy: 'admin',
        createdAt: ago(9_000),
        document: document(statement(['server.read', 'server.start', 'server.stop'])),
      },
    ],
    attachedTo: [
      { id: 'grp-operators', name: '运维组', kind: 'group' },
      { id: 'svc-nightly', name: 'nightly', kind: 'service-account' },
    ],
  },
];

export const policies: readonly Policy[] = details.map(({ versions: _, attachedTo: __, ...policy }) => policy);

export function policyOf(id: string): PolicyDetail {
  const policy = details.find((one) => one.id === id);
  if (!policy) throw new Failure('not-found', { kind: 'policy', id });
  return policy;
}

/** The actions there are; the kinds all have the same few keys. */
export const vocabulary: AnswerOf<'get /policies/vocabulary'> = {
  actions: actionNames.map((name: Action) => {
    const { on, title } = actions[name];
    return { name, kind: on, reads: name.endsWith('.read'), title };
  }),
  kinds: [...new Set(actionNames.map((name) => actions[name].on))].map((name) => ({
    name,
    title: both(name, name),
    keys: ['project', 'environment'],
  })),
  keys: [
    { name: 'project', of: 'resource', type: 'string', title: both('Project (id)', '项目（ID）') },
    { name: 'environment', of: 'resource', type: 'string', title: both('Environment', '环境用途') },
    { name: 'sourceIp', of: 'request', type: 'ip', title: both('Address of the caller', '来源 IP') },
    { name: 'mfa', of: 'request', type: 'boolean', title: both('With a second factor', '已通过多因素认证') },
  ],
};

export const gains: AnswerOf<'post /policies/preview'> = {
  items: [
    {
      principal: { id: 'u-zhang', name: 'zhang', kind: 'user' },
      gains: ['server.stop'],
      loses: actionNames.filter((name) => name.startsWith('deployment.')),
    },
  ],
};

/** A decision that has something to explain. */
export const decision: AnswerOf<'post /policies/check'> = {
  allowed: false,
  reason: 'denied explicitly',
  because: [
    {
      effect: 'Deny',
      policy: { id: 'pol-operators01', name: 'operators' },
      statement: 1,
      via: { id: 'grp-operators', name: '运维组' },
    },
  ],
  nearMisses: [
    {
      effect: 'Allow',
      policy: { id: 'pol-operators01', name: 'operators' },
      statement: 0,
      sid: 'ProductionServers',
      failed: ['mfa'],
    },
  ],
};

/** An operation log that somebody has tampered with. */
export const broken: AnswerOf<'get /audit/verify'> = {
  rows: 180,
  ok: false,
  broken: [
    { number: 17, id: 'aud-17', at: ago(700), is: 'changed' },
    { number: 181, is: 'missing' },
  ],
  head: { number: 180, digest: '6c031f72feaea5bef0d2515d0b92d819e63ce5dd79650a906f3d947a22b47a6e' },
};
