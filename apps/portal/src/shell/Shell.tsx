import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '../api/query.ts';
import { useLive, useLiveState } from '../api/use-live.ts';
import { Head } from './Head.tsx';
import { Menu } from './Menu.tsx';
import { usePermission } from './permission.ts';
import { usePreferences } from './preferences.ts';

const loadPalette = () => import('./Palette.tsx');
const Palette = lazy(loadPalette);

/** The frame around every page: brand, menu, head, and the page itself. */
export function Shell() {
  const { t } = useTranslation();
  const may = usePermission();
  const { menu } = usePreferences();
  const [searching, setSearching] = useState(false);
  const main = useScrollToTop();
  useLive(...(may('deployment.read') ? ['runs'] : []));
  useShortcut(() => setSearching(true));
  // Whoever presses Ctrl-K types on at once: by then it must be here.
  useEffect(() => {
    const timer = setTimeout(() => void loadPalette(), 1500);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="shell" data-menu={menu}>
      <a className="skip" href="#main">
        {t('shell.skip')}
      </a>
      <Link to="/" className="brand" aria-label={t('product.name')}>
        <img src="/pileus.svg" alt="" />
        <span>{t('product.name')}</span>
      </Link>
      <Head onSearch={() => setSearching(true)} />
      <Menu />
      <main className="main" id="main" tabIndex={-1} ref={main}>
        <Interrupted />
        <ChoosePassword />
        <Suspense>
          <Outlet />
        </Suspense>
      </main>
      <Suspense>{searching && <Palette onClose={() => setSearching(false)} />}</Suspense>
    </div>
  );
}

/** Says so when live updates have been missing for some seconds. */
function Interrupted() {
  const { t } = useTranslation();
  const state = useLiveState();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (state !== 'interrupted') return setShown(false);
    const timer = setTimeout(() => setShown(true), 2500);
    return () => clearTimeout(timer);
  }, [state]);
  return shown ? (
    <div className="strip" role="status">
      {t('shell.interrupted')}
    </div>
  ) : null;
}

function ChoosePassword() {
  const { t } = useTranslation();
  const me = useRead('get /me', {});
  const path = useRouterState({ select: (state) => state.location.pathname });
  // Said where people arrive; on every page it would only be in the way.
  if (path !== '/' || me.data?.hasPassword !== false || me.data.method !== undefined) return null;
  return (
    <div className="strip">
      {t('shell.choosePassword')}{' '}
      <Link to="/profile" search={{ tab: 'security' }}>
        {t('shell.choosePasswordAction')}
      </Link>
    </div>
  );
}

function useShortcut(act: () => void) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
}

/** A new page starts at its top, and keyboard and screen reader start with it. */
function useScrollToTop() {
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path || before.current === undefined) return void (before.current = path);
    before.current = path;
    main.current?.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [path]);
  return main;
}
