import './deployments.css';
import { useTranslation } from 'react-i18next';
import { stepNameIn } from '@pileus/model/step-name';
import type { Plan, PlannedStep } from '../../api/types.ts';
import { plain } from '../../format/value.ts';
import { useLanguage } from '../../i18n/index.ts';
import { type Column, Table } from '../../parts/Listing.tsx';
import { kindTitle } from '../../parts/problem.ts';
import { signs, tones } from './action-looks.ts';
import { knownAfter } from './known-after.ts';

/** The steps of a plan as a table. */
export function PlannedSteps({ steps, brief = false }: { steps: readonly PlannedStep[]; brief?: boolean }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const titles = new Map(steps.map((step) => [step.key, stepNameIn(language, step.title)]));
  const columns: Column<PlannedStep>[] = [
    {
      key: 'action',
      title: t('plan.action'),
      width: 90,
      cell: (step) => (
        <span className={`tag ${tones[step.action]}`}>
          <span aria-hidden="true">{signs[step.action]}</span>
          {t(`plan.${step.action}`)}
        </span>
      ),
    },
    {
      key: 'what',
      title: t('plan.what'),
      cell: (step) => (
        <div className="main-cell">
          <span>{titles.get(step.key)}</span>
          <span className="sub">{step.action === 'run' ? <code>{step.what}</code> : kindTitle(step.what, t)}</span>
        </div>
      ),
    },
    { key: 'node', title: t('plan.node'), width: 140, cell: (step) => <code>{step.node}</code> },
    {
      key: 'spec',
      title: t('plan.spec'),
      long: 'wrap',
      width: '38%',
      cell: (step) => <Spec of={step.spec} titles={titles} />,
    },
    {
      key: 'needs',
      long: 'wrap',
      title: t('plan.needs'),
      width: '20%',
      cell: (step) => (
        <span className="sub">
          {step.needs.length > 0 ? step.needs.map((key) => titles.get(key) ?? key).join(', ') : t('plan.nothingBefore')}
        </span>
      ),
    },
  ];
  return (
    <Table
      items={steps}
      columns={brief ? columns.filter((column) => column.key !== 'spec' && column.key !== 'needs') : columns}
      rowKey={(step) => step.key}
      label={t('plan.steps')}
    />
  );
}

function Spec({ of, titles }: { of: PlannedStep['spec']; titles: ReadonlyMap<string, string> }) {
  const { t } = useTranslation();
  return (
    <span className="spec">
      {Object.entries(of)
        .filter(
          ([name, value]) => name !== 'name' && plain(value) !== '' && plain(value) !== '[]' && plain(value) !== '{}',
        )
        .map(([name, value]) => {
          const after = knownAfter(value);
          return (
            <span key={name}>
              <span className="name">{name}</span>{' '}
              {after ? (
                <span className="later">
                  {t('plan.knownAfter', { steps: after.map((key) => titles.get(key) ?? key).join(', ') })}
                </span>
              ) : (
                <code title={plain(value)}>{shortened(plain(value))}</code>
              )}
            </span>
          );
        })}
    </span>
  );
}

/** How many of each kind a plan makes or removes. */
export function Counts({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  return (
    <div className="counts" aria-label={t('plan.counts')}>
      {plan.counts.map(({ action, what, count }) => (
        <span key={`${action} ${what}`} className="count" title={t(`plan.${action}`)}>
          <b>
            {signs[action]}
            {count}
          </b>
          {kindTitle(what, t)}
        </span>
      ))}
    </div>
  );
}

function shortened(text: string): string {
  return text.length > 72 ? `${text.slice(0, 70)}…` : text;
}
