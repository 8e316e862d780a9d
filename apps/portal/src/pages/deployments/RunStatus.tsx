import './deployments.css';
import { reasonIn } from '@pileus/model/reason';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useAct } from '../../api/query.ts';
import type { Run, Step } from '../../api/types.ts';
import { useLanguage } from '../../i18n/index.ts';
import { Icon } from '../../parts/Icon.tsx';
import { Lasting, Moment } from '../../parts/Moment.tsx';
import { errorSentence } from '../../parts/problem.ts';
import { RunProgress } from '../../parts/Progress.tsx';
import { isAtWork } from '../../parts/state.ts';
import { StateTag } from '../../parts/StateTag.tsx';
import { usePermission } from '../../shell/permission.ts';
import { runTitle } from '../runs/run-title.ts';
import { CancelRun } from './change/CancelRun.tsx';

/** How far a run is, how long it has taken, and what can be done with it. `steps`, where they are known, are its own. */
export function RunStatus({
  run,
  steps = [],
  isLast = true,
  children,
}: {
  run: Run;
  steps?: readonly Step[];
  /** Only the last run of a deployment can go on. */
  isLast?: boolean;
  children?: React.ReactNode;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const atWork = isAtWork(run.state);
  const underWay = run.state === 'paused' ? steps.filter(({ state }) => state === 'started').length : 0;
  const [before, after] = t(atWork || run.state === 'paused' ? 'deployment.elapsed' : 'deployment.took', {
    time: '\n',
  }).split('\n');
  return (
    <div className="panel status">
      <span className="row">
        <StateTag state={run.state} of="run" />
        <span className="ellipsis">{runTitle(run, t)}</span>
      </span>
      <RunProgress run={run} />
      <span className="quiet">
        {before}
        <Lasting from={run.startedAt ?? run.createdAt} to={run.endedAt} />
        {after}
      </span>
      {run.state === 'paused' && (
        <span className="quiet" role="status">
          {(run.held && reasonIn(language, run.held)) ??
            (underWay > 0 ? t('deployment.pausing', { count: underWay }) : t('deployment.pausedHint'))}
        </span>
      )}
      {run.endedAt !== undefined && (
        <span className="quiet">
          <Moment at={run.endedAt} relative />
        </span>
      )}
      <span className="ends">
        {children}
        <RunButtons run={run} isLast={isLast} />
      </span>
    </div>
  );
}

function RunButtons({ run, isLast }: { run: Run; isLast: boolean }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = usePermission();
  const { message } = App.useApp();
  const resume = useAct('post /runs/{run}/resume', ['get /runs/{run}', 'get /deployments/{deployment}']);
  const pause = useAct('post /runs/{run}/pause', ['get /runs/{run}', 'get /deployments/{deployment}']);
  if (!may('deployment.control')) return null;
  const tell = (error: Error) => void message.error(errorSentence(error, language, t), 6);
  const params = { run: run.id };
  if (run.state === 'queued' || run.state === 'running') {
    return (
      <>
        <Button
          icon={<Icon name="pause" size={14} />}
          loading={pause.isPending}
          title={t('deployment.pauseHint')}
          onClick={() =>
            pause.mutate({ params }, { onSuccess: () => void message.success(t('deployment.paused')), onError: tell })
          }
        >
          {t('deployment.pause')}
        </Button>
        <CancelRun run={run} />
      </>
    );
  }
  if (run.state !== 'failed' && run.state !== 'cancelled' && run.state !== 'paused') return null;
  if (!isLast) return null;
  const resumeButton = (
    <Button
      type="primary"
      icon={<Icon name="play" size={14} />}
      loading={resume.isPending}
      onClick={() =>
        resume.mutate({ params }, { onSuccess: () => void message.success(t('deployment.resumed')), onError: tell })
      }
    >
      {t('deployment.resume')}
    </Button>
  );
  if (run.state !== 'paused') return resumeButton;
  return (
    <>
      <CancelRun run={run} />
      {resumeButton}
    </>
  );
}
