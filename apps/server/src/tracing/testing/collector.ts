import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

const Value = z.object({ stringValue: z.string().optional(), intValue: z.coerce.number().optional() });
const Attributes = z.array(z.object({ key: z.string(), value: Value })).default([]);
const Sent = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: Attributes }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              traceId: z.string(),
              spanId: z.string(),
              parentSpanId: z.string().optional(),
              name: z.string(),
              kind: z.number(),
              attributes: Attributes,
              status: z.object({ code: z.number().optional() }).optional(),
            }),
          ),
        }),
      ),
    }),
  ),
});

export interface Seen {
  readonly trace: string;
  readonly id: string;
  readonly parent: string | undefined;
  readonly name: string;
  readonly role: string | number | undefined;
  readonly facts: Readonly<Record<string, string | number | undefined>>;
  readonly isFailed: boolean;
}

export interface Collector extends AsyncDisposable {
  readonly url: string;
  /** As they came. */
  readonly spans: readonly Seen[];
  /** All that was ever sent here, as it was sent. */
  readonly sent: () => string;
}

/** Takes traces by OTLP over HTTP, as a collector does. */
export async function aCollector(): Promise<Collector> {
  const spans: Seen[] = [];
  let all = '';
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      all += `${request.method} ${request.url}\n${body}\n`;
      for (const { resource, scopeSpans } of Sent.parse(JSON.parse(body)).resourceSpans) {
        const { 'pileus.role': role } = valuesOf(resource.attributes);
        for (const one of scopeSpans.flatMap(({ spans: list }) => list))
          spans.push({
            trace: one.traceId,
            id: one.spanId,
            parent: one.parentSpanId,
            name: one.name,
            role,
            facts: valuesOf(one.attributes),
            isFailed: one.status?.code === 2,
          });
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    sent: () => all,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function valuesOf(attributes: z.infer<typeof Attributes>): Record<string, string | number | undefined> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]));
}
