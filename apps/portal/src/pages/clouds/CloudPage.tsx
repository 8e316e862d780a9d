import { getRouteApi } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../api/query.ts';
import type { Account } from '../../api/types.ts';
import { useLanguage } from '../../i18n/index.ts';
import { Copyable } from '../../parts/Copyable.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { Loaded, Page } from '../../parts/Page.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { errorSentence } from '../../parts/problem.ts';
import { ProblemBox } from '../../parts/ProblemBox.tsx';
import { Simulated } from '../../parts/Simulated.tsx';
import { StateTag } from '../../parts/StateTag.tsx';
import { Tabs } from '../../parts/Tabs.tsx';
import { usePermission } from '../../shell/permission.ts';
import { Checks } from './Checks.tsx';
import { HealthTag } from './HealthTag.tsx';
import { useProviderTitle } from './provider-title.ts';
import { CloudFindings } from './CloudFindings.tsx';
import { isOpen } from './finding.ts';
import { CloudResources } from './CloudResources.tsx';
import { CloudPrices } from './prices/CloudPrices.tsx';
import { CloudSettings } from './CloudSettings.tsx';

const route = getRouteApi('/inside/clouds/$account');

export default function CloudPage() {
  const { t } = useTranslation();
  const { account: id } = route.useParams();
  const { tab = 'health' } = route.useSearch();
  const titleOf = useProviderTitle();
  const account = useRead('get /accounts/{account}', { params: { account: id } });
  const findings = useRead('get /accounts/{account}/findings', { params: { account: id } });
  const open = findings.data?.items.filter(isOpen).length ?? 0;
  return (
    <Loaded of={account}>
      {(data) => (
        <Page
          title={data.name}
          up={{ to: '/clouds', title: t('clouds.title') }}
          tags={
            <>
              <StateTag state={data.health.is} />
              <Simulated when={data.simulated} />
            </>
          }
          hint={
            <span className="row wrap">
              {titleOf(data.provider)} · <Copyable text={data.id} shown /> {data.description && `· ${data.description}`}
            </span>
          }
          actions={<DeleteCloud account={data} />}
        >
          <Tabs
            label={data.name}
            now={tab}
            of={[
              { key: 'health', title: t('cloud.health') },
              { key: 'resources', title: t('cloud.resources') },
              { key: 'findings', title: t('cloud.findings'), number: open > 0 ? open : undefined },
              { key: 'prices', title: t('prices.title') },
              { key: 'settings', title: t('cloud.settings') },
            ]}
          >
            {tab === 'health' && <CloudHealth account={data} />}
            {tab === 'resources' && <CloudResources account={data} />}
            {tab === 'findings' && <CloudFindings account={data} />}
            {tab === 'prices' && <CloudPrices account={data} />}
            {tab === 'settings' && <CloudSettings account={data} />}
          </Tabs>
        </Page>
      )}
    </Loaded>
  );
}

function CloudHealth({ account }: { account: Account }) {
  const { t } = useTranslation();
  const check = useAct('post /accounts/{account}/check', ['get /accounts/{account}', 'get /accounts']);
  const button = (
    <Button
      icon={<Icon name="again" size={14} />}
      loading={check.isPending}
      onClick={() => check.mutate({ params: { account: account.id } })}
    >
      {t(check.isPending ? 'cloud.checking' : 'cloud.check')}
    </Button>
  );
  return (
    <>
      {check.error && <ProblemBox error={check.error} />}
      <Panel title={<HealthTag health={account.health} />} aside={button} flush>
        {account.health.checks.length > 0 ? (
          <Checks of={account.health.checks} />
        ) : (
          <Nothing icon="cloud" text={t('cloud.neverChecked')} />
        )}
      </Panel>
    </>
  );
}

function DeleteCloud({ account }: { account: Account }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = usePermission();
  const navigate = route.useNavigate();
  const { modal, message } = App.useApp();
  const remove = useAct('delete /accounts/{account}');
  if (!may('account.update')) return null;
  const ask = () =>
    void modal.confirm({
      title: t('cloud.deleteTitle', { name: account.name }),
      content: t('cloud.deleteText'),
      okText: t('action.delete'),
      okButtonProps: { danger: true },
      onOk: async () => {
        try {
          await remove.mutateAsync({ params: { account: account.id } });
          void message.success(t('cloud.deleted'));
          await navigate({ to: '/clouds', search: {} });
        } catch (error) {
          void message.error(errorSentence(error instanceof Error ? error : new Error(String(error)), language, t), 6);
        }
      },
    });
  return (
    <Button danger type="text" icon={<Icon name="trash" size={14} />} onClick={ask}>
      {t('action.delete')}
    </Button>
  );
}
