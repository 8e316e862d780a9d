import type { Database } from '@pileus/database';
import { type Answer, type Bound, handle } from '@pileus/http';
import { because, type Clock, Failure, newId, type Id, type OrganizationId, type ProjectId } from '@pileus/model';
import { sql } from 'kysely';
import { oldestFirst, pageOf } from '../page.ts';
import { taken } from '../row.ts';
import type { Given } from './given.ts';
import { addOrganization, home } from './organizations.ts';
import { makeLink } from './one-time-link.ts';
import { insertUser } from './users.ts';
import { visibleOrganizations, visibleProjects } from './visible.ts';

type OrganizationView = Answer<'get /organizations'>['items'][number];
type ProjectView = Answer<'get /projects'>['items'][number];

export function organizationHandlers({ database, clock }: Given): Bound[] {
  const organization = async (id: OrganizationId): Promise<OrganizationView> => {
    const row = await organizations(database).where('id', '=', id).executeTakeFirst();
    if (!row) throw new Failure('not-found', { kind: 'organization', id });
    return organizationView(row);
  };
  const project = async (id: ProjectId): Promise<ProjectView> => {
    const row = await projects(database).where('id', '=', id).executeTakeFirst();
    if (!row) throw new Failure('not-found', { kind: 'project', id });
    return projectView(row);
  };

  return [
    handle('get /organizations', async ({ query: { limit, cursor, q }, actor }) => {
      const found = await organizations(database)
        .where('deleted_at', 'is', null)
        .where(visibleOrganizations(actor, 'organization.read'))
        .$call(oldestFirst({ limit, cursor, q }))
        .execute();
      return pageOf(found, limit, organizationView);
    }),
    handle('post /organizations', async ({ body: { name, administrator }, actor, audit }) => {
      // Only those who run the platform make organizations, whatever their own organization allows others.
      if (actor.organization !== home) throw new Failure('not-allowed', { permission: 'organization.create' });
      const made = await database.transaction().execute(async (transaction) => {
        const id = await addOrganization(transaction, { name, by: actor.user.name });
        const first = { name: administrator, organization: id, policies: ['AdministratorAccess'] as const };
        const user = await insertUser(transaction, clock, first);
        if (!user) throw new Failure('name-taken', { name: administrator });
        return { id, link: await makeLink(transaction, clock, user) };
      });
      audit(made.id);
      return { ...(await organization(made.id)), link: made.link };
    }),
    handle('get /organizations/{organization}', ({ params }) => organization(params.organization as OrganizationId)),
    handle('patch /organizations/{organization}', async ({ params, body: { name }, audit }) => {
      const id = params.organization as OrganizationId;
      audit(id);
      await database.updateTable('organization').set({ name }).where('id', '=', id).execute().catch(taken(name));
      return organization(id);
    }),
    handle('get /projects', async ({ query: { limit, cursor, q }, actor }) => {
      const found = await projects(database)
        .where('deleted_at', 'is', null)
        .where(visibleProjects(actor, 'project.read'))
        .$call(oldestFirst({ limit, cursor, q }))
        .execute();
      return pageOf(found, limit, projectView);
    }),
    handle('post /projects', async ({ body: { name, description }, actor, audit }) => {
      const id = newId('project');
      audit(id);
      await database
        .insertInto('project')
        .values({
          id,
          organization: actor.organization,
          name,
          description,
          created_by: actor.user.name,
          deleted_at: null,
        })
        .execute()
        .catch(taken(name));
      return project(id);
    }),
    handle('get /projects/{project}', ({ params }) => project(params.project as ProjectId)),
    handle('patch /projects/{project}', async ({ params, body: { name, description, environments }, actor, audit }) => {
      const id = params.project as ProjectId;
      audit(id);
      const changes = { ...(name !== undefined && { name }), ...(description !== undefined && { description }) };
      if (Object.keys(changes).length > 0)
        await database
          .updateTable('project')
          .set(changes)
          .where('id', '=', id)
          .execute()
          .catch(taken(name ?? ''));
      if (environments) await keepEnvironments(database, clock, { project: id, by: actor.user.name }, environments);
      return project(id);
    }),
    handle('delete /projects/{project}', async ({ params, audit }) => {
      const id = params.project as ProjectId;
      audit(id);
      await database.transaction().execute(async (transaction) => {
        const row = await transaction
          .selectFrom('project')
          .selectAll()
          .where('id', '=', id)
          .forUpdate()
          .executeTakeFirstOrThrow();
        if (row.is_default) throw new Failure('conflict', { what: row.name, reason: because('default-project') });
        await refuseInUse(transaction, 'project', id, row.name);
        await transaction
          .updateTable('project')
          .set({ deleted_at: new Date(clock.now()) })
          .where('id', '=', id)
          .execute();
      });
      return {};
    }),
  ];
}

