import { databaseFailure } from '@pileus/database';
import { Failure, failures, type FailureData, type Language, sentence } from '@pileus/model';
import { jsonText } from './json-text.ts';
import { type PointedError, pointedErrors } from './pointed.ts';

/** What an answer that refuses or fails carries (RFC 9457). */
export interface ProblemDetails extends FailureData {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** Absent where it is not about a place in the request. */
  readonly errors?: readonly PointedError[] | undefined;
  readonly requestId: string;
  readonly instance: string;
}

/** Where and for whom something went wrong. */
export interface Occurrence {
  readonly requestId: string;
  /** The path that was asked for. */
  readonly instance: string;
  readonly language: Language;
}

/** What was thrown, as a failure we can name; a bug becomes `internal` with the bug as its cause. */
export function asFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  return databaseFailure(thrown) ?? new Failure('internal', {}, { cause: thrown });
}

export function problemDetails(failure: Failure, occurrence: Occurrence): ProblemDetails {
  const data = failure.toJSON();
  const errors = pointedErrors(data, occurrence.language);
  return {
    type: `urn:pileus:failure:${data.code}`,
    title: sentence(data, occurrence.language),
    status: failures[data.code].status,
    ...data,
    ...(errors.length > 0 && { errors }),
    requestId: occurrence.requestId,
    instance: occurrence.instance,
  };
}

export function problemResponse(failure: Failure, occurrence: Occurrence): Response {
  const details = problemDetails(failure, occurrence);
  const headers = new Headers({
    'content-type': 'application/problem+json',
    'content-language': occurrence.language,
    vary: 'Accept-Language',
    link: `</api/v1/failures/${failure.code}>; rel="help"`,
  });
  if (details.status === 401) headers.set('www-authenticate', 'Bearer realm="Pileus"');
  if (failure.code === 'method-not-allowed') headers.set('allow', String(failure.facts.allowed));
  const wait = retryAfter(failure);
  if (wait !== undefined) headers.set('retry-after', String(wait));
  return new Response(jsonText(details), { status: details.status, headers });
}

/** Seconds after which the same request may fare better. */
function retryAfter(failure: Failure): number | undefined {
  if (failure.code === 'too-many-requests') return Number(failure.facts.seconds);
  if (failure.code === 'key-in-use') return 1;
  return undefined;
}
