import type { Action } from '@pileus/api';
import type { Actor } from '@pileus/http';
import { sql, type RawBuilder } from 'kysely';
import { home } from './organizations.ts';
import { regionIn, whereOf, type Columns } from './where.ts';

/** Which rows a caller sees for an action: what a read would refuse is in no list. Each names the table it is for. */
type Visible = (actor: Actor, action: Action) => RawBuilder<boolean>;

const visible =
  (organization: RawBuilder<unknown>, columns: Columns): Visible =>
  (actor, action) =>
    sql<boolean>`(${organization} = ${actor.organization} and ${whereOf(actor.rights.filter(action), columns)})`;

const createdBy = (table: string) => ({ createdBy: sql.ref(`${table}.created_by`) });
const named = (table: string): Columns => ({
  id: sql.ref(`${table}.id`),
  name: sql.ref(`${table}.name`),
  keys: createdBy(table),
});
const providerOf = (account: string) => sql`(select a.provider from account a where a.id = ${sql.ref(account)})`;

/** As the account is set to. */
const regionOf = (account: string) => sql`(select ${regionIn('a')} from account a where a.id = ${sql.ref(account)})`;

const purposeOf = (environment: string) =>
  sql`(select e.purpose from environment e where e.id = ${sql.ref(environment)})`;

export const visibleAccounts = visible(sql.ref('account.organization'), {
  ...named('account'),
  keys: {
    account: sql.ref('account.id'),
    provider: sql.ref('account.provider'),
    region: regionIn('account'),
    ...createdBy('account'),
  },
});

/** Those that come with the product are everybody's. */
export const visibleTemplates: Visible = (actor, action) =>
  sql<boolean>`((template.organization = ${actor.organization} or template.organization is null)
    and ${whereOf(actor.rights.filter(action), named('template'))})`;

const placed = (table: string): Columns['keys'] => ({
  project: sql.ref(`${table}.project`),
  environment: purposeOf(`${table}.environment`),
  account: sql.ref(`${table}.account`),
  provider: providerOf(`${table}.account`),
  region: regionOf(`${table}.account`),
  ...createdBy(table),
});

export const visibleDeployments = visible(sql.ref('deployment.organization'), {
  ...named('deployment'),
  keys: placed('deployment'),
  tags: sql.ref('deployment.tags'),
});

/** A plan is about its deployment, or about one that is not there yet. */
export const visiblePlans = visible(sql.ref('plan.organization'), {
  id: sql.ref('plan.deployment'),
  name: sql.ref('plan.name'),
  keys: placed('plan'),
  // Those of the deployment as it is now: what a plan was made with may be out of date.
  tags: sql`coalesce((select d.tags from deployment d where d.id = plan.deployment), plan.tags)`,
});

/** What was found at an account belongs to no deployment. */
const visibleFindings = visible(sql.ref('account.organization'), {
  id: sql`null::text`,
  name: sql`null::text`,
  keys: {
    account: sql.ref('account.id'),
    provider: sql.ref('account.provider'),
    region: regionIn('account'),
  },
});

/** Runs are seen by those who see what they are about: a deployment, or a server of one. */
export const visibleRuns: Visible = (actor, action) => {
  const seen = visibleDeployments(actor, action);
  return sql<boolean>`(
    exists (select from deployment where deployment.id = run.subject and ${seen})
    or exists (
      select from resource join deployment on deployment.id = resource.deployment
      where resource.id = run.subject and ${seen})
    or exists (
      select from finding join account on account.id = finding.account
      where finding.id = run.subject and ${visibleFindings(actor, action)}))`;
};

/** Of a query that joins `resource` with its `deployment` and `account`. */
export const visibleServers = visible(sql.ref('deployment.organization'), {
  id: sql.ref('resource.id'),
  name: sql.ref('resource.name'),
  keys: {
    project: sql.ref('deployment.project'),
    environment: purposeOf('deployment.environment'),
    account: sql.ref('resource.account'),
    provider: sql.ref('account.provider'),
    region: regionIn('account'),
    ...createdBy('deployment'),
  },
  // A server is its deployment's, and has its tags.
  tags: sql.ref('deployment.tags'),
});

export const visibleUsers = visible(sql.ref('user_account.organization'), named('user_account'));
export const visibleGroups = visible(sql.ref('user_group.organization'), named('user_group'));
export const visibleServiceAccounts = visible(sql.ref('service_account.organization'), named('service_account'));
export const visibleSecrets = visible(sql.ref('secret.organization'), named('secret'));
export const visiblePolicies = visible(sql.ref('policy.organization'), named('policy'));
export const visibleProjects = visible(sql.ref('project.organization'), {
  ...named('project'),
  keys: { project: sql.ref('project.id'), ...createdBy('project') },
});

/** Those who run the platform see every organization, others their own. */
export const visibleOrganizations: Visible = (actor, action) => {
  const columns = { id: sql.ref('organization.id'), name: sql.ref('organization.name'), keys: {} };
  const mine = sql<boolean>`(organization.id = ${actor.organization} or ${actor.organization === home})`;
  return sql<boolean>`(${mine} and ${whereOf(actor.rights.filter(action), columns)})`;
};
