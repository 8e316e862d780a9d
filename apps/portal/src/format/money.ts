import { type Amount, type MoneyLook, moneyText } from '@pileus/model/money';
import { useLanguage } from '../i18n/index.ts';

/** Writes amounts of a currency in the person's language. */
export function useMoney(currency: string): (amount: Amount, look?: MoneyLook) => string {
  const language = useLanguage();
  return (amount, look) => moneyText(amount, currency, language, look);
}
