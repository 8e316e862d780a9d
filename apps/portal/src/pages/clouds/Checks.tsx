import { useTranslation } from 'react-i18next';
import type { Check } from '../../api/types.ts';
import { span } from '../../format/time.ts';
import { useLanguage, useText } from '../../i18n/index.ts';
import { type Column, Table } from '../../parts/Listing.tsx';
import { StateTag } from '../../parts/StateTag.tsx';

/** How each service of a cloud answered. */
export function Checks({ of }: { of: readonly Check[] }) {
  const { t } = useTranslation();
  const text = useText();
  const language = useLanguage();
  const columns: Column<Check>[] = [
    {
      key: 'service',
      title: t('cloud.service'),
      width: 150,
      cell: (check) => <strong style={{ fontWeight: 550 }}>{check.service}</strong>,
    },
    {
      key: 'result',
      title: t('cloud.result'),
      width: 110,
      cell: (check) => <StateTag state={check.ok ? 'ok' : 'failing'} />,
    },
    { key: 'detail', title: t('cloud.detail'), long: 'wrap', cell: (check) => text(check.detail) },
    { key: 'endpoint', title: t('cloud.endpoint'), cell: (check) => check.endpoint && <code>{check.endpoint}</code> },
    {
      key: 'time',
      title: t('cloud.time'),
      width: 90,
      align: 'end',
      cell: (check) => span(check.milliseconds, language),
    },
  ];
  return <Table items={of} columns={columns} rowKey={(check) => check.service} label={t('cloud.health')} />;
}
