import type { UseQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useLiveState } from '../api/use-live.ts';
import { Bones } from './Bones.tsx';
import { Icon } from './Icon.tsx';
import { ProblemBox } from './ProblemBox.tsx';

interface PageProps {
  readonly title: string;
  readonly hint?: ReactNode;
  /** Where one came from: the list that this page is an item of. */
  readonly up?: { readonly to: string; readonly title: string };
  /** Beside the title: states and badges. */
  readonly tags?: ReactNode;
  readonly actions?: ReactNode;
  /** Shows that the page changes by itself. */
  readonly live?: boolean;
  readonly width?: 'narrow' | 'fill';
  readonly children: ReactNode;
}

/** The frame of every page. */
export function Page({ title, hint, up, tags, actions, live, width, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Pileus`;
  }, [title]);
  return (
    <div className={`page ${width ?? ''}`}>
      <div className="page-head">
        <div className="titles">
          {up && (
            <nav className="crumbs">
              <Link to={up.to}>
                <Icon name="left" size={14} />
                {up.title}
              </Link>
            </nav>
          )}
          <h1>
            {title}
            {tags}
            {live && <LiveBadge />}
          </h1>
          {hint && <div className="hint">{hint}</div>}
        </div>
        {actions && <div className="actions">{actions}</div>}
      </div>
      {children}
    </div>
  );
}

function LiveBadge() {
  const { t } = useTranslation();
  const state = useLiveState();
  return (
    <span className={`live ${state === 'interrupted' ? 'off' : ''}`} title={t('common.liveHint')}>
      {t('common.live')}
    </span>
  );
}

/** A page about one thing that has to be read first: bones while it loads, the problem when it cannot be read. */
export function Loaded<T>({
  of,
  title,
  children,
}: {
  of: UseQueryResult<T>;
  title?: string;
  children: (data: T) => ReactNode;
}) {
  if (of.data !== undefined) return children(of.data);
  return (
    <div className="page">
      {title && <h1>{title}</h1>}
      {of.error ? <ProblemBox error={of.error} retry={() => void of.refetch()} /> : <Bones lines={8} />}
    </div>
  );
}
