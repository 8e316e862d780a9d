import { ApiProblem } from '@pileus/api/client';
import { type FailureCode, failures, sentence } from '@pileus/model/failure';
import type { Language } from '@pileus/model/language';
import i18next, { type TFunction } from 'i18next';
import type { en } from '../i18n/en.ts';

/** A failure as the API answers it: the code is a word this portal may not know yet. */
export interface AnsweredFailure {
  readonly code: string;
  readonly facts: Readonly<Record<string, string | number>>;
  readonly because?: Readonly<Record<string, AnsweredBecause>> | undefined;
  readonly problems?:
    | readonly { readonly at: string; readonly message: string; readonly because?: AnsweredBecause | undefined }[]
    | undefined;
}

interface AnsweredBecause {
  readonly reason: string;
  readonly facts: Readonly<Record<string, string | number>>;
}

/** The sentence a person reads about a failure; a code from a newer server is shown as it is. */
export function failureSentence(failure: AnsweredFailure, language: Language): string {
  if (!(failure.code in failures)) return `${failure.code} ${JSON.stringify(failure.facts)}`;
  // Whether the code is one of the catalogue was asked above.
  return sentence({ ...failure, code: failure.code as FailureCode }, language);
}

/** The word for a kind of thing, `server` or `deployment`; a kind without a word is shown as it is. */
export function kindTitle(kind: string, t: TFunction): string {
  return i18next.exists(`kind.${kind}`) ? t(`kind.${kind as keyof typeof en.kind}`) : kind;
}

/** What a person can do about a failure of a run. */
export function advice(failure: AnsweredFailure, t: TFunction): string {
  return i18next.exists(`advice.${failure.code}`)
    ? t(`advice.${failure.code as keyof typeof en.advice}`)
    : t('advice.other');
}

/** What went wrong with a request, in words; problems of single fields come separately. */
export function errorSentence(error: Error, language: Language, t: TFunction): string {
  if (error instanceof ApiProblem) return failureSentence(error.failure, language);
  // fetch rejects with a TypeError when no answer came at all.
  return error instanceof TypeError ? t('problem.unreachable') : t('problem.broken');
}

/** The path of a field in a form from a JSON pointer such as `/settings/nova_client/bypass_url`. */
export function fieldPath(pointer: string, below: string): string[] | undefined {
  const parts = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (below === '') return parts;
  return parts[0] === below ? parts.slice(1) : undefined;
}
