import { endpoints, type Endpoint } from '@pileus/api';
import { z } from 'zod';
import { code, markdownTable } from './markdown.ts';

/** Every call of the API, from its declarations in packages/api. */
export function apiPage(): string {
  const all: readonly Endpoint[] = endpoints;
  const nouns = [...new Set(all.map(noun))];
  return `# API

Everything lies below \`/api/v1\`. The same, for machines: \`GET /api/v1/openapi.json\` (OpenAPI 3.1, no sign-in needed).

- **Signing in**: \`POST /sessions\` with \`kind: "cli"\` answers a token; send it as \`Authorization: Bearer …\`. A browser gets a cookie.
- **Lists** are paged: pass \`nextCursor\` back as \`cursor\` for the next page.
- **Long work** answers 202 with the id of a run; follow it with \`GET /runs/{run}\` or live with \`GET /events\`.
- **Repeating**: a POST with an \`Idempotency-Key\` answers the same when it is sent again, and does nothing twice.
- **Versions**: what can be changed carries an \`ETag\`. A change with \`If-Match\` is made if what was read is still what is there, else
  \`stale\` (412) is answered and nothing is done; of two who read the same version one wins. A tag has two parts, \`"SET.ALL"\`: \`If-Match\`
  looks at the first, what people have set, so that health or counts which become different by themselves stand in nobody's way;
  \`If-None-Match\` at both.
- **Trying**: calls that say so below take \`?dryRun=true\`: they answer as in earnest, refusals too, and change nothing. All other calls that
  change something refuse it (\`not-supported\`).
- **Waiting**: with \`Prefer: wait=10\` a call that answers 202 waits up to so many seconds (60 at most) for the end of its run, and then answers
  200 with the run, however that ended.
- **How many**: \`RateLimit\` says how many more calls there may be in this minute, of the caller and of its organization; beyond that 429 with \`Retry-After\`.
- **Giving up a call**: one that is given up says so half a year before it is gone: by \`Deprecation\`, \`Sunset\` and \`Link\` in its answers, and below.
- **Failures** are problem+json with a stable code, and with a place for each thing that is wrong (\`errors\`): [failures](failures.md).

${nouns
  .map(
    (name) =>
      `## ${name}\n\n${all
        .filter((endpoint) => noun(endpoint) === name)
        .map(section)
        .join('\n\n')}`,
  )
  .join('\n\n')}`;
}

const noun = ({ path }: Endpoint): string => path.split('/')[1] ?? '';

function section(endpoint: Endpoint): string {
  const { method, path, summary, permission, action, status, stream, fails, deprecated } = endpoint;
  const facts = [
    `Permission ${[permission].flat().map(code).join(' or ')}`,
    ...(action ? [`operation log ${code(action)}`] : []),
    `answers ${status ?? 200}${stream ? ' with events' : ''}`,
    ...(endpoint.versioned ? ['has versions'] : []),
    ...(endpoint.dryRun ? [`can be tried (${code('?dryRun=true')})`] : []),
    ...(fails.length > 0 ? [`may fail with ${fails.map(code).join(' ')}`] : []),
  ];
  const inputs = [
    ...rowsOf('path', endpoint.params),
    ...rowsOf('query', endpoint.query),
    ...rowsOf('body', endpoint.body),
  ];
  const parts = [
    `### ${method.toUpperCase()} ${path}`,
    ...(deprecated
      ? [`**Given up** on ${deprecated.since}, gone from ${deprecated.gone} on: use ${code(deprecated.instead)}.`]
      : []),
    `${summary}.`,
    `${facts.join('; ')}.`,
  ];
  if (inputs.length > 0) parts.push(markdownTable(['in', 'name', 'type', 'needed'], inputs));
  const answer = type(jsonSchema(endpoint.answer, 'output'));
  if (answer !== '{}') parts.push(`Answer: ${code(answer)}`);
  return parts.join('\n\n');
}

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Schema {
  // What zod makes is JSON Schema 2020-12; only the keywords above are read.
  return z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Schema;
}

function rowsOf(where: string, schema: z.ZodType | undefined): string[][] {
  if (!schema) return [];
  const whole = jsonSchema(schema, 'input');
  const branches = whole.anyOf ?? whole.oneOf ?? [whole];
  return branches.flatMap((branch, at) =>
    Object.entries(branch.properties ?? {}).map(([name, field]) => [
      branches.length > 1 ? `${where} (${at + 1})` : where,
      code(name),
      code(type(field)) + (field.default === undefined ? '' : `, ${code(JSON.stringify(field.default))} unless told`),
      branch.required?.includes(name) ? 'yes' : '',
    ]),
  );
}

/** A type on one line, shortened below the second level. */
function type(schema: Schema, depth = 0): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches) return branches.map((branch) => type(branch, depth)).join(' | ');
  if (schema.type === 'array') return `${wrapped(type(schema.items ?? {}, depth))}[]`;
  if (schema.properties) {
    if (depth > 1) return 'object';
    const fields = Object.entries(schema.properties).map(
      ([name, field]) => `${name}${schema.required?.includes(name) ? '' : '?'}: ${type(field, depth + 1)}`,
    );
    return fields.length > 0 ? `{ ${fields.join(', ')} }` : '{}';
  }
  if (schema.type === 'object') return typeof schema.additionalProperties === 'object' ? 'map' : '{}';
  if (schema.format === 'date-time') return 'time';
  return schema.type ?? 'anything';
}

const wrapped = (text: string): string => (text.includes(' | ') ? `(${text})` : text);
