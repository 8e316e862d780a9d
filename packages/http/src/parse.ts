import type { Endpoint } from '@pileus/api';
import { Failure, type Language, type Problem } from '@pileus/model';
import { z } from 'zod';
import { pointer } from './json-pointer.ts';
import { refuseUnkeepable } from './keepable.ts';

/** Turns the place of an issue into what a caller looks for: `/inputs/port` in the body, `?limit`, `{account}`. */
type Place = (path: readonly PropertyKey[]) => string;

const inQuery: Place = (path) => `?${path.join('.')}`;
const inPath: Place = (path) => `{${path.join('.')}}`;

const words = { en: z.locales.en().localeError, 'zh-CN': z.locales.zhCN().localeError } as const;

export interface Sent {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/** Parses all parts of a request and reports everything that is wrong at once, as `invalid`. */
export function parseSent(endpoint: Endpoint, sent: Sent, language: Language): Sent {
  refuseUnkeepable({ path: sent.params, query: sent.query }, '');
  const problems: Problem[] = [];
  const part = (schema: z.ZodType | undefined, value: unknown, place: Place): unknown => {
    const parsed = schema?.safeParse(value, { error: words[language] });
    if (parsed && !parsed.success)
      problems.push(...parsed.error.issues.flatMap((issue) => problemsOf(issue, place, [])));
    return parsed?.data;
  };
  const parsed = {
    params: part(endpoint.params, sent.params, inPath),
    query: part(endpoint.query, sent.query, inQuery),
    body: part(endpoint.body, sent.body, pointer),
  };
  const [first] = problems;
  if (!first) return parsed;
  throw new Failure('invalid', { what: first.at || 'body', reason: first.message }, { problems });
}

/** Query parameters as an object; one that is given several times becomes a list. */
export function queryOf(search: URLSearchParams): Record<string, string | string[]> {
  const names = new Set(search.keys());
  const pairs = [...names].map((name) => {
    const values = search.getAll(name);
    return [name, values.length > 1 ? values : (values[0] ?? '')] as const;
  });
  return Object.fromEntries(pairs);
}

/** Of a union the branch that nearly fits is explained: the others were not meant. */
function problemsOf(issue: z.core.$ZodIssue, place: Place, above: readonly PropertyKey[]): Problem[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const nearest = issue.errors.toSorted((a, b) => a.length - b.length)[0] ?? [];
    return nearest.flatMap((inner) => problemsOf(inner, place, path));
  }
  return [{ at: place(path), message: issue.message, rule: issue.code }];
}
