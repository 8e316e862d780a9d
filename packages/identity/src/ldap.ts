import { connect, isIP } from 'node:net';
import { checkServerIdentity, getCACertificates, type ConnectionOptions } from 'node:tls';
import { because, Failure, seconds, type Secret } from '@pileus/model';
import type { Outbound } from '@pileus/outbound';
import {
  Client,
  InvalidCredentialsError,
  NoSuchObjectError,
  ResultCodeError,
  type Entry,
  type SearchOptions,
} from 'ldapts';

/** An LDAP directory or an Active Directory, as an administrator sets it up. */
export interface LdapSettings {
  /** As people know it; named by failures. */
  readonly title: string;
  /** `ldaps://host:636`, or `ldap://host:389`, which is made safe by StartTLS before anything is said. */
  readonly url: string;
  /** PEM; trusted beside the usual authorities' certificates. */
  readonly caCertificates?: string | undefined;
  /** Who looks people up: needs to read, and no more. */
  readonly bindDn: string;
  readonly bindPassword: Secret;
  readonly people: {
    readonly base: string;
    /** RFC 4515; `{name}` is what was typed: `(&(objectClass=person)(uid={name}))`. */
    readonly filter: string;
  };
  /** Absent: nobody is in any group. */
  readonly groups?: Groups | undefined;
  /** Which attributes hold what; those of RFC 2798 unless told. `id` never changes: entryUUID (RFC 4530), objectGUID. */
  readonly attributes?: Partial<Attributes>;
  /** Entries asked for at a time: a directory answers no more than its limit, 1,000 at Active Directory. */
  readonly pageSize?: number;
}

interface Groups {
  readonly base: string;
  /** Narrows what counts as a group: `(objectClass=groupOfNames)`. */
  readonly filter: string;
  /**
   * `walk`: asks for the groups that have a member, then for those that have these, and so on; works everywhere.
   * `chain`: one question, which Active Directory alone understands (LDAP_MATCHING_RULE_IN_CHAIN).
   * `direct`: only groups that have the person itself as a member.
   */
  readonly nested: 'walk' | 'chain' | 'direct';
}

interface Attributes {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly mail: string;
}

/** Somebody a directory knows. */
export interface DirectoryPerson {
  readonly id: string;
  readonly dn: string;
  readonly name: string;
  readonly title: string | undefined;
  readonly mail: string | undefined;
  /** The DNs of the groups, nested ones too. */
  readonly groups: readonly string[];
}

export interface Directory {
  /**
   * Who signs in with this name and password.
   *
   * @throws Failure `sign-in-refused` for a name that nobody or more than one has, a wrong or empty password, a locked entry:
   * all alike; `identity-provider-broken` with the reason, `host-unreachable`, `address-refused`.
   */
  signIn(name: string, password: Secret): Promise<DirectoryPerson>;
  /** Everybody whom `people` finds, page after page, for a sync. */
  people(): AsyncGenerator<DirectoryPerson>;
}

const usual: Attributes = { id: 'entryUUID', name: 'uid', title: 'cn', mail: 'mail' };
const usualPage = 500;
const patience = seconds(10);
/** Groups in groups, until it must be a circle that nobody meant or a directory that is not ours to crawl. */
const limits = { depth: 16, groups: 2_000 } as const;

