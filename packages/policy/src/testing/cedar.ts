/**
 * Cedar as a second oracle (https://www.cedarpolicy.com): what can be said in its language is translated statement by statement, and both
 * decide. Not translated are `?` in patterns, fractions, variables within a text, and IPv4 written as IPv6: Cedar has nothing like them.
 */
import { preparsePolicySet, statefulIsAuthorized, type CedarValueJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Attached } from '../attached.ts';
import { compile, decide, type Question } from '../decide.ts';
import type { Statement } from '../document.ts';
import type { KeyValue } from '../vocabulary.ts';
import { randomDocument, randomQuestion } from './random-policies.ts';
import { Random } from './random.ts';
import { vocabulary } from './vocabulary.ts';

/** Twenty questions to each of so many random sets; throws when Cedar decides otherwise. */
export function agreeWithCedar(seeds: { readonly from: number; readonly to: number }): {
  allowed: number;
  denied: number;
} {
  const count = { allowed: 0, denied: 0 };
  for (let seed = seeds.from; seed < seeds.to; seed++) {
    const random = new Random(seed);
    const { attached, policies } = translatable(random);
    const parsed = preparsePolicySet('set', { staticPolicies: policies });
    if (parsed.type === 'failure') throw new Error(`seed ${seed}: ${JSON.stringify(parsed.errors)}\n${policies}`);
    const set = compile(attached, vocabulary);
    for (let asked = 0; asked < 20; asked++) {
      const question = translatableQuestion(random);
      const { allowed } = decide(set, question);
      if (allowed !== cedarAllows(question))
        throw new Error(`seed ${seed}: ${allowed}: ${JSON.stringify({ attached, question })}\n${policies}`);
      count[allowed ? 'allowed' : 'denied']++;
    }
  }
  return count;
}

function translatable(random: Random): { attached: Attached[]; policies: string } {
  const Statement: Statement[] = [];
  const policies: string[] = [];
  for (const least = 1 + random.whole(8); Statement.length < least;) {
    for (const statement of randomDocument(random).Statement) {
      const policy = policyOf(statement);
      if (policy === undefined) continue;
      Statement.push(statement);
      policies.push(policy);
    }
  }
  const document = { Version: '2026-11-01', Statement } as const;
  return { attached: [{ policy: 'p', name: 'P', document }], policies: policies.join('\n') };
}

function translatableQuestion(random: Random): Question {
  for (;;) {
    const question = randomQuestion(random);
    const { action, resource, request } = question;
    const ip = String(request['sourceIp'] ?? '');
    const kind = (vocabulary.actions as Readonly<Record<string, { kind: string }>>)[action]?.kind;
    const hasFraction = Object.values(resource.keys).some(
      (value) => typeof value === 'number' && !Number.isInteger(value),
    );
    if (kind === resource.kind && !hasFraction && ip !== 'local' && !ip.startsWith('::ffff')) return question;
  }
}

function cedarAllows({ action, resource: { kind, id, name, keys }, request }: Question): boolean {
  const uid = { type: kind, id: 'it' };
  const answer = statefulIsAuthorized({
    principal: { type: 'user', id: request['principal.id'] },
    action: { type: 'Action', id: action },
    resource: uid,
    context: valuesOf(request),
    entities: [{ uid, attrs: valuesOf({ ...keys, id, name }), parents: [] }],
    preparsedPolicySetId: 'set',
  });
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
  const { decision, diagnostics } = answer.response;
  if (diagnostics.errors.length > 0) throw new Error(JSON.stringify(diagnostics.errors));
  return decision === 'allow';
}

function valuesOf(keys: Readonly<Record<string, KeyValue | undefined>>): Record<string, CedarValueJson> {
  return Object.fromEntries(
    Object.entries(keys).flatMap(([key, value]) => (value === undefined ? [] : [[key, valueOf(key, value)]])),
  );
}

function valueOf(key: string, value: KeyValue): CedarValueJson {
  if (value instanceof Date) return { __extn: { fn: 'datetime', arg: value.toISOString() } };
  return key === 'sourceIp' ? { __extn: { fn: 'ip', arg: String(value) } } : value;
}

