import { useSyncExternalStore } from 'react';
import { ago, moment, span } from '../format/time.ts';
import { useLanguage } from '../i18n/index.ts';

/** A moment: exact by default, or how long ago with the exact time in its title. */
export function Moment({ at, relative = false }: { at: string | undefined; relative?: boolean }) {
  const language = useLanguage();
  const now = useNow(relative ? 10_000 : undefined);
  if (!at) return null;
  return (
    <time dateTime={at} title={moment(at)} style={{ whiteSpace: 'nowrap' }}>
      {relative ? ago(at, now, language) : moment(at)}
    </time>
  );
}

/** How long something took; counts on while it has no end. */
export function Lasting({ from, to }: { from: string | undefined; to: string | undefined }) {
  const language = useLanguage();
  const now = useNow(to || !from ? undefined : 1000);
  if (!from) return null;
  return <span style={{ whiteSpace: 'nowrap' }}>{span((to ? Date.parse(to) : now) - Date.parse(from), language)}</span>;
}

/** The time, brought up to date every so often, or not at all. One timer serves all of the same period. */
export function useNow(every: 1_000 | 10_000 | undefined): number {
  const ticker = every === 1_000 ? tickers.second : tickers.slow;
  return useSyncExternalStore(every === undefined ? never : ticker.watch, ticker.now);
}

const never = () => () => {};
const tickers = { second: ticker(1000), slow: ticker(10_000) };

function ticker(period: number) {
  const watchers = new Set<() => void>();
  let now = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  const tick = () => {
    now = Date.now();
    for (const watcher of watchers) watcher();
  };
  return {
    now: () => now,
    watch: (watcher: () => void) => {
      watchers.add(watcher);
      if (watchers.size === 1) {
        now = Date.now();
        timer = setInterval(tick, period);
      }
      return () => {
        watchers.delete(watcher);
        if (watchers.size === 0) clearInterval(timer);
      };
    },
  };
}
