import { ApiProblem, tagOf } from './client.ts';

/** So often a change is worked out anew before it is given up. */
const most = 5;

/**
 * Makes a change that is worked out from what is there, such as one more member: when somebody else was first, it is worked
 * out anew from what they have made of it.
 */
export async function onTop<T extends object, Answer>(
  read: () => Promise<T>,
  change: (now: T, ifMatch: string | undefined) => Promise<Answer>,
): Promise<Answer> {
  for (let tried = 1; ; tried++) {
    const now = await read();
    try {
      return await change(now, tagOf(now));
    } catch (error) {
      const isStale = error instanceof ApiProblem && error.failure.code === 'stale';
      if (!isStale || tried === most) throw error;
    }
  }
}
