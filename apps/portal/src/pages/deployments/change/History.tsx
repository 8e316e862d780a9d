import { Link } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useList, useRead } from '../../../api/query.ts';
import type { DeploymentDetail, Revision } from '../../../api/types.ts';
import { useLanguage } from '../../../i18n/index.ts';
import { Bones } from '../../../parts/Bones.tsx';
import { Icon } from '../../../parts/Icon.tsx';
import { Listing } from '../../../parts/Listing.tsx';
import { Moment } from '../../../parts/Moment.tsx';
import { Nothing } from '../../../parts/Nothing.tsx';
import { Panel } from '../../../parts/Panel.tsx';
import { errorSentence } from '../../../parts/problem.ts';
import { ProblemBox } from '../../../parts/ProblemBox.tsx';
import { StateTag } from '../../../parts/StateTag.tsx';
import { usePermission } from '../../../shell/permission.ts';
import { useRunColumns } from '../../runs/run-columns.tsx';
import { aimChanges } from '../plan/aims.ts';
import { FieldChanges } from '../plan/Value.tsx';
import { refusal } from './can.ts';
import { usePlanChange } from './use-plan-change.ts';

/** What a deployment was to be, who wanted that and why, with the way back; and every run. */
export function History({ deployment }: { deployment: DeploymentDetail }) {
  const { t } = useTranslation();
  const revisions = useRead('get /deployments/{deployment}/revisions', { params: { deployment: deployment.id } });
  const runs = useList('get /runs', { deployment: deployment.id });
  const columns = useRunColumns();
  const items = revisions.data?.items ?? [];
  return (
    <>
      <Panel title={t('change.revisions')} flush>
        {revisions.isPending && <Bones lines={4} />}
        {revisions.error && (
          <div className="body">
            <ProblemBox error={revisions.error} retry={() => void revisions.refetch()} />
          </div>
        )}
        {revisions.data && items.length === 0 && <Nothing text={t('change.noRevisions')} />}
        <ol className="revisions">
          {items.map((revision, at) => (
            <RevisionItem key={revision.number} revision={revision} before={items[at + 1]} deployment={deployment} />
          ))}
        </ol>
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

function RevisionItem({
  revision,
  before,
  deployment,
}: {
  revision: Revision;
  before: Revision | undefined;
  deployment: DeploymentDetail;
}) {
  const { t } = useTranslation();
  const { number, action, note, template, createdBy, createdAt, run } = revision;
  const changes = before ? aimChanges(before, revision, { version: t('common.version') }) : [];
  return (
    <li>
      <div className="line">
        <span className="number" title={t('change.revision', { number })}>
          {number}
        </span>
        <strong>{t(`change.did.${action}`)}</strong>
        <span className="quiet">
          {template.name} {template.version}
        </span>
        {number === deployment.revision && <span className="tag ok">{t('change.isNow')}</span>}
        {number === deployment.wanted && number !== deployment.revision && (
          <span className="tag busy">{t('change.isWanted')}</span>
        )}
        {run && (
          <Link to="." search={(search) => ({ ...search, tab: 'steps', run: run.id })}>
            <StateTag state={run.state} of="run" bare />
          </Link>
        )}
        <span className="end quiet">
          {createdBy} · <Moment at={createdAt} />
        </span>
        <RollBack revision={revision} deployment={deployment} />
      </div>
      {note !== '' && <p className="why">{note}</p>}
      {changes.length > 0 && <FieldChanges of={changes} />}
    </li>
  );
}

function RollBack({ revision, deployment }: { revision: Revision; deployment: DeploymentDetail }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { message } = App.useApp();
  const may = usePermission();
  const plan = usePlanChange(deployment.id);
  const isNow = revision.number === deployment.revision && deployment.revision === deployment.wanted;
  if (!may('deployment.plan') || deployment.state === 'deleted' || isNow) return null;
  // Going back to a revision that one names needs no earlier one; all else that stands against it does.
  const why = refusal('update', deployment);
  return (
    <Button
      size="small"
      icon={<Icon name="again" size={13} />}
      disabled={why !== undefined}
      title={why && t(`change.cannot.${why}`)}
      loading={plan.isPending}
      onClick={() =>
        void plan
          .make({ action: 'rollback', revision: revision.number })
          .catch((error: Error) => message.error(errorSentence(error, language, t), 6))
      }
    >
      {t('change.rollBackTo')}
    </Button>
  );
}
