import * as api from '@pileus/api';
import { type Endpoint, parameterMeanings } from '@pileus/api';
import { failures, type FailureCode } from '@pileus/model';
import { z } from 'zod';
import { readerOf } from './routes.ts';

type Json = { readonly [key: string]: unknown };

/** The API's description (OpenAPI 3.1), made from nothing but its declarations. */
export function openApi(endpoints: readonly Endpoint[], version: string): Json {
  const schemas: Record<string, unknown> = { Problem: problemSchema, ...namedSchemas() };
  const paths: Record<string, Record<string, unknown>> = {};
  for (const endpoint of endpoints) (paths[endpoint.path] ??= {})[endpoint.method] = operation(endpoint, endpoints);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Pileus',
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description:
        'One API over every cloud. Long work answers 202 with the id of a run. Lists are paged: pass `nextCursor` back as `cursor`. ' +
        'Whatever is refused or fails is answered as problem+json with a stable `code`. Things that can be changed carry an `ETag`; ' +
        'a change is bound to it by `If-Match`. Every answer to a caller says in `RateLimit` how many more calls there may be.',
    },
    servers: [{ url: '/api/v1' }],
    security: [{ session: [] }, { token: [] }],
    tags: [...new Set(endpoints.map(tagOf))].map((name) => ({ name })),
    paths,
    components: {
      schemas,
      headers,
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

const tagOf = ({ path }: Endpoint): string => path.split('/')[1] ?? '';

function operation(endpoint: Endpoint, all: readonly Endpoint[]): Json {
  const { permission, action, summary, deprecated } = endpoint;
  const declared = all.map((one) => ({ endpoint: one }));
  const reads = readerOf(endpoint, declared)?.endpoint;
  return {
    operationId: operationId(endpoint),
    summary,
    ...(deprecated && {
      deprecated: true,
      description: `Given up on ${deprecated.since}, and gone from ${deprecated.gone} on; use \`${deprecated.instead}\`.`,
    }),
    tags: [tagOf(endpoint)],
    'x-permission': typeof permission === 'string' ? permission : permission.join(' '),
    ...(action && { 'x-action': action }),
    ...(permission === 'public' && { security: [] }),
    parameters: [
      ...parameters(endpoint.params, 'path'),
      ...parameters(endpoint.query, 'query'),
      ...(endpoint.dryRun ? [dryRun] : []),
      ...sentHeaders(endpoint, reads !== undefined),
    ],
    ...(endpoint.body && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(endpoint.body, 'input') } } },
    }),
    responses: { ...successes(endpoint, reads), ...refusals(endpoint, reads !== undefined) },
  };
}

function parameters(schema: z.ZodObject | undefined, where: 'path' | 'query'): Json[] {
  return Object.entries(schema?.shape ?? {}).map(([name, part]) => ({
    name,
    in: where,
    required: where === 'path' || !z.safeParse(part, undefined).success,
    description: z.globalRegistry.get(part)?.description ?? parameterMeanings[name],
    schema: schemaOf(part, 'input'),
  }));
}

const dryRun: Json = {
  name: 'dryRun',
  in: 'query',
  required: false,
  description: 'true: answers as in earnest, refusals too, and changes nothing.',
  schema: { type: 'boolean', default: false },
};

function sentHeaders(endpoint: Endpoint, changesVersions: boolean): Json[] {
  const header = (name: string, description: string) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  });
  if (endpoint.stream) return [header('Last-Event-ID', 'Goes on after this event.')];
  const isKeyed = endpoint.method === 'post' && endpoint.permission !== 'public';
  return [
    ...(endpoint.action && endpoint.permission !== 'public'
      ? [header('X-Reason', 'Why, for the operation log; percent-encoded UTF-8 beyond ASCII.')]
      : []),
    ...(isKeyed
      ? [
          header(
            'Idempotency-Key',
            'The same request with the same key is carried out once; its answer is kept for 24 hours.',
          ),
        ]
      : []),
    ...(changesVersions
      ? [
          header(
            'If-Match',
            'The `ETag` that was read: nothing is changed, and 412 is answered, if it is another by now.',
          ),
        ]
      : []),
    ...(endpoint.versioned
      ? [header('If-None-Match', 'The `ETag` of a copy: 304 is answered while that is as good as new.')]
      : []),
    ...(endpoint.status === 202
      ? [header('Prefer', '`wait=10`: answers 200 with the run if that ends within so many seconds, 60 at most.')]
      : []),
  ];
}

