import { Failure } from '@pileus/model';

/**
 * Refuses what a browser sends on behalf of another site's page, with our cookie in it. Browsers say so in
 * `Sec-Fetch-Site`, older ones in `Origin`; what carries neither does not come from a page.
 */
export function refuseCrossSite(method: string, host: string, headers: Headers): void {
  if (method === 'GET' || method === 'HEAD') return;
  const origin = headers.get('origin');
  const site = headers.get('sec-fetch-site');
  if (site === 'same-origin' || site === 'none') return;
  if (site === null && (origin === null || hostOf(origin) === host)) return;
  throw new Failure('cross-site', { origin: origin ?? 'another site' });
}

function hostOf(origin: string): string | undefined {
  return URL.parse(origin)?.host;
}
