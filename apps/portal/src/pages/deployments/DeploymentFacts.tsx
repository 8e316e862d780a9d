import { useTranslation } from 'react-i18next';
import type { DeploymentDetail } from '../../api/types.ts';
import { Facts } from '../../parts/Facts.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { PlainValue } from '../../parts/PlainValue.tsx';
import { RunningCost } from '../../parts/RunningCost.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { DeploymentTags } from './DeploymentTags.tsx';

/** What a deployment was made from. */
export function DeploymentFacts({ deployment }: { deployment: DeploymentDetail }) {
  const { t } = useTranslation();
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
            [
              t('cost.title'),
              deployment.cost && deployment.cost.resources > 0 && <RunningCost key="cost" of={deployment.cost} />,
            ],
            [t('tags.title'), <DeploymentTags key="tags" deployment={deployment} />],
            [t('common.createdBy'), deployment.createdBy],
            [t('common.createdAt'), <Moment key="at" at={deployment.createdAt} />],
            [t('deployment.deletedAt'), deployment.deletedAt && <Moment key="deleted" at={deployment.deletedAt} />],
          ]}
        />
      </Panel>
      <Panel title={t('deployment.inputs')}>
        {inputs.length === 0 && <p className="quiet">{t('common.none')}</p>}
        <Facts
          lines
          of={inputs.map(([name, value]) => {
            const secret = deployment.secrets?.[name];
            return [name, secret ? <NamedSecret key={name} of={secret} /> : <PlainValue key={name} of={value} />];
          })}
        />
      </Panel>
    </>
  );
}

/** Which secret an input is, in which version, and whether there is a newer one that an update would take. */
function NamedSecret({ of: { name, version, newest } }: { of: NonNullable<DeploymentDetail['secrets']>[string] }) {
  const { t } = useTranslation();
  return (
    <span className="row">
      <span className="quiet">
        {t('cloud.ofSecret', { name })} · {t('secrets.version')} {version}
      </span>
      {newest > version && <span className="tag warn">{t('secrets.newer', { newest })}</span>}
    </span>
  );
}
