import type { Permission } from '@pileus/api';
import { Failure } from '@pileus/model';
import type { Access, Actor } from './actor.ts';

/**
 * Lets a call pass or throws `not-signed-in` or `not-allowed`. Every call of the API comes through here, before anything
 * it sent is looked at; what is not allowed is refused.
 */
export function permit(access: Access, permission: Permission, actor: Actor | undefined): void {
  if (permission === 'public') return;
  if (!actor) throw new Failure('not-signed-in');
  if (permission === 'self') return;
  if (!access.can(actor, permission)) throw new Failure('not-allowed', { permission });
}
