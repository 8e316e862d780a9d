import type { Language } from '@pileus/model/language';
import { useSyncExternalStore } from 'react';

/** What a person chose for this browser; kept in its local storage. */
export interface Preferences {
  readonly language: Language;
  readonly theme: ThemeChoice;
  readonly menu: 'wide' | 'narrow';
  /** Groups of the menu that somebody has unfolded (true) or folded; the others are as there is room for them. */
  readonly unfolded: Readonly<Record<string, boolean>>;
}
export type ThemeChoice = 'light' | 'dark' | 'system';

const key = 'pileus.preferences';
const watchers = new Set<() => void>();
let current = load();

export function preferences(): Preferences {
  return current;
}

export function prefer(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(key, JSON.stringify(current));
  } catch {
    // Without storage (a private window) the choice lasts as long as the page.
  }
  for (const watcher of watchers) watcher();
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(watch, preferences);
}

/** The theme on the screen: the choice, or what the system says. */
export function useTheme(): 'light' | 'dark' {
  const { theme } = usePreferences();
  const dark = useSyncExternalStore(watchSystem, () => system.matches);
  return theme === 'system' ? (dark ? 'dark' : 'light') : theme;
}

/** Tells the style sheet which theme to draw. */
export function showTheme(theme = current.theme): void {
  document.documentElement.dataset['theme'] = theme === 'system' ? (system.matches ? 'dark' : 'light') : theme;
}

const system = matchMedia('(prefers-color-scheme: dark)');

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

function watchSystem(watcher: () => void): () => void {
  system.addEventListener('change', watcher);
  return () => system.removeEventListener('change', watcher);
}

function load(): Preferences {
  const first: Preferences = {
    language: navigator.language.startsWith('zh') ? 'zh-CN' : 'en',
    theme: 'system',
    menu: 'wide',
    unfolded: {},
  };
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Preferences>;
    return {
      language: kept.language === 'zh-CN' || kept.language === 'en' ? kept.language : first.language,
      theme: kept.theme === 'light' || kept.theme === 'dark' ? kept.theme : first.theme,
      menu: kept.menu === 'narrow' ? 'narrow' : 'wide',
      unfolded: Object.fromEntries(
        Object.entries(kept.unfolded ?? {}).filter(([, chosen]) => typeof chosen === 'boolean'),
      ),
    };
  } catch {
    return first;
  }
}
