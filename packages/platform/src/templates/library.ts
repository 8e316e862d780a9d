import { createHash } from 'node:crypto';
import type { Database, Tables, Transaction } from '@pileus/database';
import { because, Failure, newId, type OrganizationId, type Problem } from '@pileus/model';
import {
  inputsSchema,
  readPackage,
  type ServiceTemplate,
  type PackageResult,
  type TemplateProblem,
} from '@pileus/tosca';
import type { Selectable } from 'kysely';
import type { By } from '../access/by.ts';
import { taken } from '../row.ts';

export type VersionRow = Selectable<Tables['template_version']>;
type Files = ReadonlyMap<string, Uint8Array>;

/** One variant of a template version, read and ready to be planned. */
export interface Variant {
  readonly name: string;
  readonly version: string;
  readonly template: ServiceTemplate;
  readonly files: Files;
}

export interface Library {
  /** Keeps a template, or a new version of one. The same files again are the version that is there already. */
  keep(
    files: Files,
    options: { readonly name?: string | undefined; readonly by: By; readonly preset?: boolean },
  ): Promise<{ id: string; version: string }>;
  validate(files: Files): readonly TemplateProblem[];
  /** The template that these files would become a version of; undefined when they would become a new one. */
  called(files: Files, name: string | undefined, organization: OrganizationId): Promise<string | undefined>;
  name(template: string): Promise<string>;
  /** The version asked for, or the newest. */
  version(template: string, version: string | undefined): Promise<VersionRow>;
  /** The variant asked for; else the one made for the provider. Throws `not-supported` when there is none. */
  variant(
    template: string,
    version: string | undefined,
    variant: string | undefined,
    provider: string | undefined,
  ): Promise<Variant>;
  files(template: string, version: string): Promise<Files>;
}

/** Parsed templates kept in memory; versions never change, so that none grows stale. */
const most = 16;

export function createLibrary(database: Database): Library {
  const read = new Map<string, Promise<{ pack: PackageResult; files: Files }>>();

  const version = async (template: string, wanted: string | undefined): Promise<VersionRow> => {
    let rows = database
      .selectFrom('template_version')
      .innerJoin('template', 'template.id', 'template_version.template')
      .selectAll('template_version');
    rows = rows.where('template', '=', template);
    // A deployment's own version stays readable after its template has left the library.
    rows = wanted === undefined ? rows.where('deleted_at', 'is', null) : rows.where('version', '=', wanted);
    const row = await rows.orderBy('seq', 'desc').limit(1).executeTakeFirst();
    if (!row)
      throw new Failure('not-found', {
        kind: 'template',
        id: wanted === undefined ? template : `${template} ${wanted}`,
      });
    return row;
  };

  const files = async (template: string, of: string): Promise<Files> => {
    const rows = await database
      .selectFrom('template_file')
      .innerJoin('blob', 'blob.sha256', 'template_file.sha256')
      .select(['path', 'content'])
      .where('template', '=', template)
      .where('version', '=', of)
      .execute();
    return new Map(rows.map(({ path, content }) => [path, new Uint8Array(content)]));
  };

  const parsed = (template: string, of: string): Promise<{ pack: PackageResult; files: Files }> => {
    const key = `${template} ${of}`;
    const known = read.get(key) ?? files(template, of).then((found) => ({ pack: readPackage(found), files: found }));
    read.delete(key);
    read.set(key, known);
    known.catch(() => read.delete(key));
    for (const oldest of read.keys()) if (read.size > most) read.delete(oldest);
    return known;
  };

  return {
    version,
    files,
    validate: (given) => readPackage(given).problems,
    called: async (given, name, organization) =>
      (await templateCalled(database, name ?? readPackage(given).name, organization))?.id,
    name: async (template) =>
      (await database.selectFrom('template').select('name').where('id', '=', template).executeTakeFirst())?.name ??
      template,
    variant: async (template, wanted, name, provider) => {
      const row = await version(template, wanted);
      const { pack, files: found } = await parsed(template, row.version);
      const variant = choose(pack, name, provider);
      return { name: variant.name, version: row.version, template: variant.template, files: found };
    },
    keep: async (given, { name, by, preset = false }) => {
      const pack = readPackage(given);
      refuse(pack.problems);
      const called = name ?? pack.name;
      const digest = digestOf(given);
      return database
        .transaction()
        .execute(async (transaction) => {
          const template = await own(transaction, called, by, preset);
          const known = await transaction
            .selectFrom('template_version')
            .select(['version', 'digest'])
            .where('template', '=', template)
            .orderBy('seq')
            .execute();
          const same = known.find((one) => one.digest === digest);
          if (same) return { id: template, version: same.version };
          const number =
            preset && known.some((one) => one.version === pack.version)
              ? `${pack.version}+${digest.slice(0, 8)}`
              : pack.version;
          if (known.some((one) => one.version === number)) {
            throw new Failure('conflict', {
              what: `${called} ${number}`,
              reason: because('version-differs'),
            });
          }
          await insert(transaction, { template, number, digest, pack, files: given, by });
          return { id: template, version: number };
        })
        .catch(taken(called));
    },
  };
}

