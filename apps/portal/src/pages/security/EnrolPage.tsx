import './security.css';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient, reading, useAct } from '../../api/query.ts';
import { localPath } from '../../shell/local-path.ts';
import { Factors } from './Factors.tsx';

const route = getRouteApi('/enrol');

/** What stands between the sign-in and everything else where the organization requires a second factor. */
export default function EnrolPage() {
  const { t } = useTranslation();
  const { next } = route.useSearch();
  const navigate = useNavigate();
  const out = useAct('delete /sessions/current');
  useEffect(() => {
    document.title = `${t('security.enrol')} · Pileus`;
  }, [t]);
  const goOn = async () => {
    await queryClient.fetchQuery({ ...reading('get /me', {}), staleTime: 0 });
    await navigate({ to: localPath(next), replace: true });
  };
  const leave = async () => {
    await out.mutateAsync({});
    queryClient.clear();
    await navigate({ to: '/sign-in', replace: true });
  };
  return (
    <main className="page narrow enrol">
      <div className="page-head">
        <div className="titles">
          <h1>{t('security.enrol')}</h1>
          <div className="hint">{t('security.enrolHint')}</div>
        </div>
        <div className="actions">
          <Button onClick={() => void leave().catch(() => {})}>{t('security.signOut')}</Button>
        </div>
      </div>
      <Factors onFirst={() => void goOn().catch(() => {})} />
    </main>
  );
}
