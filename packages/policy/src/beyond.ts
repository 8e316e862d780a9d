import type { Attached, Grounds } from './attached.ts';
import type { Test } from './condition.ts';
import { compile, type PolicySet } from './decide.ts';
import { bind, literalOf, matcher, variablesOf, type Written } from './pattern.ts';
import { type CompiledStatement, type NamedResource, passes } from './statement.ts';
import type { Request, Resource, Vocabulary } from './vocabulary.ts';

/** Something that documents allow and their giver may not do: the statement, and the first action of it. */
export interface Beyond {
  readonly action: string;
  readonly grounds: Grounds;
}

/**
 * What `given` allows beyond what the holder of `set` may do itself, asking as `request` says; undefined when that is nothing, so
 * that whoever gives it gives away no more than it has. What cannot be told for sure counts as beyond: conditions on
 * resources have to stand in what is given as they stand in what is held, names have to lie within one pattern. The
 * holder's address, time and sign-in count as they are now.
 */
export function beyond(
  set: PolicySet,
  given: readonly Attached[],
  request: Request,
  vocabulary: Vocabulary,
): Beyond | undefined {
  const granted = compile(given, vocabulary);
  for (const [action, { kind }] of Object.entries(vocabulary.actions)) {
    const [gives, holds] = [granted.about(action), set.about(action)];
    if (!gives || !holds) continue;
    const now = (statements: CompiledStatement[]) => statements.filter((one) => appliesNow(one, kind, request));
    const allows = now(statementsOf(holds.allows));
    const denies = now(statementsOf(holds.denies));
    const alsoDenied = statementsOf(gives.denies);
    for (const statement of statementsOf(gives.allows)) {
      const isHeld =
        partsOf(statement, kind).every((part) =>
          allows.some((held) => testsWithin(statement, held) && covers(held, kind, part, request)),
        ) && denies.every((denied) => isApart(statement, denied) || alsoDenied.some((one) => isSame(one, denied)));
      if (!isHeld) return { action, grounds: statement.grounds };
    }
  }
  return undefined;
}

const statementsOf = ({ all }: { readonly all: readonly { readonly statement: CompiledStatement }[] }) =>
  all.map(({ statement }) => statement);

/** Whether the part of its condition that is about the request holds, as it does for whatever resource. */
function appliesNow(statement: CompiledStatement, kind: string, request: Request): boolean {
  const whatever: Resource = { kind, keys: {} };
  return statement.tests.every((test) => test.of === 'resource' || passes(test, whatever, request));
}

/** Of the resources of one kind that a statement is about: all, those of one name, or all but some. */
type Part = 'all' | NamedResource | { readonly but: readonly NamedResource[] };

function partsOf({ resources, excepts }: CompiledStatement, kind: string): Part[] {
  if (resources === 'any') return excepts ? [] : ['all'];
  const named = resources.filter((one) => one.kind === kind);
  if (excepts) return [named.length === 0 ? 'all' : { but: named }];
  return named.map((one) => (one.written ? one : 'all'));
}

/** Whether what is held is about all of this part. */
function covers(held: CompiledStatement, kind: string, part: Part, request: Request): boolean {
  return partsOf(held, kind).some((own) => {
    if (own === 'all') return true;
    if ('but' in own)
      // A variable in the one stands for somebody else than in the other.
      return (
        part !== 'all' &&
        'but' in part &&
        ![...own.but, ...part.but].some(isPersonal) &&
        own.but.every((except) => part.but.some((name) => isWithin(except, name, request)))
      );
    return part !== 'all' && !('but' in part) && isWithin(part, own, request);
  });
}

/** Whether each name that the first one matches is matched by the second one; its variables stand for the holder's own values. */
function isWithin(inner: NamedResource, outer: NamedResource, request: Request): boolean {
  if (!outer.written) return true;
  const pattern = bind(outer.written, request);
  if (!inner.written || !pattern) return false;
  const name = inner.pattern && literalOf(inner.pattern);
  if (name !== undefined) return matcher(pattern)(name);
  if (inner.pattern && JSON.stringify(inner.pattern) === JSON.stringify(pattern)) return true;
  const [first, second] = pattern;
  if (first && pattern.length === 1) return 'wildcard' in first && first.wildcard === '*';
  const [beginning] = inner.written;
  return (
    pattern.length === 2 &&
    first !== undefined &&
    'text' in first &&
    second !== undefined &&
    'wildcard' in second &&
    second.wildcard === '*' &&
    beginning !== undefined &&
    'text' in beginning &&
    beginning.text.startsWith(first.text)
  );
}

/** Whether it is about different resources for different people. */
const isPersonal = ({ written }: NamedResource): boolean => written !== undefined && variablesOf(written).length > 0;

/** Whether what is given has each condition on resources that what is held has. */
function testsWithin(given: CompiledStatement, held: CompiledStatement): boolean {
  return held.tests.every(
    (test) => test.of === 'request' || (!hasVariables(test) && given.tests.some((one) => isSameTest(one, test))),
  );
}

/** Whether the one asks a key to be what the other one asks it not to be: no resource has both. */
function isApart(given: CompiledStatement, denied: CompiledStatement): boolean {
  return denied.tests.some(
    (test) =>
      test.of === 'resource' &&
      given.tests.some((one) => {
        const [ours, theirs] = [literalsOf(one), literalsOf(test)];
        return (
          one.key === test.key &&
          !one.operator.ifExists &&
          ours !== undefined &&
          theirs !== undefined &&
          !ours.some((text) => theirs.includes(text))
        );
      }),
  );
}

/** The texts that one key has to be one of. */
function literalsOf({ of, operator: { comparison, negated }, wanted }: Test): string[] | undefined {
  if (of !== 'resource' || comparison !== 'equals' || negated || wanted.are !== 'texts') return undefined;
  const texts = wanted.texts.map(literal);
  return texts.every((text) => text !== undefined) ? texts : undefined;
}

function literal(written: Written): string | undefined {
  const pattern = bind(written, {});
  return pattern && literalOf(pattern);
}

const hasVariables = ({ wanted }: Test): boolean =>
  wanted.are === 'texts' && wanted.texts.some((text) => variablesOf(text).length > 0);

const isSameTest = (one: Test, other: Test): boolean =>
  one.key === other.key && JSON.stringify(one.written) === JSON.stringify(other.written);

/** Whether the one denies to whoever gets it all that the other one denies to who holds it. */
function isSame(given: CompiledStatement, held: CompiledStatement): boolean {
  const names = ({ resources, excepts }: CompiledStatement) =>
    JSON.stringify([excepts, resources === 'any' ? resources : resources.map(({ kind, written }) => [kind, written])]);
  return (
    (held.resources === 'any' || !held.resources.some(isPersonal)) &&
    names(given) === names(held) &&
    given.tests.every((test) => test.of === 'resource' && !hasVariables(test)) &&
    given.tests.every((test) => held.tests.some((one) => isSameTest(one, test)))
  );
}
