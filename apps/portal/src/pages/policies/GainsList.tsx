import { useQuery } from '@tanstack/react-query';
import type { BodyOf } from '@pileus/api';
import { useTranslation } from 'react-i18next';
import { client } from '../../api/client.ts';
import type { Gains } from '../../api/types.ts';
import { Bones } from '../../parts/Bones.tsx';
import { type Column, Table } from '../../parts/Listing.tsx';
import { ProblemBox } from '../../parts/ProblemBox.tsx';
import { PrincipalCell } from './PrincipalCell.tsx';

/** Who would gain and who would lose what by a change, asked before it is made. */
export function GainsPreview({ of: change }: { of: BodyOf<'post /policies/preview'> }) {
  const { t } = useTranslation();
  const preview = usePreview(change);
  return (
    <section className="stack" style={{ gap: 8 }} aria-label={t('policies.changes')}>
      <h3>{t('policies.changes')}</h3>
      {preview.isPending && <Bones lines={3} />}
      {preview.error && <ProblemBox error={preview.error} retry={() => void preview.refetch()} />}
      {preview.data && <GainsList of={preview.data.items} />}
    </section>
  );
}

function usePreview(change: BodyOf<'post /policies/preview'>) {
  return useQuery({
    queryKey: ['post /policies/preview', change],
    queryFn: ({ signal }) => client.call('post /policies/preview', { body: change, signal }),
    // What there is may have changed since it was last asked.
    staleTime: 0,
    gcTime: 0,
  });
}

function GainsList({ of }: { of: Gains }) {
  const { t } = useTranslation();
  if (of.length === 0) return <p>{t('policies.nobodyChanges')}</p>;
  const columns: Column<Gains[number]>[] = [
    {
      key: 'principal',
      title: t('policies.principal'),
      cell: ({ principal }) => <PrincipalCell of={principal} />,
    },
    {
      key: 'gains',
      title: t('policies.gains'),
      long: 'wrap',
      cell: ({ gains }) => <Actions names={gains} tone="ok" sign="+" />,
    },
    {
      key: 'loses',
      title: t('policies.loses'),
      long: 'wrap',
      cell: ({ loses }) => <Actions names={loses} tone="bad" sign="−" />,
    },
  ];
  return (
    <>
      <div className="panel">
        <Table items={of} columns={columns} rowKey={({ principal }) => principal.id} label={t('policies.changes')} />
      </div>
      <p className="quiet">{t('policies.wholeThings')}</p>
    </>
  );
}

/** So many are shown; the rest opens. */
const shownAtOnce = 8;

function Actions({ names, tone, sign }: { names: readonly string[]; tone: 'ok' | 'bad'; sign: string }) {
  const { t } = useTranslation();
  const chips = (some: readonly string[]) =>
    some.map((name) => (
      <span key={name} className={`tag ${tone}`}>
        {sign} {name}
      </span>
    ));
  if (names.length <= shownAtOnce + 2) return <span className="chips">{chips(names)}</span>;
  return (
    <>
      <span className="chips">{chips(names.slice(0, shownAtOnce))}</span>
      <details>
        <summary>{t('policies.more', { count: names.length - shownAtOnce })}</summary>
        <span className="chips">{chips(names.slice(shownAtOnce))}</span>
      </details>
    </>
  );
}
