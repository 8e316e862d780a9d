import type { Log } from './call.ts';
import type { Route } from './routes.ts';

/** Only what is declared goes out: fields that a handler added are dropped. */
export function checked(
  { name, endpoint }: Pick<Route, 'name' | 'endpoint'>,
  { strict, log }: { readonly strict: boolean; readonly log: Log },
  answer: unknown,
): unknown {
  const parsed = endpoint.answer.safeParse(answer);
  if (parsed.success) return parsed.data;
  const wrong = new Error(`The answer of "${name}" is not as declared`, { cause: parsed.error });
  if (strict) throw wrong;
  log(wrong.message, wrong);
  return answer;
}
