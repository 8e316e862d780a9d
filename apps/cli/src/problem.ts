import type { ApiProblem } from '@pileus/api/client';
import type { Language } from '@pileus/model';
import { problemIn } from '@pileus/model/failure';
import { reason } from './run/progress.ts';
import { harmless } from './output/width.ts';
import type { Say } from './texts/texts.ts';

/** A refusal of the server as a person reads it: the sentence, each problem with its place, and what to do next. */
export function problemSentence(problem: ApiProblem, language: Language, say: Say): string {
  const { failure, requestId } = problem;
  const lines = [harmless(reason(failure, language))];
  for (const problem of failure.problems ?? [])
    lines.push(`  ${harmless(problem.at)}: ${harmless(problemIn(language, problem))}`);
  if (failure.code === 'not-signed-in') lines.push(say('message.signInHint', { server: '' }).trimEnd());
  if (failure.code === 'internal' && requestId) lines.push(`(${say('message.requestId', { id: requestId })})`);
  return lines.join('\n');
}
