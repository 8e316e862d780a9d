import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Failure, Secret } from '@pileus/model';
import { createOutbound } from '@pileus/outbound';
import { afterAll, describe, expect, test } from 'vitest';
import { connectLdap, type DirectoryPerson, type LdapSettings } from './ldap.ts';

/** Debian's slapd: testbeds/ldap/up. */
const state = process.env['LDAPBED_STATE'] ?? '/var/tmp/pileus-testbeds/ldap';
const port = process.env['LDAPBED_PORT'] ?? '13389';
const portTls = process.env['LDAPBED_PORT_TLS'] ?? '13636';
const missing = existsSync(join(state, 'pid')) ? '' : ' (skipped: start testbeds/ldap/up)';

describe.skipIf(missing !== '')(`on slapd${missing}`, () => {
  const outbound = createOutbound({ allow: ['localhost', '127.0.0.1'] });
  afterAll(() => outbound.close());
  const settings = (): LdapSettings => ({
    title: 'Staff',
    url: `ldap://localhost:${port}`,
    caCertificates: readFileSync(join(state, 'ca.pem'), 'utf8'),
    bindDn: 'cn=reader,dc=example,dc=org',
    bindPassword: new Secret('reader'),
    people: { base: 'ou=people,dc=example,dc=org', filter: '(&(objectClass=inetOrgPerson)(uid={name}))' },
    groups: { base: 'ou=groups,dc=example,dc=org', filter: '(objectClass=groupOfNames)', nested: 'walk' },
    pageSize: 40,
  });
  const connect = (more: Partial<LdapSettings> = {}) => connectLdap({ ...settings(), ...more }, outbound);
  const group = (name: string) => `cn=${name},ou=groups,dc=example,dc=org`;

  test.each([
    ['StartTLS', `ldap://localhost:${port}`],
    ['ldaps', `ldaps://localhost:${portTls}`],
  ])('somebody signs in over %s, with the groups that hold the groups', async (_, url) => {
    expect(await connect({ url }).signIn('ada', new Secret('swordfish'))).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      dn: 'uid=ada,ou=people,dc=example,dc=org',
      name: 'ada',
      title: 'Ada Lovelace',
      mail: 'ada@example.org',
      groups: ['developers', 'engineering', 'everyone', 'ops (night)'].map(group),
    });
  });

  test('groups without nesting are those that hold the person', async () => {
    const groups = { ...settings().groups!, nested: 'direct' as const };
    const { groups: found } = await connect({ groups }).signIn('ada', new Secret('swordfish'));
    expect(found).toEqual(['developers', 'ops (night)'].map(group));
    expect((await connect({ groups: undefined }).signIn('ada', new Secret('swordfish'))).groups).toEqual([]);
  });

  test('names with brackets and of other scripts are found, also as members', async () => {
    const person = await connect().signIn('lilei', new Secret('密码密码密码'));
    expect(person).toMatchObject({ title: '李雷 (ops)', groups: [group('ops (night)')] });
  });

  test.each([
    ['a wrong password', 'ada', 'Swordfish'],
    ["somebody else's password", 'ada', 'nanosecond'],
    ['an unknown name', 'nobody', 'swordfish'],
    ['a name that is a pattern', 'ad*', 'swordfish'],
    ['a name that ends the filter', 'ada)(objectClass=*', 'swordfish'],
    ['a name that finds all', '*)(|(uid=*', 'swordfish'],
    ['no password', 'ada', ''],
  ])('%s is refused, and nobody learns why', async (_, name, password) => {
    const refused = { code: 'sign-in-refused', facts: {} };
    await expect(connect().signIn(name, new Secret(password))).rejects.toMatchObject(refused);
  });

  test('a filter that finds two people lets in neither', async () => {
    const people = { ...settings().people, filter: '(|(uid={name})(uid=grace))' };
    const refused = { code: 'sign-in-refused' };
    await expect(connect({ people }).signIn('ada', new Secret('swordfish'))).rejects.toMatchObject(refused);
  });

  test('everybody is listed page after page, beyond what the directory answers at once', async () => {
    const found: DirectoryPerson[] = [];
    for await (const person of connect({ groups: undefined }).people()) found.push(person);
    expect(found).toHaveLength(123);
    expect(new Set(found.map(({ id }) => id)).size).toBe(123);
  });

  test('what is wrong with the setup is said', async () => {
    const trouble = async (more: Partial<LdapSettings>): Promise<string> => {
      const outcome: unknown = await connect(more)
        .signIn('ada', new Secret('swordfish'))
        .catch((error: unknown) => error);
      return outcome instanceof Failure ? `${outcome.code}: ${outcome.message}` : 'none';
    };
    const broken = (reason: string) => new RegExp(`^identity-provider-broken: Staff .*${reason}`);
    expect(await trouble({ bindPassword: new Secret('wrong') })).toMatch(broken('bind DN or its password'));
    expect(await trouble({ caCertificates: undefined })).toMatch(broken('certificate'));
    expect(await trouble({ url: `ldaps://127.0.0.1:${portTls}` })).toMatch(broken('127.0.0.1 is not in the cert'));
    expect(await trouble({ attributes: { id: 'employeeNumber' } })).toMatch(broken('has no employeeNumber'));
    const people = { ...settings().people, base: 'ou=nowhere,dc=example,dc=org' };
    expect(await trouble({ people })).toMatch(broken('there is no such base'));
    expect(await trouble({ url: 'ldap://localhost:9' })).toMatch(broken('ECONNREFUSED'));
  });

  test('a directory that offers no TLS is told nothing', async () => {
    const heard: Buffer[] = [];
    const server = createServer((socket) => {
      socket.on('data', (data) => {
        const bytes = Buffer.from(data);
        heard.push(bytes);
        // ExtendedResponse to that message: protocolError.
        const answer = Buffer.from('300c02010078070a010204000400', 'hex');
        answer.set(bytes.subarray(4, 5), 4);
        socket.write(answer);
      });
      socket.on('error', () => {});
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port: open } = server.address() as AddressInfo; // Of a TCP server it is one.
    const directory = connect({ url: `ldap://127.0.0.1:${open}` });
    const broken = { code: 'identity-provider-broken' };
    await expect(directory.signIn('ada', new Secret('swordfish'))).rejects.toMatchObject(broken);
    const all = Buffer.concat(heard).toString('latin1');
    expect(all).toContain('1.3.6.1.4.1.1466.20037');
    for (const told of ['reader', 'swordfish', 'ada']) expect(all).not.toContain(told);
    server.close();
  });
});
