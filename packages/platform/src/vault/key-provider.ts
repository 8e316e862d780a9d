/** Where keys are kept that data keys are wrapped under. */
export const keyProviders = ['file', 'environment', 'transit'] as const;
export type KeyProviderKind = (typeof keyProviders)[number];

/** A data key, and how it is kept beside what it seals. */
export interface DataKey extends Wrapped {
  readonly secret: Buffer;
}

export interface Wrapped {
  /** The id of the key it is wrapped under. */
  readonly key: string;
  readonly wrapped: string;
}

/** Keys of one kind. What they are stays with it; data keys go in and out. */
export interface KeyProvider {
  readonly kind: KeyProviderKind;
  /** Whether a key with this id is one of its own. */
  has(key: string): boolean;
  /** The ids of those that are known: what `has` says yes to, as far as it can be listed. */
  keys(): readonly string[];
  /** For sealing, at once: whatever is away at this moment, a secret can be kept. */
  dataKey(): DataKey;
  /** Wraps a data key under the newest key, also one that it has become a moment ago. */
  wrap(secret: Buffer): Promise<Wrapped>;
  /** Throws `key-provider-unreachable`, `key-provider-refused`; anything else when it was not wrapped here. */
  unwrap(wrapped: Wrapped): Promise<Buffer>;
  /** Of a text of before keys had ids, which is bound to its place: undefined when it is of no key there is here. */
  unwrapUnnamed(wrapped: string, place: string): Buffer | undefined;
  /** The id of the key that `wrap` uses now. */
  newest(): Promise<string>;
  close(): Promise<void>;
}
