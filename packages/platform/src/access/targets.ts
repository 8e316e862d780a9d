import type { Database } from '@pileus/database';
import type { Actor } from '@pileus/http';
import { Failure, type Id, type OrganizationId, type ProjectId, type Tags, type UserId } from '@pileus/model';
import type { Resource } from '@pileus/policy';
import { sql } from 'kysely';
import { isBuiltIn } from './built-in.ts';
import { home } from './organizations.ts';
import { regionIn, tagFamily } from './where.ts';

/** How things are found that paths name, each within an organization. */
const finders = {
  account: (database, organization, id) =>
    accounts(database, organization).where('id', '=', id).executeTakeFirst().then(ifThere(asAccount)),

  template: (database, organization, id) =>
    templates(database, organization).where('id', '=', id).executeTakeFirst().then(ifThere(asTemplate)),

  deployment: (database, organization, id) =>
    deployments(database, organization).where('deployment.id', '=', id).executeTakeFirst().then(ifThere(asDeployment)),

  run: async (database, organization, id) =>
    (await runOfDeployment(database, organization, id)) ?? runOfFinding(database, organization, id),

  // A finding is the account's.
  finding: (database, organization, id) =>
    database
      .selectFrom('finding')
      .innerJoin('account', 'account.id', 'finding.account')
      .select(['account.id', 'account.name', 'account.provider', regionOf, 'account.created_by'])
      .where('account.organization', '=', organization)
      .where('finding.id', '=', id)
      .executeTakeFirst()
      .then(ifThere(asAccount)),

  // A plan is about its deployment, or about one that is not there yet.
  plan: (database, organization, id) =>
    database
      .selectFrom('plan')
      .innerJoin('account', 'account.id', 'plan.account')
      .leftJoin('environment', 'environment.id', 'plan.environment')
      .leftJoin('deployment', 'deployment.id', 'plan.deployment')
      .select([
        'plan.deployment',
        'plan.name',
        'plan.project',
        'environment.purpose',
        'plan.account',
        'account.provider',
        regionOf,
        'plan.created_by',
      ])
      // Those of the deployment as it is now: what a plan was made with may be out of date.
      .select(({ fn }) => fn.coalesce('deployment.tags', 'plan.tags').as('tags'))
      .where('plan.organization', '=', organization)
      .where('plan.id', '=', id)
      .executeTakeFirst()
      .then((row) => row && asDeployment({ ...row, id: row.deployment ?? undefined })),

  instance: (database, organization, id) =>
    servers(database, organization).where('resource.id', '=', id).executeTakeFirst().then(ifThere(asServer)),

  project: (database, organization, id) =>
    database
      .selectFrom('project')
      .select(['id', 'name', 'created_by'])
      .where('organization', '=', organization)
      .where('id', '=', id as ProjectId)
      .where('deleted_at', 'is', null)
      .executeTakeFirst()
      .then((row) => row && target('project', row, { project: row.id })),

  method: (database, organization, id) =>
    database
      .selectFrom('sign_in_method')
      .select('id')
      .where('organization', '=', organization)
      .where('id', '=', id as Id<'sign-in-method'>)
      .executeTakeFirst()
      .then((row) => row && { kind: 'organization', id: organization, keys: {} }),

  webhook: (database, organization, id) =>
    database
      .selectFrom('webhook')
      .select('id')
      .where('organization', '=', organization)
      .where('id', '=', id)
      .executeTakeFirst()
      .then((row) => row && { kind: 'organization', id: organization, keys: {} }),

  // Those who run the platform reach every organization, others their own.
  organization: (database, organization, id) =>
    database
      .selectFrom('organization')
      .select(['id', 'name'])
      .where('id', '=', id as OrganizationId)
      .where('deleted_at', 'is', null)
      .executeTakeFirst()
      .then((row) =>
        row && (organization === home || organization === row.id)
          ? { kind: 'organization', id: row.id, name: row.name, keys: {} }
          : undefined,
      ),

  user: (database, organization, id) =>
    database
      .selectFrom('user_account')
      .select(['id', 'name', 'created_by'])
      .where('organization', '=', organization)
      .where('id', '=', id as UserId)
      .executeTakeFirst()
      .then((row) => row && target('user', row, {})),

  group: (database, organization, id) =>
    database
      .selectFrom('user_group')
      .select(['id', 'name', 'created_by'])
      .where('organization', '=', organization)
      .where('id', '=', id as Id<'group'>)
      .executeTakeFirst()
      .then((row) => row && target('group', row, {})),

  service: (database, organization, id) =>
    database
      .selectFrom('service_account')
      .select(['id', 'name', 'created_by'])
      .where('organization', '=', organization)
      .where('id', '=', id as Id<'service-account'>)
      .executeTakeFirst()
      .then((row) => row && target('service-account', row, {})),

  secret: (database, organization, id) =>
    database
      .selectFrom('secret')
      .select(['id', 'name', 'created_by'])
      .where('organization', '=', organization)
      .where('id', '=', id as Id<'secret'>)
      .executeTakeFirst()
      .then((row) => row && target('secret', row, {})),

  policy: async (database, organization, id) => {
    if (isBuiltIn(id)) return { kind: 'policy', id, name: id, keys: {} };
    const row = await database
      .selectFrom('policy')
      .select(['id', 'name', 'created_by'])
      .where('organization', '=', organization)
      .where('id', '=', id as Id<'policy'>)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    return row && target('policy', row, {});
  },
} satisfies Record<string, Finder>;