const text = { type: 'string' } as const;

/** What answers carry beside their content. */
const headers = {
  ETag: { description: 'What this version is called; for `If-Match` and `If-None-Match`.', schema: text },
  Location: { description: 'The run.', schema: text },
  'Preference-Applied': { description: 'How long was waited at most: `wait=10`.', schema: text },
  'RateLimit-Policy': {
    description: 'How many calls (`q`) there may be within so many seconds (`w`), of whom.',
    schema: text,
  },
  RateLimit: {
    description: 'How many are left (`r`), and in how many seconds all of them are there again (`t`).',
    schema: text,
  },
  'Retry-After': { description: 'In so many seconds the same may fare better.', schema: { type: 'integer' } },
  Deprecation: { description: 'When the call was given up (RFC 9745).', schema: text },
  Sunset: { description: 'When it may be gone (RFC 8594).', schema: text },
} as const;

function answered(names: readonly (keyof typeof headers)[]): Json {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

function successes(endpoint: Endpoint, reads: Endpoint | undefined): Json {
  const schema = schemaOf(endpoint.answer, 'output');
  const given = endpoint.deprecated ? (['Deprecation', 'Sunset'] as const) : [];
  const limits = ['RateLimit-Policy', 'RateLimit', ...given] as const;
  if (endpoint.stream)
    return {
      200: {
        description: 'Events; the schema is that of one event’s data.',
        headers: answered(limits),
        content: { 'text/event-stream': { schema } },
      },
    };
  const status = endpoint.status ?? 200;
  const isTagged = endpoint.versioned !== undefined || reads?.answer === endpoint.answer;
  const done = {
    description: status === 202 ? 'Begun: the run does the work.' : 'Done.',
    headers: answered([
      ...limits,
      ...(isTagged ? (['ETag'] as const) : []),
      ...(status === 202 ? (['Location', 'Preference-Applied'] as const) : []),
    ]),
    ...(status !== 204 && { content: { 'application/json': { schema } } }),
  };
  return {
    ...(status === 202 && {
      200: {
        description: 'The run, which has ended while the call waited as it was asked to.',
        headers: answered([...limits, 'Location', 'Preference-Applied']),
        content: { 'application/json': { schema: { $ref: '#/components/schemas/RunView' } } },
      },
    }),
    [status]: done,
    ...(endpoint.versioned && { 304: { description: 'The copy is as good as new.', headers: answered(['ETag']) } }),
  };
}

/** One response per status; which failures it may carry is in its `code`. */
function refusals(endpoint: Endpoint, changesVersions: boolean): Json {
  const byStatus = Map.groupBy(new Set(codesOf(endpoint, changesVersions)), (code) => failures[code].status);
  const responses = [...byStatus]
    .toSorted(([a], [b]) => a - b)
    .map(([status, codes]) => [status, refusal(status, codes)] as const);
  return Object.fromEntries(responses);
}

function refusal(status: number, codes: readonly FailureCode[]): Json {
  return {
    description: codes.map((code) => failures[code].title.en).join(' · '),
    ...(status === 429 && { headers: answered(['Retry-After', 'RateLimit-Policy', 'RateLimit']) }),
    content: {
      'application/problem+json': {
        schema: { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: codes } } }] },
      },
    },
  };
}

/** What a call can fail with, by its declaration and by what every call goes through. */
function codesOf(endpoint: Endpoint, changesVersions: boolean): readonly FailureCode[] {
  const codes: FailureCode[] = [...endpoint.fails, 'too-many-requests', 'internal', 'database-unavailable'];
  if (changesVersions) codes.push('stale', 'invalid');
  if (endpoint.method !== 'get' && !endpoint.dryRun) codes.push('not-supported');
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
    errors: {
      type: 'array',
      description: 'The same as `problems`, in the form that RFC 9457 shows: for tools that know it.',
      items: {
        type: 'object',
        required: ['detail'],
        properties: {
          detail: { type: 'string', description: 'In the language of `Accept-Language`, as far as we have it.' },
          pointer: { type: 'string', description: 'Into the body: `#/inputs/port`.' },
          parameter: { type: 'string', description: 'Of the query or the path.' },
          header: { type: 'string' },
          place: { type: 'string', description: 'In a text: `file:line:column`.' },
        },
      },
    },
    requestId: { type: 'string', description: 'Look for it in the operation log and in the server’s log.' },
    instance: { type: 'string', description: 'The path that was asked for.' },
  },
} as const;
