import { useTranslation } from 'react-i18next';
import type { TFunction } from 'i18next';
import type { PlannedStep } from '../../../api/types.ts';
import { plain } from '../../../format/value.ts';
import { useLanguage } from '../../../i18n/index.ts';
import { Icon } from '../../../parts/Icon.tsx';
import { signs, tones } from './action-looks.ts';
import { StepPrice } from './StepPrice.tsx';
import { FieldChanges, Value } from './Value.tsx';

interface StepRowProps {
  readonly step: PlannedStep;
  /** Of the plan's prices, where it has some. */
  readonly currency?: string | undefined;
  readonly titles: ReadonlyMap<string, string>;
  readonly dependents: readonly PlannedStep[];
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

/** One step of a plan: what happens, why, and what differs; unfolded also what it is made of and what waits for it. */
export function StepRow({ step, currency, titles, dependents, isOpen, onToggle }: StepRowProps) {
  const { t } = useTranslation();
  return (
    <div className={`plan-step ${step.action}`}>
      <button
        type="button"
        className="head"
        aria-expanded={isOpen}
        title={dependents.length > 0 ? t('plan.dependentsCount', { count: dependents.length }) : undefined}
        onClick={onToggle}
      >
        <span className={`tag ${tones[step.action]}`}>
          <span aria-hidden="true">{signs[step.action]}</span>
          {t(`plan.${step.action}`)}
        </span>
        <span className="title">{titles.get(step.key)}</span>
        {step.ifChanged && (
          <span className="tag idle" title={t('plan.ifChangedHint')}>
            {t('plan.ifChanged')}
          </span>
        )}
        <span className="why">{whyOf(step, t)}</span>
        {currency !== undefined && <StepPrice price={step.price} currency={currency} />}
        <Icon name={isOpen ? 'up' : 'down'} size={14} />
      </button>
      {step.changes && step.changes.length > 0 && <FieldChanges of={step.changes} titles={titles} />}
      {isOpen && <StepDetails step={step} titles={titles} dependents={dependents} />}
    </div>
  );
}

function StepDetails({ step, titles, dependents }: Omit<StepRowProps, 'currency' | 'isOpen' | 'onToggle'>) {
  const { t } = useTranslation();
  const language = useLanguage();
  const list = (names: readonly string[]) => names.join(language === 'zh-CN' ? '、' : ', ');
  const spec = Object.entries(step.spec).filter(([, value]) => !['', '[]', '{}'].includes(plain(value)));
  const waiting = dependents.slice(0, 12).map(({ key }) => titles.get(key) ?? key);
  const more = dependents.length - waiting.length;
  return (
    <dl className="facts lines details">
      {spec.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <Value of={value} titles={titles} />
          </dd>
        </div>
      ))}
      <div>
        <dt>{t('plan.needs')}</dt>
        <dd>
          {step.needs.length > 0 ? list(step.needs.map((key) => titles.get(key) ?? key)) : t('plan.nothingBefore')}
        </dd>
      </div>
      <div>
        <dt>{t('plan.dependents')}</dt>
        <dd>
          {waiting.length > 0 ? list(waiting) : t('common.none')}
          {more > 0 && ` ${t('plan.andMore', { count: more })}`}
        </dd>
      </div>
    </dl>
  );
}

/** Why a step is in the plan, as a person would say it. */
export function whyOf({ action, why, changes, isReplaced }: PlannedStep, t: TFunction): string {
  if (isReplaced) return t('plan.why.itsReplacement');
  const fields = changes?.map(({ field }) => field).join(', ') ?? '';
  if (action === 'replace' && fields !== '' && (why === 'changed' || why === 'drifted'))
    return t('plan.why.notInPlace', { fields });
  return t(`plan.why.${why}`);
}
