import { useEffect, useRef, useState } from 'react';
import { client } from '../../api/client.ts';
import type { Check } from '../../api/types.ts';

export type Trial =
  | { readonly is: 'untried' }
  | { readonly is: 'trying'; readonly checks: readonly Check[] }
  | { readonly is: 'tried'; readonly checks: readonly Check[]; readonly settings: string }
  | { readonly is: 'refused'; readonly error: Error };

interface Tried {
  readonly provider: string;
  readonly settings: Record<string, unknown>;
  readonly secrets: Record<string, string>;
  readonly account?: string;
}

/** Tries settings service by service, as the answers come in. */
export function useCheck() {
  const [trial, setTrial] = useState<Trial>({ is: 'untried' });
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);
  const start = async (body: Tried) => {
    const { settings, secrets } = body;
    stop.current?.abort();
    const { signal } = (stop.current = new AbortController());
    const checks: Check[] = [];
    setTrial({ is: 'trying', checks });
    try {
      for await (const event of client.stream('post /accounts/check', { body, signal })) {
        checks.push(event.data);
        setTrial({ is: 'trying', checks: [...checks] });
      }
      setTrial({ is: 'tried', checks, settings: JSON.stringify({ settings, secrets }) });
    } catch (error) {
      if (signal.aborted) return;
      setTrial({ is: 'refused', error: error instanceof Error ? error : new Error(String(error)) });
    }
  };
  const cancel = () => {
    stop.current?.abort();
    setTrial({ is: 'untried' });
  };
  return { trial, start, cancel };
}
