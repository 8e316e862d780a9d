import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import type { en } from '../../i18n/en.ts';

/** What an operator means in words: `StringEqualsIfExists` is "is, or missing". */
export function useOperatorWords(): (operator: string) => string {
  const { t } = useTranslation();
  return (operator) => {
    const plain = operator.replace(/IfExists$/, '');
    if (!i18next.exists(`operators.${plain}`)) return operator;
    const words = t(`operators.${plain as keyof typeof en.operators}`);
    return plain === operator ? words : t('policyEditor.orMissing', { operator: words });
  };
}
