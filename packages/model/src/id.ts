/** An id names one kind of thing: an `Id<'project'>` does not fit where an `Id<'account'>` is wanted. */
export type Id<Kind extends string> = string & { readonly kind: Kind };

/** What stands before the dash, so that a person can tell from an id what it names. */
const prefixes = {
  organization: 'org',
  project: 'prj',
  environment: 'env',
  user: 'u',
  group: 'grp',
  'service-account': 'svc',
  policy: 'pol',
  token: 'tok',
  session: 's',
  factor: 'fac',
  'sign-in-method': 'sim',
  account: 'acc',
  template: 'tpl',
  deployment: 'dep',
  plan: 'plan',
  run: 'run',
  resource: 'res',
  finding: 'fnd',
  audit: 'log',
  rewrap: 'rwr',
  secret: 'sec',
  webhook: 'whk',
  delivery: 'whd',
} as const;

export type IdKind = keyof typeof prefixes;
export type OrganizationId = Id<'organization'>;
export type ProjectId = Id<'project'>;
export type UserId = Id<'user'>;
/** Whoever acts: a person or a program. */
export type PrincipalId = UserId | Id<'service-account'>;
export type AccountId = Id<'account'>;
export type TemplateId = Id<'template'>;
export type DeploymentId = Id<'deployment'>;
export type PlanId = Id<'plan'>;
export type RunId = Id<'run'>;
export type ResourceId = Id<'resource'>;

/** What kind of thing an id names, as far as that can be told from it. */
export function kindOfId(id: string): IdKind | undefined {
  const [, prefix] = /^([a-z]+)-[0-9a-z]+$/.exec(id) ?? [];
  return idKinds.find((kind) => prefixes[kind] === prefix);
}

const idKinds = Object.keys(prefixes) as readonly IdKind[];

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** A new id such as `dep-7k3m9q2x4c5n`: 60 random bits, no letters that look like digits. */
export function newId<K extends IdKind>(kind: K): Id<K> {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `${prefixes[kind]}-${Array.from(bytes, (byte) => alphabet[byte & 31]).join('')}` as Id<K>;
}