type Finder = (database: Database, organization: OrganizationId, id: string) => Promise<Resource | undefined>;

/** The parameters of paths that name something. */
export const findable: ReadonlySet<string> = new Set(Object.keys(finders));

/** What a parameter of a path names; undefined where there is no such thing in the organization. */
export async function findTarget(
  database: Database,
  organization: OrganizationId,
  parameter: string,
  id: string,
): Promise<Resource | undefined> {
  const find: Finder | undefined = findable.has(parameter) ? finders[parameter as keyof typeof finders] : undefined;
  return find?.(database, organization, id);
}

/** What is done with a deployment is the deployment's, and so is what is done with one of its servers. */
const runOfDeployment: Finder = (database, organization, id) =>
  deployments(database, organization)
    .where(({ eb, or, selectFrom }) => {
      const subject = selectFrom('run')
        .select('subject')
        .where(sql<boolean>`run.id = ${id}`);
      return or([
        eb('deployment.id', '=', subject),
        eb(
          'deployment.id',
          '=',
          selectFrom('resource').select('resource.deployment').where('resource.id', '=', subject).limit(1),
        ),
      ]);
    })
    .executeTakeFirst()
    .then(ifThere(asDeployment));

/** What was found at an account belongs to no deployment: its runs are seen by those who see all of that account's. */
const runOfFinding: Finder = (database, organization, id) =>
  database
    .selectFrom('run')
    .innerJoin('finding', 'finding.id', 'run.subject')
    .innerJoin('account', 'account.id', 'finding.account')
    .select(['account.id', 'account.provider', regionOf])
    .where('account.organization', '=', organization)
    .where(sql<boolean>`run.id = ${id}`)
    .executeTakeFirst()
    .then((row) => row && { kind: 'deployment', keys: { account: row.id, ...cloudOf(row) } });

/** By which parameter things of a kind are found; undefined for those that only clouds know. */
export function parameterOf(kind: string): string | undefined {
  if (kind === 'server') return 'instance';
  if (kind === 'service-account') return 'service';
  return findable.has(kind) ? kind : undefined;
}

/** The same, for those who ask by themselves. Throws `not-found`. */
export async function theOne(
  database: Database,
  { organization }: Pick<Actor, 'organization'>,
  parameter: keyof typeof finders,
  id: string,
): Promise<Resource> {
  const found = await findTarget(database, organization, parameter, id);
  if (!found) throw new Failure('not-found', { kind: parameter, id });
  return found;
}

/** So many of each kind are enough to tell what a change of rights comes to. */
const mostOfAKind = 1_000;

/** The newest things of a kind that rights are mostly about; none of other kinds. */
export async function someOf(
  database: Database,
  organization: OrganizationId,
  kind: string,
  most = mostOfAKind,
): Promise<Resource[]> {
  switch (kind) {
    case 'account':
      return (await accounts(database, organization).limit(most).execute()).map(asAccount);
    case 'template':
      return (await templates(database, organization).limit(most).execute()).map(asTemplate);
    case 'deployment':
      return (
        await deployments(database, organization)
          .where('deployment.deleted_at', 'is', null)
          .orderBy('deployment.created_at', 'desc')
          .limit(most)
          .execute()
      ).map(asDeployment);
    case 'server':
      return (
        await servers(database, organization)
          .where('resource.kind', '=', 'server')
          .orderBy('resource.asked_at', 'desc')
          .limit(most)
          .execute()
      ).map(asServer);
    default:
      return [];
  }
}

