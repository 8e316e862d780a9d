import { useCallback, useEffect, useRef, useState } from 'react';
import { client } from '../../api/client.ts';
import type { LiveEvent, LogLine } from '../../api/types.ts';
import { useLiveEvents, useLiveState } from '../../api/use-live.ts';
import { addLines } from './log-lines.ts';

interface Log {
  readonly lines: readonly LogLine[];
  readonly loading: boolean;
  readonly error: Error | undefined;
  readonly reload: () => void;
}

/** The log of a deployment: what was written so far, and every line as it comes. `run` is the one at work. */
export function useLog(deployment: string, run: string | undefined): Log {
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  const [loading, setLoading] = useState(true);
  const [error, setError] = useState<Error>();
  const [round, setRound] = useState(0);
  const isOpen = useLiveState() !== 'interrupted';

  useEffect(() => {
    const stop = new AbortController();
    setLoading(true);
    setError(undefined);
    readAll(deployment, stop.signal, (more) => setLines((known) => addLines(known, more)))
      .then(() => setLoading(false))
      .catch((thrown: unknown) => {
        if (stop.signal.aborted) return;
        setError(thrown instanceof Error ? thrown : new Error(String(thrown)));
        setLoading(false);
      });
    return () => stop.abort();
    // After a lost connection the log is read again: lines may have been missed.
  }, [deployment, round, isOpen]);

  const waiting = useRef<LogLine[]>([]);
  const listen = useCallback(
    (event: LiveEvent) => {
      if (event.is !== 'log' || event.line.run !== run) return;
      // A script can print thousands of lines a second; they are drawn a few times a second.
      if (waiting.current.push(event.line) > 1) return;
      setTimeout(() => {
        const more = waiting.current.splice(0);
        setLines((known) => addLines(known, more));
      }, 150);
    },
    [run],
  );
  useLiveEvents(listen);
  return { lines, loading, error, reload: () => setRound((before) => before + 1) };
}

async function readAll(
  deployment: string,
  signal: AbortSignal,
  add: (lines: readonly LogLine[]) => void,
): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await client.call('get /deployments/{deployment}/logs', {
      params: { deployment },
      query: { limit: 5000, ...(cursor && { cursor }) },
      signal,
    });
    add(page.items);
    cursor = page.nextCursor;
  } while (cursor);
}
