/** A length of time in milliseconds. Build one with {@link seconds}, {@link minutes} …, so that the unit is on the page. */
export type Duration = number & { readonly unit: 'ms' };

export const milliseconds = (n: number): Duration => n as Duration;
export const seconds = (n: number): Duration => (n * 1_000) as Duration;
export const minutes = (n: number): Duration => (n * 60_000) as Duration;
export const hours = (n: number): Duration => (n * 3_600_000) as Duration;
export const days = (n: number): Duration => (n * 86_400_000) as Duration;

/** What time it is, and how to wait. Tests move a clock of their own. */
export interface Clock {
  now(): number;
  /** Resolves after `duration`; rejects with the signal's reason when it is aborted first. */
  sleep(duration: Duration, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (duration, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const timer = setTimeout(
        () => {
          signal?.removeEventListener('abort', stop);
          resolve();
        },
        Math.max(0, duration),
      );
      signal?.addEventListener('abort', stop, { once: true });
    }),
};
