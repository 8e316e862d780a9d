import './prices.css';
import type { FlavorSize } from '@pileus/model/cost';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../../api/query.ts';
import type { Account, AccountPrices, Resource } from '../../../api/types.ts';
import { Bones } from '../../../parts/Bones.tsx';
import { Icon } from '../../../parts/Icon.tsx';
import { type Column, Table } from '../../../parts/Listing.tsx';
import { Moment } from '../../../parts/Moment.tsx';
import { Nothing } from '../../../parts/Nothing.tsx';
import { Panel } from '../../../parts/Panel.tsx';
import { ProblemBox } from '../../../parts/ProblemBox.tsx';
import { usePermission } from '../../../shell/permission.ts';
import { draftOf, type Draft } from './price-draft.ts';
import { PriceTable } from './PriceTable.tsx';

/** What the resources of an account cost, and what that makes of those in use. */
export function CloudPrices({ account }: { account: Account }) {
  const prices = useRead('get /accounts/{account}/prices', { params: { account: account.id } });
  const flavors = useRead('get /accounts/{account}/resources', {
    params: { account: account.id },
    query: { kind: 'flavor' },
  });
  if (prices.error) return <ProblemBox error={prices.error} retry={() => void prices.refetch()} />;
  // A cloud that does not list its flavors now can be given prices all the same.
  if (!prices.data || flavors.isPending) return <Bones lines={8} />;
  const listed = (flavors.data?.items ?? []).flatMap((one) => flavorOf(one));
  return <Prices account={account} prices={prices.data} flavors={listed} />;
}

interface PricesProps {
  readonly account: Account;
  readonly prices: AccountPrices;
  readonly flavors: readonly FlavorSize[];
}

function Prices({ account, prices, flavors }: PricesProps) {
  const { t } = useTranslation();
  const may = usePermission();
  const { now, lists } = prices;
  const [draft, setDraft] = useState<Draft>();
  const write = (list = now?.prices) => setDraft(draftOf(list, flavors));
  // One that holds now and is the only one is on the screen already.
  const earlier = lists.length > (now?.from === 'account' ? 1 : 0) && (
    <EarlierLists of={lists} onTake={may('account.price') ? (list) => write(list.prices) : undefined} />
  );
  if (!now && !draft) {
    return (
      <>
        <Panel>
          <Nothing icon="balance" text={t('prices.empty')}>
            {may('account.price') && (
              <Button type="primary" icon={<Icon name="edit" size={14} />} onClick={() => write()}>
                {t('prices.write')}
              </Button>
            )}
          </Nothing>
        </Panel>
        {earlier}
      </>
    );
  }
  const shown = draft ?? draftOf(now?.prices, flavors);
  return (
    <>
      {now?.from === 'provider' && (
        <p className="note">
          <Icon name="info" />
          {t(account.simulated ? 'prices.demo' : 'prices.fromProvider')}
        </p>
      )}
      <PriceTable
        key={draft ? 'writing' : 'reading'}
        account={account.id}
        draft={shown}
        usage={prices.usage}
        since={now?.validFrom}
        onEdit={may('account.price') ? () => write() : undefined}
        onChange={draft && setDraft}
        onDone={() => setDraft(undefined)}
      />
      {earlier}
    </>
  );
}

type PriceListRow = AccountPrices['lists'][number];

/** All that were ever set, and those that will hold later. */
function EarlierLists({
  of,
  onTake,
}: {
  of: readonly PriceListRow[];
  onTake: ((list: PriceListRow) => void) | undefined;
}) {
  const { t } = useTranslation();
  const columns: Column<PriceListRow>[] = [
    { key: 'from', title: t('prices.validFrom'), cell: ({ validFrom }) => <Moment at={validFrom} /> },
    { key: 'by', title: t('prices.setBy'), cell: ({ createdBy }) => createdBy },
    { key: 'at', title: t('prices.setAt'), cell: ({ createdAt }) => <Moment at={createdAt} /> },
    { key: 'currency', title: t('prices.currency'), cell: ({ prices }) => prices.currency },
    {
      key: 'take',
      title: '',
      align: 'end',
      cell: (list) =>
        onTake && (
          <Button size="small" type="text" onClick={() => onTake(list)}>
            {t('prices.take')}
          </Button>
        ),
    },
  ];
  return (
    <Panel title={t('prices.lists')} flush>
      <Table items={of} columns={columns} rowKey={({ validFrom }) => validFrom} label={t('prices.lists')} />
    </Panel>
  );
}

function flavorOf({ ref, name, details }: Resource): FlavorSize[] {
  const { cores, megabytes } = details;
  if (ref === undefined) return [];
  return [
    { ref, name, ...(typeof cores === 'number' && { cores }), ...(typeof megabytes === 'number' && { megabytes }) },
  ];
}
