import * as api from '@pileus/api';
import type { Endpoint } from '@pileus/api';
import { failures, type FailureCode } from '@pileus/model';
import { z } from 'zod';

type Json = { readonly [key: string]: unknown };

/** The API's description (OpenAPI 3.1), made from nothing but its declarations. */
export function openApi(endpoints: readonly Endpoint[], version: string): Json {
  const schemas: Record<string, unknown> = { Problem: problemSchema, ...namedSchemas() };
  const paths: Record<string, Record<string, unknown>> = {};
  for (const endpoint of endpoints) (paths[endpoint.path] ??= {})[endpoint.method] = operation(endpoint);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Pileus',
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description:
        'One API over every cloud. Long work answers 202 with the id of a run. Lists are paged: pass `nextCursor` back as `cursor`. ' +
        'Whatever is refused or fails is answered as problem+json with a stable `code`.',
    },
    servers: [{ url: '/api/v1' }],
    security: [{ session: [] }, { token: [] }],
    paths,
    components: {
      schemas,
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'pileus_session', description: '`__Host-pileus` over TLS.' },
        token: { type: 'http', scheme: 'bearer', description: 'The `token` of a session of kind `cli`.' },
      },
    },
  };
}

/** `post /runs/{run}/cancel` becomes `postRunsByRunCancel`: unique, and stable as long as the call is. */
export function operationId({ method, path }: Pick<Endpoint, 'method' | 'path'>): string {
  const words = path.split('/').filter(Boolean);
  return (
    method + words.map((word) => (word.startsWith('{') ? `By${capital(word.slice(1, -1))}` : capital(word))).join('')
  );
}

function capital(word: string): string {
  return word.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function operation(endpoint: Endpoint): Json {
  const { permission, action, summary, path } = endpoint;
  return {
    operationId: operationId(endpoint),
    summary,
    tags: [path.split('/')[1] ?? ''],
    'x-permission': typeof permission === 'string' ? permission : permission.join(' '),
    ...(action && { 'x-action': action }),
    ...(permission === 'public' && { security: [] }),
    parameters: [...parameters(endpoint.params, 'path'), ...parameters(endpoint.query, 'query'), ...headers(endpoint)],
    ...(endpoint.body && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(endpoint.body, 'input') } } },
    }),
    responses: { [endpoint.status ?? 200]: success(endpoint), ...refusals(endpoint) },
  };
}

function parameters(schema: z.ZodObject | undefined, where: 'path' | 'query'): Json[] {
  return Object.entries(schema?.shape ?? {}).map(([name, part]) => ({
    name,
    in: where,
    required: where === 'path' || !z.safeParse(part, undefined).success,
    schema: schemaOf(part, 'input'),
  }));
}

function headers(endpoint: Endpoint): Json[] {
  const header = (name: string, description: string) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  });
  if (endpoint.stream) return [header('Last-Event-ID', 'Goes on after this event.')];
  if (endpoint.permission === 'public') return [];
  return [
    ...(endpoint.action ? [header('X-Reason', 'Why, for the operation log; percent-encoded UTF-8 beyond ASCII.')] : []),
    ...(endpoint.method === 'post'
      ? [
          header(
            'Idempotency-Key',
            'The same request with the same key is carried out once; its answer is kept for 24 hours.',
          ),
        ]
      : []),
  ];
}

function success(endpoint: Endpoint): Json {
  const schema = schemaOf(endpoint.answer, 'output');
  if (endpoint.stream)
    return {
      description: 'Events; the schema is that of one event’s data.',
      content: { 'text/event-stream': { schema } },
    };
  return {
    description: endpoint.status === 202 ? 'Begun: the run does the work.' : 'Done.',
    ...(endpoint.status === 202 && { headers: { Location: { description: 'The run.', schema: { type: 'string' } } } }),
    ...(endpoint.status !== 204 && { content: { 'application/json': { schema } } }),
  };
}

/** One response per status; which failures it may carry is in its `code`. */
function refusals(endpoint: Endpoint): Json {
  const byStatus = Map.groupBy(new Set(codesOf(endpoint)), (code) => failures[code].status);
  const responses = [...byStatus]
    .toSorted(([a], [b]) => a - b)
    .map(([status, codes]) => [status, refusal(codes)] as const);
  return Object.fromEntries(responses);
}

