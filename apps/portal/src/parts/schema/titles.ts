import i18next, { type TFunction } from 'i18next';
import type { en } from '../../i18n/en.ts';

/** The heading of a group of fields; a group that a provider has invented is shown as it is. */
export function groupTitle(group: string, t: TFunction): string {
  return i18next.exists(`form.group.${group}`) ? t(`form.group.${group as keyof typeof en.form.group}`) : group;
}

/** The word for one value of a choice. */
export function optionTitle(value: string | number, t: TFunction): string {
  return i18next.exists(`form.option.${value}`)
    ? t(`form.option.${value as keyof typeof en.form.option}`)
    : String(value);
}
