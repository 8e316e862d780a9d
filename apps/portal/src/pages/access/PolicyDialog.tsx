import './access.css';
import { App } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useList } from '../../api/query.ts';
import { useText } from '../../i18n/index.ts';
import { AskDialog } from '../../parts/AskDialog.tsx';
import { ChooseList } from '../../parts/ChooseList.tsx';
import { useSettled } from '../../parts/use-settled.ts';
import { BuiltIn } from '../policies/BuiltIn.tsx';
import { GainsPreview } from '../policies/GainsList.tsx';
import type { Named, Principal } from './named.ts';
import { rightsReads } from '../policies/rights-reads.ts';

/**
 * Attaches policies to a user, a group or a service account, and detaches them: on one side all there are, on the other
 * what changes, with who gains and who loses what by it.
 */
export function PolicyDialog({
  principal,
  attached,
  onClose,
}: {
  principal: Principal;
  /** Attached to the principal itself, as it is now. */
  attached: readonly Named[];
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const say = useText();
  const { message } = App.useApp();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<ReadonlyMap<string, Named>>(() => byId(attached));
  const q = useSettled(typed);
  const policies = useList('get /policies', q === '' ? {} : { q });
  const attach = useAct('put /policies/{policy}/attachments/{principal}', rightsReads);
  const detach = useAct('delete /policies/{policy}/attachments/{principal}', rightsReads);
  const before = byId(attached);
  const added = [...chosen.values()].filter(({ id }) => !before.has(id));
  const removed = attached.filter(({ id }) => !chosen.has(id));
  const isChanged = added.length + removed.length > 0;

  const save = async () => {
    // What is given comes first: in between, nobody has less than before and after.
    for (const { id } of added) await attach.mutateAsync({ params: { policy: id, principal: principal.id } });
    for (const { id } of removed) await detach.mutateAsync({ params: { policy: id, principal: principal.id } });
    void message.success(t('access.saved', { name: principal.name }));
  };
  return (
    <AskDialog
      title={t(`access.attachTitle.${principal.kind}`, { name: principal.name })}
      ok={t('action.save')}
      isReady={isChanged}
      width={1020}
      onOk={save}
      onClose={onClose}
    >
      <div className="two-sides">
        <section>
          <h3>{t('access.all')}</h3>
          <ChooseList
            of={{
              ...policies,
              items: policies.items?.map((policy) => ({
                id: policy.id,
                name: policy.name,
                hint: say(policy.description),
                tag: (
                  <>
                    {policy.isBuiltIn && <BuiltIn />}
                    {before.has(policy.id) && <span className="quiet">{t('access.attached')}</span>}
                  </>
                ),
              })),
            }}
            label={t('access.all')}
            typed={typed}
            onType={setTyped}
            isChosen={(id) => chosen.has(id)}
            onChoose={(policy, isChosen) => setChosen((now) => changed(now, policy, isChosen))}
          />
        </section>
        <section className="changed" tabIndex={0} aria-label={t('access.chosen')}>
          <h3 style={{ marginBottom: 0 }}>{t('access.chosen')}</h3>
          {isChanged ? (
            <>
              <div className="changed-names">
                {added.map(({ id, name }) => (
                  <span key={id} className="tag ok">
                    + {t('access.toAttach', { name })}
                  </span>
                ))}
                {removed.map(({ id, name }) => (
                  <span key={id} className="tag bad">
                    − {t('access.toDetach', { name })}
                  </span>
                ))}
              </div>
              <GainsPreview of={{ change: 'policies', principal: principal.id, policies: [...chosen.keys()] }} />
            </>
          ) : (
            <p className="quiet">{t('access.unchanged')}</p>
          )}
          {principal.kind === 'group' && <p className="quiet">{t('access.forMembers')}</p>}
        </section>
      </div>
    </AskDialog>
  );
}

function byId(of: readonly Named[]): ReadonlyMap<string, Named> {
  return new Map(of.map((one) => [one.id, one]));
}

function changed(now: ReadonlyMap<string, Named>, { id, name }: Named, isChosen: boolean): ReadonlyMap<string, Named> {
  const next = new Map(now);
  if (isChosen) next.set(id, { id, name });
  else next.delete(id);
  return next;
}
