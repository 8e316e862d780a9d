import type { Language } from '@pileus/model';

/** The language a caller prefers among ours (RFC 9110, 12.5.4): `zh`, `zh-Hans`, `zh-TW` … are read as Chinese. */
export function preferredLanguage(header: string | undefined): Language {
  const wanted = (header ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const weight = parameters.map((p) => /^\s*q=([\d.]+)\s*$/.exec(p)?.[1]).find((q) => q !== undefined);
      return { primary: tag.trim().split('-')[0], weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ primary, weight }) => (primary === 'zh' || primary === 'en') && weight > 0)
    .toSorted((a, b) => b.weight - a.weight);
  return wanted[0]?.primary === 'zh' ? 'zh-CN' : 'en';
}
