import type { Candidates } from './candidates.ts';
import { compareNumbers, type Test } from './condition.ts';
import type { PolicySet } from './decide.ts';
import { bind, literalOf, matcherOfAny, type Pattern, type Written } from './pattern.ts';
import { passes, type CompiledStatement, type NamedResource } from './statement.ts';
import type { KeyValue, Request, Resource } from './vocabulary.ts';

/** What of a resource is compared: its id, its name, or a condition key. */
export type Subject = 'id' | 'name' | { readonly key: string };

/**
 * Which resources of a kind an action is allowed on. Every part has an exact counterpart in SQL. SQL knows three truth values and this
 * knows two, so a comparison with what a resource does not have is false there as well:
 *
 * | part     | SQL                                                    |                                                     |
 * | -------- | ------------------------------------------------------ | --------------------------------------------------- |
 * | `all`    | `true`                                                 |                                                     |
 * | `none`   | `false`                                                |                                                     |
 * | `and`    | `(a and b)`                                            |                                                     |
 * | `or`     | `(a or b)`                                             |                                                     |
 * | `not`    | `(not a)`                                              | `a` is never NULL                                   |
 * | `equals` | `coalesce(column = any($1::text[]), false)`            | under a deterministic collation                     |
 * | `like`   | `coalesce(column like any($1::text[]), false)`         | patterns from `likePattern`                         |
 * | `number` | `coalesce(column < any($1::float8[]), false)`          | `=`, `<`, `<=`, `>` or `>=`; a column of numbers    |
 * | `truth`  | `coalesce(column = $1::boolean, false)`                |                                                     |
 * | `exists` | `column is not null`                                   |                                                     |
 *
 * `column` is an expression for the subject: a column, or `tags ->> 'owner'` for the key `tag/owner`.
 */
export type Filter =
  | { readonly is: 'all' }
  | { readonly is: 'none' }
  | { readonly is: 'and' | 'or'; readonly of: readonly Filter[] }
  | { readonly is: 'not'; readonly of: Filter }
  | { readonly is: 'equals'; readonly subject: Subject; readonly values: ReadonlySet<string> }
  | { readonly is: 'like'; readonly subject: Subject; readonly patterns: readonly Pattern[] }
  | {
      readonly is: 'number';
      readonly subject: Subject;
      readonly comparison: NumberComparison;
      readonly values: readonly number[];
    }
  | { readonly is: 'truth'; readonly subject: Subject; readonly value: boolean }
  | { readonly is: 'exists'; readonly subject: Subject };

export type NumberComparison = '=' | '<' | '<=' | '>' | '>=';

const all: Filter = { is: 'all' };
const none: Filter = { is: 'none' };

/**
 * Everything about the request is worked out, what remains is about the resource: `matches(filterFor(set, { action, kind, request }), resource)`
 * answers as `decide` does for each resource of the kind.
 */
export function filterFor(
  set: PolicySet,
  { action, kind, request }: { readonly action: string; readonly kind: string; readonly request: Request },
): Filter {
  const about = set.about(action);
  if (about?.kind !== kind) return none;
  const allowed = whereAny(about.allows, kind, request);
  return allowed.is === 'none' ? none : and([allowed, not(whereAny(about.denies, kind, request))]);
}

/** Whether a resource, of the kind that the filter was made for, passes. */
export function matches(filter: Filter, resource: Resource): boolean {
  switch (filter.is) {
    case 'all':
      return true;
    case 'none':
      return false;
    case 'and':
      return filter.of.every((part) => matches(part, resource));
    case 'or':
      return filter.of.some((part) => matches(part, resource));
    case 'not':
      return !matches(filter.of, resource);
    case 'exists':
      return valueOf(filter.subject, resource) !== undefined;
    case 'truth':
      return valueOf(filter.subject, resource) === filter.value;
    case 'number': {
      const value = valueOf(filter.subject, resource);
      const comparison = comparisonsByName[filter.comparison];
      return typeof value === 'number' && filter.values.some((wanted) => compareNumbers(comparison, value, wanted));
    }
    case 'equals': {
      const value = valueOf(filter.subject, resource);
      return typeof value === 'string' && filter.values.has(value);
    }
    case 'like': {
      const value = valueOf(filter.subject, resource);
      return typeof value === 'string' && matchesAny(filter.patterns, value);
    }
  }
}

function valueOf(subject: Subject, resource: Resource): KeyValue | undefined {
  return typeof subject === 'object' ? resource.keys[subject.key] : resource[subject];
}

const matchers = new WeakMap<readonly Pattern[], (text: string) => boolean>();

function matchesAny(patterns: readonly Pattern[], text: string): boolean {
  const ready = matchers.get(patterns) ?? matcherOfAny(patterns);
  matchers.set(patterns, ready);
  return ready(text);
}

/** Where any of the statements applies. What does not hang on the request is worked out once. */
function whereAny(candidates: Candidates<unknown>, kind: string, request: Request): Filter {
  const where = (statements: readonly CompiledStatement[]) =>
    or(statements.map((statement) => whereItApplies(statement, kind, request)));
  let parts = settled.get(candidates);
  if (!parts) {
    const statements = candidates.all.map(({ statement }) => statement);
    parts = { fixed: where(statements.filter(isFixed)), open: statements.filter((each) => !isFixed(each)) };
    settled.set(candidates, parts);
  }
  if (parts.fixed.is === 'all' || parts.open.length === 0) return parts.fixed;
  return or([parts.fixed, where(parts.open)]);
}

const settled = new WeakMap<Candidates<unknown>, { fixed: Filter; open: readonly CompiledStatement[] }>();

