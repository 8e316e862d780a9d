import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient, useRead } from '../api/query.ts';
import { usePermission } from '../shell/permission.ts';
import { Moment } from './Moment.tsx';

/** Who was first, for those who may see the operation log, and what to do; what the page behind shows is read again. */
export function ChangedMeanwhile({ what }: { what: string }) {
  const { t } = useTranslation();
  const may = usePermission();
  const subject = what.split(' ').at(-1) ?? '';
  const log = useRead(
    'get /audit',
    { query: { target: subject, result: 'ok', limit: 1 } },
    { enabled: may('audit.read'), staleTime: 0 },
  );
  useEffect(
    () => void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'get /audit' }),
    [],
  );
  const [last] = log.data?.items ?? [];
  return (
    <>
      {last && (
        <span className="small">
          {t('problem.changedBy', { user: last.user })} <Moment at={last.at} />
        </span>
      )}
      <span className="small">{t('problem.staleHint')}</span>
    </>
  );
}
