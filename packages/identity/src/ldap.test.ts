import { Secret } from '@pileus/model';
import { createOutbound } from '@pileus/outbound';
import { FilterParser } from 'ldapts';
import { expect, test } from 'vitest';
import { connectLdap, escapeFilter, guidOf, type LdapSettings } from './ldap.ts';

test.each([
  ['Parens R Us (for all your parenthetical needs)', 'Parens R Us \\28for all your parenthetical needs\\29'],
  ['*', '\\2a'],
  ['C:\\MyFile', 'C:\\5cMyFile'],
  ['\u0000', '\\00'],
  ['李雷 é', '李雷 é'],
  ['ada)(uid=*))(|(uid=*', 'ada\\29\\28uid=\\2a\\29\\29\\28|\\28uid=\\2a'],
])('“%s” is written as %s, as RFC 4515 says', (value, written) => expect(escapeFilter(value)).toBe(written));

test('whatever is typed, a filter keeps its form and finds that text', () => {
  for (const typed of [
    '*',
    'a*',
    ')(|(uid=*',
    '\\2a',
    '\\',
    '(((',
    'x\u0000y',
    '',
    '&',
    '|',
    '!(uid=ada)',
    '李雷 (ops)',
  ]) {
    const filter = FilterParser.parseString(`(&(objectClass=person)(uid=${escapeFilter(typed)}))`);
    const [, part] = (filter as unknown as { filters: { attribute: string; value: string }[] }).filters;
    expect(part).toMatchObject({ attribute: 'uid', value: typed });
  }
});

test('an objectGUID is written as Active Directory shows it', () => {
  const bytes = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
  expect(guidOf(bytes)).toBe('33221100-5544-7766-8899-aabbccddeeff');
  expect(guidOf(bytes.subarray(1))).toBeUndefined();
});

const settings: LdapSettings = {
  title: 'Staff',
  url: 'ldap://localhost:389',
  bindDn: 'cn=reader',
  bindPassword: new Secret('reader'),
  people: { base: 'dc=example,dc=org', filter: '(uid={name})' },
};

test('a directory is reached the guarded way, and an empty password reaches nobody', async () => {
  const outbound = createOutbound({ resolve: async () => ['127.0.0.1'] });
  const signIn = (url: string) => connectLdap({ ...settings, url }, outbound).signIn('ada', new Secret('swordfish'));
  await expect(signIn('ldap://directory.example:389')).rejects.toMatchObject({ code: 'address-refused' });
  await expect(signIn('ldaps://directory.example')).rejects.toMatchObject({ code: 'address-refused' });
  await expect(signIn('ldap://127.0.0.1')).rejects.toMatchObject({ code: 'address-refused' });
  await expect(signIn('ldaps://[::ffff:169.254.169.254]')).rejects.toMatchObject({ code: 'address-forbidden' });
  await expect(signIn('http://directory.example')).rejects.toMatchObject({ code: 'identity-provider-broken' });
  const directory = connectLdap(settings, outbound);
  await expect(directory.signIn('ada', new Secret(''))).rejects.toMatchObject({ code: 'sign-in-refused' });
  await expect(directory.signIn('', new Secret('x'))).rejects.toMatchObject({ code: 'sign-in-refused' });
  await outbound.close();
});
