import { Link } from '@tanstack/react-router';
import { Popover } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useList } from '../api/query.ts';
import { Icon } from '../parts/Icon.tsx';
import { isAtWork } from '../parts/state.ts';
import { RunProgress } from '../parts/Progress.tsx';
import { StateShape } from '../parts/StateTag.tsx';
import { runTitle } from '../pages/runs/run-title.ts';

/** How many runs are at work now, and which. */
export function RunsBadge() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const runs = useList('get /runs', { active: 'true' });
  const active = (runs.items ?? []).filter((run) => isAtWork(run.state));
  const label = active.length > 0 ? t('shell.runningCount', { count: active.length }) : t('shell.nothingRunning');
  const list = (
    <div className="float">
      {active.length === 0 && <p className="quiet">{t('shell.nothingRunning')}</p>}
      <ul>
        {active.map((run) => (
          <li key={run.id}>
            <Link
              to={run.deployment ? '/deployments/$deployment' : '/runs/$run'}
              params={{ deployment: run.deployment ?? '', run: run.id }}
              onClick={() => setOpen(false)}
            >
              <div className="ellipsis">{runTitle(run, t)}</div>
              <RunProgress run={run} />
            </Link>
          </li>
        ))}
      </ul>
      <p style={{ paddingTop: 8 }}>
        <Link to="/runs" onClick={() => setOpen(false)}>
          {t('shell.allRuns')}
        </Link>
      </p>
    </div>
  );
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      open={open}
      onOpenChange={setOpen}
      title={t('shell.running')}
      content={list}
    >
      <button
        type="button"
        className={`tool ${active.length > 0 ? 'busy' : ''}`}
        aria-label={`${t('shell.running')}: ${label}`}
        title={t('shell.running')}
      >
        {active.length > 0 ? <StateShape shape="spin" /> : <Icon name="play" size={18} />}
        {active.length > 0 && label}
      </button>
    </Popover>
  );
}
