import { languages, type Language } from '@pileus/model/language';
import { useNavigate } from '@tanstack/react-router';
import { Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';
import { client } from '../api/client.ts';
import { queryClient, useRead } from '../api/query.ts';
import { changeLanguage, useLanguage } from '../i18n/index.ts';
import { Icon, type IconName } from '../parts/Icon.tsx';
import { usePermission } from './permission.ts';
import { prefer, type ThemeChoice, usePreferences, useTheme } from './preferences.ts';
import { RunsBadge } from './RunsBadge.tsx';

/** The bar above every page. */
export function Head({ onSearch }: { onSearch: () => void }) {
  const { t } = useTranslation();
  const may = usePermission();
  return (
    <header className="head">
      <button type="button" className="jump" onClick={onSearch}>
        <Icon name="search" size={14} />
        {t('shell.jump')}
        <kbd>{navigator.platform.startsWith('Mac') ? '⌘K' : 'Ctrl K'}</kbd>
      </button>
      {may('deployment.read') && <RunsBadge />}
      <LanguageMenu />
      <ThemeMenu />
      <UserMenu />
    </header>
  );
}

export function LanguageMenu() {
  const { t } = useTranslation();
  const now = useLanguage();
  const items = languages.map((key) => ({ key, label: t(`language.${key}`) }));
  const choose = (language: Language) => {
    prefer({ language });
    void changeLanguage(language);
  };
  return (
    <Dropdown
      trigger={['click']}
      menu={{ items, selectedKeys: [now], onClick: ({ key }) => choose(key === 'en' ? 'en' : 'zh-CN') }}
    >
      <button type="button" className="tool" aria-label={t('shell.language')} title={t('shell.language')}>
        <Icon name="language" size={18} />
      </button>
    </Dropdown>
  );
}

const themeIcons: Record<ThemeChoice, IconName> = { light: 'sun', dark: 'moon', system: 'screen' };

export function ThemeMenu() {
  const { t } = useTranslation();
  const { theme } = usePreferences();
  const shown = useTheme();
  const items = (['light', 'dark', 'system'] as const).map((key) => ({
    key,
    label: t(`theme.${key}`),
    icon: <Icon name={themeIcons[key]} />,
  }));
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items,
        selectedKeys: [theme],
        onClick: ({ key }) => prefer({ theme: key === 'light' || key === 'dark' ? key : 'system' }),
      }}
    >
      <button type="button" className="tool" aria-label={t('shell.theme')} title={t('shell.theme')}>
        <Icon name={themeIcons[shown]} size={18} />
      </button>
    </Dropdown>
  );
}

function UserMenu() {
  const { t } = useTranslation();
  const me = useRead('get /me', {});
  const navigate = useNavigate();
  const signOut = async () => {
    // The pages go first: without a session, what they still read would be refused.
    await navigate({ to: '/sign-in', search: {} });
    await client.call('delete /sessions/current', {}).catch(() => {});
    queryClient.clear();
  };
  const name = me.data?.name ?? '';
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'profile', label: t('menu.profile'), icon: <Icon name="user" /> },
          { key: 'tokens', label: t('menu.accessTokens'), icon: <Icon name="key" /> },
          { key: 'out', label: t('menu.signOut'), icon: <Icon name="out" /> },
        ],
        onClick: ({ key }) =>
          void (key === 'out' ? signOut() : navigate({ to: key === 'tokens' ? '/access-tokens' : '/profile' })),
      }}
    >
      <button type="button" className="tool" title={t('shell.account')}>
        <span className="avatar" aria-hidden="true">
          {name.charAt(0).toUpperCase()}
        </span>
        <span className="who ellipsis">{name}</span>
      </button>
    </Dropdown>
  );
}
