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
  const fields = form.getFieldsError().map(({ name }) => name);
  const byItsCode = byCode[failure.code];
  const marks = byItsCode
    ? [{ name: nearest(fields, [byItsCode]), text: failureSentence(failure, language) }]
    : (failure.problems ?? []).map((problem) => ({
        name: nearest(fields, fieldPath(problem.at, '') ?? []),
        text: problemIn(language, problem),
      }));
  for (const [name, of] of Map.groupBy(marks, (mark) => mark.name))
    // The paths are those of the form's own fields.
    if (name) form.setFields([{ name, errors: of.map(({ text }) => text) } as never]);
  return marks.length > 0 && marks.every(({ name }) => name !== undefined);
}

type Path = readonly (string | number)[];

/** The field that a path leads to, or into; undefined where there is none. */
function nearest(fields: readonly Path[], path: readonly string[]): Path | undefined {
  const leads = (name: Path) => name.length > 0 && name.every((part, index) => String(part) === path[index]);
  return fields.filter(leads).toSorted((a, b) => b.length - a.length)[0];
}
