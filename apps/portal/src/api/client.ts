import { ApiProblem, createClient } from '@pileus/api/client';

export const client = createClient({ server: '' });

/** A key for one intent of a person, so that a request sent twice does its work once. */
export function newKey(): string {
  // crypto.randomUUID exists only on HTTPS and localhost; a portal in a company network may be plain HTTP.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiProblem && error.failure.code === 'not-signed-in';
}
