import { because, Failure, type Problem } from '@pileus/model';

/** What cannot be planned, with everything that is wrong; the first of it stands in the sentence. */
export function planInvalid(problems: readonly Problem[]): Failure {
  const [first] = problems;
  const reason = first?.because ?? first?.message ?? '';
  return new Failure('invalid', { what: because('the-plan'), reason }, { problems });
}
