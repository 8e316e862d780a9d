import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Deployment } from '../../api/types.ts';
import type { Column } from '../../parts/Listing.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { RunProgress } from '../../parts/Progress.tsx';
import { RunningCost } from '../../parts/RunningCost.tsx';
import { Simulated } from '../../parts/Simulated.tsx';
import { isAtWork } from '../../parts/state.ts';
import { StateTag } from '../../parts/StateTag.tsx';
import { writtenTags } from './tags.ts';

export function useDeploymentColumns(): Column<Deployment>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'name',
      title: t('common.name'),
      text: (deployment) => deployment.name,
      cell: (deployment) => (
        <div className="main-cell">
          <Link to="/deployments/$deployment" params={{ deployment: deployment.id }}>
            {deployment.name}
          </Link>
          <code className="sub">{deployment.id}</code>
          <Tags of={deployment.tags} />
        </div>
      ),
    },
    {
      key: 'state',
      title: t('common.state'),
      width: 110,
      text: (deployment) => deployment.state,
      cell: (deployment) => <StateTag state={deployment.state} />,
    },
    {
      key: 'progress',
      title: t('deployments.progress'),
      width: 190,
      cell: ({ run }) =>
        run &&
        (isAtWork(run.state) || run.state === 'failed' || run.state === 'cancelled') && <RunProgress run={run} />,
    },
    {
      key: 'template',
      title: t('deployments.template'),
      text: ({ template }) => `${template.name} ${template.version}`,
      cell: ({ template }) => (
        <div className="main-cell">
          <Link to="/templates/$template" params={{ template: template.id }} style={{ fontWeight: 400 }}>
            {template.name}
          </Link>
          <span className="sub">
            {template.version} · {template.variant}
          </span>
        </div>
      ),
    },
    {
      key: 'cloud',
      title: t('deployments.cloud'),
      text: ({ account }) => account.name,
      cell: ({ account }) => (
        <span className="row">
          <Link to="/clouds/$account" params={{ account: account.id }}>
            {account.name}
          </Link>
          <Simulated when={account.simulated} />
        </span>
      ),
    },
    {
      key: 'cost',
      title: t('cost.title'),
      align: 'end',
      text: ({ cost }) => (cost && cost.resources > 0 ? `${cost.perMonth} ${cost.currency}` : ''),
      cell: ({ cost }) => cost && cost.resources > 0 && <RunningCost of={cost} />,
    },
    {
      key: 'createdBy',
      title: t('common.createdBy'),
      text: (deployment) => deployment.createdBy,
      cell: (deployment) => deployment.createdBy,
    },
    {
      key: 'createdAt',
      title: t('common.createdAt'),
      text: (deployment) => deployment.createdAt,
      cell: (deployment) => <Moment at={deployment.createdAt} relative />,
    },
  ];
}

function Tags({ of }: { of: Deployment['tags'] }) {
  const written = writtenTags(of).join(' · ');
  return written === '' ? null : (
    <span className="sub ellipsis" style={{ maxWidth: 180 }} title={written}>
      {written}
    </span>
  );
}
