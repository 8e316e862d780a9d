import { concealed } from '@pileus/model/sealed';
import { useTranslation } from 'react-i18next';
import { plain } from '../../../format/value.ts';
import { useLanguage } from '../../../i18n/index.ts';
import { SecretValue } from '../../../parts/PlainValue.tsx';
import { knownAfter } from './known-after.ts';

type Titles = ReadonlyMap<string, string>;

/** A value of a plan: what it is, or after which steps it will be known. */
export function Value({ of, titles }: { of: unknown; titles: Titles }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const after = knownAfter(of);
  if (after) {
    const steps = after.map((key) => titles.get(key) ?? key).join(language === 'zh-CN' ? '、' : ', ');
    return <span className="later">{t('plan.knownAfter', { steps })}</span>;
  }
  if (of === concealed) return <SecretValue />;
  const text = plain(of);
  if (text === '') return <span className="quiet">{t('plan.noValue')}</span>;
  return <code title={text}>{shortened(text)}</code>;
}

/** What differs, field by field: from what there is to what there will be. */
export function FieldChanges({
  of,
  titles = new Map(),
}: {
  of: readonly { readonly field: string; readonly from?: unknown; readonly to?: unknown }[];
  titles?: Titles;
}) {
  return (
    <ul className="changes">
      {of.map(({ field, from, to }) => (
        <li key={field}>
          <span className="name">{field}</span>
          <span className="from">
            <Value of={from} titles={titles} />
          </span>
          <span aria-hidden="true">→</span>
          <span className="to">
            {from === concealed && to === concealed ? <SecretValue isOther /> : <Value of={to} titles={titles} />}
          </span>
        </li>
      ))}
    </ul>
  );
}

function shortened(text: string): string {
  return text.length > 96 ? `${text.slice(0, 94)}…` : text;
}
