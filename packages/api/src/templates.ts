import { z } from 'zod';
import { endpoint, id, JsonSchema, page, paging, TextView, time } from './endpoint.ts';

export const TemplateProblemView = z.object({
  file: z.string(),
  line: z.number(),
  column: z.number(),
  severity: z.enum(['error', 'warning']),
  rule: z.string(),
  message: z.string(),
});

/** One entry definition of a template version: the same application for another kind of cloud. */
export const VariantView = z.object({
  name: z.string(),
  entry: z.string(),
  /** Providers it is made for. */
  providers: z.array(z.string()),
  /** JSON Schema of the inputs, with `title`, `description` and `default`. */
  inputs: JsonSchema,
  nodes: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      description: z.string().optional(),
      requires: z.array(z.object({ name: z.string(), target: z.string(), relationship: z.string() })),
    }),
  ),
  outputs: z.array(z.object({ name: z.string(), description: z.string().optional() })),
});

export const TemplateView = z.object({
  id,
  name: z.string(),
  title: TextView,
  description: TextView,
  /** True for those that come with the product. */
  preset: z.boolean(),
  version: z.string(),
  versions: z.array(z.string()),
  providers: z.array(z.string()),
  createdAt: time,
  deployments: z.number(),
});

export const TemplateDetail = TemplateView.extend({
  variants: z.array(VariantView),
  files: z.array(z.object({ path: z.string(), bytes: z.number() })),
});

/** A template's files as text or base64, or one zip archive (CSAR) as base64. */
const Upload = z.object({
  files: z
    .array(
      z.object({ path: z.string().min(1), content: z.string(), encoding: z.enum(['utf8', 'base64']).default('utf8') }),
    )
    .optional(),
  archive: z.string().optional(),
  name: z.string().optional(),
});

export const templates = [
  endpoint({
    method: 'get',
    path: '/templates',
    summary: 'The template library',
    permission: 'template.read',
    on: 'each',
    query: z.object({ ...paging, q: z.string().optional(), provider: z.string().optional() }),
    answer: page(TemplateView),
    fails: ['invalid'],
  }),
  endpoint({
    method: 'post',
    path: '/templates',
    summary: 'Import a template, or a new version of one',
    permission: 'template.create',
    on: 'asked',
    action: 'TEMPLATE_IMPORT',
    body: Upload,
    megabytes: 32,
    answer: TemplateDetail,
    status: 201,
    dryRun: true,
    fails: ['invalid', 'template-invalid', 'conflict'],
  }),
  endpoint({
    method: 'post',
    path: '/templates/validate',
    summary: 'Say what is wrong with a template, without keeping it',
    permission: 'template.create',
    on: 'new',
    action: 'TEMPLATE_VALIDATE',
    body: Upload,
    megabytes: 32,
    answer: z.object({ valid: z.boolean(), problems: z.array(TemplateProblemView) }),
    fails: ['invalid'],
  }),
  endpoint({
    method: 'get',
    path: '/templates/{template}',
    summary: 'A template version with its variants, inputs and nodes',
    permission: 'template.read',
    params: z.object({ template: id }),
    query: z.object({ version: z.string().optional() }),
    answer: TemplateDetail,
    versioned: { besides: ['deployments'] },
    fails: ['not-found'],
  }),
  endpoint({
    method: 'get',
    path: '/templates/{template}/file',
    summary: 'The text of one file of a template version',
    permission: 'template.read',
    params: z.object({ template: id }),
    query: z.object({ version: z.string().optional(), path: z.string() }),
    answer: z.object({ path: z.string(), content: z.string() }),
    fails: ['not-found'],
  }),
  endpoint({
    method: 'delete',
    path: '/templates/{template}',
    summary: 'Remove a template that no deployment uses',
    permission: 'template.delete',
    action: 'TEMPLATE_DELETE',
    params: z.object({ template: id }),
    answer: z.object({}),
    dryRun: true,
    fails: ['not-found', 'conflict'],
  }),
] as const;
