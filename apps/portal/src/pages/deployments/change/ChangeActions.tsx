import { getRouteApi } from '@tanstack/react-router';
import { App, Button, Dropdown, Tooltip } from 'antd';
import { lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeploymentDetail } from '../../../api/types.ts';
import { useLanguage } from '../../../i18n/index.ts';
import { Icon, type IconName } from '../../../parts/Icon.tsx';
import { errorSentence } from '../../../parts/problem.ts';
import { usePermission } from '../../../shell/permission.ts';
import { type Change, refusal } from './can.ts';
import { usePlanChange } from './use-plan-change.ts';

const UpdateDialog = lazy(() => import('./UpdateDialog.tsx'));
const ScaleDialog = lazy(() => import('./ScaleDialog.tsx'));
const HealDialog = lazy(() => import('./HealDialog.tsx'));
const WorkflowDialog = lazy(() => import('./WorkflowDialog.tsx'));
const OperationDialog = lazy(() => import('./OperationDialog.tsx'));
const route = getRouteApi('/inside/deployments/$deployment');

const icons: Readonly<Record<Change, IconName>> = {
  update: 'edit',
  scale: 'layers',
  heal: 'shield',
  rollback: 'again',
  workflow: 'play',
  operation: 'terminal',
  stop: 'stop',
  start: 'power',
};

/** What can be done with a deployment. What cannot just now stays in its place and says why. */
export function ChangeActions({ deployment }: { deployment: DeploymentDetail }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { message } = App.useApp();
  const may = usePermission();
  const { ask, node } = route.useSearch();
  const navigate = route.useNavigate();
  const plan = usePlanChange(deployment.id);
  if (!may('deployment.plan') || deployment.state === 'deleted') return null;
  const show = (dialog: typeof ask) =>
    void navigate({ search: (before) => ({ ...before, ask: dialog }), replace: true });
  const close = () => show(undefined);
  const act = (change: Change) => {
    if (change !== 'rollback' && change !== 'stop' && change !== 'start') return show(change);
    plan.make({ action: change }).catch((error: Error) => void message.error(errorSentence(error, language, t), 6));
  };
  const because = (change: Change) => {
    const why = refusal(change, deployment);
    return why && t(`change.cannot.${why}`);
  };
  const more = (['rollback', 'workflow', 'operation', 'stop', 'start'] as const).map((change) => {
    const reason = because(change);
    return {
      key: change,
      disabled: reason !== undefined,
      icon: <Icon name={icons[change]} size={14} />,
      label: (
        <span className="main-cell">
          {t(`change.${change}`)}
          {reason && <span className="sub">{reason}</span>}
        </span>
      ),
      onClick: () => act(change),
    };
  });
  return (
    <>
      {(['update', 'scale', 'heal'] as const).map((change) => (
        <Offered key={change} reason={because(change)} icon={icons[change]} onClick={() => act(change)}>
          {t(`change.${change}`)}
        </Offered>
      ))}
      <Dropdown menu={{ items: more }} trigger={['click']} placement="bottomRight">
        <Button loading={plan.isPending} aria-label={t('change.more')}>
          {t('change.more')} <Icon name="down" size={14} />
        </Button>
      </Dropdown>
      <Suspense>
        {ask === 'update' && <UpdateDialog deployment={deployment} onClose={close} />}
        {ask === 'scale' && <ScaleDialog deployment={deployment} onClose={close} />}
        {ask === 'workflow' && <WorkflowDialog deployment={deployment} onClose={close} />}
        {ask === 'operation' && <OperationDialog deployment={deployment} node={node} onClose={close} />}
        {ask === 'heal' && <HealDialog deployment={deployment} onClose={close} />}
      </Suspense>
    </>
  );
}

/** A button that can also be reached when it refuses, to read why. */
function Offered({
  reason,
  icon,
  onClick,
  children,
}: {
  reason: string | undefined;
  icon: IconName;
  onClick: () => void;
  children: ReactNode;
}) {
  const button = (
    <Button
      icon={<Icon name={icon} size={14} />}
      aria-disabled={reason !== undefined}
      className={reason === undefined ? '' : 'refused'}
      onClick={() => reason === undefined && onClick()}
    >
      {children}
    </Button>
  );
  return reason === undefined ? button : <Tooltip title={reason}>{button}</Tooltip>;
}
