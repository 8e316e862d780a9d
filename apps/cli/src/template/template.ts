import type { AnswerOf } from '@pileus/api';
import type { Context } from '../context.ts';
import { findTemplate } from '../find.ts';
import { facts, table } from '../output/table.ts';
import { inLanguage, moment, plain } from '../output/values.ts';
import { collect } from '../pages.ts';
import { confirm } from '../values/ask.ts';
import { fieldsOf } from '../values/field.ts';
import { sendTemplate } from './choose.ts';

type Template = AnswerOf<'get /templates/{template}'>;

export async function listTemplates(
  { client, language, out, say, signal }: Context,
  options: { readonly search?: string; readonly provider?: string },
): Promise<void> {
  const { items } = await collect((cursor, limit) =>
    client.call('get /templates', { query: { q: options.search, provider: options.provider, cursor, limit }, signal }),
  );
  await out.list(
    items,
    [
      { title: say('word.name'), value: ({ name }) => name },
      { title: say('word.version'), value: ({ version }) => version },
      { title: say('word.providers'), value: ({ providers }) => providers.join(' ') },
      { title: say('word.preset'), value: ({ preset }) => (preset ? say('word.yes') : '') },
      { title: say('word.deployments'), value: ({ deployments }) => String(deployments) },
      { title: say('word.id'), value: ({ id }) => id },
      { title: say('word.title'), value: ({ title }) => inLanguage(title, language) },
    ],
    ({ name }) => name,
  );
}

export async function getTemplate(
  context: Context,
  given: string,
  options: { readonly templateVersion?: string; readonly file?: string },
): Promise<void> {
  const { client, out, signal } = context;
  const { id } = await findTemplate(context, given);
  const version = options.templateVersion;
  if (options.file !== undefined) {
    const { content } = await client.call('get /templates/{template}/file', {
      params: { template: id },
      query: { version, path: options.file },
      signal,
    });
    process.stdout.write(content);
    return;
  }
  const template = await client.call('get /templates/{template}', {
    params: { template: id },
    query: { version },
    signal,
  });
  await out.one(
    template,
    ({ name }) => name,
    (shown) => drawTemplate(context, shown),
  );
}

export async function importTemplate(
  context: Context,
  path: string,
  options: { readonly name?: string },
): Promise<void> {
  const template = await sendTemplate(context, path, options.name);
  await context.out.one(
    template,
    ({ name }) => name,
    (shown) => drawTemplate(context, shown),
  );
}

export async function deleteTemplate(context: Context, given: string, options: { readonly yes?: true }): Promise<void> {
  const { client, out, say, signal } = context;
  const { id, name } = await findTemplate(context, given);
  if (!options.yes && !(await confirm(context, say('template.askDelete', { name }))))
    return out.message(say('plan.left'));
  await client.call('delete /templates/{template}', { params: { template: id }, signal });
  out.message(say('template.deleted', { name }));
}

function drawTemplate({ language, out, say }: Context, template: Template): string {
  const head = facts(
    [
      [say('word.name'), template.name],
      [say('word.id'), template.id],
      [say('word.title'), inLanguage(template.title, language)],
      [say('word.description'), inLanguage(template.description, language)],
      [say('word.version'), template.version],
      [say('word.versions'), template.versions.join(' ')],
      [say('word.created'), moment(template.createdAt)],
    ],
    out.colours,
  );
  const variants = template.variants.map((variant) => {
    const title = facts(
      [
        [say('word.variant'), `${variant.name} (${variant.entry})`],
        [say('word.providers'), variant.providers.join(' ')],
        [say('word.nodes'), variant.nodes.map(({ name }) => name).join(' ')],
        [say('word.output'), variant.outputs.map(({ name }) => name).join(' ')],
      ],
      out.colours,
    );
    const inputs = fieldsOf(variant.inputs, language);
    if (inputs.length === 0) return title;
    const drawn = table(
      inputs,
      [
        { title: say('word.input'), value: ({ name }) => name },
        { title: say('word.type'), value: ({ type, choices }) => choices?.join('|') ?? type },
        { title: say('word.required'), value: ({ required }) => (required ? say('word.yes') : '') },
        { title: say('word.default'), value: (field) => plain(field.default) },
        { title: say('word.meaning'), value: ({ title: words, help }) => [words, help].filter(Boolean).join(' — ') },
      ],
      out,
    );
    return `${title}\n${drawn}`;
  });
  return [head, ...variants].join('\n\n');
}
