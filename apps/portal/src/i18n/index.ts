import type { Language } from '@pileus/model/language';
import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import type { Dictionary } from './dictionary.ts';

const dictionaries: Record<Language, () => Promise<Dictionary>> = {
  en: async () => (await import('./en.ts')).en,
  'zh-CN': async () => (await import('./zh-CN.ts')).zhCN,
};

/** Prepares i18next for one language; the other is loaded when it is chosen. */
export async function startLanguage(language: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { [language]: { translation: await dictionaries[language]() } },
    interpolation: { escapeValue: false },
  });
  document.documentElement.lang = language;
}

export async function changeLanguage(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, 'translation')) {
    i18next.addResourceBundle(language, 'translation', await dictionaries[language]());
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

/** The language on the screen. */
export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return i18n.language === 'zh-CN' ? 'zh-CN' : 'en';
}

/** Chooses from a text that the server sent in every language. */
export function useText(): (text: { en: string; 'zh-CN': string }) => string {
  const language = useLanguage();
  return (text) => text[language];
}
