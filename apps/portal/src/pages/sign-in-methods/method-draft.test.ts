import { expect, test } from 'vitest';
import { bodyOf, startOf, type Given } from './method-draft.ts';
import type { Method } from './SignInMethodsPage.tsx';

const shared = {
  id: 'sim-1',
  title: 'Staff',
  isEnabled: true,
  makesUsers: true,
  countsAsTwo: false,
  hasSecret: true,
  users: 0,
};
const directory: Method = {
  ...shared,
  kind: 'ldap',
  settings: {
    url: 'ldaps://dc1.example.org',
    bindDn: 'cn=reader',
    people: { base: 'ou=people', filter: '(uid={name})' },
    groups: { base: 'ou=groups', filter: '(objectClass=group)', nested: 'chain' },
    attributes: { id: 'objectGUID' },
    caCertificates: 'PEM',
  },
  groups: { 'cn=developers': ['grp-1'] },
};

test('a method that is opened and saved stays as it is, with the settings that the form does not show', () => {
  const given = startOf('ldap', directory) as Given;
  const { patch } = bodyOf('ldap', given, directory);
  expect(patch).toEqual({
    title: 'Staff',
    makesUsers: true,
    countsAsTwo: false,
    isEnabled: true,
    settings: directory.settings,
    groups: directory.groups,
  });
});

test('what is emptied is taken away, and a secret is sent only when one was entered', () => {
  const given = { ...(startOf('ldap', directory) as Given), groupsBase: '', caCertificates: ' ', secret: '' };
  const { patch } = bodyOf('ldap', given, directory);
  expect(patch).not.toHaveProperty('secret');
  expect(patch.settings).not.toHaveProperty('groups');
  expect(patch.settings).not.toHaveProperty('caCertificates');
  expect(bodyOf('ldap', { ...given, secret: 'new' }, directory).patch.secret).toBe('new');
});

test('an identity provider keeps its claims when its issuer is changed', () => {
  const settings = { issuer: 'https://id.example.org', clientId: 'pileus', claims: { groups: 'roles' } };
  const provider: Method = { ...shared, kind: 'oidc', settings, groups: {} };
  const given = { ...(startOf('oidc', provider) as Given), address: 'https://login.example.org' };
  expect(bodyOf('oidc', given, provider).patch.settings).toEqual({ ...settings, issuer: 'https://login.example.org' });
});
