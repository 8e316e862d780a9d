import { Link } from '@tanstack/react-router';
import type { KeyboardEvent, ReactNode } from 'react';

/** Every tab that a page can have; each route says which of them are its own. */
export type TabKey =
  | 'health'
  | 'resources'
  | 'findings'
  | 'prices'
  | 'settings'
  | 'topology'
  | 'inputs'
  | 'files'
  | 'steps'
  | 'logs'
  | 'outputs'
  | 'history'
  | 'details'
  | 'security'
  | 'document'
  | 'versions'
  | 'attached'
  | 'may'
  | 'who'
  | 'policies'
  | 'groups'
  | 'members'
  | 'quota'
  | 'sessions'
  | 'keys'
  | 'environments';

export interface Tab<K extends TabKey> {
  readonly key: K;
  readonly title: string;
  readonly number?: number | undefined;
}

/** Tabs whose choice lives in the URL as `?tab=`. */
export function Tabs<K extends TabKey>({
  of,
  now,
  label,
  children,
}: {
  of: readonly Tab<K>[];
  now: K;
  label: string;
  children: ReactNode;
}) {
  return (
    <>
      <div className="tabs" role="tablist" aria-label={label} onKeyDown={moveByArrow}>
        {of.map((tab) => (
          <Link
            key={tab.key}
            to="."
            search={(search) => ({ ...search, tab: tab.key })}
            replace
            role="tab"
            id={`tab-${tab.key}`}
            aria-selected={tab.key === now}
            aria-controls="tab-panel"
            tabIndex={tab.key === now ? 0 : -1}
          >
            {tab.title}
            {tab.number !== undefined && <span className="number">{tab.number}</span>}
          </Link>
        ))}
      </div>
      <div className="stack tab-panel" role="tabpanel" id="tab-panel" aria-labelledby={`tab-${now}`}>
        {children}
      </div>
    </>
  );
}

function moveByArrow(event: KeyboardEvent<HTMLElement>) {
  const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (step === 0) return;
  const tabs = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')];
  const next = tabs[(tabs.findIndex((tab) => tab === document.activeElement) + step + tabs.length) % tabs.length];
  next?.focus();
  next?.click();
}
