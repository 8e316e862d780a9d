import { Failure } from '@pileus/model';
import { preferredLanguage } from './accept-language.ts';
import { problemResponse } from './problem.ts';
import { requestId } from './request-id.ts';

/**
 * Answers whoever speaks plain HTTP where TLS is spoken. A page is led to its address; a call of the API or a request with a
 * token is not: whatever made it has its token on the open network already, and would send it there again the next time.
 */
export function answerInTheOpen(request: Request): Response {
  const url = new URL(request.url);
  url.protocol = 'https:';
  const { pathname, origin } = url;
  const isPage =
    (request.method === 'GET' || request.method === 'HEAD') &&
    !/^\/(api|metrics)(\/|$)/.test(pathname) &&
    !request.headers.has('authorization');
  if (isPage) return new Response(null, { status: 308, headers: { location: url.href, connection: 'close' } });
  const answer = problemResponse(new Failure('tls-required', { url: origin }), {
    requestId: requestId(request.headers.get('x-request-id') ?? undefined),
    instance: pathname,
    language: preferredLanguage(request.headers.get('accept-language') ?? undefined),
  });
  answer.headers.set('upgrade', 'TLS/1.2, HTTP/1.1');
  answer.headers.set('connection', 'upgrade, close');
  return answer;
}
