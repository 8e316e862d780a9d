import { Link } from '@tanstack/react-router';
import { usePermission } from '../../shell/permission.ts';
import type { Principal } from './named.ts';

/** Leads to a user or a service account. */
export function PrincipalLink({
  principal: { id, name, kind },
}: {
  principal: Principal & { readonly kind: 'user' | 'service-account' };
}) {
  const may = usePermission();
  if (!may(`${kind}.read`)) return <>{name}</>;
  return kind === 'service-account' ? (
    <Link to="/service-accounts/$service" params={{ service: id }}>
      {name}
    </Link>
  ) : (
    <Link to="/users/$user" params={{ user: id }}>
      {name}
    </Link>
  );
}
