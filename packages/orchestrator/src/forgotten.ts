import { milliseconds, type Call, type Clock, type ManagedKind, type Observed, type Ref } from '@pileus/model';
import type { Driver } from '@pileus/provider';
import { keyOfMaking } from './plan.ts';

/**
 * What a run has made that its journal does not know of any more, because the database was restored: under a later token
 * than the one it would use now, or in place of what was made first and had failed. Each kind is listed once in a telling,
 * as late as the cloud's lists may lag: nobody else makes anything under the tokens of this run.
 */
export class Forgotten {
  readonly #lists = new Map<ManagedKind, Promise<readonly Observed[]>>();

  /** Undefined also where there is something with the very token of the call: creating again answers that one. */
  async find(driver: Driver, kind: ManagedKind, call: Call, clock: Clock): Promise<Ref | undefined> {
    const { place, number } = wishOf(call.token);
    const made = (await this.#made(driver, kind, call, clock)).flatMap((one) => {
      const wish = wishOf(one.token ?? '');
      const isOurs = wish.place === place && wish.number >= number && one.state !== 'deleting';
      return isOurs ? [{ ...one, number: wish.number }] : [];
    });
    if (made.some(({ token }) => token === call.token)) return undefined;
    return made.toSorted((a, b) => a.number - b.number)[0]?.ref;
  }

  async #made(driver: Driver, kind: ManagedKind, call: Call, clock: Clock): Promise<readonly Observed[]> {
    const another = this.#lists.get(kind);
    const list = another ?? listed(driver, call, clock);
    this.#lists.set(kind, list);
    try {
      return await list;
    } catch (error) {
      if (this.#lists.get(kind) === list) this.#lists.delete(kind);
      if (!another) throw error;
      // It was another step's, which may have been cut off.
      return this.#made(driver, kind, call, clock);
    }
  }
}

async function listed(driver: Driver, { signal, unclearSince }: Call, clock: Clock): Promise<readonly Observed[]> {
  const lag = driver.once.by === 'look-up' ? driver.once.lag : 0;
  const wait = (unclearSince?.getTime() ?? 0) + lag - clock.now();
  if (wait > 0) await clock.sleep(milliseconds(wait), signal);
  return Array.fromAsync<Observed>(driver.list(signal));
}

/** What a token is for: `run-x/web.server` and 2 of `run-x/web.server:2/3`. */
function wishOf(token: string): { readonly place: string; readonly number: number } {
  const [run = '', key = ''] = token.split('/');
  const first = keyOfMaking(key);
  return { place: `${run}/${first}`, number: key === first ? 1 : Number(key.slice(first.length + 1)) };
}
