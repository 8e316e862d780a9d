import type { Text } from '@pileus/model';

/** What a value of a condition key is, and with it which operators may ask about it. */
export type KeyType = 'string' | 'number' | 'boolean' | 'date' | 'ip';

/** Lists are filtered by the keys of resources in SQL, so these have types with an exact counterpart there. */
export type ResourceKeyType = Extract<KeyType, 'string' | 'number' | 'boolean'>;

export interface ActionWord<Kind extends string = string> {
  /** What it is done to: an action is only ever allowed on a resource of this kind. */
  readonly kind: Kind;
  readonly title: Text;
  /** Whether it changes nothing. */
  readonly reads?: boolean;
}

export interface KindWord<ResourceKey extends string = string> {
  readonly title: Text;
  /** The condition keys that resources of this kind can have. */
  readonly keys: readonly ResourceKey[];
}

export interface KeyWord<Type extends KeyType = KeyType> {
  readonly type: Type;
  readonly title: Text;
}

/**
 * What policies may name, declared once, as data: `const vocabulary = { … } satisfies Vocabulary<Kind, ResourceKey>`. With the
 * type arguments the compiler sees to it that actions name kinds, and kinds name keys, that are there.
 *
 * A key that ends with `/*` stands for a family: `tag/*` for `tag/owner`, `tag/cost center` and all others. String keys of
 * the request may be written as variables, `${principal.id}`; what every request has says `Request`.
 */
export interface Vocabulary<Kind extends string = string, ResourceKey extends string = string> {
  /** Dotted: `deployment.read`, `server.stop`. */
  readonly actions: Readonly<Record<string, ActionWord<Kind>>>;
  readonly kinds: Readonly<Record<Kind, KindWord<ResourceKey>>>;
  /** What is known of the resource: `project`, `region`, `tag/*`. */
  readonly resourceKeys: Readonly<Record<ResourceKey, KeyWord<ResourceKeyType>>>;
  /** What is known of the request and who makes it: `sourceIp`, `mfa`, `principal.id`. */
  readonly requestKeys: Readonly<Record<string, KeyWord>>;
}

/** The value of a condition key; dates as `Date`, addresses as text. */
export type KeyValue = string | number | boolean | Date;
export type Keys = Readonly<Record<string, KeyValue | undefined>>;

/** What an action is done to. Before it is made a resource has no id; it may have a name already. */
export interface Resource {
  readonly kind: string;
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  /** By condition key: `{ project: 'shop', 'tag/owner': 'zhang' }`; what is not there is missing. */
  readonly keys: Keys;
}

/** The condition keys that the request brings along. */
export type Request = Keys & { readonly 'principal.id': string; readonly 'principal.name': string };

export interface KeyInfo {
  readonly of: 'resource' | 'request';
  readonly type: KeyType;
  /** As the vocabulary names it: `tag/*` for `tag/owner`. */
  readonly word: string;
}

/** What the vocabulary says about a condition key, or undefined when there is no such key. */
export function keyInfo(vocabulary: Vocabulary, key: string): KeyInfo | undefined {
  if (key.endsWith('/*')) return undefined;
  const slash = key.indexOf('/');
  const word = slash > 0 && slash < key.length - 1 ? `${key.slice(0, slash)}/*` : key;
  const resource = own(vocabulary.resourceKeys, word);
  if (resource) return { of: 'resource', type: resource.type, word };
  const request = own(vocabulary.requestKeys, word);
  return request && { of: 'request', type: request.type, word };
}

/** An entry that the object itself has: no name that somebody writes finds what every object inherits. */
export function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
