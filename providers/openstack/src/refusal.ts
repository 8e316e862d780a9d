import { Failure, seconds, type Text } from '@pileus/model';
import { AskedToWait } from '@pileus/provider';
import type { Answer } from './http.ts';
import { failure, provider } from './reason.ts';

/** What an answer other than 2xx means, said by the failure to throw. `service` is the title, e.g. `Nova`. */
export function refusal(answer: Answer, service: string): Failure {
  const { status } = answer;
  const words = wordsOf(answer);
  const said = `${service}: ${words}`;
  if (status >= 300 && status < 400) return failure('provider-broken', redirected(answer, service));
  if (status === 401) return failure('credentials-refused', said);
  if (isQuota(answer, words)) return new Failure('quota-exceeded', { kind: quotaOf(words), provider, detail: words });
  if (isExhausted(answer)) return new Failure('no-capacity', { kind: 'address', provider, detail: words });
  if (isThrottled(answer)) return failure('provider-throttled', throttled(answer, service), askedToWait(answer));
  if (status === 403) return failure('provider-denied', said);
  if (status === 409 || status === 423) return failure('provider-conflict', said);
  if (status === 408) return failure('provider-unreachable', said);
  if (status === 404 && !isAbsence(answer)) return failure('provider-broken', notTheApi(answer, service));
  if (status >= 400 && status < 500) return failure('provider-invalid', said);
  return failure('provider-broken', `${service} answered ${status}: ${words}`);
}

/**
 * Whether a 404 says that the resource is gone. An endpoint that leads elsewhere answers 404 as well; taking that for
 * absence would make every resource look deleted.
 */
export function isAbsence(answer: Answer): boolean {
  if (answer.status !== 404) return false;
  const [fault] = Object.entries(objectOf(answer.json));
  if (fault?.[0] === 'itemNotFound') return true;
  if (fault?.[0] === 'NeutronError') return typeOf(answer) !== 'HTTPNotFound';
  // Glance's own 404 names the image; a wrong path gets the web framework's general words.
  return wordsOf(answer).startsWith('No image found') || wordsOf(answer).startsWith('Failed to find image');
}

/** The type of a Neutron error, e.g. `OverQuota`; empty where there is none. */
export function typeOf(answer: Answer): string {
  const { type } = objectOf(objectOf(answer.json)['NeutronError']);
  return typeof type === 'string' ? type : '';
}

/** The cloud's own words, in whichever of its error formats they came, on one line and at most 500 characters. */
export function wordsOf(answer: Answer): string {
  const words = messageOf(answer.json) ?? withoutTags(answer.text);
  const line = words.replace(/\s+/g, ' ').trim();
  return (line || `HTTP ${answer.status} without a word`).slice(0, 500);
}

/**
 * Nova and Cinder: `{"<fault>": {"code", "message"}}`; Neutron: `{"NeutronError": {"type", "message", "detail"}}`;
 * Keystone: `{"error": {"message"}}`; microversion errors: `{"errors": [{"detail"}]}`; WebOb: `{"message"}`.
 */
function messageOf(json: unknown): string | undefined {
  const top = objectOf(json);
  if (typeof top['message'] === 'string') return withoutTags(top['message']);
  const errors = top['errors'];
  if (Array.isArray(errors)) return textOf(objectOf(errors[0])['detail']);
  for (const fault of Object.values(top)) {
    const message = typeof fault === 'string' ? fault : textOf(objectOf(fault)['message']);
    if (message) return message;
  }
  return undefined;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function withoutTags(text: string): string {
  const title = /<title>([^<]*)<\/title>/i.exec(text)?.[1];
  return title ?? text.replace(/<[^>]*>/g, ' ');
}

/** Nova says 403, Neutron 409 with a type of its own, Cinder 413. */
function isQuota(answer: Answer, words: string): boolean {
  if (typeOf(answer) === 'OverQuota') return true;
  if (![403, 409, 413].includes(answer.status)) return false;
  return /quota/i.test(words) || /maximum number of .* (exceeded|allowed)/i.test(words);
}

/** The quota's own name: `instances`, `cores`, `network`, `volumes` … */
function quotaOf(words: string): string {
  const found =
    /quota exceeded for (?:resources: )?\[?'?([\w, ']+?)'?\]?[:.]/i.exec(words)?.[1] ??
    /too many ([\w ]+)/i.exec(words)?.[1] ??
    /maximum number of ([\w ]+?) (?:allowed|exceeded|\()/i.exec(words)?.[1] ??
    /exceeds allowed (\w+) quota/i.exec(words)?.[1] ??
    /quota '?(\w+)'?/i.exec(words)?.[1];
  return found?.replaceAll("'", '') ?? 'resources';
}

const exhausted = new Set(['IpAddressGenerationFailure', 'ExternalIpAddressExhausted', 'NoNetworkAvailable']);
const isExhausted = (answer: Answer): boolean => exhausted.has(typeOf(answer));

/** Whether the service wants to be asked less often; it has done nothing then. */
export function isThrottled(answer: Answer): boolean {
  const { status } = answer;
  return status === 429 || (status === 413 && waitOf(answer) > 0 && !isQuota(answer, wordsOf(answer)));
}

function askedToWait(answer: Answer): AskedToWait | undefined {
  const wait = waitOf(answer);
  return wait > 0 ? new AskedToWait(seconds(wait)) : undefined;
}

/** Seconds to wait, from `Retry-After` (RFC 9110, 10.2.3); 0 when it is absent or a date. */
function waitOf(answer: Answer): number {
  const wait = Number(answer.header('retry-after'));
  return Number.isFinite(wait) ? wait : 0;
}

function throttled(answer: Answer, service: string): Text {
  const wait = waitOf(answer);
  if (wait === 0) return { en: `${service}: too many requests`, 'zh-CN': `${service}：请求过多` };
  return {
    en: `${service}: too many requests; again in ${wait} s`,
    'zh-CN': `${service}：请求过多，请在 ${wait} 秒后重试`,
  };
}

function redirected(answer: Answer, service: string): Text {
  const to = answer.header('location') ?? '?';
  return {
    en: `${service} at ${answer.url.origin} redirects to ${to}; credentials are not sent on: give that address itself`,
    'zh-CN': `${answer.url.origin} 上的 ${service} 重定向到 ${to}；为安全起见不会转发凭证，请直接填写该地址`,
  };
}

function notTheApi(answer: Answer, service: string): Text {
  const at = `${answer.url.origin}${answer.url.pathname}`;
  return {
    en: `${at} answers 404 without naming what is missing; is this really the address of ${service}?`,
    'zh-CN': `${at} 返回 404 但未说明缺少什么，请确认这是 ${service} 的地址`,
  };
}
