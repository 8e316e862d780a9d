import { createHmac, randomBytes } from 'node:crypto';
import { concealSealed } from '@pileus/model';

/** What has happened, as it is told. */
export interface Happened {
  readonly id: string;
  readonly kind: string;
  readonly at: Date;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A new secret, as Standard Webhooks writes them: `whsec_` and 32 random bytes in base64. */
export function newSecret(): string {
  return `${prefix}${randomBytes(32).toString('base64')}`;
}

/** The body of a request; the same for the same event, whenever it is made. */
export function bodyOf({ id, kind, at, data }: Happened, format: 'standard' | 'cloudevents', source: string): string {
  const time = at.toISOString();
  if (format === 'standard') return text({ type: kind, timestamp: time, data });
  const event = { specversion: '1.0', id, source, type: `pileus.${kind}`, time, datacontenttype: 'application/json' };
  return text({ ...event, data });
}

/** Nothing sealed goes out. */
const text = (message: unknown): string => concealSealed(JSON.stringify(message));

/** Headers that say what it is, when it is sent, and that it is ours: a signature by each of the secrets (Standard Webhooks 1.0). */
export function headersOf(
  id: string,
  at: Date,
  body: string,
  format: 'standard' | 'cloudevents',
  secrets: readonly string[],
): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const signed = secrets.map((secret) => `v1,${signature(secret, `${id}.${timestamp}.${body}`)}`);
  return {
    'content-type': format === 'standard' ? 'application/json' : 'application/cloudevents+json; charset=utf-8',
    'user-agent': 'pileus-webhook',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signed.join(' '),
  };
}

const prefix = 'whsec_';

function signature(secret: string, text: string): string {
  return createHmac('sha256', Buffer.from(secret.slice(prefix.length), 'base64'))
    .update(text)
    .digest('base64');
}
