import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span as Recorded,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import {
  Failure,
  seconds,
  systemClock,
  type Span,
  type SpanFacts,
  type SpanOptions,
  type Tracing,
} from '@pileus/model';

export interface TracingOptions {
  readonly version: string;
  readonly role: string;
  /** How many of the traces that begin here are shown, from 0 to 1. */
  readonly ratio: number;
  readonly log: (line: string) => void;
}

/** Shows traces to whom OTEL_EXPORTER_OTLP_ENDPOINT names, until it is closed: what is not sent by then is sent. */
export interface OpenTracing extends Tracing {
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Between two sendings, and until a collector that does not answer is given up: a stop must not wait for it. */
const times = { between: seconds(2), patience: seconds(2) };

/** The exporter reads OTEL_EXPORTER_OTLP_… by itself. This module is loaded only where somebody looks at traces. */
export function openTracing({ version, role, ratio, log }: TracingOptions): OpenTracing {
  const processor = new BatchSpanProcessor({
    exporter: telling(new OTLPTraceExporter(), log),
    scheduledDelayMillis: times.between,
  });
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'pileus', 'service.version': version, 'pileus.role': role }))
      .merge(detectResources({ detectors: [envDetector] })),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [processor],
  });
  const tracing = tracingBy(provider.getTracer('pileus', version));
  return {
    begin: tracing.begin,
    within: tracing.within,
    get current() {
      return tracing.current;
    },
    flush: () => provider.forceFlush(),
    close: () => Promise.race([provider.shutdown(), systemClock.sleep(times.patience)]),
  };
}

function tracingBy(tracer: Tracer): Tracing {
  const underWay = new AsyncLocalStorage<Recorded>();
  const isAlone = ({ kind, parent }: SpanOptions): boolean =>
    kind === 'client' && parent === undefined && underWay.getStore() === undefined;
  const here = (): Context => {
    const span = underWay.getStore();
    return span ? trace.setSpan(ROOT_CONTEXT, span) : ROOT_CONTEXT;
  };
  const start = ({ name, kind, facts = {}, parent }: SpanOptions): Recorded => {
    const context = parent === undefined ? here() : contextOf(parent);
    return tracer.startSpan(name, { kind: kinds[kind], attributes: known(facts) }, context);
  };
  return {
    // A call of ours shows what something waits for. What looks at clouds by itself, again and again, is left out.
    begin: (options) => (isAlone(options) ? unseen : ending(start(options))),
    async within(options, work) {
      const span = start(options);
      try {
        const answer = await underWay.run(span, () => work((facts) => note(span, facts)));
        span.end();
        return answer;
      } catch (thrown) {
        ending(span).end({}, thrown);
        throw thrown;
      }
    },
    get current() {
      const span = underWay.getStore()?.spanContext();
      return span && `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, '0')}`;
    },
  };
}

const unseen: Span = { end: () => {} };
const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

function ending(span: Recorded): Span {
  return {
    end(facts = {}, thrown) {
      note(span, facts);
      if (thrown !== undefined) note(span, { 'error.type': nameOf(thrown) });
      span.end();
    },
  };
}

/** What has an `error.type` has failed. */
function note(span: Recorded, facts: SpanFacts): void {
  span.setAttributes(known(facts));
  if (facts['error.type'] !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
}

function nameOf(thrown: unknown): string {
  if (thrown instanceof Failure) return thrown.code;
  if (!(thrown instanceof Error)) return typeof thrown;
  return (thrown as NodeJS.ErrnoException).code ?? thrown.name;
}

function known(facts: SpanFacts): Record<string, string | number | boolean> {
  const entries = Object.entries(facts).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}

/** What is no `traceparent` is none (W3C Trace Context, 3.2): a new trace begins. */
function contextOf(traceparent: string | null): Context {
  const [, traceId, spanId, flags] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT;
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  return isSpanContextValid(context) ? trace.setSpanContext(ROOT_CONTEXT, context) : ROOT_CONTEXT;
}

/** That a collector does not take traces is said once, until it does. */
function telling(exporter: OTLPTraceExporter, log: (line: string) => void): SpanExporter {
  let isLosing = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.error && !isLosing) log(`Traces are lost: ${result.error.message}`);
        isLosing = result.error !== undefined;
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush(),
  };
}