/** A statement as a Cedar policy, or undefined when Cedar cannot say it. */
function policyOf({ Effect, Action, NotAction, Resource, NotResource, Condition }: Statement): string | undefined {
  const named = list(Action ?? NotAction ?? []);
  const isNamed = (action: string) =>
    named.some((name) => new RegExp(`^${name.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(action));
  const actions = Object.keys(vocabulary.actions).filter((action) => isNamed(action) === (NotAction === undefined));
  const resources = list(Resource ?? NotResource ?? []).map(resourceOf);
  const tests = Object.entries(Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => testOf(operator, key, list(values))),
  );
  if ([...resources, ...tests].includes(undefined)) return undefined;
  const where = `(${resources.join(' || ')})`;
  const when = [NotResource === undefined ? where : `!${where}`, ...tests].join(' && ');
  const among = actions.map((action) => `Action::${quoted(action)}`).join(', ');
  return `${Effect === 'Allow' ? 'permit' : 'forbid'}(principal, action in [${among}], resource) when { ${when} };`;
}

function resourceOf(named: string): string | undefined {
  if (named === '*') return 'true';
  const [kind = '', ...rest] = named.split('/');
  const which = rest.join('/');
  if (which === '*') return `resource is ${kind}`;
  const pattern = patternOf(which);
  if (pattern === undefined) return undefined;
  const either = ['id', 'name'].map((each) => `(resource has ${each} && resource.${each} like ${pattern})`);
  return `(resource is ${kind} && (${either.join(' || ')}))`;
}

function testOf(name: string, key: string, values: readonly (string | number | boolean)[]): string | undefined {
  const of = key in vocabulary.requestKeys ? 'context' : 'resource';
  const has = `${of} has ${quoted(key)}`;
  if (name === 'Null') return `(${values.map((value) => (String(value) === 'true' ? `!(${has})` : has)).join(' || ')})`;
  const operator = name.replace('IfExists', '').replace('Not', '');
  const compared = values.map((value) => comparisonOf(operator, `${of}[${quoted(key)}]`, value));
  if (compared.includes(undefined)) return undefined;
  const either = `(${has} && (${compared.join(' || ')}))`;
  if (name.includes('Not')) return `!${either}`;
  return name.endsWith('IfExists') ? `(!(${has}) || ${either})` : either;
}

const symbols: Readonly<Record<string, string>> = {
  Equals: '==',
  LessThan: '<',
  LessThanEquals: '<=',
  GreaterThan: '>',
  GreaterThanEquals: '>=',
};

function comparisonOf(operator: string, found: string, value: string | number | boolean): string | undefined {
  const [, type = '', how = ''] = /^(String|Numeric|Date|Bool|IpAddress)(.*)$/.exec(operator) ?? [];
  const text = String(value);
  switch (type) {
    case 'String': {
      const variable = /^\$\{(principal\.\w+)\}$/.exec(text)?.[1];
      if (variable !== undefined) return `${found} == context[${quoted(variable)}]`;
      const pattern = how === 'Like' ? patternOf(text) : text.includes('${') ? undefined : quoted(text);
      return pattern === undefined ? undefined : `${found} ${how === 'Like' ? 'like' : '=='} ${pattern}`;
    }
    case 'Numeric':
      return Number.isInteger(Number(value)) ? `${found} ${symbols[how]} ${Number(value)}` : undefined;
    case 'Date':
      return `${found} ${symbols[how]} datetime("${new Date(text).toISOString()}")`;
    case 'Bool':
      return `${found} == ${text}`;
    default:
      return text.startsWith('::ffff') ? undefined : `${found}.isInRange(ip("${text}"))`;
  }
}

/** Cedar knows the star alone, and writes one that is meant as `\*`. */
function patternOf(text: string): string | undefined {
  if (/\$\{(?![*?$]\})/.test(text) || text.replaceAll('${?}', '').includes('?')) return undefined;
  return quoted(text)
    .replaceAll('${*}', String.raw`\*`)
    .replaceAll(/\$\{([?$])\}/g, '$1');
}

const quoted = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
const list = <T>(oneOrMany: T | readonly T[]): readonly T[] => [oneOrMany].flat() as readonly T[];
