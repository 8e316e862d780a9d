import type { Permission } from '@pileus/api';
import { useRead } from '../api/query.ts';

/** Asks whether the signed-in user may do something: `const may = usePermission(); may('account.create')`. */
export function usePermission(): (permission: Permission) => boolean {
  const me = useRead('get /me', {}, { enabled: true });
  return (permission) => me.data?.permissions.includes(permission) ?? false;
}