/** Whether a statement says the same whoever asks, whenever and from wherever. */
function isFixed({ resources, tests }: CompiledStatement): boolean {
  const isBound = (text: Written) => !text.some((piece) => 'variable' in piece);
  return (
    tests.every(({ of, wanted }) => of === 'resource' && (wanted.are !== 'texts' || wanted.texts.every(isBound))) &&
    (resources === 'any' || resources.every(({ written }) => !written || isBound(written)))
  );
}

function whereItApplies(statement: CompiledStatement, kind: string, request: Request): Filter {
  const ofRequest = { kind, keys: {} };
  if (!statement.tests.every((test) => test.of === 'resource' || passes(test, ofRequest, request))) return none;
  const tests = statement.tests.flatMap((test) => (test.of === 'resource' ? [whereItHolds(test, request)] : []));
  return and([whereItIsNamed(statement, kind, request), ...tests]);
}

function whereItIsNamed({ resources, excepts }: CompiledStatement, kind: string, request: Request): Filter {
  const named =
    resources === 'any'
      ? all
      : or(resources.flatMap((resource) => (resource.kind === kind ? [whereNamed(resource, request)] : [])));
  return excepts ? not(named) : named;
}

function whereNamed({ written }: NamedResource, request: Request): Filter {
  return written ? or([textIs('id', [written], request), textIs('name', [written], request)]) : all;
}

function whereItHolds({ key, operator, wanted }: Test, request: Request): Filter {
  const subject = { key };
  const exists: Filter = { is: 'exists', subject };
  if (operator.comparison === 'missing') {
    const [missing, there] =
      wanted.are === 'booleans' ? [true, false].map((each) => wanted.booleans.includes(each)) : [];
    return or([missing ? not(exists) : none, there ? exists : none]);
  }
  const compares = whereItCompares(subject, operator.comparison, wanted, request);
  // A comparison with what is missing is false, so that its opposite is true, as it should be.
  if (operator.negated) return not(compares);
  return operator.ifExists ? or([compares, not(exists)]) : compares;
}

function whereItCompares(
  subject: Subject,
  comparison: Test['operator']['comparison'],
  wanted: Test['wanted'],
  request: Request,
): Filter {
  switch (wanted.are) {
    case 'texts':
      return textIs(subject, wanted.texts, request);
    case 'booleans':
      return or([...new Set(wanted.booleans)].map((value) => ({ is: 'truth', subject, value })));
    case 'numbers': {
      const [name] = numberComparisons.find(([, each]) => each === comparison) ?? [];
      return name === undefined ? none : { is: 'number', subject, comparison: name, values: wanted.numbers };
    }
    case 'blocks':
      // Keys of resources have types with a counterpart in SQL, and addresses are none of them.
      return none;
  }
}

const comparisonsByName = {
  '=': 'number-equals',
  '<': 'less-than',
  '<=': 'at-most',
  '>': 'greater-than',
  '>=': 'at-least',
} as const satisfies Record<NumberComparison, Test['operator']['comparison']>;
const numberComparisons = Object.entries(comparisonsByName) as [NumberComparison, Test['operator']['comparison']][]; // As declared.

function textIs(subject: Subject, texts: readonly Written[], request: Request): Filter {
  const values = new Set<string>();
  const patterns: Pattern[] = [];
  for (const text of texts) {
    const pattern = bind(text, request);
    const literal = pattern && literalOf(pattern);
    if (literal !== undefined) values.add(literal);
    else if (pattern) patterns.push(pattern);
  }
  return or([
    ...(values.size > 0 ? [{ is: 'equals', subject, values } as const] : []),
    ...(patterns.length > 0 ? [{ is: 'like', subject, patterns } as const] : []),
  ]);
}

function not(filter: Filter): Filter {
  if (filter.is === 'all') return none;
  if (filter.is === 'none') return all;
  return filter.is === 'not' ? filter.of : { is: 'not', of: filter };
}

function and(parts: readonly Filter[]): Filter {
  const of = parts.flatMap((part) => (part.is === 'all' ? [] : part.is === 'and' ? part.of : [part]));
  if (of.some(({ is }) => is === 'none')) return none;
  const [first = all] = of;
  return of.length > 1 ? { is: 'and', of } : first;
}

/** Thousands of statements may name one resource each: of all that compare one subject with texts, one comparison is made. */
function or(parts: readonly Filter[]): Filter {
  const equals = new Map<string, Filter & { is: 'equals'; values: Set<string> }>();
  const like = new Map<string, Filter & { is: 'like'; patterns: Pattern[] }>();
  const rest: Filter[] = [];
  const add = (part: Filter): void => {
    if (part.is === 'or') part.of.forEach(add);
    else if (part.is === 'equals') {
      const name = nameOf(part.subject);
      const known = equals.get(name);
      if (known) for (const value of part.values) known.values.add(value);
      else equals.set(name, { ...part, values: new Set(part.values) });
    } else if (part.is === 'like') {
      const name = nameOf(part.subject);
      const known = like.get(name);
      if (known) known.patterns.push(...part.patterns);
      else like.set(name, { ...part, patterns: [...part.patterns] });
    } else if (part.is !== 'none') rest.push(part);
  };
  parts.forEach(add);
  if (rest.some(({ is }) => is === 'all')) return all;
  const of = [...equals.values(), ...like.values(), ...rest];
  const [first = none] = of;
  return of.length > 1 ? { is: 'or', of } : first;
}

const nameOf = (subject: Subject) => (typeof subject === 'object' ? `key ${subject.key}` : subject);