export function connectLdap(settings: LdapSettings, outbound: Outbound): Directory {
  const { title, people, pageSize = usualPage } = settings;
  const attributes = { ...usual, ...settings.attributes };
  const wanted = Object.values(attributes);
  // Bytes elsewhere than in objectGUID would be a broken name.
  const options: SearchOptions = {
    scope: 'sub',
    attributes: wanted,
    explicitBufferAttributes: ['objectGUID'],
    timeLimit: 10,
  };

  const asService = <T>(act: (client: Client) => Promise<T>) =>
    connected(settings, outbound, async (client) => {
      await client.bind(settings.bindDn, settings.bindPassword.reveal()).catch(serviceRefused(title));
      return act(client);
    });
  const personOf = async (client: Client, entry: Entry): Promise<DirectoryPerson | undefined> => {
    const [id, name] = [idIn(entry, attributes.id), textIn(entry, attributes.name)];
    if (id === undefined || name === undefined) return undefined;
    return {
      id,
      dn: entry.dn,
      name,
      title: textIn(entry, attributes.title),
      mail: textIn(entry, attributes.mail),
      groups: settings.groups ? await groupsOf(client, entry.dn, settings.groups, pageSize) : [],
    };
  };

  return {
    async signIn(name, password) {
      // A bind without a password succeeds as nobody (RFC 4513, 5.1.2), whatever the name.
      if (name === '' || password.reveal() === '') throw new Failure('sign-in-refused');
      return asService(async (client) => {
        const filter = people.filter.replaceAll('{name}', () => escapeFilter(name));
        const { searchEntries } = await client.search(people.base, { ...options, filter, sizeLimit: 2 });
        const [entry, another] = searchEntries;
        if (!entry || another) throw new Failure('sign-in-refused');
        await connected(settings, outbound, (own) => own.bind(entry.dn, password.reveal()).catch(personRefused));
        const person = await personOf(client, entry);
        if (!person) throw lacking(title, entry.dn, attributes);
        return person;
      });
    },
    async *people() {
      const clients: Client[] = [];
      const bound = async () => {
        const client = await opened(settings, outbound);
        clients.push(client);
        await client.bind(settings.bindDn, settings.bindPassword.reveal()).catch(serviceRefused(title));
        return client;
      };
      try {
        // Groups are asked for beside the pages: slapd goes on with one paged search on each connection.
        const [pages, aside] = [await bound(), await bound()];
        const filter = people.filter.replaceAll('{name}', '*');
        for await (const page of pages.searchPaginated(people.base, { ...options, filter, paged: { pageSize } })) {
          for (const entry of page.searchEntries) {
            const person = await personOf(aside, entry);
            if (person) yield person;
          }
        }
      } catch (error) {
        throw explained(title, error);
      } finally {
        for (const client of clients) await client.unbind().catch(() => {});
      }
    },
  };
}

/** A value inside a filter means itself (RFC 4515, 3): `*`, `(`, `)`, `\` and NUL are written as their bytes. */
export function escapeFilter(value: string): string {
  return value.replace(/[\\*()\0]/g, (one) => `\\${one.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

async function connected<T>(
  settings: LdapSettings,
  outbound: Outbound,
  act: (client: Client) => Promise<T>,
): Promise<T> {
  const client = await opened(settings, outbound);
  try {
    return await act(client);
  } catch (error) {
    throw explained(settings.title, error);
  } finally {
    await client.unbind().catch(() => {});
  }
}

/** A connection to the checked address, under TLS with the certificate of the host's name. */
async function opened({ url, title, caCertificates }: LdapSettings, outbound: Outbound): Promise<Client> {
  const { protocol, hostname, port } = URL.parse(url) ?? {};
  if (hostname === undefined || hostname === '' || (protocol !== 'ldap:' && protocol !== 'ldaps:'))
    throw new Failure('identity-provider-broken', {
      provider: title,
      reason: because('not-ldap', { url }),
    });
  const number = Number(port) || (protocol === 'ldaps:' ? 636 : 389);
  const host = hostname.replace(/^\[|\]$/g, '');
  // An address is never looked up, so it is checked here.
  if (isIP(host) !== 0) await outbound.resolve(host, number);
  const lookup = outbound.lookup(number);
  const tls: ConnectionOptions = {
    ...(isIP(host) === 0 && { servername: host }),
    checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate),
    minVersion: 'TLSv1.2',
    ...(caCertificates && { ca: [...getCACertificates('default'), caCertificates] }),
  };
  // The library calls it with a port and a host only; the type has every form of it.
  const createConnection = ((asked: number, name: string) =>
    connect({ port: asked, host: name, lookup })) as typeof connect;
  const client = new Client({
    url: `${protocol}//${hostname}:${number}`,
    timeout: patience,
    connectTimeout: patience,
    // With TLS options, it would speak TLS at once.
    ...(protocol === 'ldaps:' ? { tlsOptions: { ...tls, lookup } } : { createConnection }),
  });
  try {
    // RFC 4511, 4.14. A directory that cannot is not spoken to.
    if (protocol === 'ldap:') await client.startTLS({ ...tls });
    return client;
  } catch (error) {
    await client.unbind().catch(() => {});
    throw explained(title, error);
  }
}

