import { type FailureData, type Language, problemIn } from '@pileus/model';

/** One thing that is wrong with a request, as RFC 9457 shows it: what, and where in what was sent. */
export type PointedError = { readonly detail: string } & Where;

type Where =
  /** In the body: a JSON pointer as a fragment (RFC 6901, 6). */
  | { readonly pointer: string }
  /** In the query or the path. */
  | { readonly parameter: string }
  | { readonly header: string }
  /** In a text that the body carries: `file:line:column`, or `line:column` of a body that is not JSON. */
  | { readonly place: string };

/** All that is wrong, for tools that know the RFC; nothing where a failure is not about a place in the request. */
export function pointedErrors({ code, facts, problems }: FailureData, language: Language): readonly PointedError[] {
  if (problems) return problems.map((problem) => ({ detail: problemIn(language, problem), ...whereIs(problem.at) }));
  const { what, reason } = facts;
  if (code !== 'invalid' || typeof what !== 'string' || !isPlace(what)) return [];
  return [{ detail: String(reason), ...whereIs(what) }];
}

const isPlace = (text: string): boolean => /^[/?{]/.test(text) || isHeader(text) || text === 'body';
const isHeader = (text: string): boolean =>
  ['Content-Type', 'Idempotency-Key', 'If-Match', 'If-None-Match'].includes(text);

function whereIs(at: string): Where {
  if (at === '' || at === 'body') return { pointer: '#' };
  if (at.startsWith('/')) return { pointer: `#${encodeURI(at)}` };
  if (at.startsWith('?')) return { parameter: at.slice(1) };
  if (/^\{\w+\}$/.test(at)) return { parameter: at.slice(1, -1) };
  return isHeader(at) ? { header: at } : { place: at };
}
