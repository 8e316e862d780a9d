import { Link } from '@tanstack/react-router';
import { Fragment, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../parts/Icon.tsx';
import { allowed, type DestinationGroup } from './destinations.ts';
import { usePermission } from './permission.ts';
import { prefer, usePreferences } from './preferences.ts';

/** Every page that somebody may use, in groups that fold; the page one is at stays in view. */
export function Menu() {
  const { t } = useTranslation();
  const may = usePermission();
  const { menu, unfolded } = usePreferences();
  const narrow = menu === 'narrow';
  const groups = allowed(may);
  const hasRoom = useHeight(heightOf(groups));
  return (
    <nav className="menu" aria-label={t('menu.main')}>
      {groups.map(({ title, items, isSeldom }) => {
        const isOpen = title === undefined || (unfolded[title] ?? (hasRoom || !isSeldom));
        return (
          <Fragment key={title ?? 'top'}>
            {title && (
              <h2 id={`menu-${title}`}>
                <button
                  type="button"
                  aria-expanded={isOpen}
                  aria-controls={`menu-${title}-pages`}
                  onClick={() => prefer({ unfolded: { ...unfolded, [title]: !isOpen } })}
                >
                  {t(`menu.${title}`)}
                  <Icon name={isOpen ? 'down' : 'right'} size={14} />
                </button>
              </h2>
            )}
            <ul
              data-folded={isOpen ? undefined : true}
              {...(title && { id: `menu-${title}-pages`, 'aria-labelledby': `menu-${title}` })}
            >
              {items.map((item) => (
                <li key={item.to}>
                  <Link
                    to={item.to}
                    activeOptions={{ exact: item.to === '/', includeSearch: false }}
                    aria-label={t(`menu.${item.title}`)}
                    title={narrow ? t(`menu.${item.title}`) : undefined}
                  >
                    <Icon name={item.icon} size={18} />
                    <span>{t(`menu.${item.title}`)}</span>
                  </Link>
                </li>
              ))}
            </ul>
          </Fragment>
        );
      })}
      <button
        type="button"
        className="fold"
        aria-label={t(narrow ? 'menu.expand' : 'menu.collapse')}
        onClick={() => prefer({ menu: narrow ? 'wide' : 'narrow' })}
      >
        <Icon name={narrow ? 'unfold' : 'fold'} size={18} />
        <span>{t('menu.collapse')}</span>
      </button>
    </nav>
  );
}

/** How high a window shows all of it: a row for each entry and each title, as `shell.css` draws them, and what is around. */
function heightOf(groups: readonly DestinationGroup[]): number {
  const [row, title, around] = [32, 30, 48 + 20 + 32];
  return groups.reduce((sum, group) => sum + group.items.length * row + (group.title ? title : 0), around);
}

/** Whether the window is so high, also when that changes. */
function useHeight(pixels: number): boolean {
  const query = `(min-height: ${pixels}px)`;
  return useSyncExternalStore(
    (watcher) => {
      const list = matchMedia(query);
      list.addEventListener('change', watcher);
      return () => list.removeEventListener('change', watcher);
    },
    () => matchMedia(query).matches,
  );
}
