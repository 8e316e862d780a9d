import type { Database } from '@pileus/database';
import type { Actor } from '@pileus/http';
import type { Resource } from '@pileus/policy';
import { theOne } from '../access/targets.ts';

/** Throws `not-allowed` unless the caller may have each of these secrets used, and `not-found` for what is none. */
export async function checkSecretUse(
  database: Database,
  actor: Actor,
  check: (action: 'secret.use', target: Resource) => void,
  secrets: readonly string[],
): Promise<void> {
  for (const id of secrets) check('secret.use', await theOne(database, actor, 'secret', id));
}
