import type { Test } from './condition.ts';
import { beginningOf, bind, literalOf } from './pattern.ts';
import { applies, type CompiledStatement, type NamedResource } from './statement.ts';
import type { KeyValue, Request, Resource } from './vocabulary.ts';

/** A statement with the decision that rests on it. */
export interface Candidate<D> {
  readonly statement: CompiledStatement;
  readonly decision: D;
}

type ByText<D> = Map<KeyValue, Candidate<D>[]>;

/**
 * Statements of one effect about one action, filed under what they cannot apply without: a name of the resource, the beginning of
 * one, or the value of a key. Only those under what a request has are looked at; each of these is then asked in full.
 */
export class Candidates<D> {
  /** In the order in which they were attached. */
  readonly all: Candidate<D>[] = [];
  readonly #unconditional: Candidate<D>[] = [];
  readonly #unfiled: Candidate<D>[] = [];
  readonly #byName: ByText<D> = new Map();
  readonly #byPrefix = new Map<number, ByText<D>>();
  readonly #byKey: { readonly of: 'resource' | 'request'; readonly key: string; readonly values: ByText<D> }[] = [];

  constructor(candidates: readonly Candidate<D>[]) {
    for (const candidate of candidates) {
      this.all.push(candidate);
      this.#file(candidate);
    }
  }

  /** One that applies, or undefined when none does. */
  find(resource: Resource, request: Request): D | undefined {
    return (
      first(this.#unconditional, resource, request) ??
      (this.#byName.size > 0 ? this.#findByName(resource, request) : undefined) ??
      (this.#byKey.length > 0 ? this.#findByKey(resource, request) : undefined) ??
      (this.#byPrefix.size > 0 ? this.#findByPrefix(resource, request) : undefined) ??
      first(this.#unfiled, resource, request)
    );
  }

  #findByName(resource: Resource, request: Request): D | undefined {
    const { id, name } = resource;
    const found = id === undefined ? undefined : first(this.#byName.get(id), resource, request);
    return found ?? (name === undefined ? undefined : first(this.#byName.get(name), resource, request));
  }

  #findByKey(resource: Resource, request: Request): D | undefined {
    for (const { of, key, values } of this.#byKey) {
      const value = (of === 'resource' ? resource.keys : request)[key];
      const found = value === undefined ? undefined : first(values.get(value), resource, request);
      if (found) return found;
    }
    return undefined;
  }

  #findByPrefix(resource: Resource, request: Request): D | undefined {
    for (const [length, texts] of this.#byPrefix) {
      for (const text of [resource.id, resource.name]) {
        if (text === undefined || text.length < length) continue;
        const found = first(texts.get(text.slice(0, length)), resource, request);
        if (found) return found;
      }
    }
    return undefined;
  }

  #file(candidate: Candidate<D>): void {
    const { resources, excepts, tests } = candidate.statement;
    const named = resources === 'any' || excepts ? undefined : resources;
    const names = named && textsOf(named, ({ pattern }) => pattern && literalOf(pattern));
    if (names) return names.forEach((name) => add(this.#byName, name, candidate));
    for (const test of tests) {
      const texts = textsNeeded(test);
      if (!texts) continue;
      const values = this.#valuesOf(test);
      return texts.forEach((text) => add(values, text, candidate));
    }
    const prefixes = named && textsOf(named, ({ written }) => written && beginningOf(written));
    if (prefixes) return prefixes.forEach((prefix) => add(this.#textsOfLength(prefix.length), prefix, candidate));
    (tests.length === 0 ? this.#unconditional : this.#unfiled).push(candidate);
  }

  #valuesOf({ of, key }: Test): ByText<D> {
    const known = this.#byKey.find((each) => each.of === of && each.key === key);
    if (known) return known.values;
    const values: ByText<D> = new Map();
    this.#byKey.push({ of, key, values });
    return values;
  }

  #textsOfLength(length: number): ByText<D> {
    const texts = this.#byPrefix.get(length) ?? new Map();
    this.#byPrefix.set(length, texts);
    return texts;
  }
}

function first<D>(
  candidates: readonly Candidate<D>[] | undefined,
  resource: Resource,
  request: Request,
): D | undefined {
  if (!candidates) return undefined;
  for (const { statement, decision } of candidates) if (applies(statement, resource, request)) return decision;
  return undefined;
}

function add<D>(texts: ByText<D>, text: string, candidate: Candidate<D>): void {
  const there = texts.get(text);
  if (!there) texts.set(text, [candidate]);
  else if (there.at(-1) !== candidate) there.push(candidate);
}

/** A text for each of the resources, or undefined when one has none. */
function textsOf(
  resources: readonly NamedResource[],
  read: (resource: NamedResource) => string | undefined,
): string[] | undefined {
  const texts = resources.map(read);
  return texts.every((text) => text !== undefined) ? texts : undefined;
}

/** The texts one of which the key must be for the test to hold. */
function textsNeeded({ operator: { comparison, negated, ifExists }, wanted }: Test): string[] | undefined {
  if (comparison !== 'equals' || negated || ifExists || wanted.are !== 'texts') return undefined;
  const literals = wanted.texts.map((text) => {
    const pattern = bind(text, {});
    return pattern && literalOf(pattern);
  });
  return literals.every((literal) => literal !== undefined) ? literals : undefined;
}
