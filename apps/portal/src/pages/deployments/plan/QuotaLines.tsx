import { measures } from '@pileus/model/quota';
import { useTranslation } from 'react-i18next';
import type { Plan } from '../../../api/types.ts';

type Asked = NonNullable<Plan['quotas']>[number];

/** What a plan takes of each quota it falls under, and what there is of that already. */
export function QuotaLines({ plan: { quotas = [] } }: { plan: Plan }) {
  return (
    <>
      {quotas.map((one) => (
        <QuotaLine key={one.of.id} asked={one} />
      ))}
    </>
  );
}

function QuotaLine({ asked: { of, limits, used, asked } }: { asked: Asked }) {
  const { t } = useTranslation();
  const money = limits.money;
  const inIt = (all: Asked['used']['money']) =>
    all.find(({ currency }) => currency === money?.currency)?.perMonth ?? '0';
  const lines = [
    ...measures.flatMap((measure) =>
      limits[measure] === undefined
        ? []
        : [
            {
              title: t(`quotas.measures.${measure}`),
              used: String(used[measure]),
              asked: String(asked[measure]),
              limit: String(limits[measure]),
            },
          ],
    ),
    ...(money
      ? [
          {
            title: t('quotas.money', { currency: money.currency }),
            used: inIt(used.money),
            asked: inIt(asked.money),
            limit: money.perMonth,
          },
        ]
      : []),
  ].filter((line) => line.asked !== '0');
  if (lines.length === 0) return null;
  const title = t(of.kind === 'project' ? 'quotas.ofProject' : 'quotas.ofOrganization', { name: of.name });
  return (
    <div className="panel cost" role="group" aria-label={title}>
      <span className="quiet">{title}</span>
      {lines.map((line) => (
        <span key={line.title}>
          {line.title}{' '}
          <strong>
            {t(line.asked.startsWith('-') ? 'quotas.freed' : 'quotas.planned', {
              used: line.used,
              asked: line.asked.replace('-', ''),
              limit: line.limit,
            })}
          </strong>
        </span>
      ))}
    </div>
  );
}
