import type { Database, Tables } from '@pileus/database';
import type { Answer, Rights } from '@pileus/http';
import { because, Failure, type Id, type Language, newId, type OrganizationId } from '@pileus/model';
import { type PolicyDocument, readPolicy } from '@pileus/policy';
import type { Selectable } from 'kysely';
import { taken } from '../row.ts';
import { builtIn, type BuiltInName, isBuiltIn } from './built-in.ts';
import type { Queries } from './given.ts';
import { refuseChanging } from './giving.ts';
import { principalNames } from './naming.ts';
import { policyAsAttached } from './rights.ts';
import { vocabulary } from './vocabulary.ts';

type PolicyView = Answer<'get /policies'>['items'][number];
type PolicyDetail = Answer<'get /policies/{policy}'>;
type Document = PolicyView['document'];

/** A document as it is kept. Throws `policy-invalid` with everything that is wrong with it. */
export function readDocument(document: Document, language: Language): PolicyDocument {
  const result = readPolicy(document, vocabulary, language);
  if (result.document) return result.document;
  const problems = result.problems.map(({ at, message, rule }) => ({ at: `/document${at}`, message, rule }));
  throw new Failure('policy-invalid', { count: problems.length }, { problems });
}

export interface NewVersion {
  readonly document: PolicyDocument;
  readonly note: string;
  readonly by: string;
}

export async function addPolicy(
  database: Database,
  organization: OrganizationId,
  { name, description, ...version }: NewVersion & { readonly name: string; readonly description: string },
): Promise<Id<'policy'>> {
  const id = newId('policy');
  if (isBuiltInName(name)) throw new Failure('name-taken', { name });
  await database.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('policy')
      .values({ id, organization, name, description, created_by: version.by, deleted_at: null })
      .execute()
      .catch(taken(name));
    await insertVersion(transaction, id, 1, version);
  });
  return id;
}

/** Makes a new version hold. Throws `beyond-own-rights` where somebody gains by it what `rights` does not have. */
export async function changePolicy(
  database: Database,
  id: Id<'policy'>,
  rights: Rights,
  { description, ...version }: NewVersion & { readonly description?: string | undefined },
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await lockForChange(transaction, id, rights, version.document);
    const { newest } = await transaction
      .selectFrom('policy_version')
      .select(({ fn }) => fn.max('number').as('newest'))
      .where('policy', '=', id)
      .executeTakeFirstOrThrow();
    await insertVersion(transaction, id, newest + 1, version);
    await transaction
      .updateTable('policy')
      .set({ version: newest + 1, ...(description !== undefined && { description }) })
      .where('id', '=', id)
      .execute();
  });
}

/** Makes an old version hold again. Throws `beyond-own-rights` as {@link changePolicy} does. */
export async function holdVersion(database: Database, id: Id<'policy'>, rights: Rights, number: number): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    const version = await transaction
      .selectFrom('policy_version')
      .select('document')
      .where('policy', '=', id)
      .where('number', '=', number)
      .executeTakeFirst();
    if (!version) throw new Failure('not-found', { kind: 'version', id: String(number) });
    await lockForChange(transaction, id, rights, version.document as PolicyDocument);
    await transaction.updateTable('policy').set({ version: number }).where('id', '=', id).execute();
  });
}

/** Nobody attaches the policy before the change is made; where it is attached already, the change has to be within `rights`. */
async function lockForChange(transaction: Queries, id: Id<'policy'>, rights: Rights, document: PolicyDocument) {
  await transaction.selectFrom('policy').select('id').where('id', '=', id).forUpdate().execute();
  const attached = await transaction
    .selectFrom('policy_attachment')
    .select('principal')
    .where('policy', '=', id)
    .limit(1)
    .executeTakeFirst();
  if (!attached) return;
  for (const before of await policyAsAttached(transaction, id)) refuseChanging(rights, before, { document });
}

async function insertVersion(database: Queries, policy: Id<'policy'>, number: number, version: NewVersion) {
  const { document, note, by } = version;
  await database
    .insertInto('policy_version')
    .values({ policy, number, document: JSON.stringify(document), note, created_by: by })
    .execute();
}

export function refuseBuiltIn(policy: string): Id<'policy'> {
  if (isBuiltIn(policy)) throw new Failure('conflict', { what: policy, reason: because('policy-built-in') });
  return policy as Id<'policy'>;
}

function isBuiltInName(name: string): boolean {
  return Object.keys(builtIn).some((one) => one.toLowerCase() === name.toLowerCase());
}

/** What comes with the product, as an organization sees it. */
export async function builtInViews(
  database: Database,
  organization: OrganizationId,
  names: readonly BuiltInName[] = Object.keys(builtIn).filter(isBuiltIn),
): Promise<PolicyView[]> {
  const counts = await attachmentCounts(database, organization, names);
  return names.map((name) => ({
    id: name,
    name,
    description: builtIn[name].description,
    isBuiltIn: true,
    version: 1,
    document: { ...builtIn[name].document },
    attachments: counts.get(name) ?? 0,
  }));
}

export async function policyViews(
  database: Database,
  organization: OrganizationId,
  rows: readonly Selectable<Tables['policy']>[],
): Promise<PolicyView[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const [counts, versions] = await Promise.all([
    attachmentCounts(database, organization, ids),
    database.selectFrom('policy_version').select(['policy', 'number', 'document']).where('policy', 'in', ids).execute(),
  ]);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    description: { en: row.description, 'zh-CN': row.description },
    isBuiltIn: false,
    version: row.version,
    document: versions.find(({ policy, number }) => policy === row.id && number === row.version)?.document as Document, // the version that holds is there
    attachments: counts.get(row.id) ?? 0,
    createdAt: row.created_at.toISOString(),
  }));
}

export async function policyDetail(
  database: Database,
  organization: OrganizationId,
  id: string,
): Promise<PolicyDetail> {
  const [view] = isBuiltIn(id)
    ? await builtInViews(database, organization, [id])
    : await policyViews(
        database,
        organization,
        await database
          .selectFrom('policy')
          .selectAll()
          .where('id', '=', id as Id<'policy'>)
          .where('deleted_at', 'is', null)
          .execute(),
      );
  if (!view) throw new Failure('not-found', { kind: 'policy', id });
  const [versions, attached] = await Promise.all([
    database
      .selectFrom('policy_version')
      .selectAll()
      .where('policy', '=', id as Id<'policy'>)
      .orderBy('number', 'desc')
      .execute(),
    database
      .selectFrom('policy_attachment')
      .select('principal')
      .where('policy', '=', id)
      .where('organization', '=', organization)
      .execute(),
  ]);
  const names = await principalNames(
    database,
    organization,
    attached.map(({ principal }) => principal),
  );
  return {
    ...view,
    versions: versions.map((version) => ({
      number: version.number,
      note: version.note,
      createdBy: version.created_by,
      createdAt: version.created_at.toISOString(),
      document: version.document as Document, // as it was read when it was written
    })),
    attachedTo: [...names.values()],
  };
}

async function attachmentCounts(
  database: Database,
  organization: OrganizationId,
  policies: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await database
    .selectFrom('policy_attachment')
    .select(({ fn }) => ['policy', fn.countAll<number>().as('count')])
    .where('organization', '=', organization)
    .where('policy', 'in', [...policies])
    .groupBy('policy')
    .execute();
  return new Map(rows.map(({ policy, count }) => [policy, count]));
}
