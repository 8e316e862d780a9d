import type { AnswerOf } from '@pileus/api';
import type { KeyType, Vocabulary } from '@pileus/policy';
import { useRead } from '../../api/query.ts';

/** All that policies may name, as the server tells it. */
export type Words = AnswerOf<'get /policies/vocabulary'>;

export function useWords(): Words | undefined {
  return useRead('get /policies/vocabulary', {}, { staleTime: 600_000 }).data;
}

/** The same as `@pileus/policy` wants it. */
export function vocabularyOf({ actions, kinds, keys }: Words): Vocabulary {
  const keysOf = (of: 'resource' | 'request') =>
    Object.fromEntries(
      keys.filter((key) => key.of === of).map(({ name, type, title }) => [name, { type: type as KeyType, title }]),
    );
  return {
    actions: Object.fromEntries(actions.map(({ name, ...word }) => [name, word])),
    kinds: Object.fromEntries(kinds.map(({ name, ...word }) => [name, word])),
    // What the server declares fits; a type of a newer one is no operator's, and is refused with a sentence.
    resourceKeys: keysOf('resource') as Vocabulary['resourceKeys'],
    requestKeys: keysOf('request'),
  };
}
