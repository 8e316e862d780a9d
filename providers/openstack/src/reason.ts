import { Failure, sentence, type Text } from '@pileus/model';

export const provider = 'OpenStack';

/** Why something failed, in every language; a `Failure`'s facts hold the English only. It travels as the failure's cause. */
export class Reason extends Error {
  readonly text: Text;
  constructor(text: Text, options?: ErrorOptions) {
    super(text.en, options);
    this.name = 'Reason';
    this.text = text;
  }
}

/** The failures that say in one sentence what happened at the cloud. */
export type Saying =
  | 'credentials-refused'
  | 'provider-denied'
  | 'provider-conflict'
  | 'provider-throttled'
  | 'provider-invalid'
  | 'provider-unreachable'
  | 'provider-broken';

export function failure(code: Saying, text: Text | string, cause?: unknown): Failure {
  const said = typeof text === 'string' ? { en: text, 'zh-CN': text } : text;
  return new Failure<Saying>(code, { provider, detail: said.en }, { cause: new Reason(said, { cause }) });
}

/** What to tell a person about anything that was thrown. */
export function reasonOf(thrown: unknown): Text {
  if (thrown instanceof Failure && thrown.cause instanceof Reason) return thrown.cause.text;
  if (thrown instanceof Failure) return { en: sentence(thrown), 'zh-CN': sentence(thrown, 'zh-CN') };
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { en: message, 'zh-CN': message };
}
