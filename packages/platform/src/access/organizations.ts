import type { Database, Transaction } from '@pileus/database';
import { Failure, newId, type Id, type OrganizationId, type ProjectId } from '@pileus/model';
import { taken } from '../row.ts';

/** The organization that runs the platform; there from the first start. */
export const home = 'org-home' as OrganizationId;

/** Makes an organization with its default project. Throws `name-taken`. */
export async function addOrganization(
  transaction: Transaction,
  { name, by }: { readonly name: string; readonly by: string },
): Promise<OrganizationId> {
  const id = newId('organization');
  await transaction
    .insertInto('organization')
    .values({ id, name, created_by: by, deleted_at: null })
    .execute()
    .catch(taken(name));
  await transaction
    .insertInto('project')
    .values({
      id: newId('project'),
      organization: id,
      name: 'default',
      is_default: true,
      created_by: by,
      deleted_at: null,
    })
    .execute();
  return id;
}

/** The project that somebody names by id or name, else the default one. Throws `not-found`. */
export async function projectOf(
  database: Database,
  organization: OrganizationId,
  named: string | undefined,
): Promise<ProjectId> {
  let rows = database
    .selectFrom('project')
    .select('id')
    .where('organization', '=', organization)
    .where('deleted_at', 'is', null);
  rows =
    named === undefined
      ? rows.where('is_default', '=', true)
      : rows.where(({ eb, fn, or }) =>
          or([eb('id', '=', named as ProjectId), eb(fn<string>('lower', ['name']), '=', named.toLowerCase())]),
        );
  const found = await rows.executeTakeFirst();
  if (!found) throw new Failure('not-found', { kind: 'project', id: named ?? 'default' });
  return found.id;
}

/** An environment of a project by id or name. Throws `not-found`. */
export async function environmentOf(
  database: Database,
  project: ProjectId,
  named: string,
): Promise<{ readonly id: Id<'environment'>; readonly purpose: string }> {
  const found = await database
    .selectFrom('environment')
    .select(['id', 'purpose'])
    .where('project', '=', project)
    .where('deleted_at', 'is', null)
    .where(({ eb, fn, or }) =>
      or([eb('id', '=', named as Id<'environment'>), eb(fn<string>('lower', ['name']), '=', named.toLowerCase())]),
    )
    .executeTakeFirst();
  if (!found) throw new Failure('not-found', { kind: 'environment', id: named });
  return found;
}
