import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../parts/Icon.tsx';
import { destinations } from './destinations.ts';
import { usePermission } from './permission.ts';
import { prefer, usePreferences } from './preferences.ts';

export function Menu() {
  const { t } = useTranslation();
  const may = usePermission();
  const { menu } = usePreferences();
  const narrow = menu === 'narrow';
  return (
    <nav className="menu" aria-label={t('menu.main')}>
      {destinations.map(({ title, items }) => {
        const allowed = items.filter((item) => item.permission === undefined || may(item.permission));
        if (allowed.length === 0) return null;
        return (
          <Fragment key={title ?? 'top'}>
            {title && <h2>{t(`menu.${title}`)}</h2>}
            <ul>
              {allowed.map((item) => (
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
