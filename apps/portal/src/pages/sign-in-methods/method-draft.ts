import type { BodyOf } from '@pileus/api';
import type { Method } from './SignInMethodsPage.tsx';

/** What is in the form: the settings of either kind, flat. */
export interface Given {
  readonly title: string;
  /** The issuer, or the directory's URL. */
  readonly address: string;
  readonly clientId?: string;
  readonly bindDn?: string;
  readonly secret?: string;
  readonly peopleBase?: string;
  readonly peopleFilter?: string;
  readonly groupsBase?: string;
  readonly groupsFilter?: string;
  readonly nested?: 'walk' | 'chain' | 'direct';
  readonly caCertificates?: string;
  readonly makesUsers: boolean;
  readonly countsAsTwo: boolean;
  readonly isEnabled?: boolean;
  readonly groups?: readonly { readonly theirs: string; readonly ours: readonly string[] }[];
}

/** What the form begins with: the method as it is, or what fits most. */
export function startOf(kind: Method['kind'], method: Method | undefined): Partial<Given> {
  const usual = {
    makesUsers: true,
    countsAsTwo: false,
    groups: [],
    ...(kind === 'ldap' && {
      peopleFilter: '(&(objectClass=person)(uid={name}))',
      groupsFilter: '(objectClass=groupOfNames)',
      nested: 'walk' as const,
    }),
  };
  if (!method) return usual;
  const { title, settings, makesUsers, countsAsTwo, isEnabled, groups } = method;
  const mapped = Object.entries(groups).map(([theirs, ours]) => ({ theirs, ours }));
  const shared = { title, makesUsers, countsAsTwo, isEnabled, groups: mapped };
  const ca = settings.caCertificates === undefined ? {} : { caCertificates: settings.caCertificates };
  if ('issuer' in settings) return { ...shared, ...ca, address: settings.issuer, clientId: settings.clientId };
  return {
    ...usual,
    ...shared,
    ...ca,
    address: settings.url,
    bindDn: settings.bindDn,
    peopleBase: settings.people.base,
    peopleFilter: settings.people.filter,
    ...(settings.groups && {
      groupsBase: settings.groups.base,
      groupsFilter: settings.groups.filter,
      nested: settings.groups.nested,
    }),
  };
}

/** What is sent. Settings that the form does not show (claims, attributes, pages) stay as they are. */
export function bodyOf(
  kind: Method['kind'],
  given: Given,
  method?: Method,
): { create: BodyOf<'post /sign-in-methods'>; patch: BodyOf<'patch /sign-in-methods/{method}'> } {
  const { title, makesUsers, countsAsTwo, isEnabled } = given;
  const groups = Object.fromEntries((given.groups ?? []).map(({ theirs, ours }) => [theirs, [...ours]]));
  const shared = { title, makesUsers, countsAsTwo, groups };
  const secret = given.secret ? { secret: given.secret } : {};
  const changes = { ...shared, ...secret, ...(isEnabled !== undefined && { isEnabled }) };
  if (kind === 'oidc') {
    const settings = oidcOf(given, method);
    return { create: { kind, settings, ...shared, ...secret }, patch: { ...changes, settings } };
  }
  const settings = ldapOf(given, method);
  return { create: { kind, settings, ...shared, secret: given.secret ?? '' }, patch: { ...changes, settings } };
}

function oidcOf({ address, clientId = '', caCertificates }: Given, method?: Method) {
  const { caCertificates: _, ...before } = method && 'issuer' in method.settings ? method.settings : {};
  return { ...before, issuer: address, clientId, ...certificates(caCertificates) };
}

function ldapOf(given: Given, method?: Method) {
  const { caCertificates: _, groups: __, ...before } = method && 'url' in method.settings ? method.settings : {};
  const { address, bindDn = '', peopleBase = '', peopleFilter = '', groupsBase, groupsFilter = '', nested } = given;
  return {
    ...before,
    url: address,
    bindDn,
    people: { base: peopleBase, filter: peopleFilter },
    ...(groupsBase && { groups: { base: groupsBase, filter: groupsFilter, nested: nested ?? ('walk' as const) } }),
    ...certificates(given.caCertificates),
  };
}

const certificates = (pem: string | undefined) => (pem?.trim() ? { caCertificates: pem } : {});
