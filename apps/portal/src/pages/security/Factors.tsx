import type { AnswerOf } from '@pileus/api';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../api/query.ts';
import { AskDialog } from '../../parts/AskDialog.tsx';
import { Bones } from '../../parts/Bones.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { type Column, Table } from '../../parts/Listing.tsx';
import { Moment, useNow } from '../../parts/Moment.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { knowsPasskeys } from '../../parts/passkey.ts';
import { ProblemBox } from '../../parts/ProblemBox.tsx';
import { AddApp } from './AddApp.tsx';
import { AddPasskey } from './AddPasskey.tsx';
import { Prove } from './Prove.tsx';
import { RecoveryCodes } from './RecoveryCodes.tsx';

type FactorsView = AnswerOf<'get /me/factors'>;
type Factor = FactorsView['items'][number];

/** What a person is about to do with its factors; each wants a fresh proof of who it is. */
type Doing = { readonly is: 'app' | 'passkey' | 'codes' } | { readonly is: 'remove'; readonly factor: Factor };

/** One's second factors: an authenticator app, passkeys, recovery codes. */
export function Factors({ onFirst }: { onFirst?: () => void }) {
  const { t } = useTranslation();
  const factors = useRead('get /me/factors', {}, { staleTime: 0 });
  const [doing, setDoing] = useState<Doing>();
  const [codes, setCodes] = useState<readonly string[]>();
  const ended = (recoveryCodes?: readonly string[]) => {
    setDoing(undefined);
    if (recoveryCodes) setCodes(recoveryCodes);
  };
  const { data } = factors;
  const now = useNow(10_000);
  const isProved = data?.provedUntil !== undefined && Date.parse(data.provedUntil) > now;
  return (
    <Panel title={t('security.factors')}>
      <div className="stack" style={{ gap: 16 }}>
        <p className="quiet">{t('security.factorsHint')}</p>
        {factors.isPending && <Bones lines={3} />}
        {factors.error && <ProblemBox error={factors.error} retry={() => void factors.refetch()} />}
        {data && <Present of={data} onDo={setDoing} />}
        {data && doing && !isProved && <Prove by={data.provesBy} onClose={() => setDoing(undefined)} />}
        {data && doing && isProved && <Do what={doing} onEnd={ended} />}
        {codes && (
          <RecoveryCodes
            codes={codes}
            onClose={() => {
              setCodes(undefined);
              onFirst?.();
            }}
          />
        )}
      </div>
    </Panel>
  );
}

function Do({ what, onEnd }: { what: Doing; onEnd: (codes?: readonly string[]) => void }) {
  switch (what.is) {
    case 'app':
      return <AddApp onEnd={onEnd} />;
    case 'passkey':
      return <AddPasskey onEnd={onEnd} />;
    case 'codes':
      return <NewCodes onEnd={onEnd} />;
    case 'remove':
      return <Remove factor={what.factor} onEnd={onEnd} />;
  }
}

function Present({ of, onDo }: { of: FactorsView; onDo: (what: Doing) => void }) {
  const { t } = useTranslation();
  const hasApp = of.items.some(({ kind }) => kind === 'totp');
  const canPasskey = of.passkeysWork && knowsPasskeys();
  const columns: Column<Factor>[] = [
    {
      key: 'name',
      title: t('common.name'),
      cell: (factor) => (
        <div className="main-cell">
          <span className="row">
            <Icon name={factor.kind === 'passkey' ? 'key' : 'lock'} /> {factor.name}
          </span>
          <span className="sub">
            {t(`security.kind.${factor.kind}`)}
            {factor.isSynced && ` · ${t('security.synced')}`}
          </span>
        </div>
      ),
    },
    { key: 'createdAt', title: t('common.createdAt'), cell: (factor) => <Moment at={factor.createdAt} /> },
    { key: 'usedAt', title: t('security.usedAt'), cell: (factor) => <Moment at={factor.usedAt} relative /> },
    {
      key: 'remove',
      title: t('security.remove'),
      align: 'end',
      cell: (factor) => (
        <Button
          size="small"
          danger
          aria-label={t('security.removeNamed', { name: factor.name })}
          onClick={() => onDo({ is: 'remove', factor })}
        >
          {t('security.remove')}
        </Button>
      ),
    },
  ];
  return (
    <>
      {of.items.length === 0 ? (
        <p className={of.isRequired ? 'note warn' : 'note'}>
          <Icon name={of.isRequired ? 'warning' : 'shield'} />
          {t(of.isRequired ? 'security.required' : 'security.none')}
        </p>
      ) : (
        <Table items={of.items} columns={columns} rowKey={({ id }) => id} label={t('security.factors')} />
      )}
      <div className="row wrap">
        {!hasApp && (
          <Button icon={<Icon name="lock" />} onClick={() => onDo({ is: 'app' })}>
            {t('security.addApp')}
          </Button>
        )}
        {canPasskey && (
          <Button icon={<Icon name="key" />} onClick={() => onDo({ is: 'passkey' })}>
            {t('security.addPasskey')}
          </Button>
        )}
      </div>
      {!canPasskey && <p className="quiet small">{t('security.noPasskeys')}</p>}
      {of.items.length > 0 && (
        <div className="row wrap">
          <span>{t('security.codesLeft', { count: of.recoveryCodes })}</span>
          <Button size="small" onClick={() => onDo({ is: 'codes' })}>
            {t('security.newCodes')}
          </Button>
        </div>
      )}
    </>
  );
}

function NewCodes({ onEnd }: { onEnd: (codes?: readonly string[]) => void }) {
  const { t } = useTranslation();
  const renew = useAct('put /me/recovery-codes', ['get /me/factors']);
  return (
    <AskDialog
      title={t('security.newCodes')}
      ok={t('security.newCodes')}
      isDanger
      onOk={async () => onEnd((await renew.mutateAsync({})).recoveryCodes)}
      onClose={() => onEnd()}
    >
      <p>{t('security.newCodesHint')}</p>
    </AskDialog>
  );
}

function Remove({ factor, onEnd }: { factor: Factor; onEnd: () => void }) {
  const { t } = useTranslation();
  const remove = useAct('delete /me/factors/{factor}', ['get /me/factors', 'get /me']);
  return (
    <AskDialog
      title={t('security.removeNamed', { name: factor.name })}
      ok={t('security.remove')}
      isDanger
      onOk={() => remove.mutateAsync({ params: { factor: factor.id } })}
      onClose={onEnd}
    >
      <p>{t('security.removeHint')}</p>
    </AskDialog>
  );
}
