import type { Language } from './language.ts';

/**
 * An amount of money as people and JSON write it: digits, and up to six after the point. It is reckoned with in whole
 * millionths of the currency ({@link millionths}), never in floating point.
 */
export type Amount = string;

/** What a month is in every price and cost: a twelfth of 365 days of 24 hours. */
export const hoursPerMonth = 730n;

/** An amount in millionths of its currency; undefined for text that is no amount. */
export function millionths(amount: Amount): bigint | undefined {
  const [, sign, whole = '', part = ''] = /^(-?)(\d{1,24})(?:\.(\d{1,6}))?$/.exec(amount) ?? [];
  if (whole === '') return undefined;
  const size = BigInt(whole + part.padEnd(6, '0'));
  return sign === '-' ? -size : size;
}

/** The amount of so many millionths, without zeros at its end. */
export function amountOf(count: bigint): Amount {
  const size = count < 0n ? -count : count;
  const part = String(size % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return `${count < 0n ? '-' : ''}${size / 1_000_000n}${part === '' ? '' : `.${part}`}`;
}

/** Half a unit and more counts as a whole one. */
export function roundedQuotient(dividend: bigint, divisor: bigint): bigint {
  const size = dividend < 0n ? -dividend : dividend;
  const quotient = (2n * size + divisor) / (2n * divisor);
  return dividend < 0n ? -quotient : quotient;
}

/** What so much a month is in an hour, to the nearest millionth. */
export function perHour(month: bigint): bigint {
  return roundedQuotient(month, hoursPerMonth);
}

export interface MoneyLook {
  /** With a plus where it is more than nothing. */
  readonly isDifference?: boolean;
  /** Digits after the point, where the currency's own are too few: prices of an hour are small. */
  readonly digits?: number;
}

/** An amount for a person to read: `¥1,234.50`. */
export function moneyText(
  amount: Amount,
  currency: string,
  language: Language,
  { isDifference = false, digits }: MoneyLook = {},
): string {
  const format = new Intl.NumberFormat(language, {
    style: 'currency',
    currency,
    signDisplay: isDifference ? 'exceptZero' : 'negative',
    ...(digits !== undefined && { maximumFractionDigits: digits }),
  });
  // Read as decimal text, so that nothing is lost in a float on the way; an amount is such a text.
  return format.format(amount as `${number}`);
}
