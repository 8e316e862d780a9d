import { getRouteApi } from '@tanstack/react-router';
import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../api/query.ts';
import type { Account, Resource, ResourceKind } from '../../api/types.ts';
import { Bones } from '../../parts/Bones.tsx';
import { type Listed, Listing } from '../../parts/Listing.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { useResourceColumns } from '../../parts/resource-columns.tsx';

const route = getRouteApi('/inside/clouds/$account');
const order: readonly ResourceKind[] = [
  'server',
  'volume',
  'network',
  'subnet',
  'router',
  'port',
  'security-group',
  'address',
  'key-pair',
  'attachment',
  'flavor',
  'image',
];

/** What the cloud lists right now, kind by kind. */
export function CloudResources({ account }: { account: Account }) {
  const { t } = useTranslation();
  const { kind: chosen } = route.useSearch();
  const navigate = route.useNavigate();
  const providers = useRead('get /providers', {});
  const provider = providers.data?.items.find((one) => one.id === account.provider);
  if (!provider) return <Bones lines={6} />;
  const kinds = order.filter((kind) => !provider.verbs || provider.verbs[kind]?.includes('list'));
  const kind = kinds.find((one) => one === chosen) ?? kinds[0] ?? 'server';
  return (
    <>
      <div className="row apart wrap">
        <Segmented
          value={kind}
          options={kinds.map((value) => ({ value, label: t(`kind.${value}`) }))}
          onChange={(value) => void navigate({ search: (before) => ({ ...before, kind: value }), replace: true })}
        />
        <span className="quiet" style={{ fontSize: 13 }}>
          {t('cloud.resourcesHint')}
        </span>
      </div>
      <ResourcesOf account={account.id} kind={kind} />
    </>
  );
}

function ResourcesOf({ account, kind }: { account: string; kind: ResourceKind }) {
  const { t } = useTranslation();
  const resources = useRead(
    'get /accounts/{account}/resources',
    { params: { account }, query: { kind } },
    { refetchInterval: 15_000 },
  );
  const columns = useResourceColumns('cloud');
  const listed: Listed<Resource> = {
    items: resources.data?.items,
    error: resources.error,
    refetch: () => resources.refetch(),
  };
  return (
    <Listing
      of={listed}
      columns={columns}
      rowKey={(resource) => resource.ref ?? resource.name}
      label={t(`kind.${kind}`)}
      empty={<Nothing icon="layers" text={t('cloud.resourcesEmpty')} />}
    />
  );
}
