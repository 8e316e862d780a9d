import { Failure } from '@pileus/model';
import { failure, reasonOf } from './reason.ts';

/**
 * Does the later calls of a creation that takes several. When one of them is refused, what was made so far is taken away
 * again, because a clear refusal ends the token and the next attempt would not find it. When that fails too, or when it
 * is not clear what happened, the failure thrown is an unclear one, so that the next attempt completes the thing.
 */
export async function unmade(rest: () => Promise<void>, takeAway: () => Promise<void>): Promise<void> {
  try {
    await rest();
  } catch (refused) {
    if (!(refused instanceof Failure) || refused.unclear) throw refused;
    await takeAway().catch((left: unknown) => {
      const why = reasonOf(refused);
      const still = reasonOf(left);
      throw failure(
        'provider-broken',
        {
          en: `${why.en} (and what was made so far could not be removed: ${still.en})`,
          'zh-CN': `${why['zh-CN']}（且已创建的部分未能删除：${still['zh-CN']}）`,
        },
        refused,
      );
    });
    throw refused;
  }
}
