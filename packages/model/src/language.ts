export const languages = ['en', 'zh-CN'] as const;
export type Language = (typeof languages)[number];

/** A text that a person reads, in every language the product speaks. */
export type Text = { readonly en: string; readonly 'zh-CN': string };

/** Fills `{name}` holes of a sentence with facts. */
export function fill(sentence: string, facts: Readonly<Record<string, unknown>>): string {
  return sentence.replace(/\{(\w+)\}/g, (hole, name: string) => (name in facts ? String(facts[name]) : hole));
}
