import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@pileus/api';
import { simulated } from '@pileus/provider';
import { expect, test } from 'vitest';
import { aPlatform } from '../testing/a-platform.ts';

/** Debian's slapd: testbeds/ldap/up. */
const state = process.env['LDAPBED_STATE'] ?? '/var/tmp/pileus-testbeds/ldap';
const port = process.env['LDAPBED_PORT'] ?? '13389';
const isMissing = !existsSync(join(state, 'pid'));
const here = isMissing ? undefined : await aPlatform([simulated]);

test.skipIf(isMissing)(
  'people of a directory sign in, and a sync makes, follows, disables and enables them',
  { timeout: 300_000 },
  async () => {
    if (!here) return;
    const { client: admin, url, database, bugs } = here;
    const nobody = createClient({ server: url });
    const { id: engineers } = await admin.call('post /groups', { body: { name: 'Engineers' } });
    const settings = {
      url: `ldap://localhost:${port}`,
      caCertificates: readFileSync(join(state, 'ca.pem'), 'utf8'),
      bindDn: 'cn=reader,dc=example,dc=org',
      people: { base: 'ou=people,dc=example,dc=org', filter: '(&(objectClass=inetOrgPerson)(uid={name}))' },
      groups: {
        base: 'ou=groups,dc=example,dc=org',
        filter: '(objectClass=groupOfNames)',
        nested: 'walk' as const,
      },
      pageSize: 40,
    };
    const method = await admin.call('post /sign-in-methods', {
      body: {
        kind: 'ldap',
        title: 'Staff',
        settings,
        secret: 'reader',
        groups: { 'cn=engineering,ou=groups,dc=example,dc=org': [engineers] },
      },
    });
    const params = { method: method.id };
    const { people } = await admin.call('post /sign-in-methods/{method}/check', { params });
    expect(people).toHaveLength(5);

    const signIn = (name: string, password: string) =>
      nobody.call('post /sessions', { body: { method: method.id, name, password, kind: 'cli' } });
    for (const [name, password] of [
      ['ada', 'wrong'],
      ['nobody', 'swordfish'],
      ['*', 'swordfish'],
    ] as const)
      await expect(signIn(name, password)).rejects.toMatchObject({ failure: { code: 'sign-in-refused' } });
    const ada = await signIn('ada', 'swordfish');
    expect(ada.user).toMatchObject({ name: 'ada', method: 'Staff' });
    const groupOf = async () => (await admin.call('get /groups/{group}', { params: { group: engineers } })).members;
    expect((await groupOf()).map(({ name }) => name)).toEqual(['ada']);

    const sync = (evenIfMany = false) =>
      admin.call('post /sign-in-methods/{method}/sync', { params, body: { evenIfMany } });
    expect(await sync()).toMatchObject({ people: 123, made: 122, disabled: 0 });
    expect(await sync()).toMatchObject({ people: 123, made: 0, disabled: 0 });
    const engineersThere = await groupOf();
    expect(engineersThere.map(({ name }) => name)).toContain('ada');
    await admin.call('patch /groups/{group}', { params: { group: engineers }, body: { members: [] } });
    await sync();
    expect(await groupOf()).toEqual(engineersThere);

    // All but one leave at once: that is taken for a mistake, unless somebody says that it is meant.
    const narrow = { ...settings, people: { ...settings.people, filter: '(&(uid=grace)(uid={name}))' } };
    const change = (to: typeof settings) =>
      admin.call('patch /sign-in-methods/{method}', { params, body: { settings: to } });
    await change(narrow);
    await expect(sync()).rejects.toMatchObject({ failure: { code: 'conflict' } });
    const asAda = createClient({ server: url, token: ada.token });
    await asAda.call('get /me', {});
    expect(await sync(true)).toMatchObject({ people: 1, disabled: 122 });
    await expect(asAda.call('get /me', {})).rejects.toMatchObject({ failure: { code: 'not-signed-in' } });

    // Whom a person has disabled stays so when the directory is back.
    const { id: grace = '' } = (await signIn('grace', 'nanosecond')).user ?? {};
    await admin.call('patch /users/{user}', { params: { user: grace }, body: { isDisabled: true } });
    await change(settings);
    expect(await sync()).toMatchObject({ people: 123, made: 0 });
    expect((await signIn('ada', 'swordfish')).user?.name).toBe('ada');
    await expect(signIn('grace', 'nanosecond')).rejects.toMatchObject({ failure: { code: 'sign-in-refused' } });
    const kept = await database.selectFrom('sign_in_method').selectAll().execute();
    expect(JSON.stringify(kept)).not.toContain('"reader"');
    expect(bugs).toEqual([]);
  },
);
