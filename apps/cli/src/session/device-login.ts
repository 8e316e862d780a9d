import type { AnswerOf } from '@pileus/api';
import { ApiProblem, type Client } from '@pileus/api/client';
import { seconds, systemClock } from '@pileus/model';
import type { Context } from '../context.ts';

/** Prints an address and a code, and waits until somebody has approved the code in a browser (RFC 8628). */
export async function byBrowser(
  { out, say, signal }: Pick<Context, 'out' | 'say' | 'signal'>,
  client: Client,
): Promise<AnswerOf<'post /sessions'>> {
  const { device, code, urlWithCode, interval } = await client.call('post /sessions/device', { signal });
  out.message(say('login.device', { url: urlWithCode, code }));
  for (;;) {
    await systemClock.sleep(seconds(interval), signal);
    try {
      return await client.call('post /sessions', { body: { device, kind: 'cli' }, signal });
    } catch (error) {
      if (!(error instanceof ApiProblem && error.failure.code === 'sign-in-pending')) throw error;
    }
  }
}
