import './home.css';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useList, useRead } from '../../api/query.ts';
import { useLive } from '../../api/use-live.ts';
import { Bones } from '../../parts/Bones.tsx';
import { Icon, type IconName } from '../../parts/Icon.tsx';
import { Listing } from '../../parts/Listing.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { Page } from '../../parts/Page.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { ProblemBox } from '../../parts/ProblemBox.tsx';
import { Simulated } from '../../parts/Simulated.tsx';
import { StateTag } from '../../parts/StateTag.tsx';
import { usePermission } from '../../shell/permission.ts';
import { useProviderTitle } from '../clouds/provider-title.ts';
import { useDeploymentColumns } from '../deployments/deployment-columns.tsx';

export default function HomePage() {
  const { t } = useTranslation();
  const may = usePermission();
  const me = useRead('get /me', {});
  return (
    <Page title={t('home.hello', { name: me.data?.name ?? '' })} hint={t('home.intro')}>
      <div className="doors">
        <Door icon="app" title={t('home.use')} text={t('home.useText')}>
          {may('deployment.plan') && <Link to="/deployments/new">{t('home.useAction')}</Link>}
        </Door>
        <Door icon="code" title={t('home.build')} text={t('home.buildText')}>
          {may('template.create') && <Link to="/templates/import">{t('home.buildAction')}</Link>}
          <Link to="/templates">{t('home.buildMore')}</Link>
        </Door>
        <Door icon="cloud" title={t('home.manage')} text={t('home.manageText')}>
          {may('account.create') && <Link to="/clouds/new">{t('home.manageAction')}</Link>}
          {may('audit.read') && <Link to="/operation-log">{t('home.manageMore')}</Link>}
        </Door>
      </div>
      <div className="home-columns">
        {may('deployment.read') && <Recent />}
        {may('account.read') && <Clouds />}
      </div>
    </Page>
  );
}

function Door({ icon, title, text, children }: { icon: IconName; title: string; text: string; children: ReactNode }) {
  return (
    <section className="panel door">
      <span className="picture">
        <Icon name={icon} size={24} />
      </span>
      <h2>{title}</h2>
      <p>{text}</p>
      <div className="ways">{children}</div>
    </section>
  );
}

function Recent() {
  const { t } = useTranslation();
  const deployments = useList('get /deployments', {});
  const columns = useDeploymentColumns();
  useLive('deployments');
  const shown = ['name', 'state', 'progress', 'cloud', 'createdAt'];
  return (
    <section className="stack" style={{ gap: 10 }}>
      <div className="row apart">
        <h2>{t('home.recent')}</h2>
        <Link to="/deployments">{t('home.allDeployments')}</Link>
      </div>
      <Listing
        of={{ items: deployments.items?.slice(0, 6), error: deployments.error, refetch: deployments.refetch }}
        columns={columns.filter((column) => shown.includes(column.key))}
        rowKey={(deployment) => deployment.id}
        label={t('home.recent')}
        empty={
          <Nothing icon="layers" text={t('home.recentEmpty')}>
            <Link to="/deployments/new">{t('home.useAction')}</Link>
          </Nothing>
        }
      />
    </section>
  );
}

function Clouds() {
  const { t } = useTranslation();
  const titleOf = useProviderTitle();
  const accounts = useList('get /accounts', {});
  return (
    <section className="stack" style={{ gap: 10 }}>
      <div className="row apart">
        <h2>{t('home.clouds')}</h2>
        <Link to="/clouds">{t('home.allClouds')}</Link>
      </div>
      {accounts.error && !accounts.items && <ProblemBox error={accounts.error} retry={() => void accounts.refetch()} />}
      <Panel flush>
        {accounts.isPending && <Bones lines={4} />}
        {accounts.items?.length === 0 && (
          <Nothing icon="cloud" text={t('clouds.empty')}>
            <Link to="/clouds/new">{t('clouds.add')}</Link>
          </Nothing>
        )}
        <ul className="cloud-lines">
          {accounts.items?.slice(0, 7).map((account) => (
            <li key={account.id}>
              <Icon name="cloud" size={18} />
              <div className="main-cell">
                <span className="row">
                  <Link to="/clouds/$account" params={{ account: account.id }} className="ellipsis">
                    {account.name}
                  </Link>
                  <Simulated when={account.simulated} />
                </span>
                <span className="sub">
                  {titleOf(account.provider)} · {t('home.resources', { count: account.resources })}
                </span>
              </div>
              <StateTag state={account.health.is} />
            </li>
          ))}
        </ul>
      </Panel>
    </section>
  );
}
