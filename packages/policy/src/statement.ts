import type { Attached, Grounds } from './attached.ts';
import { compileCondition, holds, type Test } from './condition.ts';
import { all, type Statement } from './document.ts';
import { actionMatcher, readResourceName } from './names.ts';
import { bind, matcher, type Pattern, type Written } from './pattern.ts';
import type { Request, Resource, Vocabulary } from './vocabulary.ts';

/** A resource as a statement names it; `written` is missing for all of a kind. */
export interface NamedResource {
  readonly kind: string;
  readonly written?: Written;
  /** What it matches, when it has no variables. */
  readonly pattern?: Pattern;
  readonly matches?: (text: string) => boolean;
}

/** A statement made ready to be asked many times. */
export interface CompiledStatement {
  readonly grounds: Grounds;
  readonly isAbout: (action: string) => boolean;
  readonly resources: 'any' | readonly NamedResource[];
  /** Whether it is about all but these resources. */
  readonly excepts: boolean;
  readonly tests: readonly Test[];
}

export function compileStatement(
  { policy, name, via }: Attached,
  statement: Statement,
  index: number,
  vocabulary: Vocabulary,
): CompiledStatement {
  const { Sid, Effect, Action, NotAction, Resource, NotResource, Condition } = statement;
  const named = all(Action ?? NotAction).map(actionMatcher);
  const isNamed = (action: string) => named.some((matches) => matches(action));
  const resources = all(Resource ?? NotResource).map(compileResource);
  return {
    grounds: {
      effect: Effect,
      policy,
      name,
      statement: index,
      ...(Sid !== undefined && { sid: Sid }),
      ...(via && { via }),
    },
    isAbout: Action === undefined ? (action) => !isNamed(action) : isNamed,
    resources: resources.includes('any') ? 'any' : resources.filter((resource) => resource !== 'any'),
    excepts: Resource === undefined,
    tests: compileCondition(Condition, vocabulary),
  };
}

function compileResource(text: string): 'any' | NamedResource {
  const name = readResourceName(text);
  if (!name) throw new Error(`The resource ${text} cannot be read; documents have to pass readPolicy first`);
  if (name === 'any') return name;
  const { kind, which } = name;
  if (which === 'any') return { kind };
  const pattern = bind(which, {});
  return { kind, written: which, ...(pattern && { pattern, matches: matcher(pattern) }) };
}

export function isAboutResource(
  { resources, excepts }: CompiledStatement,
  resource: Resource,
  request: Request,
): boolean {
  if (resources === 'any') return !excepts;
  for (const named of resources) if (isNamed(named, resource, request)) return !excepts;
  return excepts;
}

function isNamed({ kind, written, matches }: NamedResource, resource: Resource, request: Request): boolean {
  if (kind !== resource.kind) return false;
  if (!written) return true;
  const { id, name } = resource;
  if (matches) return (id !== undefined && matches(id)) || (name !== undefined && matches(name));
  const pattern = bind(written, request);
  if (!pattern) return false;
  const matchesNow = matcher(pattern);
  return (id !== undefined && matchesNow(id)) || (name !== undefined && matchesNow(name));
}

export function passes(test: Test, resource: Resource, request: Request): boolean {
  return holds(test, test.of === 'resource' ? resource.keys : request, request);
}

/** Whether a statement about this action applies. */
export function applies(statement: CompiledStatement, resource: Resource, request: Request): boolean {
  if (!isAboutResource(statement, resource, request)) return false;
  for (const test of statement.tests) if (!passes(test, resource, request)) return false;
  return true;
}
