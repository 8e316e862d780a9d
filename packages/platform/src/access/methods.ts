import { LdapSettings, OidcSettings } from '@pileus/api';
import type { Database, Tables } from '@pileus/database';
import { connectLdap, connectOidc, type Directory, type OidcProvider } from '@pileus/identity';
import { Failure, Secret, type Id, type OrganizationId } from '@pileus/model';
import type { Selectable } from 'kysely';
import type { Given } from './given.ts';
import { home } from './organizations.ts';
import { sealedColumns } from '../vault/index.ts';

export type MethodRow = Selectable<Tables['sign_in_method']>;

/** Where an identity provider sends people back to: a page of the portal, which ends the sign-in. */
export const redirectUri = ({ origin }: Given, asked: string) => `${origin ?? asked}/sign-in/back`;

/** The methods of an organization by its name, as its people may choose one; none of one that is not there. */
export async function methodsOf(database: Database, organization: string | undefined) {
  return database
    .selectFrom('sign_in_method as method')
    .innerJoin('organization', 'organization.id', 'method.organization')
    .select(['method.id', 'method.kind', 'method.title'])
    .where('method.is_enabled', '=', true)
    .where('organization.deleted_at', 'is', null)
    .where(({ eb, fn }) =>
      organization === undefined
        ? eb('organization.id', '=', home)
        : eb(fn<string>('lower', ['organization.name']), '=', organization.toLowerCase()),
    )
    .orderBy('method.title')
    .execute();
}

/** One that people may sign in by. Throws `sign-in-refused`, whatever is wrong with it. */
export async function enabledMethod({ database }: Given, id: string, kind: MethodRow['kind']): Promise<MethodRow> {
  const row = await database
    .selectFrom('sign_in_method as method')
    .innerJoin('organization', 'organization.id', 'method.organization')
    .selectAll('method')
    .where('method.id', '=', id as Id<'sign-in-method'>)
    .where('method.kind', '=', kind)
    .where('method.is_enabled', '=', true)
    .where('organization.deleted_at', 'is', null)
    .executeTakeFirst();
  if (!row) throw new Failure('sign-in-refused');
  return row;
}

/** One of an organization's. Throws `not-found`. */
export async function methodOf(database: Database, organization: OrganizationId, id: string): Promise<MethodRow> {
  const row = await database
    .selectFrom('sign_in_method')
    .selectAll()
    .where('id', '=', id as Id<'sign-in-method'>)
    .where('organization', '=', organization)
    .executeTakeFirst();
  if (!row) throw new Failure('not-found', { kind: 'sign-in-method', id });
  return row;
}

/** Does something with an identity provider; plain http is for one on this machine alone, for a trial. */
export async function withProvider<T>(
  { outbound, vault, clock }: Given,
  { id, title, settings, secret }: MethodRow,
  act: (provider: OidcProvider) => Promise<T>,
): Promise<T> {
  const read = OidcSettings.parse(settings);
  const { scopes, claims, caCertificates, issuer, clientId } = read;
  const opened = secret === null ? undefined : await vault.open(secret, sealedColumns.signInMethodSecret.place({ id }));
  const provider = connectOidc(
    {
      title,
      issuer,
      clientId,
      ...(opened !== undefined && { clientSecret: new Secret(opened) }),
      ...(scopes && { scopes }),
      ...(claims && { claims: given(claims) }),
      ...(caCertificates !== undefined && { caCertificates }),
      insecure: /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(\/|$)/.test(issuer),
    },
    outbound,
    () => clock.now(),
  );
  try {
    return await act(provider);
  } finally {
    await provider.close();
  }
}

/** A directory that people sign in by. */
export async function directoryOf(
  { outbound, vault }: Given,
  { id, title, settings, secret }: MethodRow,
): Promise<Directory> {
  const read = LdapSettings.parse(settings);
  const { url, bindDn, people, groups, attributes, pageSize, caCertificates } = read;
  const opened = secret === null ? '' : await vault.open(secret, sealedColumns.signInMethodSecret.place({ id }));
  return connectLdap(
    {
      title,
      url,
      bindDn,
      bindPassword: new Secret(opened),
      people,
      ...(groups && { groups }),
      ...(attributes && { attributes: given(attributes) }),
      ...(pageSize !== undefined && { pageSize }),
      ...(caCertificates !== undefined && { caCertificates }),
    },
    outbound,
  );
}

/** What is there of it: absent and undefined are one thing in JSON. */
function given<T extends Readonly<Record<string, string | undefined>>>(values: T): { [K in keyof T]?: string } {
  const there = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there) as { [K in keyof T]?: string };
}
