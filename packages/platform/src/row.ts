import { Failure } from '@pileus/model';
import { sql } from 'kysely';

/** What `changed` becomes when a row is changed: the transaction that does it, which the live updates follow. */
export const now = sql<string>`pg_current_xact_id()`;

/** For `.catch()`: what other rows refer to, or what a row refers to, is not as it must be. */
export function referred(failure: (cause: Error) => Error) {
  return (error: Error & { code?: string }): never => {
    throw error.code === '23503' ? failure(error) : error;
  };
}

/** For `.catch()`: a unique name that somebody else has is `name-taken`. */
export function taken(name: string) {
  return (error: Error & { code?: string }): never => {
    if (error.code === '23505') throw new Failure('name-taken', { name }, { cause: error });
    throw error;
  };
}
