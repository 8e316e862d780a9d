import { tagOf } from '@pileus/api/client';
import { getRouteApi } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../api/query.ts';
import type { Organization } from '../../api/types.ts';
import { Copyable } from '../../parts/Copyable.tsx';
import { Facts } from '../../parts/Facts.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { NameDialog } from '../../parts/NameDialog.tsx';
import { Loaded, Page } from '../../parts/Page.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { usePermission } from '../../shell/permission.ts';
import { Quotas } from '../quotas/Quotas.tsx';
import { Standing } from './Standing.tsx';
import { useRunsPlatform } from './runs-platform.ts';

const route = getRouteApi('/inside/organizations/$organization');

/** One organization: who is in it, and how much all its projects have together. */
export default function OrganizationPage() {
  const { organization: id } = route.useParams();
  const organization = useRead('get /organizations/{organization}', { params: { organization: id } });
  return <Loaded of={organization}>{(data) => <OneOrganization organization={data} />}</Loaded>;
}

function OneOrganization({ organization }: { organization: Organization }) {
  const { t } = useTranslation();
  return (
    <Page
      title={organization.name}
      up={{ to: '/organizations', title: t('organizations.title') }}
      tags={<Standing of={organization} />}
      hint={<Copyable text={organization.id} shown />}
      actions={<RenameButton organization={organization} />}
    >
      <Panel>
        <Facts
          of={[
            [t('organizations.users'), organization.users],
            [t('common.createdAt'), <Moment key="at" at={organization.createdAt} />],
          ]}
        />
      </Panel>
      <OrganizationQuotas organization={organization} />
    </Page>
  );
}

function OrganizationQuotas({ organization: { id, name } }: { organization: Organization }) {
  const { t } = useTranslation();
  const may = usePermission();
  const runsPlatform = useRunsPlatform();
  const params = { organization: id };
  const quota = useRead('get /organizations/{organization}/quota', { params });
  const set = useAct('patch /organizations/{organization}/quota', [
    'get /organizations/{organization}/quota',
    'get /plans/{plan}',
  ]);
  const mayChange = runsPlatform && may('organization.quota');
  return (
    <Loaded of={quota}>
      {(data) => (
        <Quotas
          of={data}
          name={name}
          hint={mayChange ? t('quotas.together') : `${t('quotas.together')} ${t('quotas.setByPlatform')}`}
          onSet={mayChange ? (body, ifMatch) => set.mutateAsync({ params, body, ifMatch }) : undefined}
        />
      )}
    </Loaded>
  );
}

function RenameButton({ organization }: { organization: Organization }) {
  const { t } = useTranslation();
  const may = usePermission();
  const { message } = App.useApp();
  const [open, setOpen] = useState(false);
  const change = useAct('patch /organizations/{organization}', [
    'get /organizations',
    'get /organizations/{organization}',
    'get /me',
  ]);
  if (!may('organization.update')) return null;
  return (
    <>
      <Button icon={<Icon name="edit" size={14} />} onClick={() => setOpen(true)}>
        {t('access.rename')}
      </Button>
      {open && (
        <NameDialog
          title={t('organizations.renameTitle', { name: organization.name })}
          ok={t('action.save')}
          label={t('organizations.name')}
          hint={t('organizations.renameHint')}
          now={organization}
          onSave={async ({ name }, seen) => {
            await change.mutateAsync({
              params: { organization: organization.id },
              body: { name },
              ifMatch: seen && tagOf(seen),
            });
            void message.success(t('organizations.saved'));
          }}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
