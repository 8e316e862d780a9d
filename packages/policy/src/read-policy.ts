import type { Language, Problem } from '@pileus/model';
import { z } from 'zod';
import { all, PolicyDocument, policyLimits, policyVersion, Statement } from './document.ts';
import { duplicateMembers } from './json-text.ts';
import { actionsNamed, readResourceName } from './names.ts';
import { operators } from './operators.ts';
import { readWritten, variablesOf, type Unreadable, type Written } from './pattern.ts';
import { hint, say, shapes, types, type Fact, type Rule } from './rules.ts';
import { fits } from './value.ts';
import { keyInfo, own, type Vocabulary } from './vocabulary.ts';

export type PolicyResult =
  | { readonly document: PolicyDocument; readonly problems: readonly [] }
  | { readonly document?: undefined; readonly problems: readonly Problem[] };

/**
 * Reads a policy from JSON text or from a parsed value. Everything that is wrong is told at once, each with a JSON pointer, the
 * name of a rule and a sentence that says what to do.
 */
export function readPolicy(given: unknown, vocabulary: Vocabulary, language: Language = 'en'): PolicyResult {
  const problems: Problem[] = [];
  const tell: Tell = (path, rule, facts = {}) =>
    problems.push({ at: pointer(path), rule, message: say(rule, facts, language) });
  const value = typeof given === 'string' ? parse(given, tell) : given;
  if (problems.length === 0) check(value, vocabulary, tell);
  if (problems.length > 0) return { problems };
  return { document: PolicyDocument.parse(value), problems: [] };
}

type Path = readonly (string | number)[];
type Tell = (path: Path, rule: Rule, facts?: Readonly<Record<string, Fact>>) => void;

/** RFC 6901. */
const pointer = (path: Path) =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

