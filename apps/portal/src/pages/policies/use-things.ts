import { type ListName, useList } from '../../api/query.ts';
import { useSettled } from '../../parts/use-settled.ts';
import { usePermission } from '../../shell/permission.ts';

export interface Thing {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
}

const lists = {
  project: 'get /projects',
  deployment: 'get /deployments',
  account: 'get /accounts',
  template: 'get /templates',
  user: 'get /users',
  group: 'get /groups',
  'service-account': 'get /service-accounts',
  policy: 'get /policies',
  secret: 'get /secrets',
} as const satisfies Record<string, ListName>;
type Listed = keyof typeof lists;

/** What there is of some kinds by name, as far as the reader may see it: for pickers. The server searches. */
export function useThings(typed: string, kinds: Iterable<string>): readonly Thing[] {
  const wanted = new Set(kinds);
  const q = useSettled(typed);
  const found: Record<Listed, readonly Thing[]> = {
    project: useKind('project', q, wanted),
    deployment: useKind('deployment', q, wanted),
    account: useKind('account', q, wanted),
    template: useKind('template', q, wanted),
    user: useKind('user', q, wanted),
    group: useKind('group', q, wanted),
    'service-account': useKind('service-account', q, wanted),
    policy: useKind('policy', q, wanted),
    secret: useKind('secret', q, wanted),
  };
  return Object.values(found).flat();
}

function useKind(kind: Listed, q: string, wanted: ReadonlySet<string>): readonly Thing[] {
  const may = usePermission();
  const enabled = wanted.has(kind) && may(`${kind}.read`);
  const { items } = useList(lists[kind], q === '' ? {} : { q }, { enabled });
  return enabled ? (items ?? []).map(({ id, name }) => ({ kind, id, name })) : [];
}
