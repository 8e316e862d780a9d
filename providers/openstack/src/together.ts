import { milliseconds, type Clock } from '@pileus/model';

export interface Together<T> {
  /** Asks about several things by one call; what is missing in the answer is not there. */
  ask(keys: readonly string[]): Promise<ReadonlyMap<string, T>>;
  /** So many things at once. */
  readonly most: number;
  /** For questions that are asked again and again: with a pause before each that grows with what an answer costs. */
  readonly patience?: Clock | undefined;
}

/** When all that is ready to run now has run: whoever is about to ask has asked. */
const thisTurn = () => new Promise<void>((resolve) => process.nextTick(resolve));

/**
 * Asks about one thing, and about all that come up until the answer is there by one call after it. Nobody is given an
 * answer to a question that was sent before he came.
 */
export function together<T>({ ask, most, patience }: Together<T>): (key: string) => Promise<T | undefined> {
  let waiting: { readonly key: string; readonly tell: PromiseWithResolvers<T | undefined> }[] = [];
  let isAsking = false;
  let lastTook = 0;

  const work = async (): Promise<void> => {
    isAsking = true;
    while (waiting.length > 0) {
      if (patience) await patience.sleep(milliseconds(Math.min(Math.max(8 * lastTook, 100), 2_000)));
      else await thisTurn();
      const asked = waiting.slice(0, most);
      waiting = waiting.slice(most);
      const start = performance.now();
      await ask([...new Set(asked.map(({ key }) => key))]).then(
        (found) => asked.forEach(({ key, tell }) => tell.resolve(found.get(key))),
        (error: unknown) => asked.forEach(({ tell }) => tell.reject(error)),
      );
      lastTook = performance.now() - start;
    }
    isAsking = false;
  };
  return (key) => {
    const tell = Promise.withResolvers<T | undefined>();
    waiting.push({ key, tell });
    if (!isAsking) void work();
    return tell.promise;
  };
}
