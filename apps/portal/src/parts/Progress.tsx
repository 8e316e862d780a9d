import { useTranslation } from 'react-i18next';
import type { Run } from '../api/types.ts';

/** How far a run is: a bar and `7/12`. */
export function RunProgress({ run }: { run: Pick<Run, 'done' | 'total' | 'state'> }) {
  const { t } = useTranslation();
  const tone = run.state === 'failed' ? 'bad' : run.state === 'succeeded' ? 'ok' : '';
  const percent = run.total > 0 ? Math.round((run.done / run.total) * 100) : run.state === 'succeeded' ? 100 : 0;
  return (
    <div className={`progress ${tone}`}>
      <div
        className="track"
        role="progressbar"
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-label={t('deployments.progress')}
      >
        <div className="bar" style={{ width: `${percent}%` }} />
      </div>
      <span>
        {run.done}/{run.total}
      </span>
    </div>
  );
}
