import type { ApiProblem } from '@pileus/api/client';

/** What the process ends with; scripts rely on them. */
export const exitCodes = {
  ok: 0,
  error: 1,
  usage: 2,
  notFound: 3,
  notAllowed: 4,
  conflict: 5,
  runFailed: 6,
  timeout: 124,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends the command with a sentence for the person and a code for the script. */
export class Stop extends Error {
  readonly exitCode: ExitCode;
  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.name = 'Stop';
    this.exitCode = exitCode;
  }
}

export const usage = (message: string): Stop => new Stop(exitCodes.usage, message);

/** The failures of a cloud have 4xx statuses too, so the code of the failure decides and not the status. */
export function exitCodeOf(problem: ApiProblem): ExitCode {
  switch (problem.failure.code) {
    case 'not-found':
      return exitCodes.notFound;
    case 'not-signed-in':
    case 'sign-in-refused':
    case 'not-allowed':
      return exitCodes.notAllowed;
    case 'conflict':
    case 'name-taken':
    case 'over-quota':
    case 'stale':
    case 'plan-expired':
    case 'key-reused':
      return exitCodes.conflict;
    case 'timed-out':
      return exitCodes.timeout;
    default:
      return exitCodes.error;
  }
}
