import { useTranslation } from 'react-i18next';
import type { Health } from '../../api/types.ts';
import { Moment } from '../../parts/Moment.tsx';
import { StateTag } from '../../parts/StateTag.tsx';

/** Whether a cloud's services answered when they were last tried, and when that was. */
export function HealthTag({ health }: { health: Health }) {
  const { t } = useTranslation();
  const failing = health.checks.filter((check) => !check.ok).length;
  return (
    <span className="row">
      <StateTag state={health.is} />
      <span className="quiet" style={{ fontSize: 12.5 }}>
        {failing > 0 && `${t('clouds.failingServices', { count: failing })} · `}
        {health.checkedAt ? <Moment at={health.checkedAt} relative /> : t('clouds.notChecked')}
      </span>
    </span>
  );
}