/** Makes, changes and removes environments until they are those. Throws `conflict` where one that goes holds deployments. */
async function keepEnvironments(
  database: Database,
  clock: Clock,
  { project, by }: { readonly project: ProjectId; readonly by: string },
  environments: readonly Omit<ProjectView['environments'][number], 'id'>[],
): Promise<void> {
  const held = await database
    .selectFrom('environment')
    .selectAll()
    .where('project', '=', project)
    .where('deleted_at', 'is', null)
    .forUpdate()
    .execute();
  const byName = new Map(held.map((row) => [row.name.toLowerCase(), row]));
  const wanted = new Set(environments.map((one) => one.name.toLowerCase()));
  for (const row of held) {
    if (wanted.has(row.name.toLowerCase())) continue;
    await refuseInUse(database, 'environment', row.id, row.name);
    await database
      .updateTable('environment')
      .set({ deleted_at: new Date(clock.now()) })
      .where('id', '=', row.id)
      .execute();
  }
  for (const { name: called, purpose } of environments) {
    const row = byName.get(called.toLowerCase());
    if (row)
      await database.updateTable('environment').set({ name: called, purpose }).where('id', '=', row.id).execute();
    else
      await database
        .insertInto('environment')
        .values({
          id: newId('environment'),
          project,
          name: called,
          purpose,
          created_by: by,
          deleted_at: null,
        })
        .execute()
        .catch(taken(called));
  }
}

async function refuseInUse(
  database: Pick<Database, 'selectFrom'>,
  as: 'project' | 'environment',
  id: ProjectId | Id<'environment'>,
  name: string,
): Promise<void> {
  const { count } = await database
    .selectFrom('deployment')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('deleted_at', 'is', null)
    .where((where) =>
      as === 'project' ? where('project', '=', id as ProjectId) : where('environment', '=', id as Id<'environment'>),
    )
    .executeTakeFirstOrThrow();
  if (count > 0) throw new Failure('conflict', { what: name, reason: because('holds-deployments', { count }) });
}

function organizations(database: Database) {
  return database
    .selectFrom('organization')
    .selectAll()
    .select(
      sql<number>`(select count(*) from user_account where user_account.organization = organization.id)`.as('users'),
    );
}

type OrganizationRow = Awaited<ReturnType<ReturnType<typeof organizations>['executeTakeFirstOrThrow']>>;

function organizationView({ id, name, is_home, users, created_at }: OrganizationRow): OrganizationView {
  return { id, name, isHome: is_home, users, createdAt: created_at.toISOString() };
}

function projects(database: Database) {
  return database
    .selectFrom('project')
    .selectAll()
    .select([
      sql<ProjectView['environments']>`(
        select coalesce(json_agg(json_build_object('id', id, 'name', name, 'purpose', purpose) order by created_at), '[]')
        from environment where environment.project = project.id and deleted_at is null)`.as('environments'),
      sql<number>`(
        select count(*) from deployment where deployment.project = project.id and deleted_at is null)`.as(
        'deployments',
      ),
    ]);
}

type ProjectRow = Awaited<ReturnType<ReturnType<typeof projects>['executeTakeFirstOrThrow']>>;

function projectView(row: ProjectRow): ProjectView {
  const { id, name, description, environments, deployments } = row;
  return {
    id,
    name,
    description,
    isDefault: row.is_default,
    environments,
    deployments,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
  };
}
