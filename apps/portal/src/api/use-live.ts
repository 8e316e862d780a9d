import { createClient } from '@pileus/api/client';
import { useEffect, useSyncExternalStore } from 'react';
import { keepLive, readOmitted } from './live-cache.ts';
import { Live, type LiveState, type Open } from './live.ts';
import { queryClient, refresh } from './query.ts';
import type { LiveEvent } from './types.ts';

const keep = keepLive(queryClient);
const readRest = readOmitted(queryClient);
const listeners = new Set<(event: LiveEvent) => void>();

const open: Open = (topics, after, signal, opened) => {
  const streaming = createClient({
    server: '',
    fetch: async (...sent) => {
      const answer = await fetch(...sent);
      if (answer.ok) opened();
      return answer;
    },
  });
  return streaming.stream('get /events', { query: { topics, ...(after && { after }) }, signal });
};

const live = new Live({
  open,
  onEvent: (event) => {
    keep(event);
    readRest(event);
    for (const listener of listeners) listener(event);
  },
  onGap: () =>
    void refresh(
      'get /runs',
      'get /runs/{run}',
      'get /deployments',
      'get /deployments/{deployment}',
      'get /deployments/{deployment}/revisions',
    ),
});

/** Keeps topics live while the component is on the screen: what was read through them changes by itself. */
export function useLive(...topics: string[]): void {
  const key = topics.join(',');
  useEffect(() => (key ? live.want(key.split(',')) : undefined), [key]);
}

/** Sees every event that the stream carries. */
export function useLiveEvents(listener: (event: LiveEvent) => void): void {
  useEffect(() => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, [listener]);
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (watcher) => live.watch(watcher),
    () => live.state,
  );
}