function parse(text: string, tell: Tell): unknown {
  if (!isSmall(text, tell)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    for (const { path, name } of duplicateMembers(text)) tell(path, 'duplicate-member', { name });
    return value;
  } catch (error) {
    tell([], 'not-json', { reason: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

function isSmall(text: string, tell: Tell): boolean {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > policyLimits.bytes) tell([], 'too-large', { bytes, most: policyLimits.bytes });
  return bytes <= policyLimits.bytes;
}

const Frame = z.strictObject({ Version: z.literal(policyVersion), Statement: z.array(z.unknown()).min(1) });

function check(value: unknown, vocabulary: Vocabulary, tell: Tell): void {
  const frame = Frame.safeParse(value);
  for (const issue of frame.error?.issues ?? []) tellIssue(issue, value, [], tell);
  const statements = statementsOf(value);
  if (statements.length > policyLimits.statements)
    return tell(['Statement'], 'too-many-statements', { count: statements.length, most: policyLimits.statements });
  const sids = new Map<string, number>();
  let isShaped = frame.success;
  for (const [index, given] of statements.entries()) {
    const path = ['Statement', index];
    const parsed = Statement.safeParse(given);
    for (const issue of parsed.error?.issues ?? []) tellIssue(issue, given, path, tell);
    isShaped &&= parsed.success;
    if (!parsed.success) continue;
    // As given, and not as parsed: what zod passes over (a member `__proto__`) is looked at too.
    new StatementCheck(given as Statement, path, vocabulary, tell).check();
    const sid = parsed.data.Sid;
    if (sid === undefined) continue;
    const first = sids.get(sid);
    if (first === undefined) sids.set(sid, index);
    else tell([...path, 'Sid'], 'duplicate-sid', { first, sid });
  }
  // Only now: what has the right shape is not nested so deeply that it could not be written as text.
  if (isShaped) isSmall(JSON.stringify(value), tell);
}

function statementsOf(value: unknown): readonly unknown[] {
  const list = typeof value === 'object' && value !== null && 'Statement' in value ? value.Statement : undefined;
  return Array.isArray(list) ? list : [];
}

/** What zod found, in our words. */
function tellIssue(issue: z.core.$ZodIssue, value: unknown, above: Path, tell: Tell): void {
  const within = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  const path = [...above, ...within];
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(above.length === 0 ? Frame.shape : Statement.shape);
    for (const name of issue.keys) tell([...path, name], 'unknown-member', { name, hint: hint(name, known) });
    return;
  }
  const [member] = within;
  const isMissing = typeof value === 'object' && value !== null && within.length === 1 && !(String(member) in value);
  const name = within.at(-1) ?? (above.length === 0 ? 'The document' : 'A statement');
  tell(isMissing ? above : path, isMissing ? 'missing-member' : 'wrong-shape', { name, shape: shapeOf(within, above) });
}

function shapeOf([member, ...more]: Path, above: Path): Fact {
  if (member === undefined) return above.length === 0 ? shapes.document : shapes.statement;
  if (member === 'Condition' && more.length > 0) return more.length === 1 ? shapes.operator : shapes.values;
  const name = String(member).replace(/^Not(?=Action|Resource)/, '');
  return own<Fact>(shapes, name) ?? shapes.statement;
}

/** A statement of the right shape: whether what it names is there, and whether it can ever apply. */
class StatementCheck {
  readonly #statement: Statement;
  readonly #path: Path;
  readonly #vocabulary: Vocabulary;
  readonly #tell: Tell;

  constructor(statement: Statement, path: Path, vocabulary: Vocabulary, tell: Tell) {
    this.#statement = statement;
    this.#path = path;
    this.#vocabulary = vocabulary;
    this.#tell = tell;
  }

  check(): void {
    if (Object.hasOwn(this.#statement, '__proto__'))
      this.#tell([...this.#path, '__proto__'], 'unknown-member', { name: '__proto__', hint: '' });
    const actedOn = this.#checkActions();
    const kinds = this.#checkResources(actedOn);
    for (const [operator, keys] of Object.entries(this.#statement.Condition ?? {}))
      for (const [key, values] of Object.entries(keys)) this.#checkCondition(operator, key, all(values), kinds);
  }

  /** Answers what kinds the statement's actions are done to, by the action as written. */
  #checkActions(): readonly Named[] {
    const { Action, NotAction } = this.#statement;
    if ((Action === undefined) === (NotAction === undefined)) this.#tell(this.#path, 'one-of', { name: 'Action' });
    const known = Object.keys(this.#vocabulary.actions);
    const named: Named[] = [];
    for (const [member, given] of [['Action', Action] as const, ['NotAction', NotAction] as const]) {
      for (const [text, at] of this.#texts(member, given)) {
        const actions = actionsNamed(text, this.#vocabulary);
        if (actions.length === 0) this.#tell(at, 'unknown-action', { action: text, hint: hint(text, known) });
        named.push({ text, at, isNegated: member === 'NotAction', actions, kinds: this.#kindsOf(actions) });
      }
    }
    return named;
  }

  #kindsOf(actions: readonly string[]): ReadonlySet<string> {
    return new Set(actions.flatMap((action) => own(this.#vocabulary.actions, action)?.kind ?? []));
  }

  /** Answers the kinds that the statement is about, as far as it can be told. */
  #checkResources(named: readonly Named[]): ReadonlySet<string> {
    const { Resource, NotResource } = this.#statement;
    if ((Resource === undefined) === (NotResource === undefined))
      this.#tell(this.#path, 'one-of', { name: 'Resource' });
    const resources = this.#texts('Resource', Resource).map(([text, at]) => ({
      text,
      at,
      kind: this.#kindIn(text, at),
    }));
    for (const [text, at] of this.#texts('NotResource', NotResource)) this.#kindIn(text, at);
    const actedOn = this.#actedOn(named);
    if (Resource === undefined || resources.some(({ kind }) => kind === '*')) return actedOn;
    const kinds = new Set(resources.flatMap(({ kind }) => kind ?? []));
    // What could not be read was told already; what it leads to is not told as well.
    const isRead = resources.length === all(Resource).length && resources.every(({ kind }) => kind !== undefined);
    const isNamed = named.length === this.#actionCount() && named.every(({ actions }) => actions.length > 0);
    if (!isRead || !isNamed) return new Set([...actedOn, ...kinds]);
    for (const { text, at, kinds: its, isNegated } of named) {
      if (isNegated || [...its].some((kind) => kinds.has(kind))) continue;
      const [kind = ''] = its;
      this.#tell(at, 'action-without-resource', { action: text, kinds: [...its].join(', '), kind });
    }
    for (const { text, at, kind } of resources)
      if (kind !== undefined && !actedOn.has(kind)) this.#tell(at, 'resource-without-action', { resource: text, kind });
    return new Set([...kinds].filter((kind) => actedOn.has(kind)));
  }

  #actionCount(): number {
    return all(this.#statement.Action).length + all(this.#statement.NotAction).length;
  }

  #actedOn(named: readonly Named[]): ReadonlySet<string> {
    if (this.#statement.NotAction === undefined) return new Set(named.flatMap(({ kinds }) => [...kinds]));
    const excepted = new Set(named.flatMap(({ actions, isNegated }) => (isNegated ? actions : [])));
    return this.#kindsOf(Object.keys(this.#vocabulary.actions).filter((action) => !excepted.has(action)));
  }

  /** The kind that a resource is named of, `*` for any; undefined when that cannot be told. */
  #kindIn(text: string, at: Path): string | undefined {
    const known = Object.keys(this.#vocabulary.kinds);
    const slash = text.indexOf('/');
    if (text === '*') return text;
    if (slash < 1 || slash === text.length - 1) {
      const example = `${own(this.#vocabulary.kinds, text) ? text : (known[0] ?? 'server')}/*`;
      this.#tell(at, 'wrong-resource', { resource: JSON.stringify(text), example });
      return undefined;
    }
    const kind = text.slice(0, slash);
    if (!own(this.#vocabulary.kinds, kind)) {
      this.#tell(at, 'unknown-kind', { kind, hint: hint(kind, known), known: known.join(', ') });
      return undefined;
    }
    this.#checkVariables(readWritten(text.slice(slash + 1), true), at);
    return readResourceName(text) && kind;
  }

  #checkCondition(
    name: string,
    key: string,
    values: readonly (string | number | boolean)[],
    kinds: ReadonlySet<string>,
  ): void {
    const path = [...this.#path, 'Condition', name, key];
    if (!this.#isPlain(key, path)) return;
    const operator = operators.get(name);
    if (!operator) {
      const known = [...operators.keys()];
      const plain = known.filter((each) => !each.endsWith('IfExists')).join(', ');
      this.#tell(path.slice(0, -1), 'unknown-operator', { operator: name, hint: hint(name, known), known: plain });
    }
    const info = keyInfo(this.#vocabulary, key);
    if (!info) {
      const known = [...Object.keys(this.#vocabulary.resourceKeys), ...Object.keys(this.#vocabulary.requestKeys)];
      this.#tell(path, 'unknown-key', { key, hint: hint(key, known), known: known.join(', ') });
    }
    if (!operator || !info) return;
    if (info.of === 'resource') this.#checkKeyOfKinds(key, info.word, kinds, path);
    if (operator.type !== undefined && operator.type !== info.type) {
      const known = [...operators].flatMap(([each, { type, ifExists }]) =>
        type === info.type && !ifExists ? [each] : [],
      );
      const facts = { operator: name, key, type: types[info.type].name, known: known.join(', ') };
      return this.#tell(path, 'wrong-operator', facts);
    }
    const type = operator.type ?? 'boolean';
    for (const [index, value] of values.entries()) {
      const at = Array.isArray(this.#statement.Condition?.[name]?.[key]) ? [...path, index] : path;
      if (typeof value === 'string' && !this.#isPlain(value, at)) continue;
      if (!fits(value, type)) this.#tell(at, 'wrong-value', { value: JSON.stringify(value), shape: types[type].shape });
      else if (type === 'string') this.#checkVariables(readWritten(String(value), operator.comparison === 'like'), at);
    }
  }

  #checkKeyOfKinds(key: string, word: string, kinds: ReadonlySet<string>, path: Path): void {
    const known = [...kinds].map((kind) => own(this.#vocabulary.kinds, kind)?.keys ?? []);
    if (known.length === 0 || known.some((keys) => keys.includes(word))) return;
    this.#tell(path, 'key-of-other-kind', {
      key,
      kinds: [...kinds].join(', '),
      known: [...new Set(known.flat())].join(', ') || { en: 'none', 'zh-CN': '无' },
    });
  }

  #checkVariables(written: Written | Unreadable, at: Path): void {
    const known = Object.entries(this.#vocabulary.requestKeys).flatMap(([key, { type }]) =>
      type === 'string' ? [key] : [],
    );
    const wrong =
      'unreadable' in written ? [written.unreadable] : variablesOf(written).filter((name) => !known.includes(name));
    for (const name of wrong)
      this.#tell(at, 'unknown-variable', {
        variable: name.startsWith('${') ? name : `\${${name}}`,
        hint: hint(name, known),
        known: known.map((each) => `\${${each}}`).join(', '),
      });
  }

  /** The texts of a member with their places; what is no proper text is told and left out. */
  #texts(member: string, given: string | readonly string[] | undefined): (readonly [text: string, at: Path])[] {
    const path = [...this.#path, member];
    return all(given)
      .map((text, index) => [text, typeof given === 'string' ? path : [...path, index]] as const)
      .filter(([text, at]) => this.#isPlain(text, at));
  }

  #isPlain(text: string, at: Path): boolean {
    if (text.length > policyLimits.characters) {
      this.#tell(at, 'too-long', { count: text.length, most: policyLimits.characters });
      return false;
    }
    if (text.isWellFormed() && !text.includes('\0')) return true;
    this.#tell(at, 'not-text');
    return false;
  }
}

/** An action as a statement names it, and what it means. */
interface Named {
  readonly text: string;
  readonly at: Path;
  readonly isNegated: boolean;
  readonly actions: readonly string[];
  readonly kinds: ReadonlySet<string>;
}
