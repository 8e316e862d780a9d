import { useTranslation } from 'react-i18next';
import { useList } from '../../api/query.ts';
import type { DeploymentDetail } from '../../api/types.ts';
import { plain } from '../../format/value.ts';
import { Facts } from '../../parts/Facts.tsx';
import { Listing } from '../../parts/Listing.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { useRunColumns } from '../runs/run-columns.tsx';

/** What a deployment was made from, and every run that changed it. */
export function DeploymentFacts({ deployment }: { deployment: DeploymentDetail }) {
  const { t } = useTranslation();
  const runs = useList('get /runs', { deployment: deployment.id });
  const columns = useRunColumns();
  const inputs = Object.entries(deployment.inputs);
  return (
    <>
      <Panel title={t('common.details')}>
        <Facts
          of={[
            [t('deployments.template'), `${deployment.template.name} ${deployment.template.version}`],
            [t('deployment.variant'), deployment.template.variant],
            [t('deployments.cloud'), deployment.account.name],
            [t('deployments.nodes'), deployment.nodes],
            [t('common.createdBy'), deployment.createdBy],
            [t('common.createdAt'), <Moment key="at" at={deployment.createdAt} />],
            [t('deployment.deletedAt'), deployment.deletedAt && <Moment key="deleted" at={deployment.deletedAt} />],
          ]}
        />
      </Panel>
      <Panel title={t('deployment.inputs')}>
        {inputs.length === 0 && <p className="quiet">{t('common.none')}</p>}
        <Facts lines of={inputs.map(([name, value]) => [name, <code key={name}>{plain(value)}</code>])} />
      </Panel>
      <h2>{t('deployment.history')}</h2>
      <Listing
        of={runs}
        columns={columns.filter((column) => column.key !== 'deployment')}
        rowKey={(run) => run.id}
        label={t('deployment.history')}
        empty={<Nothing icon="play" text={t('runs.empty')} />}
      />
    </>
  );
}
