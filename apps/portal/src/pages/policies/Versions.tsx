import './policies.css';
import { tagOf } from '@pileus/api/client';
import { getRouteApi } from '@tanstack/react-router';
import { App, Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../../api/query.ts';
import type { PolicyDetail } from '../../api/types.ts';
import { AskDialog } from '../../parts/AskDialog.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { usePermission } from '../../shell/permission.ts';
import { written } from './editor/policy-text.ts';
import { GainsPreview } from './GainsList.tsx';
import { lineDifference } from './line-difference.ts';

const route = getRouteApi('/inside/policies/$policy');
type Version = PolicyDetail['versions'][number];

/** What the policy said at which time, the difference between any two, and the way back. */
export function Versions({ policy }: { policy: PolicyDetail }) {
  const { t } = useTranslation();
  const may = usePermission();
  const [back, setBack] = useState<Version>();
  if (policy.versions.length === 0) return <Nothing icon="shield" text={t('policies.builtInVersions')} />;
  return (
    <>
      <Panel title={t('policies.versions')} flush>
        <ol className="versions">
          {policy.versions.map((version) => (
            <li key={version.number}>
              <strong>
                {t('policies.version')} {version.number}
              </strong>
              {version.number === policy.version && <span className="tag ok">{t('policies.holds')}</span>}
              <span className={`note-text ${version.note ? '' : 'quiet'}`}>{version.note || t('policies.noNote')}</span>
              <span className="quiet">
                {version.createdBy} · <Moment at={version.createdAt} />
              </span>
              {version.number !== policy.version && may('policy.update') && (
                <Button size="small" onClick={() => setBack(version)}>
                  {t('policies.hold')}
                </Button>
              )}
            </li>
          ))}
        </ol>
      </Panel>
      {policy.versions.length > 1 && <Compare policy={policy} />}
      {back && <HoldDialog policy={policy} version={back} onClose={() => setBack(undefined)} />}
    </>
  );
}

function Compare({ policy: { versions, version: held } }: { policy: PolicyDetail }) {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const numbered = (number: string | undefined) => versions.find((one) => String(one.number) === number);
  const after = numbered(search.to) ?? numbered(String(held));
  const before = numbered(search.from) ?? versions.find((one) => one !== after);
  if (!after || !before) return null;
  const options = versions.map(({ number }) => ({ value: String(number), label: String(number) }));
  const choose = (changed: { from?: string; to?: string }) =>
    void navigate({ search: (now) => ({ ...now, ...changed }), replace: true });
  return (
    <Panel
      title={t('policies.compare')}
      aside={
        <span className="row">
          {t('policies.compareFrom')}
          <Select
            size="small"
            aria-label={t('policies.compareFrom')}
            options={options}
            value={String(before.number)}
            onChange={(from: string) => choose({ from })}
          />
          {t('policies.compareTo')}
          <Select
            size="small"
            aria-label={t('policies.compareTo')}
            options={options}
            value={String(after.number)}
            onChange={(to: string) => choose({ to })}
          />
        </span>
      }
    >
      <Difference before={before.document} after={after.document} />
    </Panel>
  );
}

/** What one document says otherwise than another. */
export function Difference({ before, after }: { before: unknown; after: unknown }) {
  const { t } = useTranslation();
  const [from, to] = [written(before), written(after)];
  if (from === to) return <p className="quiet">{t('policies.same')}</p>;
  return (
    <pre className="code difference-lines" tabIndex={0} role="region" aria-label={t('policies.compare')}>
      {lineDifference(from, to).map(({ is, text }, index) => {
        if (is === 'same') return <span key={index}>{`  ${text}`}</span>;
        const Line = is === 'removed' ? 'del' : 'ins';
        return (
          <Line key={index} aria-label={`${t(is === 'removed' ? 'policies.removed' : 'policies.added')}${text.trim()}`}>
            {`${is === 'removed' ? '−' : '+'} ${text}`}
          </Line>
        );
      })}
    </pre>
  );
}

function HoldDialog({
  policy: shown,
  version,
  onClose,
}: {
  policy: PolicyDetail;
  version: Version;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [policy] = useState(shown);
  const { message } = App.useApp();
  const hold = useAct('put /policies/{policy}', ['get /policies/{policy}', 'get /policies', 'get /me']);
  const now = policy.versions.find(({ number }) => number === policy.version);
  const save = async () => {
    await hold.mutateAsync({
      params: { policy: policy.id },
      body: { version: version.number },
      ifMatch: tagOf(policy),
    });
    void message.success(t('policies.held', { number: version.number }));
  };
  return (
    <AskDialog
      title={t('policies.holdTitle', { number: version.number, name: policy.name })}
      ok={t('policies.hold')}
      width={820}
      onOk={save}
      onClose={onClose}
    >
      <GainsPreview of={{ change: 'document', policy: policy.id, document: version.document }} />
      {now && <Difference before={now.document} after={version.document} />}
    </AskDialog>
  );
}
