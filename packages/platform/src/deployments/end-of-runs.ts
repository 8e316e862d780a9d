import type { Feed } from '@pileus/database';
import { isActive, type Engine } from '@pileus/engine';
import { milliseconds, type Clock, type RunId } from '@pileus/model';

/** While a run goes on, it is looked at this often at most. */
const pause = milliseconds(200);

/** Waits for ends of runs: answers once a run has ended, is not there, or `signal` is aborted. */
export function endOfRuns(engine: Pick<Engine, 'get'>, feed: Pick<Feed, 'window' | 'subscribe'>, clock: Clock) {
  return async (run: string, signal: AbortSignal): Promise<void> => {
    const goesOn = async (): Promise<boolean> => {
      const found = await engine.get(run as RunId); // an id that names no run finds none
      return found !== undefined && isActive(found);
    };
    // The window is opened before the first look, so that no end slips through between the two.
    const { to } = await feed.window();
    if (!(await goesOn())) return;
    for await (const _ of feed.subscribe(to, signal)) {
      if (!(await goesOn())) return;
      await clock.sleep(pause, signal).catch(() => {});
    }
  };
}
