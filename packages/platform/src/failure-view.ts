import type { Answer } from '@pileus/http';
import type { FailureData } from '@pileus/model';

type FailureView = NonNullable<Answer<'get /runs/{run}'>['steps'][number]['failure']>;

/** A failure that was kept, as the API shows it. */
export function failureView({ code, facts, because, problems }: FailureData): FailureView {
  return {
    code,
    facts: { ...facts },
    ...(because && { because: { ...because } }),
    ...(problems && { problems: [...problems] }),
  };
}
