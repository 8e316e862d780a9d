import type { Database, Tables } from '@pileus/database';
import { type Answer, type Bound, handle } from '@pileus/http';
import { because, Failure, newId, type Id, type OrganizationId, type ProjectId } from '@pileus/model';
import type { Selectable } from 'kysely';
import { oldestFirst, pageOfViews } from '../page.ts';
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
    const row = await database.selectFrom('organization').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    const [view] = await organizationViews(database, [row]);
    if (!view) throw new Failure('not-found', { kind: 'organization', id });
    return view;
  };
  const project = async (id: ProjectId): Promise<ProjectView> => {
    const row = await database.selectFrom('project').selectAll().where('id', '=', id).executeTakeFirst();
    const [view] = row ? await projectViews(database, [row]) : [];
    if (!view) throw new Failure('not-found', { kind: 'project', id });
    return view;
  };

  return [
    handle('get /organizations', async ({ query: { limit, cursor, q }, actor }) => {
      const found = await database
        .selectFrom('organization')
        .selectAll()
        .where('deleted_at', 'is', null)
        .where(visibleOrganizations(actor, 'organization.read'))
        .$call(oldestFirst({ limit, cursor, q }))
        .execute();
      return pageOfViews(found, limit, (rows) => organizationViews(database, rows));
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
      const found = await database
        .selectFrom('project')
        .selectAll()
        .where('deleted_at', 'is', null)
        .where(visibleProjects(actor, 'project.read'))
        .$call(oldestFirst({ limit, cursor, q }))
        .execute();
      return pageOfViews(found, limit, (rows) => projectViews(database, rows));
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
      await database.transaction().execute(async (transaction) => {
        const changes = { ...(name !== undefined && { name }), ...(description !== undefined && { description }) };
        if (Object.keys(changes).length > 0)
          await transaction
            .updateTable('project')
            .set(changes)
            .where('id', '=', id)
            .execute()
            .catch(taken(name ?? ''));
        if (!environments) return;
        const held = await transaction
          .selectFrom('environment')
          .selectAll()
          .where('project', '=', id)
          .where('deleted_at', 'is', null)
          .forUpdate()
          .execute();
        const byName = new Map(held.map((row) => [row.name.toLowerCase(), row]));
        const wanted = new Set(environments.map((one) => one.name.toLowerCase()));
        for (const row of held) {
          if (wanted.has(row.name.toLowerCase())) continue;
          await refuseInUse(transaction, 'environment', row.id, row.name);
          await transaction
            .updateTable('environment')
            .set({ deleted_at: new Date(clock.now()) })
            .where('id', '=', row.id)
            .execute();
        }
        for (const { name: called, purpose } of environments) {
          const row = byName.get(called.toLowerCase());
          if (row)
            await transaction
              .updateTable('environment')
              .set({ name: called, purpose })
              .where('id', '=', row.id)
              .execute();
          else
            await transaction
              .insertInto('environment')
              .values({
                id: newId('environment'),
                project: id,
                name: called,
                purpose,
                created_by: actor.user.name,
                deleted_at: null,
              })
              .execute()
              .catch(taken(called));
        }
      });
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

async function organizationViews(
  database: Database,
  rows: readonly Selectable<Tables['organization']>[],
): Promise<OrganizationView[]> {
  if (rows.length === 0) return [];
  const users = await database
    .selectFrom('user_account')
    .select(({ fn }) => ['organization', fn.countAll<number>().as('count')])
    .where(
      'organization',
      'in',
      rows.map(({ id }) => id),
    )
    .groupBy('organization')
    .execute();
  const counts = new Map<string, number>(users.map(({ organization, count }) => [organization, count]));
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    isHome: row.is_home,
    users: counts.get(row.id) ?? 0,
    createdAt: row.created_at.toISOString(),
  }));
}

async function projectViews(
  database: Database,
  rows: readonly Selectable<Tables['project']>[],
): Promise<ProjectView[]> {
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return [];
  const [environments, deployments] = await Promise.all([
    database
      .selectFrom('environment')
      .select(['id', 'project', 'name', 'purpose'])
      .where('project', 'in', ids)
      .where('deleted_at', 'is', null)
      .orderBy('created_at')
      .execute(),
    database
      .selectFrom('deployment')
      .select(({ fn }) => ['project', fn.countAll<number>().as('count')])
      .where('project', 'in', ids)
      .where('deleted_at', 'is', null)
      .groupBy('project')
      .execute(),
  ]);
  const counts = new Map<string, number>(deployments.map(({ project, count }) => [project, count]));
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    description: row.description,
    isDefault: row.is_default,
    environments: environments
      .filter(({ project }) => project === row.id)
      .map(({ id, name, purpose }) => ({ id, name, purpose })),
    deployments: counts.get(row.id) ?? 0,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
  }));
}