function choose(
  pack: PackageResult,
  name: string | undefined,
  provider: string | undefined,
): { name: string; template: ServiceTemplate } {
  const found =
    name === undefined
      ? pack.variants.find(
          ({ providers }) => provider === undefined || providers.length === 0 || providers.includes(provider),
        )
      : pack.variants.find((one) => one.name === name);
  if (!found && name !== undefined) throw new Failure('not-found', { kind: 'variant', id: name });
  if (!found?.template)
    throw new Failure('not-supported', {
      provider: provider ?? '',
      what: because('run-template', {
        name: pack.name,
        providers: pack.variants.flatMap(({ providers }) => providers).join(', '),
      }),
    });
  if (provider !== undefined && found.providers.length > 0 && !found.providers.includes(provider)) {
    throw new Failure('not-supported', {
      provider,
      what: because('run-variant', { name: found.name, providers: found.providers.join(', ') }),
    });
  }
  return { name: found.name, template: found.template };
}

/** Problems of a template as problems of the request, each at `file:line:column`. */
function refuse(problems: readonly TemplateProblem[]): void {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  const at: Problem[] = errors.map(({ file, line, column, message, rule }) => ({
    at: `${file}:${line}:${column}`,
    message,
    rule,
  }));
  throw new Failure('template-invalid', { count: errors.length }, { problems: at });
}

/** Of the organization's, and of those that come with the product. */
function templateCalled(database: Pick<Database, 'selectFrom'>, name: string, organization: OrganizationId) {
  return database
    .selectFrom('template')
    .select(['id', 'preset'])
    .where(({ fn, eb }) => eb(fn<string>('lower', ['name']), '=', name.toLowerCase()))
    .where('deleted_at', 'is', null)
    .where(({ eb, or }) => or([eb('organization', '=', organization), eb('organization', 'is', null)]))
    .orderBy('preset', 'desc')
    .forUpdate()
    .executeTakeFirst();
}

async function own(transaction: Transaction, name: string, by: By, preset: boolean): Promise<string> {
  const found = await templateCalled(transaction, name, by.organization);
  if (found?.preset && !preset)
    throw new Failure('conflict', {
      what: name,
      reason: because('name-of-preset'),
    });
  if (found) return found.id;
  const id = newId('template');
  await transaction
    .insertInto('template')
    .values({ id, organization: preset ? null : by.organization, name, preset, created_by: by.name })
    .execute();
  return id;
}

interface NewVersion {
  readonly template: string;
  readonly number: string;
  readonly digest: string;
  readonly pack: PackageResult;
  readonly files: Files;
  readonly by: By;
}

async function insert(
  transaction: Transaction,
  { template, number, digest, pack, files, by }: NewVersion,
): Promise<void> {
  await transaction
    .insertInto('template_version')
    .values({
      template,
      version: number,
      digest,
      title: JSON.stringify(pack.title),
      description: JSON.stringify(pack.description),
      variants: JSON.stringify(pack.variants.map(variantView)),
      created_by: by.name,
    })
    .execute();
  for (const [path, content] of files) {
    const sha256 = createHash('sha256').update(content).digest('hex');
    await transaction
      .insertInto('blob')
      .values({ sha256, content: Buffer.from(content) })
      .onConflict((on) => on.doNothing())
      .execute();
    await transaction
      .insertInto('template_file')
      .values({ template, version: number, path, bytes: content.length, sha256 })
      .execute();
  }
}

function variantView({ name, entry, providers, template }: PackageResult['variants'][number]) {
  const { nodes, outputs } = template?.topology ?? { nodes: {}, outputs: {} };
  return {
    name,
    entry,
    providers: [...providers],
    inputs: template ? { ...inputsSchema(template) } : {},
    nodes: Object.values(nodes).map((node) => ({
      name: node.name,
      type: node.type,
      ...(node.description !== undefined && { description: node.description }),
      requires: node.requirements.map((one) => ({
        name: one.name,
        target: one.target,
        relationship: one.relationship.type,
      })),
    })),
    outputs: Object.entries(outputs).map(([output, { description }]) => ({
      name: output,
      ...(description !== undefined && { description }),
    })),
  };
}

function digestOf(files: Files): string {
  const hash = createHash('sha256');
  for (const [path, content] of [...files].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}
