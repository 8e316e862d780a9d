import type { Database } from '@pileus/database';
import { handle, type Answer, type Bound } from '@pileus/http';
import { because, Failure } from '@pileus/model';
import { by } from '../access/by.ts';
import { theOne } from '../access/targets.ts';
import { visibleTemplates } from '../access/visible.ts';
import { oldestFirst, pageOf } from '../page.ts';
import type { Library, VersionRow } from './library.ts';
import { unpack } from './unpack.ts';

type TemplateView = Answer<'get /templates'>['items'][number];
type TemplateDetail = Answer<'get /templates/{template}'>;

export function templateHandlers(library: Library, database: Database): Bound[] {
  const detail = async (id: string, version: string | undefined): Promise<TemplateDetail> => {
    const row = await library.version(id, version);
    const template = await database.selectFrom('template').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    const [view] = await views(database, [template]);
    const files = await database
      .selectFrom('template_file')
      .select(['path', 'bytes'])
      .where('template', '=', id)
      .where('version', '=', row.version)
      .orderBy('path')
      .execute();
    if (!view) throw new Failure('not-found', { kind: 'template', id });
    return {
      ...view,
      version: row.version,
      title: row.title,
      description: row.description,
      variants: row.variants,
      files,
    };
  };

  return [
    handle('get /templates', async ({ query: { limit, cursor, q, provider }, actor }) => {
      const found = await database
        .selectFrom('template')
        .selectAll()
        .where('deleted_at', 'is', null)
        .where(visibleTemplates(actor, 'template.read'))
        .$call(oldestFirst({ limit, cursor, q }))
        .execute();
      const shown = new Map((await views(database, found)).map((view) => [view.id, view]));
      const { items, nextCursor } = pageOf(found, limit, ({ id }) => shown.get(id));
      const fits = (view: TemplateView | undefined): view is TemplateView =>
        view !== undefined &&
        (provider === undefined || view.providers.length === 0 || view.providers.includes(provider));
      return { items: items.filter(fits), ...(nextCursor !== undefined && { nextCursor }) };
    }),
    handle('post /templates', async ({ body, actor, audit, check }) => {
      const files = unpack(body);
      const there = await library.called(files, body.name, actor.organization);
      check(
        'template.create',
        there ? await theOne(database, actor, 'template', there) : { kind: 'template', keys: {} },
      );
      const { id, version } = await library.keep(files, { name: body.name, by: by(actor) });
      audit(id);
      return detail(id, version);
    }),
    handle('post /templates/validate', async ({ body }) => {
      const problems = library.validate(unpack(body)).map((problem) => ({ ...problem }));
      return { valid: problems.every(({ severity }) => severity !== 'error'), problems };
    }),
    handle('get /templates/{template}', async ({ params, query }) => detail(params.template, query.version)),
    handle('get /templates/{template}/file', async ({ params, query: { version, path } }) => {
      const row = await library.version(params.template, version);
      const content = (await library.files(params.template, row.version)).get(path);
      if (!content) throw new Failure('not-found', { kind: 'file', id: path });
      return { path, content: new TextDecoder().decode(content) };
    }),
    handle('delete /templates/{template}', async ({ params: { template: id } }) => {
      const row = await database
        .selectFrom('template')
        .selectAll()
        .where('id', '=', id)
        .where('deleted_at', 'is', null)
        .executeTakeFirst();
      if (!row) throw new Failure('not-found', { kind: 'template', id });
      if (row.preset) throw new Failure('conflict', { what: row.name, reason: because('comes-with-product') });
      const used = (await deploymentCounts(database, [id])).get(id) ?? 0;
      if (used > 0)
        throw new Failure('conflict', { what: row.name, reason: because('used-by-deployments', { count: used }) });
      await database.updateTable('template').set({ deleted_at: new Date() }).where('id', '=', id).execute();
      return {};
    }),
  ];
}

interface TemplateRow {
  readonly id: string;
  readonly name: string;
  readonly preset: boolean;
  readonly created_at: Date;
}

async function views(database: Database, rows: readonly TemplateRow[]): Promise<TemplateView[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const [versions, counts] = await Promise.all([
    database.selectFrom('template_version').selectAll().where('template', 'in', ids).orderBy('seq', 'desc').execute(),
    deploymentCounts(database, ids),
  ]);
  const byTemplate = Map.groupBy(versions, ({ template }) => template);
  return rows.flatMap((row) => {
    const [newest, ...older] = byTemplate.get(row.id) ?? [];
    return newest ? [view(row, [newest, ...older], newest, counts.get(row.id) ?? 0)] : [];
  });
}

function view(
  row: TemplateRow,
  versions: readonly VersionRow[],
  newest: VersionRow,
  deployments: number,
): TemplateView {
  const isForAny = newest.variants.some(({ providers }) => providers.length === 0);
  return {
    id: row.id,
    name: row.name,
    title: newest.title,
    description: newest.description,
    preset: row.preset,
    version: newest.version,
    versions: versions.map(({ version }) => version),
    providers: isForAny ? [] : [...new Set(newest.variants.flatMap(({ providers }) => providers))],
    createdAt: row.created_at.toISOString(),
    deployments,
  };
}

async function deploymentCounts(database: Database, templates: readonly string[]): Promise<Map<string, number>> {
  const rows = await database
    .selectFrom('deployment')
    .select(({ fn }) => ['template', fn.countAll<number>().as('count')])
    .where('template', 'in', templates)
    .where('deleted_at', 'is', null)
    .groupBy('template')
    .execute();
  return new Map(rows.map(({ template, count }) => [template, count]));
}
