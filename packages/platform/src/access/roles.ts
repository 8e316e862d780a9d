import { type Permission, permissions } from '@pileus/api';
import type { Actor } from '@pileus/http';

/** What a user is; kept in the user's row. */
export type Role = 'administrator' | 'viewer';

/** What a role may do: an administrator everything, a viewer whatever only reads. */
export function permissionsOf(role: Role): readonly Permission[] {
  return role === 'administrator' ? permissions : permissions.filter((permission) => permission.endsWith('.read'));
}

/** Whether this actor may do this. Everything that decides about rights asks here. */
export function can(actor: Actor, permission: Permission): boolean {
  return actor.permissions.includes(permission);
}
