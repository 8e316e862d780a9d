/** A description as it is sent, as far as the rules look at it. */
export interface Described {
  readonly openapi: string;
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

export interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly tags?: readonly string[];
  readonly 'x-permission'?: string;
  readonly 'x-action'?: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: object }>> };
  readonly responses?: Readonly<Record<string, Answered>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly description?: string;
  readonly schema?: object;
}

interface Answered {
  readonly description?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, { readonly schema?: object }>>;
}

/** What would keep somebody from using the API by its description alone; nothing where there is nothing. */
export function faultsOf(api: Described): string[] {
  const ids = new Map<string, number>();
  for (const { operationId = '' } of operationsOf(api)) ids.set(operationId, (ids.get(operationId) ?? 0) + 1);
  const known = new Set(api.tags.map(({ name }) => name));
  const faults = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) =>
      [...naming(operation, ids, known), ...sending(path, operation), ...answering(method, operation)].map(
        (fault) => `${method} ${path} ${fault}`,
      ),
    ),
  );
  return [...faults, ...danglingReferences(api)];
}

export const operationsOf = ({ paths }: Described): Operation[] =>
  Object.values(paths).flatMap(Object.values<Operation>);

function* naming(
  { operationId = '', summary = '', tags = [], deprecated, description = '', ...rest }: Operation,
  ids: ReadonlyMap<string, number>,
  known: ReadonlySet<string>,
): Generator<string> {
  if (!/^[a-z][A-Za-z]+$/.test(operationId)) yield 'has no operationId that is a name in every language';
  if ((ids.get(operationId) ?? 0) > 1) yield 'shares its operationId';
  if (!/^\S.*[^.\s]$/.test(summary) || summary.length > 160) yield 'has no summary that fits on a line';
  if (tags.length !== 1 || !tags.every((tag) => known.has(tag))) yield 'does not stand under one known tag';
  if (!rest['x-permission']) yield 'does not say what one must be allowed';
  if (deprecated && description === '') yield 'is given up, and does not say what to use';
}

function* sending(path: string, { parameters = [], requestBody }: Operation): Generator<string> {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const given = parameters.filter((one) => one.in === 'path' && one.required).map(({ name }) => name);
  if (inPath.join() !== given.join()) yield 'does not describe the parameters of its path';
  const names = parameters.map((one) => `${one.in} ${one.name.toLowerCase()}`);
  if (new Set(names).size < names.length) yield 'describes a parameter twice';
  for (const { name, description = '', schema } of parameters) {
    if (!/^\S.*\.$/.test(description)) yield `does not say in a sentence what ${name} is`;
    if (!schema || Object.keys(schema).length === 0) yield `does not say what ${name} looks like`;
  }
  for (const { schema } of Object.values(requestBody?.content ?? {}))
    if (!schema || !says(schema)) yield 'does not say what is sent';
}

function* answering(method: string, { responses = {}, parameters = [], ...rest }: Operation): Generator<string> {
  const statuses = Object.keys(responses).map(Number);
  const isPublic = rest.security?.length === 0;
  if (!statuses.some((status) => status < 300)) yield 'does not say what it answers';
  for (const status of [...(isPublic ? [] : [401]), 429, 500, 503])
    if (!statuses.includes(status)) yield `does not say that it may answer ${status}`;
  if (parameters.length > 0 && !isPublic && !statuses.includes(422) && parameters.some((one) => one.in !== 'header'))
    yield 'does not say what it answers to what is not valid';
  for (const [status, { description = '', content = {}, headers = {} }] of Object.entries(responses)) {
    if (description === '') yield `does not say what ${status} means`;
    if (Number(status) >= 400) {
      const schema = JSON.stringify(content['application/problem+json']?.schema ?? {});
      if (!schema.includes('#/components/schemas/Problem') || !/"enum":\["/.test(schema))
        yield `answers ${status} without saying as which failures`;
    } else if (status !== '204' && status !== '304') {
      const [answered] = Object.values(content);
      if (!answered?.schema || !says(answered.schema)) yield `does not say what ${status} carries`;
      if (!headers['RateLimit']) yield `does not say in ${status} how many calls are left`;
    }
    if (status === '202' && !headers['Location']) yield 'does not say where the run is found';
  }
  if (method === 'get' && responses['304'] && !responses['200']?.headers?.['ETag']) yield 'answers 304 without an ETag';
}

/** Whether a schema says more than "anything". */
function says(schema: object): boolean {
  return ['$ref', 'type', 'enum', 'const', 'anyOf', 'oneOf', 'allOf'].some((keyword) => keyword in schema);
}

function* danglingReferences(api: Described): Generator<string> {
  for (const [, to = ''] of new Set(JSON.stringify(api).matchAll(/"\$ref":"([^"]+)"/g))) {
    const found = to
      .replace(/^#\//, '')
      .split('/')
      .reduce<unknown>((at, name) => (typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined), api);
    if (found === undefined) yield `refers to ${to}, which is not there`;
  }
}
