import { getRouteApi } from '@tanstack/react-router';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../api/query.ts';
import { Bones } from '../../parts/Bones.tsx';
import { Facts } from '../../parts/Facts.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Page } from '../../parts/Page.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { ProblemBox } from '../../parts/ProblemBox.tsx';

const route = getRouteApi('/inside/device');

/** Approves a sign-in that was begun where there is no browser: the command line. */
export default function DevicePage() {
  const { t } = useTranslation();
  const { code } = route.useSearch();
  const navigate = route.useNavigate();
  const [decided, setDecided] = useState<'approved' | 'denied'>();
  const find = (typed: string) => {
    setDecided(undefined);
    void navigate({ search: typed.trim() === '' ? {} : { code: typed.trim() }, replace: true });
  };
  return (
    <Page title={t('device.title')} hint={t('device.hint')} width="narrow">
      <Panel>
        <div className="stack" style={{ gap: 16 }}>
          <Input.Search
            key={code}
            aria-label={t('device.code')}
            placeholder="BCDF-GHJK"
            defaultValue={code}
            enterButton={t('device.find')}
            autoComplete="off"
            autoFocus
            onSearch={find}
          />
          {decided && (
            <p className={decided === 'approved' ? 'note ok' : 'note'} role="status">
              <Icon name={decided === 'approved' ? 'ok' : 'info'} />
              {t(`device.${decided}`)}
            </p>
          )}
          {code !== undefined && !decided && <Waiting key={code} code={code} onDecided={setDecided} />}
        </div>
      </Panel>
    </Page>
  );
}

function Waiting({ code, onDecided }: { code: string; onDecided: (as: 'approved' | 'denied') => void }) {
  const { t } = useTranslation();
  const found = useRead('get /device-logins/{code}', { params: { code } }, { staleTime: 60_000, gcTime: 0 });
  const decide = useAct('put /device-logins/{code}', ['get /me/sessions']);
  const as = async (approve: boolean) => {
    await decide.mutateAsync({ params: { code }, body: { approve } });
    onDecided(approve ? 'approved' : 'denied');
  };
  if (found.isPending) return <Bones lines={3} />;
  if (found.error) return <ProblemBox error={found.error} />;
  return (
    <>
      <Facts
        lines
        of={[
          [t('device.code'), <code key="code">{found.data.code}</code>],
          [t('security.ip'), <code key="ip">{found.data.ip}</code>],
          [t('device.program'), found.data.userAgent],
          [t('device.begunAt'), <Moment key="at" at={found.data.createdAt} relative />],
        ]}
      />
      <p className="note warn">
        <Icon name="warning" />
        {t('device.warning')}
      </p>
      {decide.error && <ProblemBox error={decide.error} />}
      <div className="row wrap">
        <Button type="primary" loading={decide.isPending} onClick={() => void as(true).catch(() => {})}>
          {t('device.approve')}
        </Button>
        <Button disabled={decide.isPending} onClick={() => void as(false).catch(() => {})}>
          {t('device.deny')}
        </Button>
      </div>
    </>
  );
}
