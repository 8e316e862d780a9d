import { useList } from '../../api/query.ts';
import { usePermission } from '../../shell/permission.ts';

export interface Thing {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
}

/** What there is by name, as far as the reader may see it: for pickers. The server searches. */
export function useThings(q: string): readonly Thing[] {
  const may = usePermission();
  const query = q === '' ? {} : { q };
  const found = {
    project: useList('get /projects', query).items,
    deployment: useList('get /deployments', query).items,
    account: useList('get /accounts', query).items,
    template: useList('get /templates', query).items,
    user: useList('get /users', query).items,
    group: useList('get /groups', query).items,
    policy: useList('get /policies', query).items,
  };
  return Object.entries(found).flatMap(([kind, items]) =>
    (may(`${kind as keyof typeof found}.read`) ? (items ?? []) : []).map(({ id, name }) => ({ kind, id, name })),
  );
}