function refusal(codes: readonly FailureCode[]): Json {
  return {
    description: codes.map((code) => failures[code].title.en).join(' · '),
    content: {
      'application/problem+json': {
        schema: { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: codes } } }] },
      },
    },
  };
}

/** What a call can fail with, by its declaration and by what every call goes through. */
function codesOf(endpoint: Endpoint): readonly FailureCode[] {
  const codes: FailureCode[] = [...endpoint.fails, 'internal', 'database-unavailable'];
  if (endpoint.permission !== 'public') codes.push('not-signed-in');
  if (endpoint.permission !== 'public' && endpoint.permission !== 'self') codes.push('not-allowed');
  if (endpoint.params || endpoint.query || endpoint.body) codes.push('invalid');
  if (endpoint.body) codes.push('too-large');
  if (endpoint.method !== 'get') codes.push('cross-site');
  if (endpoint.method === 'post' && !endpoint.stream && endpoint.permission !== 'public')
    codes.push('key-reused', 'key-in-use');
  return codes;
}

/** Things that have a name in the API get the same one here; `id`, `time` and the like are written out. */
const names = z.registry<{ id: string }>();
for (const [id, value] of Object.entries(api)) {
  if (value instanceof z.ZodType && /^[A-Z]/.test(id) && id !== 'Problem') names.add(value, { id });
}

function namedSchemas(): Json {
  const { schemas } = z.toJSONSchema(names, { ...settings, uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, bare(schema)]));
}

/** What is sent is written out; what is answered refers to the named schemas. */
function schemaOf(schema: z.ZodType | z.core.$ZodType, io: 'input' | 'output'): unknown {
  if (io === 'input') return bare(z.toJSONSchema(schema, { ...settings, io }));
  const id = names.get(schema)?.id;
  if (id) return { $ref: `#/components/schemas/${id}` };
  return referring(bare(z.toJSONSchema(schema, { ...settings, metadata: names })));
}

const settings = {
  target: 'draft-2020-12',
  unrepresentable: 'any',
  // Answers may gain fields, and a caller must not break when they do.
  override: ({ jsonSchema }) => {
    if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    // zod's pattern of a time knows leap years; nobody can read it, and `format` says the same.
    if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
  },
} as const satisfies Parameters<typeof z.toJSONSchema>[1];

/** Without the parts that only a schema which stands alone has. */
function bare(schema: Json): Json {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$schema' && key !== '$id'));
}

/** zod puts named schemas below `$defs` of each schema that uses them; here they have one place for all. */
function referring(schema: Json): unknown {
  const own = Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$defs'));
  return JSON.parse(JSON.stringify(own).replaceAll('"#/$defs/', '"#/components/schemas/'));
}

const because = {
  type: 'object',
  required: ['reason', 'facts'],
  properties: {
    reason: { type: 'string' },
    facts: { type: 'object', additionalProperties: { type: ['string', 'number'] } },
  },
} as const;

const problemSchema = {
  type: 'object',
  description: 'What is wrong (RFC 9457).',
  required: ['type', 'title', 'status', 'code', 'facts', 'requestId', 'instance'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string', description: 'A sentence in the language of `Accept-Language`: English or Chinese.' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'Stable; programs decide by it.', enum: Object.keys(failures) },
    facts: {
      type: 'object',
      additionalProperties: { type: ['string', 'number'] },
      description: 'What the sentence is filled with.',
    },
    because: {
      type: 'object',
      additionalProperties: because,
      description: 'By fact: what of it is a text of the server’s, as code and facts.',
    },
    problems: {
      type: 'array',
      items: {
        type: 'object',
        required: ['at', 'message'],
        properties: {
          at: {
            type: 'string',
            description:
              'A JSON pointer into the body (`/inputs/port`), `?name` of a query parameter, `{name}` of a path parameter, or a place in a file.',
          },
          message: { type: 'string', description: 'In English.' },
          because: { ...because, description: 'The same as code and facts, to be said in any language.' },
          rule: { type: 'string' },
        },
      },
    },
    requestId: { type: 'string', description: 'Look for it in the operation log and in the server’s log.' },
    instance: { type: 'string', description: 'The path that was asked for.' },
  },
} as const;
