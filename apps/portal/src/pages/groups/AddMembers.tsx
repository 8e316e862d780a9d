import '../access/access.css';
import { App, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useList } from '../../api/query.ts';
import type { Group } from '../../api/types.ts';
import { AskDialog } from '../../parts/AskDialog.tsx';
import { ChooseList } from '../../parts/ChooseList.tsx';
import { useSettled } from '../../parts/use-settled.ts';
import { usePermission } from '../../shell/permission.ts';
import { membersAfter, useMove } from '../access/membership.ts';
import type { Named } from '../access/named.ts';
import { GainsPreview } from '../policies/GainsList.tsx';

const lists = { people: 'get /users', services: 'get /service-accounts' } as const;

/** Adds users and service accounts to a group: on one side all there are, on the other what those who are added gain. */
export function AddMembers({ group, onClose }: { group: Group; onClose: () => void }) {
  const { t } = useTranslation();
  const may = usePermission();
  const { message } = App.useApp();
  const kinds = [
    ...(may('user.read') ? (['people'] as const) : []),
    ...(may('service-account.read') ? (['services'] as const) : []),
  ];
  const [kind, setKind] = useState(kinds[0] ?? 'people');
  const [typed, setTyped] = useState('');
  const [added, setAdded] = useState<readonly Named[]>([]);
  const q = useSettled(typed);
  const found = useList(lists[kind], q === '' ? {} : { q });
  const isIn = new Set(group.members.map(({ id }) => id));
  const change = { add: added.map(({ id }) => id) };
  const members = membersAfter(group.members, change);
  const move = useMove();
  const save = async () => {
    await move(group.id, change);
    void message.success(t('groups.changed', { name: group.name }));
  };
  return (
    <AskDialog
      title={t('groups.addMembersTitle', { name: group.name })}
      ok={t('action.add')}
      isReady={added.length > 0}
      width={1020}
      onOk={save}
      onClose={onClose}
    >
      <div className="two-sides">
        <section className="stack" style={{ gap: 8 }}>
          {kinds.length > 1 && (
            <div>
              <Segmented
                value={kind}
                options={kinds.map((value) => ({ value, label: t(`groups.${value}`) }))}
                onChange={setKind}
              />
            </div>
          )}
          <ChooseList
            of={{
              ...found,
              items: found.items?.map(({ id, name }: Named) => ({
                id,
                name,
                isFixed: isIn.has(id),
                tag: isIn.has(id) && <span className="quiet">{t('groups.isIn')}</span>,
              })),
            }}
            label={t(`groups.${kind}`)}
            typed={typed}
            onType={setTyped}
            isChosen={(id) => members.includes(id)}
            onChoose={({ id, name }, isChosen) =>
              setAdded((now) => [...now.filter((one) => one.id !== id), ...(isChosen ? [{ id, name }] : [])])
            }
          />
        </section>
        <section className="changed" tabIndex={0} aria-label={t('access.chosen')}>
          <h3 style={{ marginBottom: 0 }}>{t('access.chosen')}</h3>
          {added.length === 0 ? (
            <p className="quiet">{t('groups.chooseMembers')}</p>
          ) : (
            <>
              <div className="changed-names">
                {added.map(({ id, name }) => (
                  <span key={id} className="tag ok">
                    + {t('groups.toAdd', { name })}
                  </span>
                ))}
              </div>
              {may('policy.read') && <GainsPreview of={{ change: 'members', group: group.id, members }} />}
            </>
          )}
        </section>
      </div>
    </AskDialog>
  );
}
