import { createHash } from 'node:crypto';
import { endpoints } from '@pileus/api';

type Endpoint = (typeof endpoints)[number];

/** The tag of what people set of an answer, as the real API makes one; undefined for what has no versions. */
export function tagOfAnswer(endpoint: Endpoint, answer: object): string | undefined {
  if (!('versioned' in endpoint)) return undefined;
  const besides: readonly string[] = endpoint.versioned.besides;
  const set = Object.entries(answer).filter(([name]) => !besides.includes(name));
  return `"${createHash('sha256').update(JSON.stringify(set)).digest('base64url').slice(0, 22)}"`;
}

/** The call that reads what this one changes; undefined where that has no versions. */
export function readOf({ path, method }: Endpoint): Endpoint | undefined {
  return method === 'get'
    ? undefined
    : endpoints.find((other) => other.method === 'get' && other.path === path && 'versioned' in other);
}
