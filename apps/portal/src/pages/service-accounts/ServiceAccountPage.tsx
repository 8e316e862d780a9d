import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../api/query.ts';
import type { ServiceAccount } from '../../api/types.ts';
import { Copyable } from '../../parts/Copyable.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Loaded, Page } from '../../parts/Page.tsx';
import { Tabs } from '../../parts/Tabs.tsx';
import { usePermission } from '../../shell/permission.ts';
import { useHeld } from '../access/held.ts';
import { HeldPolicies } from '../access/HeldPolicies.tsx';
import { MayDo } from '../access/MayDo.tsx';
import { MemberOf } from '../access/MemberOf.tsx';
import { Tokens } from '../access/Tokens.tsx';
import { Usable } from '../access/Usable.tsx';
import { ServiceAccountActions } from './ServiceAccountActions.tsx';

const route = getRouteApi('/inside/service-accounts/$service');

export default function ServiceAccountPage() {
  const { service: id } = route.useParams();
  const service = useRead('get /service-accounts/{service}', { params: { service: id } });
  return <Loaded of={service}>{(data) => <OneServiceAccount service={data} />}</Loaded>;
}

function OneServiceAccount({ service }: { service: ServiceAccount }) {
  const { t } = useTranslation();
  const may = usePermission();
  const { tab = 'keys' } = route.useSearch();
  const held = useHeld(service);
  const principal = { id: service.id, name: service.name, kind: 'service-account' } as const;
  return (
    <Page
      title={service.name}
      up={{ to: '/service-accounts', title: t('services.title') }}
      tags={<Usable isDisabled={service.isDisabled} />}
      hint={
        <span className="row wrap">
          <Copyable text={service.id} shown /> {service.description && `· ${service.description}`} ·{' '}
          {t('common.createdAt')} <Moment at={service.createdAt} />
        </span>
      }
      actions={<ServiceAccountActions service={service} />}
    >
      <Tabs
        label={service.name}
        now={tab}
        of={[
          { key: 'keys', title: t('services.keys'), number: service.tokens || undefined },
          { key: 'policies', title: t('access.policies'), number: held.items.length || undefined },
          { key: 'groups', title: t('access.groups'), number: service.groups.length || undefined },
          ...(may('policy.read') ? [{ key: 'may' as const, title: t('access.may') }] : []),
        ]}
      >
        {tab === 'keys' && <Keys service={service} />}
        {tab === 'policies' && <HeldPolicies principal={principal} held={held} />}
        {tab === 'groups' && <MemberOf principal={principal} groups={service.groups} />}
        {tab === 'may' && <MayDo principal={principal} held={held} isDisabled={service.isDisabled} />}
      </Tabs>
    </Page>
  );
}

const keyReads = [
  'get /service-accounts/{service}/tokens',
  'get /service-accounts/{service}',
  'get /service-accounts',
] as const;

function Keys({ service: { id, name } }: { service: ServiceAccount }) {
  const may = usePermission();
  const params = { service: id };
  const tokens = useRead('get /service-accounts/{service}/tokens', { params });
  const make = useAct('post /service-accounts/{service}/tokens', keyReads);
  const revoke = useAct('delete /service-accounts/{service}/tokens/{token}', keyReads);
  return (
    <Tokens
      of={tokens}
      owner={name}
      {...(may('service-account.update') && {
        calls: {
          make: (given) => make.mutateAsync({ params, body: given }),
          revoke: (token) => revoke.mutateAsync({ params: { ...params, token } }),
        },
      })}
    />
  );
}