function accounts(database: Database, organization: OrganizationId) {
  return database
    .selectFrom('account')
    .select(['id', 'name', 'provider', regionOf, 'created_by'])
    .where('organization', '=', organization)
    .where('deleted_at', 'is', null);
}

/** Those that come with the product are everybody's. */
function templates(database: Database, organization: OrganizationId) {
  return database
    .selectFrom('template')
    .select(['id', 'name', 'created_by'])
    .where(({ eb, or }) => or([eb('organization', '=', organization), eb('organization', 'is', null)]));
}

function servers(database: Database, organization: OrganizationId) {
  return database
    .selectFrom('resource')
    .innerJoin('deployment', 'deployment.id', 'resource.deployment')
    .innerJoin('account', 'account.id', 'resource.account')
    .leftJoin('environment', 'environment.id', 'deployment.environment')
    .select([
      'resource.id',
      'resource.name',
      'deployment.project',
      'environment.purpose',
      'resource.account',
      'account.provider',
      regionOf,
      'deployment.tags',
      'deployment.created_by',
    ])
    .where('deployment.organization', '=', organization)
    .where('resource.deleted_at', 'is', null);
}

function deployments(database: Database, organization: OrganizationId) {
  return database
    .selectFrom('deployment')
    .innerJoin('account', 'account.id', 'deployment.account')
    .leftJoin('environment', 'environment.id', 'deployment.environment')
    .select([
      'deployment.id',
      'deployment.name',
      'deployment.project',
      'environment.purpose',
      'deployment.account',
      'account.provider',
      regionOf,
      'deployment.tags',
      'deployment.created_by',
    ])
    .where('deployment.organization', '=', organization);
}

interface Facts {
  /** Undefined for what is only planned. */
  readonly id: string | undefined;
  readonly name: string;
  readonly created_by: string;
}

/** Of an account. */
interface CloudFacts {
  readonly provider: string;
  readonly region: string | null;
}

interface AccountFacts extends Facts, CloudFacts {
  readonly id: string;
}

/** Of a deployment, and of what belongs to one. */
interface PlacedFacts extends Facts, CloudFacts {
  readonly project: string;
  /** Of its environment. */
  readonly purpose: string | null;
  readonly account: string;
  readonly tags: Tags;
}

const asAccount = (row: AccountFacts) => target('account', row, { account: row.id, ...cloudOf(row) });
const asTemplate = (row: Facts) => target('template', row, {});
const asDeployment = (row: PlacedFacts) => placed('deployment', row);
const asServer = (row: PlacedFacts) => placed('server', row);

/** What is not there stays so. */
function ifThere<Row>(map: (row: Row) => Resource): (row: Row | undefined) => Resource | undefined {
  return (row) => row && map(row);
}

function placed(kind: 'deployment' | 'server', row: PlacedFacts): Resource {
  const { project, purpose, account, tags } = row;
  const environment = purpose !== null && { environment: purpose };
  return target(kind, row, { project, ...environment, account, ...cloudOf(row), ...tagKeys(tags) });
}

/** Where a row joins its account: the region that one is set to. */
const regionOf = regionIn('account').as('region');

function cloudOf({ provider, region }: CloudFacts): Resource['keys'] {
  return { provider, ...(region !== null && { region }) };
}

/** Tags as policies ask about them. */
export function tagKeys(tags: Tags): Resource['keys'] {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${tagFamily}${key}`, value]));
}

/** A deployment as it would be with other tags. */
export function tagged(deployment: Resource, tags: Tags): Resource {
  const others = Object.entries(deployment.keys).filter(([key]) => !key.startsWith(tagFamily));
  return { ...deployment, keys: { ...Object.fromEntries(others), ...tagKeys(tags) } };
}

function target(kind: string, { id, name, created_by }: Facts, keys: Resource['keys']): Resource {
  return { kind, id, name, keys: { ...keys, createdBy: created_by } };
}
