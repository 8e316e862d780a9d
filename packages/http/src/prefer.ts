import { type Duration, seconds } from '@pileus/model';

/** So long a call waits for the end of the run it has begun, whatever it prefers: proxies give up on longer ones. */
const longest = seconds(60);

/** How long a call is to wait, by `Prefer: wait=10` (RFC 7240); undefined where it says nothing that is understood. */
export function wantsToWait(headers: Headers): Duration | undefined {
  const told = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,6})"?\s*(?:$|[,;])/i.exec(headers.get('prefer') ?? '')?.[1];
  if (told === undefined) return undefined;
  const wish = seconds(Number(told));
  return wish < longest ? wish : longest;
}
