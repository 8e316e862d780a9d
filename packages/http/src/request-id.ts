import { randomUUID } from 'node:crypto';

/** The caller's own `X-Request-Id` when it is sane, so that one id follows a request through all logs; else a new one. */
export function requestId(given: string | undefined): string {
  return given !== undefined && /^[\w.:-]{8,128}$/.test(given) ? given : randomUUID();
}
