import { ApiProblem } from '@pileus/api/client';
import { type FailureCode, problemIn } from '@pileus/model/failure';
import type { Language } from '@pileus/model/language';
import type { FormInstance } from 'antd';
import { failureSentence, fieldPath } from './problem.ts';

/**
 * Puts what a request was refused for beside the fields it is about: single problems by their pointers, whole failures by
 * their code, as `{ 'name-taken': 'name' }` tells. Answers whether all of it found a place.
 */
export function markFields<Values>(
  form: FormInstance<Values>,
  error: unknown,
  language: Language,
  byCode: { readonly [C in FailureCode]?: keyof Values & string } = {},
): boolean {
  if (!(error instanceof ApiProblem)) return false;
  const { failure } = error;
  const field = byCode[failure.code];
  const marks = field
    ? [{ name: [field], errors: [failureSentence(failure, language)] }]
    : (failure.problems ?? []).map((problem) => ({
        name: (fieldPath(problem.at, '') ?? []).map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
        errors: [problemIn(language, problem)],
      }));
  const known = marks.filter(({ name }) => isField(form, name));
  // The paths are those of the form's own fields.
  for (const mark of known) form.setFields([mark as never]);
  return known.length > 0 && known.length === marks.length;
}

function isField<Values>(form: FormInstance<Values>, path: (string | number)[]): boolean {
  return form.getFieldInstance(path) !== undefined;
}