async function groupsOf(
  client: Client,
  dn: string,
  { base, filter, nested }: Groups,
  pageSize: number,
): Promise<readonly string[]> {
  const having = async (member: string, rule = ''): Promise<string[]> => {
    const asked = `(&${filter}(member${rule}=${escapeFilter(member)}))`;
    const found: string[] = [];
    for await (const { searchEntries } of client.searchPaginated(base, {
      scope: 'sub',
      filter: asked,
      attributes: ['1.1'],
      paged: { pageSize },
    })) {
      found.push(...searchEntries.map((entry) => entry.dn));
    }
    return found;
  };
  if (nested === 'chain') return (await having(dn, ':1.2.840.113556.1.4.1941:')).toSorted();
  const known = new Map<string, string>();
  let members = [dn];
  for (let depth = 0; members.length > 0 && depth < (nested === 'walk' ? limits.depth : 1); depth++) {
    const next: string[] = [];
    for (const member of members) {
      for (const group of await having(member)) {
        if (known.has(group.toLowerCase()) || known.size >= limits.groups) continue;
        known.set(group.toLowerCase(), group);
        next.push(group);
      }
    }
    members = next;
  }
  return [...known.values()].toSorted();
}

function valueIn(entry: Entry, attribute: string): string | Buffer | undefined {
  const name = Object.keys(entry).find((key) => key.toLowerCase() === attribute.toLowerCase());
  const value = name === undefined ? undefined : entry[name];
  return Array.isArray(value) ? value[0] : value;
}

function textIn(entry: Entry, attribute: string): string | undefined {
  const value = valueIn(entry, attribute);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Active Directory's 16 bytes are written as people know them: the first three groups are little-endian (MS-DTYP, 2.3.4). */
function idIn(entry: Entry, attribute: string): string | undefined {
  const value = valueIn(entry, attribute);
  if (!Buffer.isBuffer(value)) return typeof value === 'string' && value !== '' ? value : undefined;
  return guidOf(value);
}

export function guidOf(bytes: Buffer): string | undefined {
  if (bytes.length !== 16) return undefined;
  const turned = Buffer.from(bytes);
  turned.subarray(0, 4).reverse();
  turned.subarray(4, 6).reverse();
  turned.subarray(6, 8).reverse();
  return turned.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

const broken = (provider: string, reason: string, cause?: unknown) =>
  new Failure('identity-provider-broken', { provider, reason }, { cause });

const lacking = (title: string, dn: string, { id, name }: Attributes) =>
  broken(title, `${dn} has no ${id} or no ${name}; name the attributes that it has, and let the reader see them`);

const serviceRefused = (title: string) => (error: unknown) => {
  throw error instanceof InvalidCredentialsError
    ? broken(title, 'the bind DN or its password is not right', error)
    : error;
};

/** Wrong, expired, locked: the directory says which, and only the operation log may. */
const personRefused = (error: unknown) => {
  throw error instanceof ResultCodeError ? new Failure('sign-in-refused', {}, { cause: error }) : error;
};

function explained(title: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof NoSuchObjectError) return broken(title, `there is no such base: ${error.message}`, error);
  return broken(title, error instanceof Error ? error.message : String(error), error);
}
