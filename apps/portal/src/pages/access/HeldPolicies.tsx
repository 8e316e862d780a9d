import './access.css';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useText } from '../../i18n/index.ts';
import { Icon } from '../../parts/Icon.tsx';
import { type Column, Listing } from '../../parts/Listing.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { usePermission } from '../../shell/permission.ts';
import { type AllHeld, type Held, usePolicyDetails } from './held.ts';
import { GroupLink, PolicyLink } from './NameLinks.tsx';
import type { Principal } from './named.ts';
import { PolicyDialog } from './PolicyDialog.tsx';

/** The policies that apply to somebody, where each comes from, and the way to attach and detach them. */
export function HeldPolicies({ principal, held }: { principal: Principal; held: AllHeld }) {
  const { t } = useTranslation();
  const columns = useColumns(principal, held.items);
  return (
    <>
      <ChangePolicies principal={principal} held={held} isMain />
      {held.isPart && (
        <p className="note">
          <Icon name="info" />
          {t('access.unread')}
        </p>
      )}
      <Listing
        of={{ items: held.isPending ? undefined : held.items }}
        columns={columns}
        rowKey={({ policy, via }) => `${policy.id} ${via?.id ?? ''}`}
        label={t('access.policies')}
        empty={
          <Nothing icon="shield" text={t(`access.nothingHeld.${principal.kind}`)}>
            <ChangePolicies principal={principal} held={held} />
          </Nothing>
        }
      />
    </>
  );
}

function ChangePolicies({ principal, held, isMain }: { principal: Principal; held: AllHeld; isMain?: true }) {
  const { t } = useTranslation();
  const may = usePermission();
  const [open, setOpen] = useState(false);
  if (!may('policy.attach') || !may('policy.read')) return null;
  const attached = held.items.filter(({ via }) => via === undefined).map(({ policy }) => policy);
  return (
    <div>
      <Button
        {...(isMain && { type: 'primary' })}
        icon={<Icon name="shield" size={14} />}
        onClick={() => setOpen(true)}
      >
        {t('access.attach')}
      </Button>
      {open && <PolicyDialog principal={principal} attached={attached} onClose={() => setOpen(false)} />}
    </div>
  );
}

function useColumns(principal: Principal, items: readonly Held[]): Column<Held>[] {
  const { t } = useTranslation();
  const say = useText();
  const may = usePermission();
  const details = usePolicyDetails(may('policy.read') ? items.map(({ policy }) => policy.id) : []);
  const description = ({ policy }: Held) => {
    const detail = details.byId.get(policy.id);
    return detail ? say(detail.description) : '';
  };
  return [
    {
      key: 'name',
      title: t('access.policies'),
      text: ({ policy }) => policy.name,
      cell: ({ policy }) => <PolicyLink policy={policy} />,
    },
    { key: 'description', title: t('common.description'), long: 'wrap', text: description, cell: description },
    ...(principal.kind === 'group'
      ? []
      : [
          {
            key: 'from',
            title: t('access.from'),
            text: ({ via }: Held) => via?.name ?? t('access.direct'),
            cell: ({ via }: Held) =>
              via ? (
                <div className="main-cell">
                  <GroupLink group={via} />
                  <span className="sub">{t('access.viaGroup')}</span>
                </div>
              ) : (
                t('access.direct')
              ),
          },
        ]),
  ];
}
