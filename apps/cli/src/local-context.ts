import type { Language } from '@pileus/model';
import { openOutput, type Format, type Output } from './output/output.ts';
import { sayIn, type Say } from './texts/texts.ts';

/** What a command works with that needs no server. */
export interface LocalContext {
  readonly language: Language;
  readonly say: Say;
  readonly out: Output;
}

export function openLocalContext(format: Format, language: Language): LocalContext {
  const say = sayIn(language);
  return { language, say, out: openOutput(format, say, process.env) };
}
