import { getRouteApi, Link } from '@tanstack/react-router';
import { App, Button, Segmented } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../api/query.ts';
import type { Account, Finding } from '../../api/types.ts';
import { useLanguage } from '../../i18n/index.ts';
import { Icon } from '../../parts/Icon.tsx';
import { type Column, Listing } from '../../parts/Listing.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { errorSentence } from '../../parts/problem.ts';
import { usePermission } from '../../shell/permission.ts';
import { isOpen } from './finding.ts';

const FindingDialog = lazy(() => import('./FindingDialog.tsx'));
const route = getRouteApi('/inside/clouds/$account');
const tones = { adopted: 'ok', orphan: 'warn', double: 'warn', unknown: 'warn' } as const;

/** What sweeps of an account have found: taken in, deleted again, or for a person to decide about. */
export function CloudFindings({ account }: { account: Account }) {
  const { t } = useTranslation();
  const { show, finding: shown } = route.useSearch();
  const navigate = route.useNavigate();
  const findings = useRead('get /accounts/{account}/findings', { params: { account: account.id } });
  const all = findings.data?.items;
  const open = all?.filter(isOpen);
  const look = (finding: string | undefined) =>
    void navigate({ search: (before) => ({ ...before, finding }), replace: true });
  const turn = (to: 'all' | undefined) =>
    void navigate({ search: (before) => ({ ...before, show: to }), replace: true });
  const columns = useColumns(look);
  return (
    <>
      <p className="quiet">{t('finding.hint')}</p>
      <Listing
        of={{ items: show === 'all' ? all : open, error: findings.error, refetch: () => findings.refetch() }}
        columns={columns}
        rowKey={({ id }) => id}
        label={t('cloud.findings')}
        filters={
          <>
            <Segmented
              value={show ?? 'open'}
              options={[
                { value: 'open', label: `${t('finding.open')} ${open?.length ?? ''}` },
                { value: 'all', label: `${t('finding.all')} ${all?.length ?? ''}` },
              ]}
              onChange={(value) => turn(value === 'all' ? 'all' : undefined)}
            />
            <SweepButton account={account} />
          </>
        }
        empty={
          <Nothing icon="shield" text={t(all && all.length > 0 ? 'finding.nothingOpen' : 'finding.nothing')}>
            {all && all.length > 0 && show !== 'all' && (
              <Button onClick={() => turn('all')}>{t('finding.showAll')}</Button>
            )}
          </Nothing>
        }
      />
      <Suspense>{shown !== undefined && <FindingDialog id={shown} onClose={() => look(undefined)} />}</Suspense>
    </>
  );
}

function SweepButton({ account }: { account: Account }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = usePermission();
  const { message } = App.useApp();
  const sweep = useAct('post /accounts/{account}/sweep', ['get /accounts/{account}/findings']);
  if (!may('account.update')) return null;
  return (
    <Button
      icon={<Icon name="again" size={14} />}
      loading={sweep.isPending}
      onClick={() =>
        sweep.mutate(
          { params: { account: account.id } },
          {
            onSuccess: (swept) => void message.success(t('finding.swept', swept), 6),
            onError: (error) => void message.error(errorSentence(error, language, t), 6),
          },
        )
      }
    >
      {t('finding.sweep')}
    </Button>
  );
}

function useColumns(look: (finding: string) => void): Column<Finding>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'what',
      title: t('finding.what'),
      text: ({ kind, name }) => `${kind} ${name}`,
      cell: ({ kind, name, ref }) => (
        <div className="main-cell">
          <span>
            {t(`kind.${kind}`)} <strong style={{ fontWeight: 550 }}>{name}</strong>
          </span>
          <code className="sub">{ref}</code>
        </div>
      ),
    },
    {
      key: 'found',
      title: t('finding.found'),
      long: 'wrap',
      text: ({ is }) => is,
      cell: (finding) => (
        <div className="main-cell">
          <span className={`tag ${isOpen(finding) ? tones[finding.is] : 'idle'}`} style={{ width: 'fit-content' }}>
            {t(`finding.is.${finding.is}`)}
          </span>
          <span className="sub">{t(`finding.why.${finding.is}`)}</span>
        </div>
      ),
    },
    {
      key: 'deployment',
      title: t('cloud.owner'),
      text: ({ deployment }) => deployment?.name ?? '',
      cell: ({ deployment }) =>
        deployment && (
          <Link to="/deployments/$deployment" params={{ deployment: deployment.id }}>
            {deployment.name}
          </Link>
        ),
    },
    {
      key: 'firstSeen',
      title: t('finding.firstSeen'),
      width: 130,
      text: ({ firstSeen }) => firstSeen,
      cell: ({ firstSeen }) => <Moment at={firstSeen} relative />,
    },
    {
      key: 'outcome',
      title: t('finding.outcome'),
      long: 'wrap',
      text: ({ removedAt }) => removedAt ?? '',
      cell: (finding) => <Outcome of={finding} />,
    },
    {
      key: 'do',
      title: '',
      width: 110,
      align: 'end',
      cell: (finding) => (
        <Button size="small" onClick={() => look(finding.id)}>
          {t(isOpen(finding) ? 'finding.decide' : 'finding.details')}
        </Button>
      ),
    },
  ];
}

function Outcome({ of: { removedAt, removedBy, ignored } }: { of: Finding }) {
  const { t } = useTranslation();
  const [at, words] =
    removedAt !== undefined
      ? [removedAt, removedBy === undefined ? t('finding.deletedAgain') : t('finding.deletedBy', { by: removedBy })]
      : [ignored?.at, ignored && t('finding.ignoredBy', { by: ignored.by })];
  if (at === undefined) return <span className="quiet">–</span>;
  return (
    <div className="main-cell">
      <span>
        {words} · <Moment at={at} relative />
      </span>
      {ignored && ignored.note !== '' && <span className="sub">{ignored.note}</span>}
    </div>
  );
}
