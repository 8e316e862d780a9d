import { fill, type Language, type Text } from '@pileus/model/language';
import { commandTexts } from './command-texts.ts';
import { messageTexts } from './message-texts.ts';
import { wordTexts } from './word-texts.ts';

/** Everything the CLI says, in every language; a text that lacks a language does not compile. */
export const texts = { ...commandTexts, ...messageTexts, ...wordTexts } as const satisfies Record<string, Text>;

export type TextKey = keyof typeof texts;
type Holes<S extends string> = S extends `${string}{${infer Hole}}${infer Rest}` ? Hole | Holes<Rest> : never;
type Facts<K extends TextKey> = { readonly [H in Holes<(typeof texts)[K]['en']>]: string | number };

/** Says a text in the chosen language, its holes filled. */
export type Say = <K extends TextKey>(
  key: K,
  ...facts: Record<never, never> extends Facts<K> ? [] : [Facts<K>]
) => string;

export function sayIn(language: Language): Say {
  return (key, ...[facts]) => fill(texts[key][language], facts ?? {});
}
